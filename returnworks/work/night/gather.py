"""All three sides for the comparison, each with its as-of time, and whether it is fresh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from returnworks.errors import BadAnswer, VendorUnavailable
from returnworks.ledger import PostingRecord
from returnworks.reconcile.facts import ActualGoods, ActualRefund, Side
from returnworks.reconcile.night import NightInputs
from returnworks.rules.model import Kind, Order, Plan, Posting, Return
from returnworks.work.bridge import Bridge
from returnworks.work.intake import POLL
from returnworks.work.night import actual, expected, ledgered
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
    """From `since` (by default `watch_days` ago) until now."""
    end = bridge.now()
    return Period(since or end - timedelta(days=bridge.policy.watch_days), end)


async def gather(bridge: Bridge, since: datetime | None = None, silent: str = "") -> NightInputs:
    """Read the three sides. A vendor that does not answer makes its side stale, and the night says so.

    `silent` says why ReturnGO could not be read just before; without it, its side is as fresh as its last poll.
    """
    span = period(bridge, since)
    returngo = Side("ReturnGO", span.as_of, fresh=False, why=silent) if silent else _freshness(bridge, span)
    returns = _watched(bridge, span)
    records = bridge.ledger.postings(return_ids=[ret.return_id for ret in returns])
    try:
        known = await original_orders(bridge, returns)
        shipped = await exchange_orders(bridge, returns)
        plans = _with_by_hand(await plans_afresh(bridge, returns, known, shipped, _by_hand(records)), records)
        orders = _by_id([*known.values(), *shipped.values()])
        goods, refunds = await _linnworks(bridge, span, plans, records, orders)
        linnworks = Side("Linnworks", bridge.now())
    except (VendorUnavailable, BadAnswer) as problem:
        if isinstance(problem, VendorUnavailable):
            bridge.away.append(problem)
        plans, orders, goods, refunds, shipped = {}, {}, [], [], {}
        linnworks = Side("Linnworks", bridge.now(), fresh=False, why=str(problem))
    by_id = {ret.return_id: ret for ret in returns}
    return NightInputs(
        as_of=span.as_of,
        sides=(returngo, Side("ledger", bridge.now()), linnworks),
        returns=tuple(returns),
        plans=plans,
        expected_goods=[row for plan in plans.values() for row in expected.goods(plan, by_id[plan.return_id], orders)],
        ledger_goods=list(ledgered.goods(records)),
        actual_goods=goods,
        expected_credits=[
            row
            for plan in plans.values()
            for row in expected.credits_due(plan, by_id[plan.return_id], orders, bridge.policy)
        ],
        ledger_credits=list(ledgered.credits_made(records)),
        actual_refunds=refunds,
        expected_exchanges=[row for plan in plans.values() for row in expected.exchanges(plan, by_id[plan.return_id])],
        ledger_exchanges=list(ledgered.exchanges(records)),
        actual_exchanges=actual.exchanges(shipped),
        policy=bridge.policy,
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
    """Returns that changed in the period, and those that still have an exception open."""
    ids = set(bridge.ledger.watched_returns(span.as_of))
    ids |= {item.return_id for item in bridge.ledger.exceptions() if item.return_id}
    return list(bridge.ledger.get_returns(sorted(ids)).values())


async def _linnworks(
    bridge: Bridge,
    span: Period,
    plans: Mapping[str, Plan],
    records: Sequence[PostingRecord],
    orders: Mapping[str, Order],
) -> tuple[list[ActualGoods], list[ActualRefund]]:
    wanted = {record.reference: record.order_id for record in records if record.kind == Kind.RESTOCK}
    credited = {record.order_id for record in records if record.kind == Kind.CREDIT}
    credited |= {p.order_id for plan in plans.values() for p in plan.postings if p.kind == Kind.CREDIT}
    channels = {(order.source, order.sub_source) for order in orders.values()}
    end = span.as_of + A_MOMENT
    goods = await actual.goods(bridge, span.start, end, wanted, orders.keys())
    goods += await actual.goods_by_hand(bridge, records)
    return goods, await actual.refunds(bridge, span.start, end, credited, channels)


def _by_hand(records: Sequence[PostingRecord]) -> dict[str, dict[Kind, frozenset[str]]]:
    """Lines that a person put into stock: their order, should it turn up, owes nothing for them."""
    lines: dict[str, set[str]] = {}
    for record in records:
        if record.kind == Kind.STOCK:
            lines.setdefault(record.return_id, set()).update(record.posting.covers)
    return {return_id: {Kind.RESTOCK: frozenset(ids)} for return_id, ids in lines.items()}


def _with_by_hand(plans: Mapping[str, Plan], records: Sequence[PostingRecord]) -> dict[str, Plan]:
    """What a person decided belongs to what should stand."""
    postings: dict[str, list[Posting]] = {}
    for record in records:
        if record.kind == Kind.STOCK:
            postings.setdefault(record.return_id, []).append(record.posting)
    return {key: replace(plan, postings=(*plan.postings, *postings.get(key, ()))) for key, plan in plans.items()}


def _by_id(groups: Iterable[tuple[Order, ...]]) -> dict[str, Order]:
    return {order.order_id: order for group in groups for order in group}
