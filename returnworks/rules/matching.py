"""Which Linnworks order and order line a returned unit is.

The channel's line id decides. Without it, a SKU decides only where exactly one thing that was sold has it.
Nothing is ever matched by price or by likeness.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from returnworks.rules.composites import explode, is_composite
from returnworks.rules.context import OrderContext
from returnworks.rules.doubts import Doubt
from returnworks.rules.lifecycle import is_kept, is_missing, same
from returnworks.rules.model import Booking, Kind, Order, OrderLine, Posting, Return, ReturnLine
from returnworks.rules.references import is_for


@dataclass(frozen=True, slots=True)
class Matched:
    """One unit of one order line, or of one component of it."""

    order: Order
    order_line: OrderLine
    child: OrderLine | None = None
    """The component's row, when one component of a composite came back and not the set."""

    @property
    def row(self) -> OrderLine:
        """The row that came back."""
        return self.child or self.order_line

    @property
    def is_whole_set(self) -> bool:
        return self.child is None and is_composite(self.order_line)


def find_order_line(line: ReturnLine, orders: Sequence[Order]) -> Matched | Doubt:
    """The order line that this unit is; of several equal parts of a split line, the first."""
    found = candidates(line, orders)
    return found if isinstance(found, Doubt) else found[0]


def candidates(line: ReturnLine, orders: Sequence[Order]) -> tuple[Matched, ...] | Doubt:
    """Every place that this unit can be, all equally right: several only where one sold line was split.

    Cancelled orders are passed over. `Doubt` when nothing fits or when what fits is not one thing.
    """
    sold = [Matched(order, row) for order in _by_number(orders) if not order.cancelled for row in order.lines]
    if not sold:
        return Doubt(
            "order_cancelled", "Every order of this sale is cancelled in Linnworks; book by hand what came back."
        )
    by_key = [
        m for m in sold if line.order_line_key and same(m.order_line.channel_line_id) == same(line.order_line_key)
    ]
    return _by_line_id(line, by_key) if by_key else _by_sku(line, sold)


def _by_line_id(line: ReturnLine, hits: list[Matched]) -> tuple[Matched, ...] | Doubt:
    sku = same(line.sku)
    components = _components(sku, hits)
    named = [m for m in hits if _has_sku(m.order_line, sku)]
    if named and not components:
        return _one_thing(line, named)
    if components and not named:
        return _one_thing(line, components)
    if named and components:
        return _unclear(line, "is both a set and one of its own components")
    if sku and any(is_composite(m.order_line) for m in hits):
        return _unclear(line, "names neither the set that was sold nor one of its components")
    return _one_thing(line, hits)


def _by_sku(line: ReturnLine, sold: list[Matched]) -> tuple[Matched, ...] | Doubt:
    sku = same(line.sku)
    alone = [m for m in sold if _has_sku(m.order_line, sku)]
    in_sets = _components(sku, sold)
    if alone and in_sets:
        return _unclear(line, "was sold alone and inside a set, and no channel line id says which came back")
    if not alone and not in_sets:
        return Doubt(
            "line_not_found",
            f"Neither the channel line id nor the SKU {line.sku or '(none)'} is on the order in Linnworks; "
            "correct the SKU or link the line, then replay the return.",
        )
    return _one_thing(line, alone or in_sets)


def _one_thing(line: ReturnLine, hits: list[Matched]) -> tuple[Matched, ...] | Doubt:
    """The hits, when they are parts of one sold line: one hit, or one channel line id and one stock item."""
    things = {(same(m.order_line.channel_line_id), m.row.stock_item_id, same(m.row.sku)) for m in hits}
    if len(hits) == 1 or (len(things) == 1 and hits[0].order_line.channel_line_id.strip()):
        return tuple(hits)
    return _unclear(line, f"fits {len(hits)} lines that were sold")


def _unclear(line: ReturnLine, why: str) -> Doubt:
    return Doubt("line_ambiguous", f"The SKU {line.sku or '(none)'} {why}; decide by hand which line it is.")


def _components(sku: str, hits: Iterable[Matched]) -> list[Matched]:
    return [
        Matched(m.order, m.order_line, child) for m in hits for child in m.order_line.children if _has_sku(child, sku)
    ]


def _has_sku(row: OrderLine, sku: str) -> bool:
    return bool(sku) and sku in (same(row.sku), same(row.channel_sku))


def _by_number(orders: Sequence[Order]) -> list[Order]:
    return sorted(orders, key=lambda order: (order.number, order.order_id))


class Room:
    """How many units of each row can still come back: what was sold, less what is booked and already matched.

    A set and its components share their room: a set that comes back uses up its components, and each component
    that came back alone is missing from a set.
    """

    def __init__(
        self, orders: Iterable[Order], bookings: Iterable[Booking] = (), restocks: Iterable[Posting] = ()
    ) -> None:
        """`restocks` are postings that do not show in `bookings` yet."""
        self._left: Counter[str] = Counter()
        self._needs: dict[str, Counter[str]] = {}
        for order in orders:
            for line in order.lines:
                self._open(line)
        for booking in bookings:
            for booked in booking.lines:
                if not booked.deleted and booked.order_line_id:
                    self._use(booked.order_line_id, booked.quantity)
        for posting in restocks:
            for row in posting.restock:
                self._use(row.order_line_id, row.quantity)

    def take(self, places: Sequence[Matched]) -> Matched | Doubt:
        """Use one unit of the first of equal places that has room; `Doubt` when none has."""
        for place in places:
            if self.holds(place.row.row_id, 1):
                self._use(place.row.row_id, 1)
                return place
        row = places[0].row
        return Doubt(
            "more_than_sold",
            f"More units of {row.sku} came back than the {row.quantity} that were sold and are not booked back yet; "
            "count them and correct the return or the booking.",
        )

    def holds(self, row_id: str, units: int) -> bool:
        """Whether so many units of a row, all of them with all their pieces, can still come back."""
        return all(self._left[row] >= each * units for row, each in self._needs.get(row_id, Counter()).items())

    def _open(self, line: OrderLine) -> None:
        for row in (line, *line.children):
            self._left[row.row_id] = row.quantity
            self._needs[row.row_id] = Counter({row.row_id: 1})
        pieces = explode(line, 1)
        if not isinstance(pieces, Doubt):
            self._needs[line.row_id].update({child.row_id: units for child, units in pieces})

    def _use(self, row_id: str, units: int) -> None:
        for row, each in self._needs.get(row_id, Counter()).items():
            self._left[row] -= each * units


def beyond_sold(posting: Posting, order: Order, bookings: Iterable[Booking]) -> str:
    """The SKU of which a posting would bring back more than the bookings of other returns leave; "" for none."""
    others = (b for b in bookings if not is_for(b.reference, Kind.RESTOCK, posting.return_id))
    room = Room((order,), others)
    units: Counter[tuple[str, str]] = Counter()
    for row in posting.restock:
        units[row.order_line_id, row.sku] += row.quantity
    return next((sku for (row_id, sku), count in sorted(units.items()) if not room.holds(row_id, count)), "")


def match_lines(ret: Return, context: OrderContext) -> dict[str, Matched | Doubt]:
    """Every line of a return with the unit it is, by line id.

    Lines that have a live posting take their room first, then the ones that can come back, then kept and missing
    ones, each in the order of their ids; so the answer does not depend on the order of the lines. This return's
    own bookings take no room from it.
    """
    posted = context.covered.get(Kind.RESTOCK, frozenset()) | _facts(context.posted)
    shown = {booking.reference for booking in context.bookings}
    room = Room(
        context.orders,
        (b for b in context.bookings if not is_for(b.reference, Kind.RESTOCK, ret.return_id)),
        (posting for posting in context.restocked_for_others if posting.reference not in shown),
    )
    result: dict[str, Matched | Doubt] = {}
    for line in sorted(ret.lines, key=lambda line: (line.line_id not in posted, _stays_away(line), line.line_id)):
        if line.line_id not in result:
            places = candidates(line, context.orders)
            result[line.line_id] = places if isinstance(places, Doubt) else room.take(places)
    return result


def _facts(postings: Iterable[Posting]) -> frozenset[str]:
    return frozenset(fact for posting in postings for fact in posting.covers)


def _stays_away(line: ReturnLine) -> bool:
    return is_kept(line) or is_missing(line)
