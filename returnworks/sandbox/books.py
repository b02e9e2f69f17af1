"""The sandbox's own books: what truly happened, for tests and people to read.

    levels       {sku: {location name: units}}
    stock_moves  [{sku, location, change, level, note, at}], oldest first
    bookings     [{booking_id, order, reference, actioned, lines: [{sku, location, quantity, scrap, actioned}]}]
    refunds      [{refund_id, order, reference, amount, currency, channel_initiated, actioned, lines: [...]}]
    payouts      [{order, refund_id, amount, currency, at}]: money that went to a customer because of Linnworks
    orders       {order reference: {order_id, number, name, processed, tags, folders, properties, notes}}
    rules        [{name, draft, conditions: [{name, items, action}]}]: rules for orders in Linnworks' rules engine
    writes       {method: calls that changed something}
    calls        {vendor: {method: calls}}
    rmas         {rma id: {status, last_updated, order_name, items, transactions}}

Amounts are text with two decimals, times ISO 8601 in UTC. No personal data.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from returnworks.sandbox.bookings import Booking
from returnworks.sandbox.clock import iso_time
from returnworks.sandbox.orderbook import Order
from returnworks.sandbox.refundbook import Refund
from returnworks.sandbox.rulebook import Rule
from returnworks.sandbox.world import World


def books(world: World) -> dict[str, Any]:
    """Everything above in one JSON document."""
    return {
        "levels": _levels(world),
        "stock_moves": _moves(world),
        "bookings": [_booking(world, booking) for booking in world.bookings.headers.values()],
        "refunds": [_refund(world, refund) for refund in world.refunds.headers.values()],
        "payouts": _payouts(world),
        "orders": {order.reference: _order(order) for order in world.book.orders.values()},
        "rules": [_rule(rule) for rule in world.rulebook.rules.values()],
        "writes": dict(world.tallies.writes),
        "calls": _calls(world),
        "rmas": {str(number): _rma(rma) for number, rma in world.shop.newest_first()},
    }


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _time(at: datetime | None) -> str | None:
    return iso_time(at) if at else None


def _levels(world: World) -> dict[str, dict[str, int]]:
    places = list(world.warehouse.locations.values())
    return {
        item.sku: {place.name: world.warehouse.level(item, place.location_id) for place in places}
        for item in world.warehouse.items.values()
    }


def _place(world: World, location_id: str) -> str:
    return world.warehouse.locations[location_id].name


def _moves(world: World) -> list[dict[str, Any]]:
    return [
        {
            "sku": move.sku,
            "location": _place(world, move.location_id),
            "change": move.change,
            "level": move.level,
            "note": move.note,
            "at": _time(move.at),
        }
        for move in world.warehouse.moves
    ]


def _booking(world: World, booking: Booking) -> dict[str, Any]:
    lines = [
        {
            "sku": line.sku,
            "location": _place(world, line.location_id),
            "quantity": line.quantity,
            "scrap": line.scrap,
            "actioned": line.actioned_at is not None,
        }
        for line in booking.standing()
    ]
    return {
        "booking_id": booking.header_id,
        "order": world.book.orders[booking.order_id].reference,
        "reference": booking.reference,
        "actioned": booking.actioned_at is not None,
        "created_at": _time(booking.created_at),
        "lines": lines,
    }


def _refund(world: World, refund: Refund) -> dict[str, Any]:
    lines = [{"unit": line.unit, "sku": line.sku, "amount": _money(line.amount)} for line in refund.standing()]
    return {
        "refund_id": refund.header_id,
        "order": world.book.orders[refund.order_id].reference,
        "reference": refund.reference,
        "amount": _money(refund.amount),
        "currency": refund.currency,
        "channel_initiated": refund.channel_initiated,
        "actioned": refund.actioned_at is not None,
        "created_at": _time(refund.created_at),
        "lines": lines,
    }


def _payouts(world: World) -> list[dict[str, Any]]:
    return [
        {
            "order": world.book.orders[payout.order_id].reference,
            "refund_id": payout.refund_header_id,
            "amount": _money(payout.amount),
            "currency": payout.currency,
            "at": _time(payout.at),
        }
        for payout in world.refunds.payouts
    ]


def _order(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "number": order.number,
        "name": order.name,
        "processed": order.processed,
        "tags": list(order.tags),
        "folders": list(order.folders),
        "properties": {row.name: row.value for row in order.properties},
        "notes": [note.text for note in order.notes],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    conditions = [{"name": row.name, "items": row.items, "action": row.action} for row in rule.conditions]
    return {"name": rule.name, "draft": rule.draft, "conditions": conditions}


def _calls(world: World) -> dict[str, dict[str, int]]:
    calls: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (vendor, method), count in world.tallies.calls.items():
        calls[vendor][method] = count
    return dict(calls)


def _rma(rma: dict[str, Any]) -> dict[str, Any]:
    transactions = rma.get("transactions") or []
    return {
        "status": rma["rmaSummary"]["status"],
        "order_name": rma["rmaSummary"].get("order_name"),
        "last_updated": rma.get("lastUpdated"),
        "items": [{"id": str(item["returnedItemId"]), "sku": item.get("sku")} for item in rma["items"]],
        "transactions": [{"id": str(t["id"]), "type": t["type"], "status": t["status"]} for t in transactions],
    }
