"""What Linnworks holds: read in bulk by time, and order by order only where bulk cannot tell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from returnworks.clients.linnworks import wire
from returnworks.ledger import PostingRecord
from returnworks.reconcile.facts import ActualExchange, ActualGoods, ActualRefund
from returnworks.rules.model import (
    Booking,
    Kind,
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
from returnworks.work.night.calls import CallSheet

Channel = tuple[str, str]
"""Source and sub-source of an order."""

RETURNED = ("RETURN", "RETURNBOOKING", "RETURNREFUND")
"""Row types of Linnworks' returns search that are goods coming back (documented)."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time that the searches look at, both ends included."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Sought:
    """A credit that should stand on an order, under any of these names: its reference, the refund it is linked to."""

    order_id: str
    names: frozenset[str]
    amount: Money


async def goods(
    bridge: Bridge, span: Span, wanted: Mapping[str, str], ours: Collection[str], sheet: CallSheet
) -> list[ActualGoods]:
    """Returned lines that were booked or actioned in `span`: ours, and those on orders of `ours`.

    `wanted` maps the references that must be there to their orders; those that the search does not show
    are looked up on their own order. What is booked on other orders belongs to other returns, which are not ours.
    """
    places = {place.location_id: place.name for place in await bridge.locations()}
    found = await bridge.linnworks.posted_returns(span.start, span.end)
    _note_search(sheet, span, found)
    rows = [
        _from_search(row, places)
        for row in found
        if row.row_type.upper() in RETURNED and (row.order_id in ours or owner_of(row.return_reference))
    ]
    seen = {row.reference for row in rows}
    alone = sorted({order_id for reference, order_id in wanted.items() if reference not in seen})
    sheet.each(wire.RMA_HEADERS, len(alone))
    for order_id in alone:
        rows += [
            row
            for booking in await bridge.linnworks.bookings(order_id)
            if booking.reference not in seen
            for row in _from_booking(booking, places)
        ]
    return rows


async def goods_by_hand(bridge: Bridge, records: Iterable[PostingRecord], sheet: CallSheet) -> list[ActualGoods]:
    """Stock changes under the references of units that a person put into stock; one history each."""
    rows = []
    for record in records:
        for line in record.posting.restock if record.kind == Kind.STOCK else ():
            moves = await bridge.linnworks.stock_moves(line.stock_item_id, line.location_id, record.created_at - CLOCKS)
            sheet.each(wire.ITEM_CHANGES, 1)
            rows += [_from_move(move, record, line) for move in moves if record.reference in move.note]
    return rows


async def refunds(
    bridge: Bridge, span: Span, sought: Sequence[Sought], channels: Collection[Channel], sheet: CallSheet
) -> list[ActualRefund]:
    """Refunds on the orders of `sought`, and on all other orders of the same sales channels.

    Linnworks leaves refunds that are not actioned out of its search (documented), and ours never are: they stand in
    the list of booked ones, which knows no dates and forgets none. Where that list is longer than there are orders
    to ask, it is left alone. An order is asked by itself when a credit sought on it is in neither. The search comes
    first: what is actioned in between is missed by both, so that its order is asked, and never seen twice.
    """
    orders = {one.order_id for one in sought}
    found = await bridge.linnworks.posted_refunds(span.start, span.end)
    _note_search(sheet, span, found)
    booked = await bridge.linnworks.booked_refunds(at_most=max(1, len(orders)))
    rows = [row for row in found if (row.source, row.sub_source) in channels and (booked is None or row.actioned_at)]
    listed = list(_from_refund_search(rows))
    if booked is not None:
        sheet.booked_refunds(len(booked))
        listed += [_from_header(row) for row in booked if row.order_id in orders or _is_recent(row, span, channels)]
    alone = orders if booked is None else _unseen(sought, listed)
    sheet.each(wire.REFUND_HEADERS, len(alone))
    asked = [_from_header(refund) for order_id in sorted(alone) for refund in await bridge.linnworks.refunds(order_id)]
    return asked + [row for row in listed if row.order_id not in alone]


def _unseen(sought: Iterable[Sought], listed: Iterable[ActualRefund]) -> set[str]:
    """Orders with a credit that no listed refund bears: by name, else by amount among those that no name takes."""
    named = {(row.order_id, name) for row in listed for name in (row.reference, row.refund_id)}
    nameless = Counter((row.order_id, row.amount) for row in listed if owner_of(row.reference) is None)
    missing = set()
    for one in sought:
        if any((one.order_id, name) in named for name in one.names):
            continue
        if nameless[one.order_id, one.amount] > 0:
            nameless[one.order_id, one.amount] -= 1
        else:
            missing.add(one.order_id)
    return missing


def _is_recent(refund: Refund, span: Span, channels: Collection[Channel]) -> bool:
    """On an order of the channels, and of the time that is looked at."""
    at = refund.created_at
    return (refund.source, refund.sub_source) in channels and (at is None or span.start <= at <= span.end)


def _note_search(sheet: CallSheet, span: Span, found: Sequence[PostedReturn] | Sequence[PostedRefund]) -> None:
    actioned = sum(1 for row in found if row.actioned_at)
    sheet.search(span.start, span.end, booked=len(found) - actioned, actioned=actioned)


def exchanges(found: Mapping[str, Sequence[Order]]) -> list[ActualExchange]:
    """`found` holds, by the channel's order id, the orders that Linnworks has for it."""
    return [ActualExchange(channel_order_id=key, orders=tuple(orders)) for key, orders in found.items()]


def _from_search(row: PostedReturn, places: Mapping[str, str]) -> ActualGoods:
    return ActualGoods(
        reference=row.return_reference,
        order_id=row.order_id,
        order_number=row.order_number,
        order_reference=row.order_reference,
        sku=row.sku,
        location_id=row.location_id or "",
        location_name=row.location_name or places.get(row.location_id or "", row.location_id or ""),
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


def _from_booking(booking: Booking, places: Mapping[str, str]) -> Iterator[ActualGoods]:
    for line in booking.lines:
        if not line.deleted:
            yield ActualGoods(
                reference=booking.reference,
                order_id=booking.order_id,
                order_number=booking.order_number,
                order_reference="",
                sku=line.sku,
                location_id=line.location_id or "",
                location_name=places.get(line.location_id or "", line.location_id or ""),
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
        skus=_skus(line.sku for line in refund.lines if not line.deleted),
    )


def _from_refund_search(rows: Iterable[PostedRefund]) -> Iterator[ActualRefund]:
    """Search rows are lines; lines of one order and one refund reference are one refund."""
    groups: defaultdict[tuple[str, str], list[PostedRefund]] = defaultdict(list)
    for row in rows:
        groups[row.order_id, row.refund_reference].append(row)
    for (order_id, reference), lines in groups.items():
        amounts = [line.amount for line in lines if line.amount is not None]
        yield ActualRefund(
            refund_id=min(line.refund_row_id for line in lines),
            reference=reference,
            order_id=order_id,
            order_number=lines[0].order_number,
            amount=_sum(amounts),
            channel_initiated=False,
            actioned=any(line.actioned_at for line in lines),
            status=lines[0].status,
            created_at=lines[0].created_at,
            skus=_skus(line.sku for line in lines),
        )


def _skus(named: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({sku for sku in named if sku}))


def _sum(amounts: Sequence[Money]) -> Money:
    return total(amounts, amounts[0].currency) if amounts else Money.zero("XXX")
