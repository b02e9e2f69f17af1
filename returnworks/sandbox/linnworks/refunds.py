"""ReturnsRefunds, the money half: recording a refund, reading it back, and the action that pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from returnworks.sandbox.arguments import (
    Args,
    Fields,
    amount,
    anything,
    flag,
    flag_in_query,
    guid,
    needed,
    one_of,
    optional,
    several,
    shaped,
    text,
    whole,
)
from returnworks.sandbox.linnworks.headers import ACTIONABLE, header_is_wanted, header_page
from returnworks.sandbox.linnworks.surface import Method, Shape
from returnworks.sandbox.linnworks.words import order_details, refund_header, refund_line, status
from returnworks.sandbox.orderbook import Order
from returnworks.sandbox.refundbook import Refund, RefundLine
from returnworks.sandbox.refusals import NotPossible, Refusal, invalid
from returnworks.sandbox.world import World

NOTE_MAX_LENGTH = 250

# --- reading


def get_total_refunds(world: World, args: Args) -> Any:
    """Only actioned refunds count, and booked ones with `includeBookings`."""
    order = world.book.orders.get(args["pkOrderId"])
    if order is None:
        raise invalid()
    refunded = world.refunds.refunded(order.order_id, with_bookings=args.get("includeBookings", False))
    return {"Amount": refunded, "TotalCharge": order.total, "Refundable": max(order.total - refunded, Decimal(0))}


def get_refund_options(world: World, args: Args) -> Any:
    order = world.book.orders.get(args["OrderId"])
    if order is None:
        return {"RefundOptions": {"CanRefund": False, "CannotRefundReason": "MissingOrderInLinnworks"}}
    options = refund_options(world, order)
    options["Order"] = order_details(world, order)
    seen = _visible(world, world.refunds.of_order(order.order_id))
    options["AllExistingRefunds"] = [refund_line(world, r, line) for r in seen for line in r.standing()]
    wanted = [refund for refund in seen if refund.header_id == args.get("RefundHeaderId")]
    if wanted:
        options["RefundHeader"] = refund_header(world, wanted[0])
    return {"RefundOptions": options}


def refund_options(world: World, order: Order) -> dict[str, Any]:
    """`CanRefund` is the channel's, `CanRefundInternally` Linnworks' own without the channel."""
    reason = _why_not(world, order)
    possible, pays = reason == "None", world.settings.channel_refunds
    return {
        "CanSendRejectionIfDeleted": False,
        "CanRefund": possible and pays,
        "CanRefundInternally": possible and not pays,
        "CanRefundItems": possible,
        "CanRefundServices": False,
        "CanRefundShipping": possible,
        "CanRefundShippingIndependently": possible,
        "CanRefundAdditionally": possible,
        "CanRefundFreeText": possible,
        "CanInsufficientRefundFreeText": False,
        "RefundFreeTextOrNoteMaxLength": NOTE_MAX_LENGTH,
        "CannotRefundReason": reason,
        "Errors": [],
    }


def _why_not(world: World, order: Order) -> str:
    if not order.processed:
        return "OpenOrderInLinnworks"
    refunded = world.refunds.refunded(order.order_id, with_bookings=True)
    return "OrderIsFullyRefundedInLinnworks" if refunded >= order.total else "None"


def _visible(world: World, refunds: Sequence[Refund]) -> list[Refund]:
    now = world.now
    return [refund for refund in refunds if refund.visible_at <= now]


def get_refund_headers_by_order_id(world: World, args: Args) -> Any:
    seen = _visible(world, world.refunds.of_order(args["OrderId"]))
    return {"RefundHeaders": [refund_header(world, refund) for refund in seen]}


def get_actionable_refund_headers(world: World, args: Args) -> Any:
    """Recorded, not actioned."""
    now = world.now
    found = [
        refund
        for refund in _visible(world, list(world.refunds.headers.values()))
        if not refund.looks_actioned(now) and _is_wanted(world, refund, args.get("Filters"))
    ]
    return header_page(found, args["Page"], "RefundHeaders", lambda refund: refund_header(world, refund))


def _is_wanted(world: World, refund: Refund, filters: Args | None) -> bool:
    if filters is None:
        return True
    skus = [line.sku for line in refund.standing()]
    order = world.book.orders[refund.order_id]
    return header_is_wanted(order, refund.header_id, refund.reference, skus, filters)


# --- writing


def create_refund(world: World, args: Args) -> Any:
    """Records; no money moves."""
    order = world.book.orders.get(args["OrderId"])
    try:
        if order is None:
            raise NotPossible("The order does not exist.", reason="MissingOrderInLinnworks")
        refund = world.refunds.create(
            order,
            [_refund_line(given) for given in args["RefundLines"]],
            channel_initiated=args["ChannelInitiated"],
            at=world.now,
            seen=world.seen_from,
        )
    except NotPossible as no:
        return _no(no)
    return _yes(world, refund)


def _refund_line(given: Args) -> RefundLine:
    unit = given["RefundedUnit"]
    if unit in ("Item", "Service") and "OrderItemRowId" not in given:
        raise invalid()
    if len(given.get("FreeTextOrNote", "")) > NOTE_MAX_LENGTH:
        raise NotPossible(f"The note is longer than {NOTE_MAX_LENGTH} characters.")
    return RefundLine(
        unit=unit,
        amount=given["Amount"],
        order_row=given.get("OrderItemRowId"),
        quantity=given.get("Quantity", 0),
        reference=given.get("ExternalReference", ""),
        note=given.get("FreeTextOrNote", ""),
        return_row_id=given.get("ReturnRowId"),
    )


def _yes(world: World, refund: Refund) -> dict[str, Any]:
    return {
        "RefundHeaderId": refund.header_id,
        "RefundReference": refund.own_reference,
        "Status": status(refund.actioned_at is not None),
        "CannotRefundReason": "None",
        "Errors": [],
        "RefundLines": [refund_line(world, refund, line) for line in refund.standing()],
    }


def _no(no: NotPossible, refund: Refund | None = None) -> dict[str, Any]:
    return {
        "RefundHeaderId": refund.header_id if refund else 0,
        "RefundReference": refund.own_reference if refund else "",
        "CannotRefundReason": no.reason,
        "Errors": no.errors,
        "RefundLines": [],
    }


def _header(world: World, header_id: int, order_id: str | None = None) -> Refund:
    """The order id of a call is the vendor's double check."""
    refund = world.refunds.headers.get(header_id)
    if refund is None or order_id not in (None, refund.order_id):
        raise invalid()
    return refund


def update_refund(world: World, args: Args) -> Any:
    """Lines go by RefundRowId; what is not sent stays as it is."""
    refund = _header(world, args["RefundHeaderId"], args["OrderId"])
    lines = {line.row_id: line for line in refund.standing()}
    try:
        changes = {row["RefundRowId"]: _changed(lines, row) for row in args["RefundLines"]}
        world.refunds.change(world.book.orders[refund.order_id], refund, changes)
    except NotPossible as no:
        return _no(no, refund)
    return _yes(world, refund)


def _changed(lines: dict[str, RefundLine], given: Args) -> RefundLine | None:
    line = lines.get(given["RefundRowId"])
    if line is None:
        raise NotPossible("A line is not on this refund.", reason="NoUpdatedRefundsSpecified")
    if given.get("RemoveFromRefund"):
        return None
    return replace(
        line,
        amount=given.get("Amount", line.amount),
        quantity=given.get("Quantity", line.quantity),
        reference=given.get("ExternalReference", line.reference),
        note=given.get("FreeTextOrNote", line.note),
    )


def action_refund(world: World, args: Args) -> Any:
    """The dangerous one: with the channel's refunds on, the customer is paid, and the books show a payout."""
    refund = _header(world, args["RefundHeaderId"], args["OrderId"])
    try:
        world.refunds.action(
            refund,
            pays=world.settings.channel_refunds,
            again=world.acting_twice,
            at=world.now,
            seen=world.seen_from,
        )
    except NotPossible as no:
        return {"SuccessfullyActioned": False, **_no(no, refund)}
    return {"SuccessfullyActioned": True, **_yes(world, refund)}


def delete_refund(world: World, args: Args) -> Any:
    try:
        world.refunds.delete(_header(world, args["RefundHeaderId"]))
    except NotPossible as no:
        raise Refusal(400, no.errors[0]) from no
    return {}


REFUND_LINE_DETAILS: Fields = {
    "ExternalReference": optional(text),
    "IsFreeText": optional(flag),
    "FreeTextOrNote": optional(text),
    "Quantity": optional(whole),
    "ReasonTag": optional(text),
    "SubReasonTag": optional(text),
    "InsufficientRefundTag": optional(text),
    "InsufficientRefundNote": optional(text),
    "ReasonCategory": optional(text),
}
NEW_LINE: Fields = {
    "RefundedUnit": needed(one_of("Item", "Shipping", "Service", "Additional")),
    "Amount": needed(amount),
    "OrderItemRowId": optional(guid),
    "ReturnRowId": optional(whole),
    "CancelledQuantity": optional(whole),
    **REFUND_LINE_DETAILS,
}
UPDATED_LINE: Fields = {
    "RefundRowId": needed(guid),
    "RemoveFromRefund": optional(flag),
    "Amount": optional(amount),
    **REFUND_LINE_DETAILS,
}
BY_ORDER = {"OrderId": needed(guid)}
BY_HEADER = {"RefundHeaderId": needed(whole), **BY_ORDER}
CREATE = {
    **BY_ORDER,
    "ChannelInitiated": needed(flag),
    "RefundLines": needed(several(shaped(NEW_LINE))),
}
UPDATE = {**BY_HEADER, "RefundLines": needed(several(shaped(UPDATED_LINE)))}
ACTION = {**BY_HEADER, "Request": optional(anything)}
DELETE = {"RefundHeaderId": needed(whole), "ReasonTag": optional(text), "RejectOnChannel": optional(flag)}
OPTIONS = {**BY_ORDER, "RefundHeaderId": optional(whole)}
TOTAL = {"pkOrderId": needed(guid), "includeBookings": optional(flag_in_query)}

METHODS = (
    Method("ProcessedOrders/GetTotalRefunds", get_total_refunds, takes=TOTAL),
    Method("ReturnsRefunds/GetRefundOptions", get_refund_options, Shape.WRAPPED, OPTIONS),
    Method("ReturnsRefunds/GetRefundHeadersByOrderId", get_refund_headers_by_order_id, Shape.WRAPPED, BY_ORDER),
    Method("ReturnsRefunds/GetActionableRefundHeaders", get_actionable_refund_headers, Shape.WRAPPED, ACTIONABLE),
    Method("ReturnsRefunds/CreateRefund", create_refund, Shape.WRAPPED, CREATE, writes=True),
    Method("ReturnsRefunds/UpdateRefund", update_refund, Shape.WRAPPED, UPDATE, writes=True),
    Method("ReturnsRefunds/ActionRefund", action_refund, Shape.WRAPPED, ACTION, writes=True),
    Method("ReturnsRefunds/DeleteRefund", delete_refund, Shape.WRAPPED, DELETE, writes=True),
)
