"""Goods: a return booking on the original order, then its action, which moves the stock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from returnworks.ledger import PostingRecord
from returnworks.rules.matching import beyond_sold
from returnworks.rules.model import BookedLine, Booking, Finding
from returnworks.rules.states import last_phase
from returnworks.work.acts.base import Standing, about
from returnworks.work.bridge import Bridge

BOOK, ACTION = "book", "action"


class RestockAct:
    """CreateRMABooking moves nothing; ActionRMABooking restocks. RefundAmount is 0: money has its own path."""

    async def look(self, bridge: Bridge, record: PostingRecord) -> Standing:
        rows = await bridge.linnworks.bookings(record.order_id)
        standing = list({row.booking_id: row for row in rows if row.reference == record.reference}.values())
        if not standing:
            return _room(bridge, record, rows)
        if len(standing) > 1:
            return Standing(blocked=_twice(record, standing))
        return _compare(record, standing[0])

    def request(self, record: PostingRecord, standing: Standing) -> tuple[str, dict[str, Any]]:
        if record.phase == BOOK:
            lines = [
                {
                    "order_line": line.order_line_id,
                    "sku": line.sku,
                    "location": line.location_name,
                    "quantity": line.quantity,
                    "scrap": line.scrap_quantity,
                }
                for line in record.posting.restock
            ]
            return "CreateRMABooking", {"order": record.order_id, "reference": record.reference, "lines": lines}
        return "ActionRMABooking", {"order": record.order_id, "booking": standing.vendor_id}

    async def send(self, bridge: Bridge, record: PostingRecord, standing: Standing) -> str | None:
        if record.phase == BOOK:
            return await bridge.linnworks.create_booking(record.order_id, record.reference, record.posting.restock)
        assert standing.vendor_id is not None, "a booking is actioned only after it was seen"
        await bridge.linnworks.action_booking(record.order_id, standing.vendor_id, record.reference)
        return standing.vendor_id

    def is_last(self, record: PostingRecord) -> bool:
        return record.phase == last_phase(record.kind)


def _room(bridge: Bridge, record: PostingRecord, bookings: Sequence[Booking]) -> Standing:
    """Not done; stale where another return took meanwhile the units that this one was decided to bring back."""
    order = bridge.ledger.get_orders([record.order_id]).get(record.order_id)
    sku = beyond_sold(record.posting, order, bookings) if order and record.phase == BOOK else ""
    return Standing(stale=f"other bookings left fewer units of {sku} to come back since it was decided" if sku else "")


def _compare(record: PostingRecord, booking: Booking) -> Standing:
    lines = [line for line in booking.lines if not line.deleted]
    if _booked(lines) != _meant(record):
        return Standing(blocked=_changed(record, booking))
    if record.phase == ACTION and not booking.actioned and not any(line.actioned for line in lines):
        if record.vendor_id and record.vendor_id != booking.booking_id:
            return Standing(blocked=_changed(record, booking))
        return Standing(vendor_id=booking.booking_id)
    if record.phase == ACTION and not all(line.actioned for line in lines):
        return Standing(blocked=_changed(record, booking))
    return Standing(
        done=True,
        vendor_id=booking.booking_id,
        evidence={"booking": booking.booking_id, "status": booking.status, "actioned": booking.actioned},
    )


Units = Counter[tuple[str | None, str | None]]


def _booked(lines: list[BookedLine]) -> Units:
    units: Units = Counter()
    for line in lines:
        units[line.order_line_id, line.location_id] += line.quantity
    return units


def _meant(record: PostingRecord) -> Units:
    units: Units = Counter()
    for line in record.posting.restock:
        units[line.order_line_id, line.location_id] += line.quantity
    return units


def _twice(record: PostingRecord, bookings: list[Booking]) -> Finding:
    ids = ", ".join(booking.booking_id for booking in bookings)
    return about(
        record,
        "goods_duplicate",
        f"Linnworks has {len(bookings)} bookings with the reference {record.reference} ({ids}). "
        "Delete the ones that are not actioned, then replay the return.",
    )


def _changed(record: PostingRecord, booking: Booking) -> Finding:
    return about(
        record,
        "goods_quantity",
        f"Booking {booking.booking_id} ({record.reference}) no longer holds what was booked: somebody changed it "
        f"in Linnworks. Check it there; nothing more is sent for it until "
        f"`returnworks replay {record.return_id}` finds it as it was.",
    )
