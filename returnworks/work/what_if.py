"""History replayed against another policy: what would have gone elsewhere. Reads the ledger only, writes nothing.

What Linnworks alone knows is taken to be as the rules need it: the places that either policy names exist, and sets
that are to go back as sets are tracked there. Each return is decided as if nothing had been posted yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from returnworks.ledger import Ledger, PostingRecord
from returnworks.rules.exchanges import released_goods
from returnworks.rules.lifecycle import same
from returnworks.rules.model import Kind, Location, Order, OrderLine, Return, StockItem
from returnworks.rules.money import Money
from returnworks.rules.planning import plan
from returnworks.rules.policy import Policy
from returnworks.rules.routing import Unit
from returnworks.rules.what_if import Change, Decided, Move, RouteUse, changes, decided, moves, sums, units_of, uses
from returnworks.work.contexts import Gathered, Sets
from returnworks.work.orders import references_of
from returnworks.work.restocks import Restocks


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the policy `after` would have made of history, against `before`."""

    before: Policy
    after: Policy
    returns: int
    without_order: tuple[str, ...]
    """Return ids whose order the ledger does not remember: both policies can only hold them."""
    changes: tuple[Change, ...]
    moves: tuple[Move, ...]
    routes: tuple[RouteUse, ...]
    only_before: tuple[str, ...]
    """References of postings that would not exist."""
    only_after: tuple[str, ...]
    """References of postings that would exist besides."""

    @property
    def units(self) -> int:
        return sum(change.units for change in self.changes)

    @property
    def goods_value(self) -> tuple[Money, ...]:
        """What was paid for the units that would have fared otherwise, one sum per currency."""
        return sums(change.value for change in self.changes if change.kind == Kind.RESTOCK)

    @property
    def refunds_value(self) -> tuple[Money, ...]:
        """The refunds that would have been credited otherwise, one sum per currency."""
        return sums(change.value for change in self.changes if change.kind == Kind.CREDIT)


@dataclass(frozen=True, slots=True)
class History:
    """What the ledger remembers of the returns to replay."""

    returns: tuple[Return, ...]
    """By return id."""
    orders: Mapping[str, tuple[Order, ...]]
    """The original orders, by return id; () where none is remembered."""
    exchanges: Mapping[str, tuple[Order, ...]]
    """By the channel's id of the exchange order."""
    settled: Mapping[str, Mapping[Kind, frozenset[str]]]
    """What people put into stock by hand: no policy decides about it."""


def what_if(ledger: Ledger, before: Policy, after: Policy, since: datetime, now: datetime) -> WhatIf:
    """Replay every return that changed at or after `since` under both policies."""
    history = remembered(ledger, since)
    places = _places(before, after)
    units = {ret.return_id: units_of(ret, history.orders[ret.return_id]) for ret in history.returns}
    old, new = (_replay(history, units, policy, places, now) for policy in (before, after))
    found = tuple(change for ret in history.returns for change in changes(ret, old[ret.return_id], new[ret.return_id]))
    was, would_be = _references(old.values()), _references(new.values())
    return WhatIf(
        before=before,
        after=after,
        returns=len(history.returns),
        without_order=tuple(ret.return_id for ret in history.returns if not history.orders[ret.return_id]),
        changes=found,
        moves=moves(found),
        routes=uses(old.values(), new.values(), _route_names(before, after)),
        only_before=tuple(sorted(was - would_be)),
        only_after=tuple(sorted(would_be - was)),
    )


def remembered(ledger: Ledger, since: datetime) -> History:
    """A handful of queries, whatever the number of returns."""
    returns = tuple(sorted(ledger.get_returns(ledger.returns_since(since)).values(), key=lambda ret: ret.return_id))
    sales = {ret.return_id: references_of(ret.order_id, ret.order_name) for ret in returns}
    swaps = {
        row.order_id: references_of(row.order_id, row.order_name)
        for ret in returns
        for row in released_goods(ret)
        if row.order_id
    }
    known = ledger.orders_for(sorted({text for texts in (*sales.values(), *swaps.values()) for text in texts}))
    return History(
        returns=returns,
        orders={key: _first(known, texts) for key, texts in sales.items()},
        exchanges={key: _first(known, texts) for key, texts in swaps.items()},
        settled=_by_hand(ledger.postings(kinds=[Kind.STOCK])),
    )


def _first(known: Mapping[str, tuple[Order, ...]], references: Sequence[str]) -> tuple[Order, ...]:
    return next((known[text] for text in references if known.get(text)), ())


def _by_hand(records: Iterable[PostingRecord]) -> dict[str, dict[Kind, frozenset[str]]]:
    lines: dict[str, frozenset[str]] = {}
    for record in records:
        lines[record.return_id] = lines.get(record.return_id, frozenset()) | frozenset(record.posting.covers)
    return {return_id: {Kind.RESTOCK: ids} for return_id, ids in lines.items()}


def _replay(
    history: History,
    units: Mapping[str, Mapping[str, Unit]],
    policy: Policy,
    places: tuple[Location, ...],
    now: datetime,
) -> dict[str, Decided]:
    """What one policy makes of each return, one after the other, as they share orders."""
    rows = [row for orders in history.orders.values() for order in orders for row in order.lines]
    gathered = Gathered(
        orders=history.orders,
        exchanges=history.exchanges,
        covered=history.settled,
        locations=places,
        items=_items(rows),
        restocks=Restocks(),
        sets=Sets(tracked=_tracked(rows, places)),
    )
    made = {}
    for ret in history.returns:
        context = gathered.context_of(ret)
        planned = plan(ret, context, policy, now)
        gathered.promised.make(planned.postings)
        gathered.restocks.add(planned.postings)
        made[ret.return_id] = decided(ret, context.orders, units[ret.return_id], policy, planned)
    return made


def _places(before: Policy, after: Policy) -> tuple[Location, ...]:
    """Every place that either policy names, each once."""
    names = [*before.location_keys().values(), *after.location_keys().values()]
    once = {same(name): name.strip() for name in reversed(names)}
    return tuple(Location(key, name) for key, name in sorted(once.items()))


def _items(rows: Iterable[OrderLine]) -> dict[str, StockItem]:
    """The stock items on the orders, as plain stock: whether they are batched or archived is not remembered."""
    return {
        part.stock_item_id: StockItem(part.stock_item_id, part.sku, composite=bool(part.children))
        for row in rows
        for part in (*row.children, row)
        if part.stock_item_id
    }


def _tracked(rows: Iterable[OrderLine], places: Iterable[Location]) -> frozenset[tuple[str, str]]:
    sets = {row.stock_item_id for row in rows if row.children and row.stock_item_id}
    return frozenset((item, place.location_id) for item in sets for place in places)


def _references(decisions: Iterable[Decided]) -> set[str]:
    return {posting.reference for each in decisions for posting in each.plan.postings}


def _route_names(before: Policy, after: Policy) -> list[str]:
    """In the order of the new routing table, then what only the old one had."""
    return [route.name for policy in (after, before) for route in policy.routing_table]
