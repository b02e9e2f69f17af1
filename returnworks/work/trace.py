"""One return's whole story: ReturnGO's facts, what we decided and sent, and what stands in Linnworks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from returnworks.errors import NotFound, ReturnworksError
from returnworks.ledger import AttemptRecord, ExceptionRecord, PostingRecord
from returnworks.rules.lifecycle import stage_of
from returnworks.rules.model import Booking, Order, Refund, Return, Stage
from returnworks.work.bridge import Bridge
from returnworks.work.orders import original_orders

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened or is so; `at` is None where nobody says when."""

    at: datetime | None
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Trace:
    ret: Return
    stage: Stage
    moments: tuple[Moment, ...]
    postings: tuple[PostingRecord, ...] = ()
    attempts: tuple[AttemptRecord, ...] = ()
    items: tuple[ExceptionRecord, ...] = ()
    """Open exceptions."""
    bookings: tuple[Booking, ...] = ()
    refunds: tuple[Refund, ...] = ()
    """What stands in Linnworks on its orders, whoever made it."""
    silent: tuple[str, ...] = ()
    """Sides that could not be asked, and why."""

    @property
    def return_id(self) -> str:
        return self.ret.return_id


@dataclass(frozen=True, slots=True)
class _Standing:
    """What Linnworks has on the return's orders."""

    orders: tuple[Order, ...] = ()
    bookings: tuple[Booking, ...] = ()
    refunds: tuple[Refund, ...] = ()

    def moments(self) -> Iterator[Moment]:
        yield from _orders(self.orders)
        yield from _bookings(self.bookings)
        yield from _refunds(self.refunds)


async def trace_return(bridge: Bridge, return_id: str) -> Trace | None:
    """Everything known now; a vendor that does not answer is named and left out. None: nobody knows it."""
    silent: list[str] = []
    ret = await _from_returngo(bridge, return_id, silent) or bridge.ledger.get_return(return_id)
    if ret is None:
        return None
    postings = tuple(bridge.ledger.postings(return_ids=[return_id]))
    attempts = tuple(bridge.ledger.attempts(return_id=return_id))
    items = tuple(bridge.ledger.exceptions(open_only=False, return_id=return_id))
    stands = await _linnworks(bridge, ret, silent)
    moments = [*_returngo(ret), *_ledger(postings, attempts, items), *stands.moments()]
    return Trace(
        ret=ret,
        stage=stage_of(ret),
        moments=tuple(sorted(moments, key=lambda moment: moment.at or LONG_AGO)),
        postings=postings,
        attempts=attempts,
        items=tuple(item for item in items if item.is_open),
        bookings=stands.bookings,
        refunds=stands.refunds,
        silent=tuple(silent),
    )


async def _from_returngo(bridge: Bridge, return_id: str, silent: list[str]) -> Return | None:
    try:
        return await bridge.returngo.get_return(return_id)
    except NotFound:
        silent.append(f"ReturnGO does not know RMA {return_id}.")
    except ReturnworksError as problem:
        silent.append(f"ReturnGO was not asked: {problem}")
    return None


def _returngo(ret: Return) -> Iterator[Moment]:
    yield Moment(ret.created_at, "ReturnGO", f"requested for order {ret.order_name or ret.order_id or '—'}")
    if ret.approved_at:
        yield Moment(ret.approved_at, "ReturnGO", "approved")
    for parcel in ret.parcels:
        yield Moment(None, "ReturnGO", f"parcel {parcel.shipment_id}: {parcel.status}")
    for line in ret.lines:
        if line.inspection is None:
            yield Moment(None, "ReturnGO", f"line {line.line_id} {line.sku}: not inspected")
            continue
        seen = line.inspection
        verdict = "missing" if not seen.returned else "restockable" if seen.restockable else "not restockable"
        reason = f" ({seen.reason})" if seen.reason else ""
        yield Moment(seen.at, "ReturnGO", f"line {line.line_id} {line.sku}: inspected, {verdict}{reason}")
    for row in ret.transactions:
        text = f"{row.kind} {row.transaction_id}: {row.amount or 'no amount'}, {row.status}"
        yield Moment(row.updated_at or row.created_at, "ReturnGO", text)
    for order in ret.exchange_orders:
        text = f"exchange order {order.order_name or order.order_id or 'not released'} ({order.kind or 'no type'})"
        yield Moment(None, "ReturnGO", text)


def _ledger(
    postings: Iterable[PostingRecord], attempts: Iterable[AttemptRecord], items: Iterable[ExceptionRecord]
) -> Iterator[Moment]:
    for record in postings:
        what = f"{record.reference} intended by policy {record.policy_version}: {record.posting.rule}"
        yield Moment(record.created_at, "ledger", what)
        state = f"{record.reference} is {record.state}" + (f": {record.reason}" if record.reason else "")
        yield Moment(record.updated_at, "ledger", state)
    for attempt in attempts:
        ending = attempt.outcome or "no ending written down"
        detail = f": {attempt.error}" if attempt.error else ""
        yield Moment(attempt.started_at, "ledger", f"{attempt.reference} {attempt.action} → {ending}{detail}")
    for item in items:
        yield Moment(
            item.event_at or item.opened_at, "exceptions", f"#{item.id} {item.code} ({item.state}): {item.message}"
        )


async def _linnworks(bridge: Bridge, ret: Return, silent: list[str]) -> _Standing:
    try:
        orders = (await original_orders(bridge, [ret]))[ret.return_id]
        bookings = [b for order in orders for b in await bridge.linnworks.bookings(order.order_id)]
        refunds = [r for order in orders for r in await bridge.linnworks.refunds(order.order_id)]
    except ReturnworksError as problem:
        silent.append(f"Linnworks was not asked: {problem}")
        return _Standing()
    return _Standing(tuple(orders), tuple(bookings), tuple(refunds))


def _orders(orders: Iterable[Order]) -> Iterator[Moment]:
    for order in orders:
        state = "processed" if order.processed else "open"
        yield Moment(order.processed_at or order.received_at, "Linnworks", f"order {order.number} is {state}")


def _bookings(bookings: Iterable[Booking]) -> Iterator[Moment]:
    for booking in bookings:
        units = ", ".join(f"{line.quantity} × {line.sku}" for line in booking.lines if not line.deleted)
        state = "actioned" if booking.actioned else f"booked only ({booking.status})"
        text = f"return {booking.reference} {state}: {units}"
        yield Moment(booking.actioned_at or booking.created_at, "Linnworks", text)


def _refunds(refunds: Iterable[Refund]) -> Iterator[Moment]:
    for refund in refunds:
        state = "actioned" if refund.actioned else "recorded"
        text = f"refund {refund.reference or refund.refund_id} of {refund.amount} {state}"
        yield Moment(refund.created_at, "Linnworks", text)
