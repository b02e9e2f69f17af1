"""Which Linnworks orders a return means: from the ledger where they are known, from Linnworks where not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from returnworks.rules.model import Order, Return
from returnworks.rules.shipments import answers_to, released_goods
from returnworks.work.bridge import Bridge

Settled = Callable[[tuple[Order, ...]], bool]
"""Whether what the ledger remembers of an order will not change any more."""


def references_of(order_id: str | None, order_name: str | None) -> tuple[str, ...]:
    """The texts under which Linnworks may know a channel order, best first: id, name, name without '#'."""
    texts = [order_id or "", order_name or "", (order_name or "").lstrip("#")]
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))


async def original_orders(bridge: Bridge, returns: Iterable[Return]) -> dict[str, tuple[Order, ...]]:
    """For each return id, the Linnworks orders of its sale; empty where Linnworks knows none."""
    wanted = {ret.return_id: references_of(ret.order_id, ret.order_name) for ret in returns}
    found = await look_up(bridge, wanted.values(), settled=processed)
    return {return_id: found[references] for return_id, references in wanted.items()}


async def exchange_orders(bridge: Bridge, returns: Iterable[Return]) -> dict[str, tuple[Order, ...]]:
    """For each channel order id of a released exchange, the orders that Linnworks has for it, read afresh.

    Only those that bear its id or name in full: neither a price nor the start of a name says what ships it.
    """
    wanted = {
        row.order_id: references_of(row.order_id, row.order_name)
        for ret in returns
        for row in released_goods(ret)
        if row.order_id
    }
    found = await look_up(bridge, wanted.values(), settled=lambda orders: False)
    return {
        order_id: tuple(order for order in found[references] if answers_to(order, references))
        for order_id, references in wanted.items()
    }


async def look_up(
    bridge: Bridge, wanted: Iterable[Sequence[str]], settled: Settled
) -> dict[tuple[str, ...], tuple[Order, ...]]:
    """The orders behind each list of references: the first reference that Linnworks knows decides.

    What the ledger holds is taken when `settled` says that it will not change any more; the rest is asked for.
    """
    lists = {tuple(references) for references in wanted}
    known = bridge.ledger.orders_for(sorted({text for references in lists for text in references}))
    result: dict[tuple[str, ...], tuple[Order, ...]] = {}
    learned: dict[str, tuple[Order, ...]] = {}
    for references in lists:
        remembered = next((known[text] for text in references if known.get(text)), ())
        if remembered and settled(remembered):
            result[references] = remembered
            continue
        bridge.orders_sought += 1
        result[references] = await _ask(bridge, references, learned)
    bridge.ledger.remember_orders(learned, bridge.now())
    return result


def processed(orders: tuple[Order, ...]) -> bool:
    """All of them are processed: lines and composition stay as they were at the sale."""
    return all(order.processed for order in orders)


async def _ask(bridge: Bridge, references: Sequence[str], learned: dict[str, tuple[Order, ...]]) -> tuple[Order, ...]:
    for text in references:
        orders = await bridge.linnworks.orders_by_reference(text)
        if orders:
            learned[text] = orders
            return orders
    return ()
