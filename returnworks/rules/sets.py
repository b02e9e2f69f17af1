"""Pieces that make whole sets again: whether they go back as sets, and what is to be said about it either way.

Under the composite policy `parent`, all pieces of a set that are back in one return, at one place and in one
condition, go back as the set, where Linnworks tracks the set there and no piece of that order line was booked back
before. In every other case pieces stay pieces: each return is booked by itself, and what is booked is never undone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from returnworks.rules.composites import per_set
from returnworks.rules.context import OrderContext
from returnworks.rules.doubts import Doubt
from returnworks.rules.matching import Matched
from returnworks.rules.model import OrderLine, Posting
from returnworks.rules.placing import Placed, doubt_about_row
from returnworks.rules.policy import CompositePolicy, Policy

Pieces = tuple[tuple[OrderLine, int], ...]
"""Each component of a set with its pieces in one set."""


def whole_again(units: Sequence[Placed], context: OrderContext, policy: Policy) -> tuple[list[Placed], tuple[str, ...]]:
    """The units, those that make whole sets joined, and notes on what was decided about sets and why."""
    result: list[Placed] = [unit for unit in units if not _is_piece(unit, policy)]
    notes: list[str] = []
    for group in _groups(unit for unit in units if _is_piece(unit, policy)).values():
        joined, said = _decide(group, context)
        result += joined
        notes += said
    return sorted(result, key=lambda unit: unit.backs[0].line.line_id), tuple(sorted(notes))


def changed_since_sale(match: Matched, context: OrderContext) -> str | None:
    """A note where a set is made of other pieces today than when it was sold; what was sold goes back."""
    line = match.order_line
    today, pieces = context.compositions.get(line.stock_item_id or ""), per_set(line)
    if today is None or isinstance(pieces, Doubt):
        return None
    sold = Counter({child.stock_item_id or child.sku: count for child, count in pieces})
    if sold == Counter({part.stock_item_id: part.quantity for part in today}):
        return None
    now = ", ".join(f"{part.quantity} × {part.sku}" for part in today) or "no set any more"
    then = ", ".join(f"{count} × {child.sku}" for child, count in pieces)
    return f"{line.sku} held {then} when it was sold and is {now} today; what was sold goes back"


def _is_piece(unit: Placed, policy: Policy) -> bool:
    match = unit.match
    return match.child is not None and policy.composite_policy(match.order_line.sku) == CompositePolicy.PARENT


Group = tuple[str, str, str, str]


def _groups(units: Iterable[Placed]) -> Mapping[Group, list[Placed]]:
    """Pieces of one order line that go to one place in one condition."""
    groups: defaultdict[Group, list[Placed]] = defaultdict(list)
    for unit in units:
        routed = unit.routed
        place = (unit.match.order_line.row_id, unit.location.location_id, routed.disposition.value, routed.category)
        groups[place].append(unit)
    return groups


def _decide(group: list[Placed], context: OrderContext) -> tuple[list[Placed], list[str]]:
    """As it was booked where it was, which only a night's look at everything meets; the rest is decided now."""
    pieces = per_set(group[0].match.order_line)
    if isinstance(pieces, Doubt):
        return group, []
    as_sets, as_pieces, fresh = _as_booked(group, context.posted)
    joined = [unit for sets in as_sets for unit in _join(sets, pieces)]
    decided, notes = _decide_now(fresh, pieces, context) if fresh else ([], [])
    return joined + as_pieces + decided, notes


def _as_booked(
    group: Iterable[Placed], posted: Sequence[Posting]
) -> tuple[list[list[Placed]], list[Placed], list[Placed]]:
    """The pieces that were booked as sets, booking by booking; those booked as pieces; those not booked yet."""
    rows = {line_id: (made.reference, row) for made in posted for row in made.restock for line_id in row.line_ids}
    as_sets: defaultdict[str, list[Placed]] = defaultdict(list)
    as_pieces, fresh = [], []
    for unit in group:
        reference, row = rows.get(unit.backs[0].line.line_id, ("", None))
        if row is None:
            fresh.append(unit)
        elif row.order_line_id == unit.match.order_line.row_id:
            as_sets[reference].append(unit)
        else:
            as_pieces.append(unit)
    return list(as_sets.values()), as_pieces, fresh


def _decide_now(group: list[Placed], pieces: Pieces, context: OrderContext) -> tuple[list[Placed], list[str]]:
    line, place = group[0].match.order_line, group[0].location
    sets = _sets(_counted(group), pieces)
    if not sets:
        return group, _completed_with_others(group, pieces, context)
    why_not = _why_not(group[0], context)
    if why_not:
        return group, [f"{sets} whole {line.sku} came back in pieces to {place.name} and stay pieces: {why_not}"]
    return list(_join(group, pieces)), [f"the pieces of {sets} whole {line.sku} go back to {place.name} as the set"]


def _why_not(first: Placed, context: OrderContext) -> str:
    """What speaks against booking the set itself; "" when nothing does."""
    line, place = first.match.order_line, first.location
    if any(True for _ in _booked(line, context)):
        return "pieces of it are booked back already"
    if not context.tracks_parent(line, place):
        return f"Linnworks does not track {line.sku} at {place.name}"
    doubt = doubt_about_row(line, first.match, context)
    return doubt.message.rstrip(".") if doubt else ""


def _completed_with_others(group: Sequence[Placed], pieces: Pieces, context: OrderContext) -> list[str]:
    line, place = group[0].match.order_line, group[0].location
    before: Counter[str] = Counter()
    for row_id, location_id, units in _booked(line, context):
        before[row_id] += units if location_id == place.location_id else 0
    made = _sets(before + _counted(group), pieces) - _sets(before, pieces)
    if made <= 0:
        return []
    return [
        f"with the pieces that are booked back already, {made} whole {line.sku} came back to {place.name}; each "
        "booking stands by itself, so they stay pieces"
    ]


def _booked(line: OrderLine, context: OrderContext) -> Iterator[tuple[str, str | None, int]]:
    """Pieces of this order line that are booked back already, by anybody: row, location and units."""
    rows = {child.row_id for child in line.children}
    for booking in context.bookings:
        for booked in booking.lines:
            if booked.order_line_id in rows and not booked.deleted:
                yield booked.order_line_id, booked.location_id, booked.quantity
    shown = {booking.reference for booking in context.bookings}
    for posting in (*context.posted, *context.restocked_for_others):
        for row in posting.restock if posting.reference not in shown else ():
            if row.order_line_id in rows:
                yield row.order_line_id, row.location_id, row.quantity


def _sets(count: Mapping[str, int], pieces: Pieces) -> int:
    """How many whole sets so many pieces make, by row."""
    return min((count.get(child.row_id, 0) // each for child, each in pieces if each), default=0)


def _counted(group: Iterable[Placed]) -> Counter[str]:
    return Counter(unit.match.row.row_id for unit in group)


def _join(group: Sequence[Placed], pieces: Pieces) -> Iterator[Placed]:
    """One for the whole sets, made of the pieces with the first line ids; then each piece that is left over."""
    sets = _sets(_counted(group), pieces)
    wanted = Counter({child.row_id: each * sets for child, each in pieces})
    used: list[Placed] = []
    for unit in sorted(group, key=lambda unit: unit.backs[0].line.line_id):
        if wanted[unit.match.row.row_id] > 0:
            wanted[unit.match.row.row_id] -= 1
            used.append(unit)
        else:
            yield unit
    if used:
        yield _as_set(used, sets)


def _as_set(used: Sequence[Placed], sets: int) -> Placed:
    first, line = used[0], used[0].match.order_line
    return Placed(
        backs=tuple(back for unit in used for back in unit.backs),
        match=Matched(first.order, line),
        rows=((line, sets),),
        routed=first.routed,
        location=first.location,
    )
