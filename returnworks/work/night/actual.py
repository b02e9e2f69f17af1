"""What Linnworks holds: read in bulk by time, and order by order only where bulk cannot tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from returnworks.ledger import PostingRecord
from returnworks.reconcile.facts import ActualExchange, ActualGoods, ActualRefund
from returnworks.rules.model import (
    Booking,
    Kind,
    Location,
    Order,
    PostedRefund,
    PostedReturn,
    Refund,
    RestockLine,
    StockMove,
)
from returnworks.rules.money import Money, total
from returnworks.rules.references import owner_of
from returnworks.work.acts.stock import CLOCKS
from returnworks.work.bridge import Bridge

Channel = tuple[str, str]
"""Source and sub-source of an order."""

RETURNED = ("RETURN", "RETURNBOOKING", "RETURNREFUND")
"""Row types of Linnworks' returns search that are goods coming back (documented)."""


async def goods(
    bridge: Bridge, start: datetime, end: datetime, wanted: Mapping[str, str], ours: Collection[str]
) -> list[ActualGoods]:
    """Returned lines that were booked or actioned between `start` and `end`: ours, and those on orders of `ours`.

    `wanted` maps the references that must be there to their orders; those that the search does not show
    are looked up on their own order. What is booked on other orders belongs to other returns, which are not ours.
    """
    places = await bridge.locations()
    rows = [
        _from_search(row, places)
        for row in await bridge.linnworks.posted_returns(start, end)
        if row.row_type.upper() in RETURNED and (row.order_id in ours or owner_of(row.return_reference))
    ]
    seen = {row.reference for row in rows}
    for order_id in sorted({order_id for reference, order_id in wanted.items() if reference not in seen}):
        rows += [
            row
            for booking in await bridge.linnworks.bookings(order_id)
            if booking.reference not in seen
            for row in _from_booking(booking, places)
        ]
    return rows


async def goods_by_hand(bridge: Bridge, records: Iterable[PostingRecord]) -> list[ActualGoods]:
    """Stock changes under the references of units that a person put into stock; one history each."""
    rows = []
    for record in records:
        for line in record.posting.restock if record.kind == Kind.STOCK else ():
            moves = await bridge.linnworks.stock_moves(line.stock_item_id, line.location_id, record.created_at - CLOCKS)
            rows += [_from_move(move, record, line) for move in moves if record.reference in move.note]
    return rows


async def refunds(
    bridge: Bridge, start: datetime, end: datetime, order_ids: Iterable[str], channels: Collection[Channel]
) -> list[ActualRefund]:
    """Refund headers of `order_ids`, and what the search shows on all other orders of the same sales channels.

    Linnworks leaves refunds that are not actioned out of its search (documented), and ours never are: so the
    orders that should have a credit are each asked. Orders of other channels have no returns in ReturnGO.
    """
    asked = set(order_ids)
    rows = [_from_header(refund) for order_id in sorted(asked) for refund in await bridge.linnworks.refunds(order_id)]
    others = [
        row
        for row in await bridge.linnworks.posted_refunds(start, end)
        if row.order_id not in asked and (row.source, row.sub_source) in channels
    ]
    return rows + list(_from_refund_search(others))


def exchanges(found: Mapping[str, Sequence[Order]]) -> list[ActualExchange]:
    """`found` holds, by the channel's order id, the orders that Linnworks has for it."""
    return [ActualExchange(channel_order_id=key, orders=tuple(orders)) for key, orders in found.items()]


def _from_search(row: PostedReturn, places: Sequence[Location]) -> ActualGoods:
    return ActualGoods(
        reference=row.return_reference,
        order_id=row.order_id,
        order_number=row.order_number,
        order_reference=row.order_reference,
        sku=row.sku,
        location_id=row.location_id or "",
        location_name=row.location_name or _name(places, row.location_id),
        quantity=row.quantity,
        scrap_quantity=row.scrap_quantity,
        booked_at=row.booked_at,
        actioned_at=row.actioned_at,
    )


def _from_move(move: StockMove, record: PostingRecord, line: RestockLine) -> ActualGoods:
    return ActualGoods(
        reference=record.reference,
        order_id=record.order_id,
        order_number=None,
        order_reference="",
        sku=line.sku,
        location_id=line.location_id,
        location_name=line.location_name,
        quantity=move.change,
        scrap_quantity=0,
        booked_at=move.at,
        actioned_at=move.at,
    )


def _from_booking(booking: Booking, places: Sequence[Location]) -> Iterator[ActualGoods]:
    for line in booking.lines:
        if not line.deleted:
            yield ActualGoods(
                reference=booking.reference,
                order_id=booking.order_id,
                order_number=booking.order_number,
                order_reference="",
                sku=line.sku,
                location_id=line.location_id or "",
                location_name=_name(places, line.location_id),
                quantity=line.quantity,
                scrap_quantity=line.scrap_quantity,
                booked_at=booking.created_at,
                actioned_at=(line.actioned_at or booking.actioned_at) if line.actioned else None,
            )


def _from_header(refund: Refund) -> ActualRefund:
    return ActualRefund(
        refund_id=refund.refund_id,
        reference=refund.reference,
        order_id=refund.order_id,
        order_number=refund.order_number,
        amount=refund.amount,
        channel_initiated=refund.channel_initiated,
        actioned=refund.actioned,
        status=refund.status,
        created_at=refund.created_at,
    )


def _from_refund_search(rows: Iterable[PostedRefund]) -> Iterator[ActualRefund]:
    """Search rows are lines; lines of one order and one refund reference are one refund."""
    groups: defaultdict[tuple[str, str], list[PostedRefund]] = defaultdict(list)
    for row in rows:
        groups[row.order_id, row.refund_reference].append(row)
    for (order_id, reference), lines in groups.items():
        amounts = [line.amount for line in lines if line.amount is not None]
        yield ActualRefund(
            refund_id=lines[0].refund_row_id,
            reference=reference,
            order_id=order_id,
            order_number=lines[0].order_number,
            amount=_sum(amounts),
            channel_initiated=False,
            actioned=any(line.actioned_at for line in lines),
            status=lines[0].status,
            created_at=lines[0].created_at,
        )


def _sum(amounts: Sequence[Money]) -> Money:
    return total(amounts, amounts[0].currency) if amounts else Money.zero("XXX")


def _name(places: Sequence[Location], location_id: str | None) -> str:
    return next((place.name for place in places if place.location_id == location_id), location_id or "")
