"""What postings do to the availability of sets: how many of each set can be sold before and after, place by place.

An untracked set can be sold as often as its components at the same location make it, by today's composition; a tracked
one has stock of its own, which its components do not change (both documented for the level; that the same holds for
what is available after open orders is assumed).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from returnworks.rules.model import Component, Posting, RestockLine, StockLevel

Place = tuple[str, str]
"""(stock item id, location id)."""


@dataclass(frozen=True, slots=True)
class CompositeItem:
    """A set as Linnworks composes it today."""

    stock_item_id: str
    sku: str
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class SetEffect:
    """How many whole sets can be sold from one location, before and after the postings."""

    sku: str
    location: str
    before: int
    after: int
    tracked: bool
    """Whether the set has stock of its own there; else its components make it."""


def effects_on_sets(
    postings: Iterable[Posting], sets: Iterable[CompositeItem], levels: Iterable[StockLevel]
) -> tuple[SetEffect, ...]:
    """One row per set and location to which the set or a component of it comes back, by SKU and location.

    `levels` are Linnworks' now, of the sets and all their components. Scrapped units come back and leave again.
    """
    rows = [row for posting in postings for row in posting.restock]
    known = {(level.stock_item_id, level.location_id): level for level in levels}
    now = Counter({place: level.available for place, level in known.items()})
    then = now.copy()
    for row in rows:
        then[row.stock_item_id, row.location_id] += row.quantity - row.scrap_quantity
    return tuple(
        _effect(one, location_id, name, known, now, then)
        for one in sorted(sets, key=lambda one: one.sku)
        for location_id, name in _places(one, rows)
        if one.components or _is_tracked(one, location_id, known)
    )


def _effect(
    one: CompositeItem,
    location_id: str,
    name: str,
    known: Mapping[Place, StockLevel],
    now: Mapping[Place, int],
    then: Mapping[Place, int],
) -> SetEffect:
    tracked = _is_tracked(one, location_id, known)
    count = _own if tracked else _made
    return SetEffect(one.sku, name, count(one, location_id, now), count(one, location_id, then), tracked)


def _is_tracked(one: CompositeItem, location_id: str, known: Mapping[Place, StockLevel]) -> bool:
    level = known.get((one.stock_item_id, location_id))
    return level is not None and level.minimum >= 0


def _own(one: CompositeItem, location_id: str, available: Mapping[Place, int]) -> int:
    return available[one.stock_item_id, location_id]


def _made(one: CompositeItem, location_id: str, available: Mapping[Place, int]) -> int:
    return min(available[part.stock_item_id, location_id] // max(1, part.quantity) for part in one.components)


def _places(one: CompositeItem, rows: Sequence[RestockLine]) -> list[tuple[str, str]]:
    """Locations (id and name) to which the set or a component of it comes back, by name."""
    items = {one.stock_item_id, *(part.stock_item_id for part in one.components)}
    places = {(row.location_id, row.location_name) for row in rows if row.stock_item_id in items}
    return sorted(places, key=lambda place: place[1])
