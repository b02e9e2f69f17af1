"""The facts that the ledger has, and the checks that need no call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from returnworks.ledger.measures import BACKUP
from returnworks.rules.model import Order, OrderLine, Return
from returnworks.rules.sentinel import Check, account, habits, house
from returnworks.work.bridge import Bridge
from returnworks.work.silence import signals

NEWEST = 500
"""Returns that are looked at: a few months of a small shop, some days of a large one."""


@dataclass(frozen=True, slots=True)
class Recent:
    """The newest returns that the ledger knows, and the orders that Linnworks named for them, by reference."""

    returns: tuple[Return, ...]
    orders: Mapping[str, tuple[Order, ...]]

    def distinct_orders(self) -> list[Order]:
        return list({order.order_id: order for some in self.orders.values() for order in some}.values())

    def orders_of(self, one: Return) -> tuple[Order, ...]:
        return next((self.orders[key] for key in (one.order_id, one.order_name) if key and key in self.orders), ())


def recent(bridge: Bridge) -> Recent:
    returns = tuple(bridge.ledger.get_returns(bridge.ledger.newest_returns(NEWEST)).values())
    references = {key for one in returns for key in (one.order_id, one.order_name) if key}
    return Recent(returns, bridge.ledger.orders_for(references))


def from_the_ledger(bridge: Bridge, known: Recent, time_zone: str) -> list[Check]:
    """Every check that costs no call."""
    return [
        *house.database(_database(bridge), bridge.now()),
        *house.feeds(signals(bridge), bridge.policy.silence),
        house.nights(_last_night(bridge), bridge.now()),
        house.time_zone(time_zone, len(bridge.policy.restock_windows.peaks)),
        habits.validation(bridge.policy, known.returns),
        *habits.reasons(bridge.policy, _reasons(known.returns)),
        habits.unprocessed(len(known.returns), _waited(known)),
        account.skus(_stock_items(known.distinct_orders())),
    ]


def _database(bridge: Bridge) -> house.Database:
    ledger = bridge.ledger
    return house.Database(
        size=ledger.size(),
        revision=ledger.revision(),
        wanted=ledger.wanted_revision(),
        backed_up_at=ledger.watermark(BACKUP),
        kind=ledger.dialect,
    )


def _last_night(bridge: Bridge) -> house.Night | None:
    last = next(iter(bridge.ledger.nights(1)), None)
    return house.Night(last.started_at, last.finished_at, last.verdict) if last else None


def _reasons(returns: Iterable[Return]) -> habits.Reasons:
    return habits.Reasons([(line.reason, line.extended_reason) for one in returns for line in one.lines])


def _waited(known: Recent) -> int:
    """Returns that were asked for while every order of theirs was open, or was processed only afterwards."""
    return sum(1 for one in known.returns if (some := known.orders_of(one)) and all(_open_at(one, o) for o in some))


def _open_at(one: Return, order: Order) -> bool:
    if not order.processed:
        return True
    return bool(order.processed_at and one.created_at and order.processed_at > one.created_at)


def _stock_items(orders: Iterable[Order]) -> dict[str, frozenset[str]]:
    """Stock item ids by SKU, as the lines of orders carry them."""
    found: dict[str, set[str]] = {}
    for line in every_line(orders):
        if line.stock_item_id:
            found.setdefault(line.sku, set()).add(line.stock_item_id)
    return {sku: frozenset(ids) for sku, ids in found.items()}


def every_line(orders: Iterable[Order]) -> Iterator[OrderLine]:
    """Lines and their components."""
    for order in orders:
        for line in order.lines:
            yield line
            yield from line.children
