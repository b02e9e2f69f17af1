"""Linnworks' RMA bookings: a promise to take goods back, and the act that puts them on the shelf.

Documented: only processed orders; nothing moves at booking; actioning restocks at each line's location and
takes scrap out again. Assumed, on the strict side: never more than was sold (the vendor offers ReturnableQty
for it), scrap within the returned quantity, an actioned booking cannot be actioned again, the reference
of a booking need not be unique, returning a composite's row moves every child by its ratio.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from itertools import count

from returnworks.sandbox.orderbook import Order, OrderLine
from returnworks.sandbox.refusals import NotPossible
from returnworks.sandbox.warehouse import Warehouse


@dataclass(slots=True)
class BookedLine:
    """Units of one order row that come back to one location; `scrap` of them are thrown away."""

    order_row: str
    location_id: str
    quantity: int
    scrap: int = 0
    refund: Decimal = Decimal(0)
    reason: str = ""
    category: str = ""
    batch: int | None = None
    row_id: int = 0
    sku: str = ""
    title: str = ""
    deleted: bool = False
    actioned_at: datetime | None = None


@dataclass(slots=True)
class Booking:
    header_id: int
    order_id: str
    reference: str
    channel_initiated: bool
    created_at: datetime
    visible_at: datetime
    lines: list[BookedLine] = field(default_factory=list)
    actioned_at: datetime | None = None
    action_visible_at: datetime | None = None
    refund_header_id: int | None = None

    def standing(self) -> list[BookedLine]:
        return [line for line in self.lines if not line.deleted]

    def looks_actioned(self, now: datetime) -> bool:
        """What a reader is shown: an action may take a while to be seen."""
        return self.action_visible_at is not None and self.action_visible_at <= now


class BookingBook:
    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.headers: dict[int, Booking] = {}
        self._of_order: defaultdict[str, list[Booking]] = defaultdict(list)
        self._header_ids = count(7001)
        self._row_ids = count(500001)
        self._own_references = count(1)

    def of_order(self, order_id: str) -> list[Booking]:
        return list(self._of_order.get(order_id, ()))

    def own_reference(self) -> str:
        """Linnworks' own for a booking that comes without: 14 hexadecimal digits, as seen live."""
        return sha256(f"booking {next(self._own_references)}".encode()).hexdigest()[:14].upper()

    # --- what may still come back

    def taken(self, order_id: str, without: Sequence[BookedLine] = ()) -> Counter[str]:
        """Units booked or returned per order row, leaving out the lines in `without`."""
        units: Counter[str] = Counter()
        for booking in self._of_order.get(order_id, ()):
            for line in booking.standing():
                if not any(line is other for other in without):
                    units[line.order_row] += line.quantity
        return units

    def book(
        self,
        order: Order,
        lines: Sequence[BookedLine],
        *,
        reference: str,
        channel_initiated: bool,
        at: datetime,
        seen: datetime,
    ) -> Booking:
        """Note the goods down; stock stays as it is. Raises `NotPossible` and books nothing if a line is wrong."""
        if not order.processed:
            raise NotPossible("The order is open in Linnworks.", reason="OpenOrderInLinnworks")
        if not lines:
            raise NotPossible("There is nothing to return.", reason="NoNewRMAsSpecified")
        self._check(order, lines, self.taken(order.order_id))
        booking = Booking(next(self._header_ids), order.order_id, reference, channel_initiated, at, seen)
        booking.lines = [self._numbered(order, line) for line in lines]
        self.headers[booking.header_id] = booking
        self._of_order[order.order_id].append(booking)
        return booking

    def _numbered(self, order: Order, line: BookedLine) -> BookedLine:
        row = _known_row(order, line.order_row)[0]
        line.row_id, line.sku, line.title = next(self._row_ids), row.sku, row.title
        return line

    def _check(self, order: Order, lines: Iterable[BookedLine], taken: Counter[str]) -> None:
        errors = []
        for line in lines:
            fault = self._what_is_wrong(order, line, taken)
            if fault:
                errors.append(fault)
            taken[line.order_row] += line.quantity
        if errors:
            raise NotPossible(*errors)

    def _what_is_wrong(self, order: Order, line: BookedLine, taken: Counter[str]) -> str:
        row, parent = _known_row(order, line.order_row)
        place = self.warehouse.locations.get(line.location_id)
        if place is None:
            return f"The return location of {row.sku} does not exist."
        if row.is_service or row.stock_item_id is None:
            return f"{row.sku} is not linked to a stock item and cannot be returned."
        if line.quantity < 1 or not 0 <= line.scrap <= line.quantity:
            return f"The quantities of {row.sku} do not make sense."
        item = self.warehouse.item_by_id(row.stock_item_id)
        if line.batch is None and (place.warehouse_managed or (item is not None and item.tracking)):
            return f"{row.sku} needs a batch to be returned to {place.name}."
        left = returnable(row, parent, taken)
        return "" if line.quantity <= left else f"Only {left} of {row.sku} can still be returned."

    # --- later on

    def change(self, order: Order, booking: Booking, changed: dict[int, BookedLine | None]) -> None:
        """Replace lines by row id (None: take it off the booking). All or nothing."""
        if booking.actioned_at:
            raise NotPossible("The booking is actioned already.")
        old = [line for line in booking.standing() if line.row_id in changed]
        new = [line for line in changed.values() if line is not None]
        if len(old) != len(changed):
            raise NotPossible("A line is not on this booking.")
        self._check(order, new, self.taken(order.order_id, without=old))
        for line in old:
            self._replace(booking, line, changed[line.row_id])

    def _replace(self, booking: Booking, line: BookedLine, replacement: BookedLine | None) -> None:
        if replacement is None:
            line.deleted = True
            return
        replacement.row_id, replacement.sku, replacement.title = line.row_id, line.sku, line.title
        booking.lines[booking.lines.index(line)] = replacement

    def delete(self, booking: Booking) -> None:
        """Lines that are not actioned go; the header goes when none are left."""
        if booking.actioned_at:
            raise NotPossible("The booking is actioned already.")
        del self.headers[booking.header_id]
        self._of_order[booking.order_id].remove(booking)

    def action(self, order: Order, booking: Booking, *, again: bool, at: datetime, seen: datetime) -> None:
        """Put the goods on the shelf. `again` plays a vendor that lets an actioned booking restock twice."""
        if booking.actioned_at and not again:
            raise NotPossible("The booking is actioned already.")
        for line in booking.standing():
            self._restock(order, booking, line, at, seen)
            line.actioned_at = at
        booking.actioned_at = at
        booking.action_visible_at = booking.action_visible_at or seen

    def _restock(self, order: Order, booking: Booking, line: BookedLine, at: datetime, seen: datetime) -> None:
        """Writes the two kinds of history note that were seen live: the return, and the scrap out of it."""
        row = _known_row(order, line.order_row)[0]
        item = self.warehouse.item_by_id(row.stock_item_id or "")
        if item is None:
            raise NotPossible(f"{row.sku} is no longer a stock item.")
        note = f"Customer return for order {order.number}, ref: {booking.reference}"
        self.warehouse.move(item, line.location_id, line.quantity, note, at, seen)
        if line.scrap:
            note = f"SCRAPPED BY RMA {booking.header_id}/Order {order.number}"
            self.warehouse.move(item, line.location_id, -line.scrap, note, at, seen)


def returnable(row: OrderLine, parent: OrderLine | None, taken: Counter[str]) -> int:
    """Units of an order row that may still be booked: components and whole sets use up the same pieces."""
    if parent is not None:
        return row.quantity - taken[row.row_id] - taken[parent.row_id] * parent.ratio(row)
    left = row.quantity - taken[row.row_id]
    sets = [returnable(child, row, taken) // row.ratio(child) for child in row.children]
    return max(0, min([left, *sets]))


def _known_row(order: Order, row_id: str) -> tuple[OrderLine, OrderLine | None]:
    pair = order.row(row_id)
    if pair is None:
        raise NotPossible("An order item row is not on this order.")
    return pair
