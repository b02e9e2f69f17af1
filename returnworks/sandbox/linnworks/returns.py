"""ReturnsRefunds, the goods half: booking a return, actioning it, and reading both back."""

from __future__ import annotations

from collections import Counter
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
    guid,
    needed,
    optional,
    several,
    shaped,
    text,
    whole,
)
from returnworks.sandbox.bookings import BookedLine, Booking, returnable
from returnworks.sandbox.linnworks.headers import ACTIONABLE, header_is_wanted, header_page
from returnworks.sandbox.linnworks.refunds import refund_options
from returnworks.sandbox.linnworks.surface import Method, Shape, without_nones
from returnworks.sandbox.linnworks.words import order_details, rma_header, rma_line, status
from returnworks.sandbox.orderbook import Order, OrderLine
from returnworks.sandbox.refundbook import RefundLine
from returnworks.sandbox.refusals import NotPossible, Refusal, invalid
from returnworks.sandbox.world import World

CATEGORIES = ("Damaged", "Faulty", "Not as described", "Unwanted", "Wrong size", "Other")

# --- reading


def get_return_items_info(world: World, args: Args) -> Any:
    """One row per order line; a composite's components are its ChildItems, each returnable alone."""
    order = world.book.orders.get(args["pkOrderId"])
    if order is None:
        raise invalid()
    taken = world.bookings.taken(order.order_id)
    return [_return_info(order, line, None, taken) for line in order.lines]


def _return_info(order: Order, row: OrderLine, parent: OrderLine | None, taken: Counter[str]) -> dict[str, Any]:
    return without_nones(
        {
            "OrderId": order.order_id,
            "fkOrderItemRowId": row.row_id,
            "ParentRowId": parent.row_id if parent else None,
            "ParentRatio": parent.ratio(row) if parent else 0,
            "pkStockItemId": row.stock_item_id,
            "SKU": row.sku,
            "ItemTitle": row.title,
            "OrderQty": row.quantity,
            "ReturnedQty": taken[row.row_id],
            "ReturnableQty": returnable(row, parent, taken),
            "ResentQty": 0,
            "UnitValue": row.unit_price,
            "TaxRate": Decimal(20),
            "TaxCostInclusive": True,
            "Currency": order.currency,
            "IsCompositeParent": bool(row.children),
            "IsPartialCompositeReturn": any(taken[child.row_id] for child in row.children),
            "ChildItems": [_return_info(order, child, row, taken) for child in row.children],
            "Batches": [],
        }
    )


def get_return_categories(_world: World, _: Args) -> Any:
    return [{"pkItemId": number, "CategoryName": name} for number, name in enumerate(CATEGORIES, 1)]


def get_return_options(world: World, args: Args) -> Any:
    """Whether a return can be booked, with the order and every standing RMA line on it."""
    order = world.book.orders.get(args["OrderId"])
    reason = _why_not(world, order)
    options = {
        "CanSendRejectionIfDeleted": False,
        "CanReturn": reason == "None",
        "CanReturnInternally": reason == "None",
        "MustHaveRefund": False,
        "RefundAutoPopulated": False,
        "CanHaveRefund": True,
        "ReturnReasons": [],
        "RejectionReasons": [],
        "SubStatuses": [],
        "CannotReturnReason": reason,
        "Errors": [],
        "Info": [],
    }
    if order is not None:
        options["Order"] = order_details(world, order)
        options["RefundOptions"] = refund_options(world, order)
        options["AllExistingRMAs"] = _all_lines(world, order)
        options |= _one_header(world, order, args.get("RMAHeaderId"))
    return {"ReturnOptions": options}


def _why_not(world: World, order: Order | None) -> str:
    if order is None:
        return "MissingOrderInLinnworks"
    if not order.processed:
        return "OpenOrderInLinnworks"
    taken = world.bookings.taken(order.order_id)
    left = any(returnable(row, parent, taken) > 0 for row, parent in order.rows())
    return "None" if left else "AlreadyReturnedInLinnworks"


def _all_lines(world: World, order: Order) -> list[dict[str, Any]]:
    seen = _visible(world, world.bookings.of_order(order.order_id))
    return [rma_line(world, booking, line) for booking in seen for line in booking.standing()]


def _one_header(world: World, order: Order, header_id: int | None) -> dict[str, Any]:
    seen = [b for b in _visible(world, world.bookings.of_order(order.order_id)) if b.header_id == header_id]
    return {"RMAHeader": rma_header(world, seen[0])} if seen else {}


def _visible(world: World, bookings: Sequence[Booking]) -> list[Booking]:
    return [booking for booking in bookings if booking.visible_at <= world.now]


def get_rma_headers_by_order_id(world: World, args: Args) -> Any:
    seen = _visible(world, world.bookings.of_order(args["OrderId"]))
    return {"RMAHeaders": [rma_header(world, booking) for booking in seen]}


def get_actionable_rma_headers(world: World, args: Args) -> Any:
    """Booked, not actioned."""
    seen = _visible(world, list(world.bookings.headers.values()))
    found = [
        booking
        for booking in seen
        if not booking.looks_actioned(world.now) and _is_wanted(world, booking, args.get("Filters"))
    ]
    return header_page(found, args["Page"], "RMAHeaders", lambda booking: rma_header(world, booking))


def _is_wanted(world: World, booking: Booking, filters: Args | None) -> bool:
    order = world.book.orders[booking.order_id]
    skus = [line.sku for line in booking.standing()]
    return header_is_wanted(order, booking.header_id, booking.reference, skus, filters)


# --- writing


def create_rma_booking(world: World, args: Args) -> Any:
    """Books, and moves no stock. Exchanges and resends by booking are not played: they are refused."""
    order = world.book.orders.get(args["OrderId"])
    try:
        if order is None:
            raise NotPossible("The order does not exist.", reason="MissingOrderInLinnworks")
        _refuse_new_orders(args)
        reference = args.get("Reference") or world.bookings.own_reference()
        booking = world.bookings.book(
            order,
            [_booked_line(given) for given in args.get("ReturnItems", ())],
            reference=reference,
            channel_initiated=args["ChannelInitiated"],
            at=world.now,
            seen=world.seen_from,
        )
    except NotPossible as no:
        return _no(no, 0)
    return _yes(world, booking)


def _refuse_new_orders(args: Args) -> None:
    if args.get("ExchangeItems") or args.get("ResendItems"):
        raise NotPossible("Exchanges and resends are not available on this account.", reason="NotImplemented")


def _booked_line(given: Args) -> BookedLine:
    return BookedLine(
        order_row=given["OrderItemRowId"],
        location_id=given["ReturnLocation"],
        quantity=given["ReturnQuantity"],
        scrap=given.get("ScrapQuantity", 0),
        refund=given.get("RefundAmount", Decimal(0)),
        reason=given.get("Reason", ""),
        category=given.get("ReasonCategory", ""),
        batch=given.get("BatchInventoryId"),
    )


def _yes(world: World, booking: Booking) -> dict[str, Any]:
    lines = [rma_line(world, booking, line) for line in booking.standing()]
    return {"RMAHeaderId": booking.header_id, "Items": lines, "Errors": [], "Info": []}


def _no(no: NotPossible, header_id: int) -> dict[str, Any]:
    return {"RMAHeaderId": header_id, "Items": [], "Errors": no.errors, "Info": []}


def _header(world: World, header_id: int, order_id: str | None = None) -> Booking:
    """The order id of a call is the vendor's double check."""
    booking = world.bookings.headers.get(header_id)
    if booking is None or order_id not in (None, booking.order_id):
        raise invalid()
    return booking


def update_rma_booking(world: World, args: Args) -> Any:
    """Lines go by RMARowId; what is not sent stays as it is."""
    booking = _header(world, args["RMAHeaderId"], args["OrderId"])
    order = world.book.orders[booking.order_id]
    lines = {line.row_id: line for line in booking.standing()}
    try:
        _refuse_new_orders(args)
        changes = {row["RMARowId"]: _changed(lines, row) for row in args.get("ReturnItems", ())}
        world.bookings.change(order, booking, changes)
    except NotPossible as no:
        return _no(no, booking.header_id)
    return _yes(world, booking)


def _changed(lines: dict[int, BookedLine], given: Args) -> BookedLine | None:
    line = lines.get(given["RMARowId"])
    if line is None:
        raise NotPossible("A line is not on this booking.")
    if given.get("RemoveFromBooking"):
        return None
    return replace(
        line,
        location_id=given.get("ReturnLocation", line.location_id),
        quantity=given.get("ReturnQuantity", line.quantity),
        scrap=given.get("ScrapQuantity", line.scrap),
        refund=given.get("RefundAmount", line.refund),
        reason=given.get("Reason", line.reason),
        category=given.get("ReasonCategory", line.category),
    )


def action_rma_booking(world: World, args: Args) -> Any:
    """Restocks. A line's RefundAmount makes a refund header now, as documented."""
    booking = _header(world, args["RMAHeaderId"], args["OrderId"])
    order = world.book.orders[booking.order_id]
    try:
        world.bookings.action(order, booking, again=world.acting_twice, at=world.now, seen=world.seen_from)
        _refund_with_it(world, order, booking)
    except NotPossible as no:
        answer = {"SuccessfullyActioned": False, "Status": status(booking.looks_actioned(world.now))}
        return answer | _no(no, booking.header_id)
    answer = {"SuccessfullyActioned": True, "Status": status(True), "RefundHeaderId": booking.refund_header_id}
    return without_nones(answer) | _yes(world, booking)


def _refund_with_it(world: World, order: Order, booking: Booking) -> None:
    lines = [
        RefundLine("Item", line.refund, line.order_row, line.quantity, booking.reference, return_row_id=line.row_id)
        for line in booking.standing()
        if line.refund
    ]
    if lines:
        refund = world.refunds.create(order, lines, channel_initiated=False, at=world.now, seen=world.seen_from)
        booking.refund_header_id = refund.header_id


def delete_rma(world: World, args: Args) -> Any:
    try:
        world.bookings.delete(_header(world, args["RMAHeaderId"]))
    except NotPossible as no:
        raise Refusal(400, no.errors[0]) from no
    return {}


RETURN_ITEM_DETAILS: Fields = {
    "ReturnItemSKU": optional(text),
    "ReturnItemTitle": optional(text),
    "BatchInventoryId": optional(whole),
    "RefundAmount": optional(amount),
    "RefundRowId": optional(guid),
    "ScrapQuantity": optional(whole),
    "ReasonCategory": optional(text),
    "IsFreeText": optional(flag),
    "Reason": optional(text),
    "ReasonTag": optional(text),
    "SubReasonTag": optional(text),
    "Status": optional(anything),
    "BinrackOverride": optional(text),
}
RETURN_ITEM: Fields = {
    "OrderItemRowId": needed(guid),
    "ReturnLocation": needed(guid),
    "ReturnQuantity": needed(whole),
    **RETURN_ITEM_DETAILS,
}
UPDATED_ITEM: Fields = {
    "RMARowId": needed(whole),
    "RemoveFromBooking": optional(flag),
    "OrderItemRowId": optional(guid),
    "ReturnLocation": optional(guid),
    "ReturnQuantity": optional(whole),
    **RETURN_ITEM_DETAILS,
}
CREATE = {
    "OrderId": needed(guid),
    "ChannelInitiated": needed(flag),
    "Reference": optional(text),
    "ReturnItems": optional(several(shaped(RETURN_ITEM))),
    "ExchangeItems": optional(several(anything)),
    "ResendItems": optional(several(anything)),
}
UPDATE = {
    "OrderId": needed(guid),
    "RMAHeaderId": needed(whole),
    "ReturnItems": optional(several(shaped(UPDATED_ITEM))),
    "ExchangeItems": optional(several(anything)),
    "ResendItems": optional(several(anything)),
    "AllowCreationOfNewOrder": optional(flag),
}
ACTION = {"RMAHeaderId": needed(whole), "OrderId": needed(guid), "Request": optional(anything)}
DELETE = {"RMAHeaderId": needed(whole), "ReasonTag": optional(text), "RejectOnChannel": optional(flag)}
BY_ORDER = {"OrderId": needed(guid)}

METHODS = (
    Method(
        "ProcessedOrders/GetReturnItemsInfo",
        get_return_items_info,
        takes={"pkOrderId": needed(guid)},
        rate=250,
    ),
    Method("ProcessedOrders/GetReturnCategories", get_return_categories),
    Method(
        "ReturnsRefunds/GetReturnOptions",
        get_return_options,
        Shape.WRAPPED,
        {**BY_ORDER, "RMAHeaderId": optional(whole)},
    ),
    Method("ReturnsRefunds/GetRMAHeadersByOrderId", get_rma_headers_by_order_id, Shape.WRAPPED, BY_ORDER),
    Method("ReturnsRefunds/GetActionableRMAHeaders", get_actionable_rma_headers, Shape.WRAPPED, ACTIONABLE),
    Method("ReturnsRefunds/CreateRMABooking", create_rma_booking, Shape.WRAPPED, CREATE, writes=True),
    Method("ReturnsRefunds/UpdateRMABooking", update_rma_booking, Shape.WRAPPED, UPDATE, writes=True),
    Method("ReturnsRefunds/ActionRMABooking", action_rma_booking, Shape.WRAPPED, ACTION, writes=True),
    Method("ReturnsRefunds/DeleteRMA", delete_rma, Shape.WRAPPED, DELETE, writes=True),
)
