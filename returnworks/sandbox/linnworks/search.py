"""ReturnsRefunds/SearchReturnsRefundsPaged: what was returned and what was refunded, over time.

Bookings appear as RETURNBOOKING until they are actioned, then as RETURN. A refund that was recorded and never
actioned does not appear at all (documented). Assumed: BOOKED goes by the booking's date and shows what is still
booked, ACTIONED by the action's date, ALLDATES by either, RECEIVED and PROCESSED by the order's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from returnworks.sandbox.arguments import (
    Args,
    flag_in_query,
    moment,
    needed,
    one_of,
    optional,
    text,
    whole_in_query,
)
from returnworks.sandbox.bookings import BookedLine, Booking
from returnworks.sandbox.clock import wire_time
from returnworks.sandbox.linnworks.surface import Method, pages, without_nones
from returnworks.sandbox.linnworks.words import net
from returnworks.sandbox.orderbook import Order
from returnworks.sandbox.refundbook import Refund, RefundLine
from returnworks.sandbox.refusals import Refusal
from returnworks.sandbox.world import World

LONGEST = timedelta(days=93)
Row = dict[str, Any]
Write = Callable[[], Row]
"""Writes one row out."""


def search_returns_refunds_paged(world: World, args: Args) -> Any:
    """One row per line. At most three months and 200 rows a page; pages count from 1. Only the page is written out."""
    _refuse_too_much(args)
    wanted = list(_found(world, args))
    if args.get("searchTerm") or args.get("exactMatch"):
        wanted = [write for write in wanted if _mentions(write(), args)]
    page = pages(wanted, args["pageNum"], args["numEntriesPerPage"])
    before = (args["pageNum"] - 1) * args["numEntriesPerPage"]
    page["Data"] = [write() | {"Row": number} for number, write in enumerate(page["Data"], before + 1)]
    return page


def _found(world: World, args: Args) -> Iterator[Write]:
    """Orders cannot be cancelled here, so CANCELLATIONS has no rows."""
    history = args.get("historyType", "RETURNS")
    if history == "RETURNS":
        yield from _returns(world, args)
    if history == "REFUNDS":
        yield from _refunds(world, args)


def _refuse_too_much(args: Args) -> None:
    if not timedelta() <= args["to"] - args["from"] <= LONGEST:
        raise Refusal(400, "The date range must not exceed 3 months")
    if args["pageNum"] < 1:
        raise Refusal(400, "Value must be at least 1")
    if not 1 <= args["numEntriesPerPage"] <= 200:
        raise Refusal(400, "Number must be between 1 and 200")


def _mentions(row: Row, args: Args) -> bool:
    term = args.get("searchTerm", "").casefold()
    fields = ("ReferenceNum", "SecondaryReference", "ReturnReference", "RefundReference", "ItemNumber")
    words = [str(row.get(name, "")).casefold() for name in fields]
    if args.get("exactMatch"):
        return term in words
    return any(term in word for word in words)


def _in_time(args: Args, order: Order, booked: datetime | None, actioned: datetime | None) -> bool:
    start, end = args["from"], args["to"]
    return any(start <= at <= end for at in DATES[args["dateType"]](order, booked, actioned) if at)


DATES: dict[str, Callable[[Order, datetime | None, datetime | None], tuple[datetime | None, ...]]] = {
    "BOOKED": lambda order, booked, actioned: (booked,),
    "ACTIONED": lambda order, booked, actioned: (actioned,),
    "ALLDATES": lambda order, booked, actioned: (booked, actioned),
    "RECEIVED": lambda order, booked, actioned: (order.received_at,),
    "PROCESSED": lambda order, booked, actioned: (order.processed_at,),
}


def _returns(world: World, args: Args) -> Iterator[Write]:
    now = world.now
    for booking in world.bookings.headers.values():
        order = world.book.orders[booking.order_id]
        actioned = booking.actioned_at if booking.looks_actioned(now) else None
        if booking.visible_at > now or not _returns_in_time(args, order, booking, actioned):
            continue
        for line in booking.standing():
            yield partial(_return_row, world, order, booking, line, actioned)


def _returns_in_time(args: Args, order: Order, booking: Booking, actioned: datetime | None) -> bool:
    if args["dateType"] == "BOOKED" and actioned:
        return False
    return _in_time(args, order, booking.created_at, actioned)


def _return_row(world: World, order: Order, booking: Booking, line: BookedLine, actioned: datetime | None) -> Row:
    return without_nones(
        _order_columns(order)
        | {
            "pkReturnId": line.row_id,
            "RowType": "RETURN" if actioned else "RETURNBOOKING",
            "ReturnReference": booking.reference,
            "ReturnQty": line.quantity,
            "fkReturnLocationId": line.location_id,
            "Location": world.warehouse.locations[line.location_id].name,
            "Scrapped": line.scrap > 0,
            "ScrapQty": line.scrap,
            "Category": line.category,
            "Reason": line.reason,
            "ItemNumber": line.sku,
            "ItemTitle": line.title,
            "fkOrderItemReturnId": line.order_row,
            "PendingRefundAmount": line.refund if not actioned else Decimal(0),
            "CreateDate": wire_time(booking.created_at),
            "ReturnDate": wire_time(booking.created_at),
            "LastDate": wire_time(actioned or booking.created_at),
            "ActionDate": wire_time(actioned) if actioned else None,
        }
    )


def _refunds(world: World, args: Args) -> Iterator[Write]:
    for refund in world.refunds.headers.values():
        order = world.book.orders[refund.order_id]
        if not refund.actioned_at or not refund.looks_actioned(world.now):
            continue
        if _in_time(args, order, refund.created_at, refund.actioned_at):
            for line in refund.standing():
                yield partial(_refund_row, order, refund, line, refund.actioned_at)


def _refund_row(order: Order, refund: Refund, line: RefundLine, actioned: datetime) -> Row:
    """`RefundReference` is Linnworks' own, as in CreateRefund's answer; the external one is on the header."""
    return _order_columns(order) | {
        "pkRefundRowId": line.row_id,
        "RefundReference": refund.own_reference,
        "Amount": line.amount,
        "RefundStatus": "PROCESSED",
        "Reason": line.note,
        "ItemNumber": line.sku,
        "CreateDate": wire_time(refund.created_at),
        "LastDate": wire_time(actioned),
        "ActionDate": wire_time(actioned),
    }


def _order_columns(order: Order) -> Row:
    return {
        "pkOrderID": order.order_id,
        "nOrderId": order.number,
        "ReferenceNum": order.reference,
        "SecondaryReference": order.secondary,
        "ExternalReference": order.external,
        "Source": order.source,
        "SubSource": order.sub_source,
        "cCurrency": order.currency,
        "fTotalCharge": order.total,
        "fPostageCost": order.postage,
        "PostageCostExTax": net(order.postage),
        "Subtotal": order.total - order.postage,
        "dProcessedOn": wire_time(order.processed_at or order.received_at),
        "cFullName": "Planted Person",
        "cEmailAddress": "planted.person@example.com",
    }


SEARCH = {
    "from": needed(moment),
    "to": needed(moment),
    "dateType": needed(one_of("ALLDATES", "RECEIVED", "PROCESSED", "BOOKED", "ACTIONED")),
    "searchField": optional(text),
    "exactMatch": optional(flag_in_query),
    "searchTerm": optional(text),
    "pageNum": needed(whole_in_query),
    "numEntriesPerPage": needed(whole_in_query),
    "historyType": optional(one_of("RETURNS", "REFUNDS", "CANCELLATIONS")),
}

METHODS = (Method("ReturnsRefunds/SearchReturnsRefundsPaged", search_returns_refunds_paged, takes=SEARCH),)
