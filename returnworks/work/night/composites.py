"""Sets that goods were posted for: whether what was posted is what the sale says, and whether levels follow.

Made from the orders and the ledger's postings by arithmetic of its own, so that a mistake of the rules shows.
Linnworks gives a component's quantity for the whole order line (observed); an untracked set is available as often
as its components make it (documented).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from returnworks.clients.linnworks import wire
from returnworks.errors import NotAuthorised, Refused
from returnworks.ledger import PostingRecord
from returnworks.rules.model import Component, Kind, Order, OrderLine, RestockLine, Return, ReturnLine, StockLevel
from returnworks.rules.states import State
from returnworks.work.bridge import Bridge
from returnworks.work.night.calls import CallSheet
from returnworks.work.night.readings import CompositeRow

NOT_TRACKED = -1
"""Minimum level of an item that Linnworks does not track at a location (documented)."""

MAY_STAND = (State.SENT, State.UNKNOWN, State.CONFIRMED)


@dataclass(frozen=True, slots=True)
class SetRow:
    """One row of an order that belongs to a set: the set's own row, or one component's."""

    order: Order
    whole: OrderLine
    row: OrderLine

    @property
    def per_set(self) -> int | None:
        """Pieces of this row in one set; None where they do not divide."""
        pieces, rest = divmod(self.row.quantity, self.whole.quantity) if self.whole.quantity else (0, 1)
        return None if rest else pieces


@dataclass(frozen=True, slots=True)
class Posted:
    """One posted line that belongs to a set."""

    record: PostingRecord
    line: RestockLine
    row: SetRow


async def read(
    bridge: Bridge,
    returns: Sequence[Return],
    orders: Iterable[Order],
    records: Iterable[PostingRecord],
    sheet: CallSheet,
) -> tuple[CompositeRow, ...] | None:
    """Rows of every set that a posting touches; None where the account does not let compositions or levels be read."""
    posted = posted_sets(orders, records)
    if not posted:
        return ()
    sets = {one.row.whole.stock_item_id: one.row.whole for one in posted if one.row.whole.stock_item_id}
    items = sets.keys() | {child.stock_item_id for line in sets.values() for child in line.children} - {None}
    sheet.batches(wire.COMPOSITIONS, len(sets))
    sheet.batches(wire.STOCK_LEVELS, len(items))
    try:
        present = await bridge.linnworks.compositions(sorted(sets))
        levels = await bridge.linnworks.stock_levels(sorted(item for item in items if item))
    except (NotAuthorised, Refused):
        return None
    return rows_of(posted, returns, present, levels)


def posted_sets(orders: Iterable[Order], records: Iterable[PostingRecord]) -> list[Posted]:
    """Every posted line that stands, or may, on a row of a set."""
    return list(_posted(_set_rows(orders), records))


def rows_of(
    posted: Sequence[Posted],
    returns: Iterable[Return],
    present: Mapping[str, Sequence[Component]],
    levels: Iterable[StockLevel],
) -> tuple[CompositeRow, ...]:
    """`present` is what sets are made of today, by stock item id; `levels` those of the sets and their components."""
    return (*_pieces(posted, returns, present), *_availability(posted, present, levels))


def _set_rows(orders: Iterable[Order]) -> dict[str, SetRow]:
    """Every row of a set, by its id."""
    sets = [(order, line) for order in orders for line in order.lines if line.children]
    return {row.row_id: SetRow(order, line, row) for order, line in sets for row in (line, *line.children)}


def _posted(rows: Mapping[str, SetRow], records: Iterable[PostingRecord]) -> Iterator[Posted]:
    for record in records:
        if record.kind == Kind.RESTOCK and record.state in MAY_STAND:
            for line in record.posting.restock:
                if line.order_line_id in rows:
                    yield Posted(record, line, rows[line.order_line_id])


# --- pieces


def _pieces(
    posted: Iterable[Posted], returns: Iterable[Return], present: Mapping[str, Sequence[Component]]
) -> Iterator[CompositeRow]:
    """One row per order row of a set: all that was posted for it, from whichever return."""
    lines = {line.line_id: line for ret in returns for line in ret.lines}
    groups: defaultdict[str, list[Posted]] = defaultdict(list)
    for one in posted:
        groups[one.row.row.row_id].append(one)
    for group in groups.values():
        first, row = group[0], group[0].row
        total = sum(one.line.quantity for one in group)
        yield CompositeRow(
            return_id=first.record.return_id,
            reference=first.record.reference,
            subject=f"order {row.order.number} / {row.whole.sku} / {row.row.sku}",
            set_sku=row.whole.sku,
            sku=row.row.sku,
            due_pieces=_due(group, lines),
            posted_pieces=total,
            excess_pieces=max(0, total - row.row.quantity),
            sale_per_set=row.per_set if row.row is not row.whole else None,
            now_per_set=_now(row, present),
        )


def _due(group: Sequence[Posted], lines: Mapping[str, ReturnLine]) -> int | None:
    """What the covered return lines come to in this row; None where a set or a line of it is not known."""
    row = group[0].row
    returned = [lines.get(line_id) for one in group for line_id in one.line.line_ids]
    known = [line for line in returned if line is not None]
    wholes = [line for line in known if _is_whole(line, row.whole)]
    loose = [line for line in known if line not in wholes]
    if len(known) < len(returned) or (wholes and row.per_set is None):
        return None
    if row.row is row.whole:
        return len(wholes) + _sets(loose, row.whole)
    return len(wholes) * (row.per_set or 0) + len(loose)


def _sets(loose: Sequence[ReturnLine], whole: OrderLine) -> int:
    """How many whole sets these pieces make, as the set was sold."""
    skus = Counter((line.sku or "").casefold() for line in loose)
    made = [
        sum(skus[sku] for sku in {child.sku.casefold(), child.channel_sku.casefold()})
        * whole.quantity
        // child.quantity
        for child in whole.children
        if child.quantity
    ]
    return min(made, default=0)


def _is_whole(line: ReturnLine, whole: OrderLine) -> bool:
    """Whether the returned unit is the set itself: by its SKU, else by the order line that it names."""
    if line.sku and line.sku.casefold() in {whole.sku.casefold(), whole.channel_sku.casefold()}:
        return True
    parts = {text.casefold() for child in whole.children for text in (child.sku, child.channel_sku)}
    return line.order_line_key == whole.channel_line_id and (line.sku or "").casefold() not in parts


def _now(row: SetRow, present: Mapping[str, Sequence[Component]]) -> int | None:
    """Pieces in one set today; 0 where it lost this component, None where there is nothing to compare."""
    if row.row is row.whole or row.per_set is None or not row.whole.stock_item_id:
        return None
    today = present.get(row.whole.stock_item_id, ())
    return sum(part.quantity for part in today if part.sku.casefold() == row.row.sku.casefold())


# --- availability


def _availability(
    posted: Iterable[Posted], present: Mapping[str, Sequence[Component]], levels: Iterable[StockLevel]
) -> Iterator[CompositeRow]:
    """One row per untracked set and location that goods were posted to."""
    available = {(level.stock_item_id, level.location_id): level for level in levels}
    touched = {(one.row.whole.stock_item_id or "", one.line.location_id): one for one in posted}
    for (set_id, location_id), one in sorted(touched.items(), key=lambda pair: pair[0]):
        parent = available.get((set_id, location_id))
        parts = present.get(set_id, ())
        if parent is None or parent.minimum != NOT_TRACKED or not parts:
            continue
        pieces = [(available.get((part.stock_item_id, location_id)), part.quantity) for part in parts]
        yield CompositeRow(
            return_id=one.record.return_id,
            reference=one.record.reference,
            subject=f"{one.row.whole.sku} at {one.line.location_name}",
            set_sku=one.row.whole.sku,
            sku=one.row.whole.sku,
            place=one.line.location_name,
            parent_available=parent.available,
            component_sets=min((level.available if level else 0) // max(1, each) for level, each in pieces),
        )
