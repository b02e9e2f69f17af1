"""What plans do to the availability of the sets on their orders, read from Linnworks in one batch. Only reads."""

from __future__ import annotations

from collections.abc import Mapping

from returnworks.rules.availability import CompositeItem, SetEffect, effects_on_sets
from returnworks.rules.model import OrderLine
from returnworks.work.bridge import Bridge
from returnworks.work.planning import Decided


async def availability(bridge: Bridge, decided: Mapping[str, Decided]) -> dict[str, tuple[SetEffect, ...]]:
    """By return id, each return for itself. Sets that share a component but are on no order here are not looked at,
    as Linnworks does not tell which they are."""
    touched = {return_id: sets for return_id, made in decided.items() if (sets := _sets(made))}
    composed = await bridge.compositions({item for sets in touched.values() for item in sets})
    items = composed.keys() | {part.stock_item_id for parts in composed.values() for part in parts}
    levels = await bridge.linnworks.stock_levels(sorted(items)) if items else ()
    return {
        return_id: effects_on_sets(
            decided[return_id].plan.postings,
            [CompositeItem(item, line.sku, composed[item]) for item, line in sets.items() if item in composed],
            levels,
        )
        for return_id, sets in touched.items()
    }


def _sets(made: Decided) -> dict[str, OrderLine]:
    """The set lines, by stock item id, of which a row comes back."""
    back = {row.order_line_id for posting in made.plan.postings for row in posting.restock}
    return {
        line.stock_item_id: line
        for order in made.context.orders
        for line in order.lines
        if line.children and line.stock_item_id and back & {line.row_id, *(child.row_id for child in line.children)}
    }
