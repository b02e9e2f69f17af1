"""Gathering what the rules need around each return: orders, what stands on them, what others take, sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from returnworks.ledger import PostingRecord
from returnworks.rules.context import OrderContext
from returnworks.rules.credits import paid_refunds
from returnworks.rules.lifecycle import back_since
from returnworks.rules.model import (
    Booking,
    Component,
    Kind,
    Location,
    Order,
    OrderLine,
    Refund,
    Return,
    StockItem,
)
from returnworks.rules.policy import CompositePolicy, Policy
from returnworks.rules.shadow import left_to_people
from returnworks.work.bridge import Bridge
from returnworks.work.moved_on import moved_on
from returnworks.work.orders import exchange_orders, original_orders
from returnworks.work.promises import Promises, promises
from returnworks.work.restocks import Restocks

Orders = Mapping[str, tuple[Order, ...]]
Covered = Mapping[str, Mapping[Kind, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in Linnworks already, by order id."""

    refunds: Mapping[str, tuple[Refund, ...]] = field(default_factory=dict)
    bookings: Mapping[str, tuple[Booking, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sets:
    """What Linnworks says today about the sets on the orders."""

    tracked: frozenset[tuple[str, str]] = frozenset()
    """(stock item id, location id) where a set has stock of its own."""
    compositions: Mapping[str, tuple[Component, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that a chunk of returns is decided from. `promised` and `restocks` grow while it is."""

    orders: Orders
    """The original orders, by return id."""
    exchanges: Orders
    """The exchange orders, by the channel's order id."""
    covered: Covered
    locations: tuple[Location, ...]
    items: Mapping[str, StockItem]
    restocks: Restocks
    sets: Sets
    moved_on: frozenset[str] = frozenset()
    """Line ids of units that were put aside and have left since."""
    standing: Standing = field(default_factory=Standing)
    promised: Promises = field(default_factory=Promises)

    def context_of(self, ret: Return) -> OrderContext:
        mine = self.orders[ret.return_id]
        return OrderContext(
            orders=mine,
            locations=self.locations,
            items=self.items,
            refunds=tuple(row for order in mine for row in self.standing.refunds.get(order.order_id, ())),
            bookings=tuple(row for order in mine for row in self.standing.bookings.get(order.order_id, ())),
            exchange_orders=self.exchanges,
            covered=self.covered.get(ret.return_id, {}),
            posted=self.restocks.of(ret.return_id),
            moved_on=self.moved_on & {line.line_id for line in ret.lines},
            restocked_for_others=self.restocks.of_others(ret.return_id, mine),
            promised=self.promised.to_others(ret.return_id, mine),
            claimed=self.promised.claimed_by_others(ret.return_id, mine),
            rivals=self.promised.rivals_of(ret.return_id, mine),
            tracked_parents=self.sets.tracked,
            compositions=self.sets.compositions,
        )


async def gather_around(bridge: Bridge, returns: Sequence[Return], open_plans: Sequence[PostingRecord]) -> Gathered:
    """What is due and what stands already; what the postings `open_plans` say counts for nothing."""
    orders = await original_orders(bridge, returns)
    exchanges = await exchange_orders(bridge, returns)
    covered = _covered(bridge, returns, open_plans)
    standing = await _standing(bridge, returns, orders, covered)
    goods = [ret for ret in returns if _goods_due(ret, bridge.policy) - _facts(covered, ret, Kind.RESTOCK)]
    restocks = Restocks(_restocks(bridge, returns, covered, standing), open_plans)
    return Gathered(
        orders=orders,
        exchanges=exchanges,
        covered=covered,
        locations=await bridge.locations(),
        items=await bridge.stock_items(skus_of(orders.values())),
        restocks=restocks,
        moved_on=await moved_on(bridge, returns, restocks),
        sets=await _sets(bridge, [order for ret in goods for order in orders[ret.return_id]]),
        standing=standing,
        promised=promises(bridge, standing.refunds, open_plans),
    )


async def gather_afresh(
    bridge: Bridge, orders: Orders, exchanges: Orders, settled: Covered, records: Sequence[PostingRecord]
) -> Gathered:
    """What is due as if nothing had been posted; `records` tell where and in what form goods were booked."""
    tracked = await bridge.tracked_places(_kept_as_sets(bridge, [row for found in orders.values() for row in found]))
    return Gathered(
        orders=orders,
        exchanges=exchanges,
        covered=settled,
        locations=await bridge.locations(),
        items=await bridge.stock_items(skus_of(orders.values())),
        restocks=Restocks(records),
        sets=Sets(tracked=tracked),
    )


def skus_of(orders: Iterable[tuple[Order, ...]]) -> set[str]:
    lines = [line for group in orders for order in group for line in order.lines]
    return {line.sku for line in lines} | {child.sku for line in lines for child in line.children}


# --- The ledger


def _covered(bridge: Bridge, returns: Sequence[Return], open_plans: Sequence[PostingRecord]) -> Covered:
    """The facts that are done or under way, by return id and kind."""
    covered = bridge.ledger.covered_many([ret.return_id for ret in returns])
    for record in open_plans:
        if record.return_id in covered:
            covered[record.return_id][record.kind] -= frozenset(record.posting.covers)
    return with_peoples(bridge, returns, covered)


def with_peoples(bridge: Bridge, returns: Iterable[Return], settled: Covered) -> Covered:
    """Besides what is `settled`: everything that happened before we went live, which people settled themselves."""
    since = bridge.mode.ours_since
    if since is None:
        return settled
    return {ret.return_id: _joined(settled.get(ret.return_id, {}), ret, bridge.policy, since) for ret in returns}


def _joined(
    settled: Mapping[Kind, frozenset[str]], ret: Return, policy: Policy, since: datetime
) -> dict[Kind, frozenset[str]]:
    theirs = left_to_people(ret, policy, since)
    return {kind: settled.get(kind, frozenset()) | theirs.get(kind, frozenset()) for kind in {*settled, *theirs}}


def _restocks(
    bridge: Bridge, returns: Sequence[Return], covered: Covered, standing: Standing
) -> Iterable[PostingRecord]:
    """Restocks of these returns, where they have any, and those on the orders of which goods are due."""
    own = [ret.return_id for ret in returns if _facts(covered, ret, Kind.RESTOCK)]
    mine = bridge.ledger.postings(return_ids=own, kinds=(Kind.RESTOCK,)) if own else []
    on_orders = list(standing.bookings)
    others = bridge.ledger.postings(order_ids=on_orders, kinds=(Kind.RESTOCK,)) if on_orders else []
    return {record.reference: record for record in (*mine, *others)}.values()


def _refunds_due(ret: Return, policy: Policy) -> frozenset[str]:
    return frozenset(row.transaction_id for row in paid_refunds(ret, policy))


def _goods_due(ret: Return, policy: Policy) -> frozenset[str]:
    return frozenset(line.line_id for line in ret.lines if back_since(line, ret, policy))


def _facts(covered: Covered, ret: Return, kind: Kind) -> frozenset[str]:
    return covered.get(ret.return_id, {}).get(kind, frozenset())


# --- Linnworks


async def _standing(bridge: Bridge, returns: Sequence[Return], orders: Orders, covered: Covered) -> Standing:
    """Asked only about the orders of returns that have a refund to credit, or goods to book."""
    money = {ret.return_id for ret in returns if _refunds_due(ret, bridge.policy) - _facts(covered, ret, Kind.CREDIT)}
    goods = {ret.return_id for ret in returns if _goods_due(ret, bridge.policy) - _facts(covered, ret, Kind.RESTOCK)}
    return Standing(
        refunds={order_id: await bridge.linnworks.refunds(order_id) for order_id in _order_ids(orders, money)},
        bookings={order_id: await bridge.linnworks.bookings(order_id) for order_id in _order_ids(orders, goods)},
    )


def _order_ids(orders: Orders, return_ids: set[str]) -> list[str]:
    return sorted({order.order_id for return_id in return_ids for order in orders[return_id]})


async def _sets(bridge: Bridge, orders: Sequence[Order]) -> Sets:
    """Read only for sets on orders to which goods come back; whether they are tracked only where that decides."""
    parents = sorted({line.stock_item_id for line in _set_lines(orders) if line.stock_item_id})
    return Sets(
        tracked=await bridge.tracked_places(_kept_as_sets(bridge, orders)),
        compositions=await bridge.compositions(parents),
    )


def _kept_as_sets(bridge: Bridge, orders: Sequence[Order]) -> list[str]:
    """Stock item ids of the sets that the policy wants back as sets."""
    lines = [line for line in _set_lines(orders) if bridge.policy.composite_policy(line.sku) == CompositePolicy.PARENT]
    return sorted({line.stock_item_id for line in lines if line.stock_item_id})


def _set_lines(orders: Sequence[Order]) -> list[OrderLine]:
    return [line for order in orders for line in order.lines if line.children]
