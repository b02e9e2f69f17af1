"""A moment between two nights: both sides that the ledger remembers as of then, Linnworks as it was last read.

What ReturnGO said and what was posted is told from the ledger's history. What Linnworks held is only known from
nights: the last one that read it by then speaks, under its own as-of time, and where none did, nothing can be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from returnworks.ledger import ExceptionRecord, PostingRecord
from returnworks.reconcile.facts import Side
from returnworks.report import PastNight
from returnworks.rules.exchanges import released_goods
from returnworks.rules.lifecycle import stage_of
from returnworks.rules.model import Location, Order, Return, Stage, StockItem
from returnworks.work.bridge import Bridge
from returnworks.work.contexts import with_peoples
from returnworks.work.night.archive import Shown
from returnworks.work.night.file import NIGHTS_SHOWN, as_shown
from returnworks.work.night.gather import Period, Read, as_inputs, by_hand, with_by_hand
from returnworks.work.night.readings import Readings
from returnworks.work.night.recalled import Recalled, filed_night
from returnworks.work.orders import references_of
from returnworks.work.planning import plans_afresh

ENDED = (Stage.CLOSED, Stage.REJECTED, Stage.CANCELLED)
NOTHING_READ = "no night had read it by then"


class Still(Bridge):
    """A bridge of a past moment: it answers from what a night had read, and asks nobody."""

    def __init__(self, bridge: Bridge, readings: Readings, moment: datetime) -> None:
        ours = (bridge.environment, readings.inputs.policy, bridge.ledger, bridge.returngo, bridge.linnworks)
        super().__init__(*ours, clock=lambda: moment)
        self._readings = readings

    async def locations(self) -> tuple[Location, ...]:
        return self._readings.places

    async def stock_items(self, skus: Iterable[str]) -> dict[str, StockItem]:
        wanted = {sku.casefold() for sku in skus}
        return {item.stock_item_id: item for item in self._readings.items if item.sku.casefold() in wanted}

    async def tracked_places(self, stock_item_ids: Iterable[str]) -> frozenset[tuple[str, str]]:
        wanted = set(stock_item_ids)
        return frozenset(pair for pair in self._readings.tracked if pair[0] in wanted)


async def between(bridge: Bridge, moment: datetime) -> Recalled:
    """What was known at `moment`, with Linnworks as a night had last read it."""
    open_then = _open_at(bridge, moment)
    base = _last_reading(bridge, moment)
    policy = base.readings.inputs.policy if base else bridge.policy
    span = Period(moment - timedelta(days=policy.watch_days), moment)
    returns = _watched(bridge, span, open_then)
    records = bridge.ledger.postings_at(moment, [ret.return_id for ret in returns])
    read = await _as_read(bridge, moment, returns, records, base) if base else Read()
    sides = (
        Side("ReturnGO", bridge.ledger.last_learned(moment) or moment),
        Side("ledger", moment),
        _linnworks_side(base, moment),
    )
    inputs = as_inputs(span, sides, returns, records, read, policy)
    inputs = replace(inputs, decisions=tuple(bridge.ledger.refund_decisions(moment)))
    readings = replace(base.readings, inputs=inputs) if base else Readings(inputs=inputs)
    return Recalled(readings=readings, shown=_shown(bridge, moment, open_then), whence=_whence(base))


def _linnworks_side(base: Recalled | None, moment: datetime) -> Side:
    if base is None:
        return Side("Linnworks", moment, fresh=False, why=NOTHING_READ)
    return next(side for side in base.readings.inputs.sides if side.name == "Linnworks")


def _whence(base: Recalled | None) -> str:
    if base is None:
        return f"from the ledger's history; of Linnworks nothing can be told: {NOTHING_READ}."
    return f"from the ledger's history, with Linnworks as {base.shown.title.lower()} had read it."


def _last_reading(bridge: Bridge, moment: datetime) -> Recalled | None:
    """The last night by then that read Linnworks, and whose readings are kept."""
    for night_id in bridge.ledger.archived_nights(moment):
        record = bridge.ledger.night(night_id)
        if record is not None and record.sides.get("Linnworks", {}).get("fresh"):
            return filed_night(bridge.ledger, night_id)
    return None


async def _as_read(
    bridge: Bridge, moment: datetime, returns: Sequence[Return], records: Sequence[PostingRecord], base: Recalled
) -> Read:
    """What should have stood in Linnworks at that moment, and what the night of `base` saw there."""
    seen = base.readings.inputs
    still = Still(bridge, base.readings, moment)
    known = _orders_at(bridge, returns, moment)
    shipped: dict[str, tuple[Order, ...]] = {
        row.order_id: () for ret in returns for row in released_goods(ret) if row.order_id
    }
    shipped |= {row.channel_order_id: row.orders for row in seen.actual_exchanges}
    afresh = await plans_afresh(still, returns, known, shipped, with_peoples(still, returns, by_hand(records)), records)
    orders = {order.order_id: order for found in (*known.values(), *shipped.values()) for order in found}
    return Read(
        plans=with_by_hand(afresh, records),
        orders=orders,
        shipped=shipped,
        goods=seen.actual_goods,
        refunds=seen.actual_refunds,
    )


def _orders_at(bridge: Bridge, returns: Iterable[Return], moment: datetime) -> dict[str, tuple[Order, ...]]:
    """The sale behind each return as it was by then; an order that was processed later was open."""
    wanted = {ret.return_id: references_of(ret.order_id, ret.order_name) for ret in returns}
    known = bridge.ledger.orders_for(sorted({text for texts in wanted.values() for text in texts}))
    return {
        return_id: tuple(_then(order, moment) for order in next((known[t] for t in texts if known.get(t)), ()))
        for return_id, texts in wanted.items()
    }


def _then(order: Order, moment: datetime) -> Order:
    later = order.processed_at is not None and order.processed_at > moment
    return replace(order, processed=False, processed_at=None) if later else order


# --- the desk


def _open_at(bridge: Bridge, moment: datetime) -> list[ExceptionRecord]:
    """The exceptions that were open then, worth and waived as they were; in words as they are today."""
    ledger = bridge.ledger
    then = {item.exception_id: item for item in ledger.desk_then(ledger.last_desk_event(moment), moment)}
    records = [record for record in ledger.exceptions(open_only=False) if record.id in then]
    return [
        replace(
            record,
            units=then[record.id].units,
            value=then[record.id].value,
            closed_at=None,
            waived_until=record.waived_until if then[record.id].waived else None,
        )
        for record in records
    ]


def _watched(bridge: Bridge, span: Period, open_then: Iterable[ExceptionRecord]) -> list[Return]:
    """Returns that were under way, had changed within the watch, or had an exception open."""
    waiting = {item.return_id for item in open_then}
    return [
        ret
        for ret in bridge.ledger.returns_at(span.as_of, span.start)
        if stage_of(ret) not in ENDED or ret.return_id in waiting or (ret.updated_at or span.as_of) >= span.start
    ]


def _shown(bridge: Bridge, moment: datetime, open_then: Sequence[ExceptionRecord]) -> Shown:
    earlier = bridge.ledger.nights_between(moment - NIGHTS_SHOWN * timedelta(days=1), moment)
    return Shown(
        title=f"As of {moment:%Y-%m-%d %H:%M} UTC",
        source=bridge.environment.returngo_shop,
        open_items=as_shown(open_then, {}, moment),
        past=tuple(PastNight(row.as_of, row.counts) for row in reversed(earlier)),
    )
