"""All three sides for the comparison, each with its as-of time, and whether it is fresh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from returnworks.clients.linnworks import wire
from returnworks.errors import BadAnswer, VendorUnavailable
from returnworks.ledger import PostingRecord
from returnworks.reconcile.facts import ActualGoods, ActualRefund, Side
from returnworks.reconcile.night import NightInputs
from returnworks.rules.model import Kind, Location, Order, Plan, Posting, Return, StockItem
from returnworks.rules.policy import Policy
from returnworks.rules.shadow import ours_of
from returnworks.rules.states import State
from returnworks.work.bridge import Bridge
from returnworks.work.contexts import skus_of, with_peoples
from returnworks.work.intake import POLL
from returnworks.work.night import actual, composites, expected, integrity, ledgered
from returnworks.work.night.calls import CallSheet
from returnworks.work.night.readings import CompositeRow, Readings
from returnworks.work.orders import exchange_orders, original_orders
from returnworks.work.planning import plans_afresh

A_MOMENT = timedelta(minutes=1)
"""Searched beyond the as-of time: Linnworks' search takes whole seconds and its clock may be ahead."""


@dataclass(frozen=True, slots=True)
class Period:
    """What the night looks at: everything that changed since `start`, as of `as_of`."""

    start: datetime
    as_of: datetime


def period(bridge: Bridge, since: datetime | None = None) -> Period:
    """From `since` (by default `watch_days` ago), or from when we went live where that is later, until now."""
    end = bridge.now()
    start = since or end - timedelta(days=bridge.policy.watch_days)
    return Period(max(start, bridge.mode.ours_since or start), end)


async def gather(bridge: Bridge, since: datetime | None = None, silent: str = "") -> Readings:
    """Read the three sides. A vendor that does not answer makes its side stale, and the night says so.

    `silent` says why ReturnGO could not be read just before; without it, its side is as fresh as its last poll.
    """
    span = period(bridge, since)
    returngo = Side("ReturnGO", span.as_of, fresh=False, why=silent) if silent else _freshness(bridge, span)
    returns = _watched(bridge, span)
    records = bridge.ledger.postings(return_ids=[ret.return_id for ret in returns])
    sheet = CallSheet(bridge.linnworks.calls)
    try:
        read = await _linnworks(bridge, span, returns, records, sheet)
        linnworks = Side("Linnworks", bridge.now())
    except (VendorUnavailable, BadAnswer) as problem:
        if isinstance(problem, VendorUnavailable):
            bridge.away.append(problem)
        read = Read()
        linnworks = Side("Linnworks", bridge.now(), fresh=False, why=str(problem))
    sides = (returngo, Side("ledger", bridge.now()), linnworks)
    inputs = as_inputs(span, sides, returns, records, read, bridge.policy)
    return Readings(
        inputs=replace(inputs, decisions=tuple(bridge.ledger.refund_decisions(span.as_of))),
        composites=read.composites,
        places=read.places,
        items=read.items,
        tracked=read.tracked,
        ledger=integrity.read(bridge, span.start),
        calls=sheet.calls(bridge.linnworks.calls),
    )


@dataclass(frozen=True, slots=True)
class Read:
    """What was read from Linnworks, and what should stand there; nothing where it did not answer."""

    plans: Mapping[str, Plan] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    shipped: Mapping[str, tuple[Order, ...]] = field(default_factory=dict)
    goods: Sequence[ActualGoods] = ()
    refunds: Sequence[ActualRefund] = ()
    composites: tuple[CompositeRow, ...] | None = ()
    places: tuple[Location, ...] = ()
    items: tuple[StockItem, ...] = ()
    tracked: tuple[tuple[str, str], ...] = ()


def as_inputs(
    span: Period,
    sides: tuple[Side, ...],
    returns: Sequence[Return],
    records: Sequence[PostingRecord],
    read: Read,
    policy: Policy,
) -> NightInputs:
    by_id = {ret.return_id: ret for ret in returns}
    plans, orders = read.plans, read.orders
    return NightInputs(
        as_of=span.as_of,
        sides=sides,
        returns=tuple(returns),
        plans=plans,
        expected_goods=[row for plan in plans.values() for row in expected.goods(plan, by_id[plan.return_id], orders)],
        ledger_goods=list(ledgered.goods(records)),
        actual_goods=read.goods,
        expected_credits=[
            row for plan in plans.values() for row in expected.credits_due(plan, by_id[plan.return_id], orders, policy)
        ],
        ledger_credits=list(ledgered.credits_made(records)),
        actual_refunds=read.refunds,
        expected_exchanges=[row for plan in plans.values() for row in expected.exchanges(plan, by_id[plan.return_id])],
        ledger_exchanges=list(ledgered.exchanges(records)),
        actual_exchanges=actual.exchanges(read.shipped),
        policy=policy,
    )


def _freshness(bridge: Bridge, span: Period) -> Side:
    """ReturnGO's side is as fresh as the last poll that went through."""
    polled = bridge.ledger.watermark(POLL)
    limit = timedelta(hours=bridge.policy.sweep_hours)
    if polled is None or span.as_of - polled > limit:
        when = f"last read {polled:%Y-%m-%d %H:%M} UTC" if polled else "never read"
        return Side("ReturnGO", polled or span.as_of, fresh=False, why=f"{when}; run `returnworks sync`")
    return Side("ReturnGO", polled)


def _watched(bridge: Bridge, span: Period) -> list[Return]:
    """Returns that changed in the period, and those that still have an exception open; only what is ours of them."""
    ids = set(bridge.ledger.watched_returns(span.as_of))
    ids |= {item.return_id for item in bridge.ledger.exceptions() if item.return_id}
    returns = list(bridge.ledger.get_returns(sorted(ids)).values())
    since = bridge.mode.ours_since
    return returns if since is None else [ours_of(ret, bridge.policy, since) for ret in returns]


async def _linnworks(
    bridge: Bridge, span: Period, returns: Sequence[Return], records: Sequence[PostingRecord], sheet: CallSheet
) -> Read:
    """Everything of Linnworks. VendorUnavailable or BadAnswer: then nothing of it counts."""
    sheet.session()
    sought = bridge.orders_sought
    known = await original_orders(bridge, returns)
    shipped = await exchange_orders(bridge, returns)
    sheet.each(wire.ORDERS_BY_REFERENCE, bridge.orders_sought - sought)
    sheet.batches(wire.ITEM_TYPES, len(bridge.unread_skus(skus_of(known.values()))))
    sets_known = bridge.sets_asked
    afresh = await plans_afresh(
        bridge, returns, known, shipped, with_peoples(bridge, returns, by_hand(records)), records
    )
    sheet.batches(wire.STOCK_LEVELS, bridge.sets_asked - sets_known)
    plans = with_by_hand(afresh, records)
    orders = _by_id([*known.values(), *shipped.values()])
    looked_at = actual.Span(span.start, span.as_of + A_MOMENT)
    goods = await actual.goods(bridge, looked_at, _standing(records), orders.keys(), sheet)
    goods += await actual.goods_by_hand(bridge, records, sheet)
    channels = {(order.source, order.sub_source) for order in orders.values()}
    refunds = await actual.refunds(bridge, looked_at, _sought(plans, records), channels, sheet)
    composed = await composites.read(bridge, returns, orders.values(), records, sheet)
    items = await bridge.stock_items(skus_of(known.values()))
    by_id = tuple(items[item_id] for item_id in sorted(items))
    return Read(
        plans, orders, shipped, goods, refunds, composed, await bridge.locations(), by_id, bridge.tracked_seen()
    )


def _standing(records: Iterable[PostingRecord]) -> dict[str, str]:
    """Orders by the references of bookings that stand in Linnworks, or may: of others nothing was ever sent."""
    return {
        record.reference: record.order_id
        for record in records
        if record.kind == Kind.RESTOCK and (record.sent_at is not None or record.state == State.CONFIRMED)
    }


def _sought(plans: Mapping[str, Plan], records: Sequence[PostingRecord]) -> list[actual.Sought]:
    """Every credit that was made, and every one that should have been."""
    made = {
        record.reference: (record.order_id, {record.reference, record.vendor_id or record.reference}, record.amount)
        for record in records
        if record.kind == Kind.CREDIT
    }
    due = {
        posting.reference: (posting.order_id, {posting.reference}, posting.amount)
        for plan in plans.values()
        for posting in plan.postings
        if posting.kind == Kind.CREDIT
    }
    everything = (due | made).values()
    return [actual.Sought(order, frozenset(names), money) for order, names, money in everything if money is not None]


def by_hand(records: Sequence[PostingRecord]) -> dict[str, dict[Kind, frozenset[str]]]:
    """Lines that a person put into stock: their order, should it turn up, owes nothing for them."""
    lines: dict[str, set[str]] = {}
    for record in records:
        if record.kind == Kind.STOCK:
            lines.setdefault(record.return_id, set()).update(record.posting.covers)
    return {return_id: {Kind.RESTOCK: frozenset(ids)} for return_id, ids in lines.items()}


def with_by_hand(plans: Mapping[str, Plan], records: Sequence[PostingRecord]) -> dict[str, Plan]:
    """What a person decided belongs to what should stand."""
    postings: dict[str, list[Posting]] = {}
    for record in records:
        if record.kind == Kind.STOCK:
            postings.setdefault(record.return_id, []).append(record.posting)
    return {key: replace(plan, postings=(*plan.postings, *postings.get(key, ()))) for key, plan in plans.items()}


def _by_id(groups: Iterable[tuple[Order, ...]]) -> dict[str, Order]:
    return {order.order_id: order for group in groups for order in group}
