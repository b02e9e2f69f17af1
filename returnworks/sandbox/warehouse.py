"""What Linnworks holds on its shelves: locations, items, levels and the history of every change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

DEFAULT_LOCATION = "00000000-0000-0000-0000-000000000000"
"""Linnworks' Default location has the zero GUID on every account."""


def stable_id(kind: str, name: str) -> str:
    """The same thing gets the same GUID in every run, so that a story can be told twice."""
    return str(uuid5(NAMESPACE_URL, f"sandbox:{kind}:{name}"))


@dataclass(slots=True)
class Location:
    location_id: str
    int_id: int
    name: str
    fulfilment_centre: bool = False
    warehouse_managed: bool = False
    not_trackable: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """`quantity` pieces of the child in one composite."""

    sku: str
    quantity: int


@dataclass(slots=True)
class Item:
    stock_item_id: str
    int_id: int
    sku: str
    title: str
    composition: tuple[Part, ...] = ()
    tracking: int = 0
    """Linnworks' InventoryTrackingType; 0 is ordinary stock, anything else is batched or serial."""
    archived: bool = False
    cost: Decimal = Decimal(0)
    levels: dict[str, int] = field(default_factory=dict)
    minimums: dict[str, int] = field(default_factory=dict)
    minimum: int = 0
    """Where `minimums` says nothing. -1: not tracked there."""

    def minimum_at(self, location_id: str) -> int:
        return self.minimums.get(location_id, self.minimum)

    def computed_at(self, location_id: str) -> bool:
        """An untracked composite has no stock of its own: its level follows its children's."""
        return bool(self.composition) and self.minimum_at(location_id) < 0


@dataclass(slots=True)
class Move:
    """One change of one item at one location; `level` is the level after it, in the order of `at`."""

    sku: str
    location_id: str
    change: int
    level: int
    note: str
    at: datetime
    visible_at: datetime


class Warehouse:
    def __init__(self) -> None:
        self.locations: dict[str, Location] = {}
        self.items: dict[str, Item] = {}
        self.moves: list[Move] = []
        self._by_id: dict[str, Item] = {}
        self._history: defaultdict[tuple[str, str], list[Move]] = defaultdict(list)

    # --- places and things

    def add_location(self, name: str, *, location_id: str | None = None, **flags: bool) -> Location:
        location_id = location_id or stable_id("location", name)
        known = self.locations.get(location_id)
        int_id = known.int_id if known else len(self.locations) + 1
        self.locations[location_id] = Location(location_id, int_id, name, **flags)
        return self.locations[location_id]

    def location_named(self, name: str) -> Location | None:
        return next((place for place in self.locations.values() if place.name == name), None)

    def add_item(self, item: Item) -> None:
        self.items[item.sku] = item
        self._by_id[item.stock_item_id] = item

    def restore_items(self, items: dict[str, Item]) -> None:
        self.items = items
        self._by_id = {item.stock_item_id: item for item in items.values()}

    def item_by_id(self, stock_item_id: str) -> Item | None:
        return self._by_id.get(stock_item_id)

    def next_int_id(self) -> int:
        return 1000 + len(self.items)

    # --- levels

    def level(self, item: Item, location_id: str) -> int:
        """An untracked composite: the minimum over its children of level / quantity, at that location."""
        if not item.computed_at(location_id):
            return item.levels.get(location_id, 0)
        return min(self._sets_of(part, location_id) for part in item.composition)

    def _sets_of(self, part: Part, location_id: str) -> int:
        return self.level(self.items[part.sku], location_id) // part.quantity

    def move(self, item: Item, location_id: str, change: int, note: str, at: datetime, seen: datetime) -> None:
        """Change a level and write it in the history; for an untracked composite that is done to its children."""
        for piece, pieces in self._pieces(item, location_id, change):
            piece.levels[location_id] = piece.levels.get(location_id, 0) + pieces
            row = Move(piece.sku, location_id, pieces, piece.levels[location_id], note, at, seen)
            self.moves.append(row)
            self._write_history(row)

    def _write_history(self, row: Move) -> None:
        """In the order of the dates: a story may tell of something that happened before what is there."""
        rows = self._history[row.sku, row.location_id]
        later = [other for other in rows if other.at > row.at]
        row.level -= sum(other.change for other in later)
        for other in later:
            other.level += row.change
        rows.insert(len(rows) - len(later), row)

    def _pieces(self, item: Item, location_id: str, change: int) -> Iterator[tuple[Item, int]]:
        if not item.computed_at(location_id):
            yield item, change
            return
        for part in item.composition:
            yield self.items[part.sku], change * part.quantity

    def history(self, item: Item, location_id: str, now: datetime) -> list[Move]:
        """Newest first, as seen live, without rows that cannot be seen yet."""
        rows = self._history.get((item.sku, location_id), [])
        return [row for row in reversed(rows) if row.visible_at <= now]

    def last_move(self, item: Item, location_id: str) -> Move | None:
        rows = self._history.get((item.sku, location_id))
        return rows[-1] if rows else None
