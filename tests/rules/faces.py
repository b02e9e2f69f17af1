"""A small shop with faces: mugs, a garish rug, and a tea set of two cups, two saucers and a pot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from returnworks.rules.context import OrderContext
from returnworks.rules.model import (
    BookedLine,
    Booking,
    ExchangeOrder,
    Inspection,
    Location,
    Order,
    OrderLine,
    Refund,
    RefundedLine,
    Return,
    ReturnLine,
    StockItem,
    Transaction,
)
from returnworks.rules.money import Money

SHOP = "mugs-and-more.myshopify.com"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
INSPECTED = NOW - timedelta(hours=2)
RETURN_ID = "90000004"

DEFAULT = Location("loc-default", "Default")
QUARANTINE = Location("loc-quarantine", "Quarantine")
INSPECTION = Location("loc-inspection", "Inspection")
LOCATIONS = (DEFAULT, QUARANTINE, INSPECTION)

GOOD = Inspection(INSPECTED, returned=True, restockable=True)
DAMAGED = Inspection(INSPECTED, returned=True, restockable=False, reason="chipped")
MISSING = Inspection(INSPECTED, returned=False, restockable=False, reason="empty parcel")


def gbp(text: str) -> Money:
    return Money.of(text, "GBP")


def row(sku: str, quantity: int = 1, value: str = "20.50", *, key: str | None = None, **more: Any) -> OrderLine:
    """One order line; its row id is `row-SKU`, its channel line id `key` (default: `key-SKU`)."""
    fields: dict[str, Any] = {
        "row_id": f"row-{sku}",
        "stock_item_id": f"item-{sku}",
        "sku": sku,
        "channel_sku": sku,
        "channel_line_id": f"key-{sku}" if key is None else key,
        "quantity": quantity,
        "value": gbp(value),
    }
    return OrderLine(**(fields | more))


def tea_set(sets: int = 2, value: str = "80.00") -> OrderLine:
    """`sets` tea sets of 2 cups, 2 saucers and 1 pot; components carry line totals and no price."""
    pieces = (("TEA-CUP", 2), ("TEA-SAUCER", 2), ("TEA-POT", 1))
    children = tuple(row(sku, count * sets, "0", key="") for sku, count in pieces)
    return row("TEA-SET", sets, value, children=children)


def order(*lines: OrderLine, number: int = 100123, **more: Any) -> Order:
    value = sum(line.value.minor for line in lines)
    shipping = more.pop("shipping", gbp("4.95"))
    fields: dict[str, Any] = {
        "order_id": f"order-{number}",
        "number": number,
        "reference": "700000000004",
        "secondary_reference": "EX1004",
        "external_reference": "",
        "source": "SHOPIFY",
        "sub_source": "mugs",
        "currency": "GBP",
        "processed": True,
        "cancelled": False,
        "paid": True,
        "total": Money(value, "GBP") + shipping,
        "shipping": shipping,
        "lines": lines,
    }
    return Order(**(fields | more))


def unit(line_id: str, sku: str | None, inspection: Inspection | None = GOOD, **more: Any) -> ReturnLine:
    """One returned unit of the line with channel id `key-SKU`."""
    fields: dict[str, Any] = {
        "order_line_key": f"key-{sku}" if sku else None,
        "resolution": "RefundToPaymentMethod",
        "return_method": "Ship with pre-paid label",
        "reason": "Does not fit",
        "paid": gbp("20.50"),
    }
    return ReturnLine(line_id, sku=sku, inspection=inspection, **(fields | more))


def refund(transaction_id: str, amount: str, **more: Any) -> Transaction:
    """A paid refund to the payment method."""
    fields: dict[str, Any] = {
        "kind": "RefundToPaymentMethod",
        "status": "Success",
        "amount": gbp(amount),
        "created_at": INSPECTED,
        "updated_at": INSPECTED,
    }
    return Transaction(transaction_id, **(fields | more))


def rma(*lines: ReturnLine, **more: Any) -> Return:
    fields: dict[str, Any] = {
        "return_id": RETURN_ID,
        "shop": SHOP,
        "status": "Validated",
        "order_id": "700000000004",
        "order_name": "EX1004",
        "created_at": NOW - timedelta(days=5),
        "approved_at": NOW - timedelta(days=5),
        "updated_at": INSPECTED,
    }
    return Return(lines=lines, **(fields | more))


def released(order_id: str = "710000000001", kind: str | None = "Exchange") -> ExchangeOrder:
    return ExchangeOrder("draft-1", order_id, "EX1004-X", kind)


def around(*orders: Order, **more: Any) -> OrderContext:
    """A Linnworks that knows these orders, the three locations and every item on the orders as plain stock."""
    items: dict[str, StockItem] = {}
    for each in orders:
        for line in each.lines:
            for part in (line, *line.children):
                if part.stock_item_id:
                    items[part.stock_item_id] = StockItem(part.stock_item_id, part.sku, composite=bool(part.children))
    items |= more.pop("items", {})
    fields: dict[str, Any] = {"locations": LOCATIONS}
    return OrderContext(orders=orders, items=items, **(fields | more))


def booked(reference: str, row_id: str, quantity: int, of: Order, **more: Any) -> Booking:
    line = BookedLine("b-1", row_id, "SKU", quantity, 0, "loc-default", actioned=True)
    return Booking("booking-1", of.order_id, of.number, reference, "PROCESSED", True, (replace(line, **more),))


def standing(refund_id: str, amount: str, of: Order, *lines: RefundedLine, reference: str = "", **more: Any) -> Refund:
    """A refund header in Linnworks that the channel brought."""
    fields: dict[str, Any] = {"status": "PROCESSED", "channel_initiated": True, "actioned": True}
    return Refund(refund_id, of.order_id, of.number, reference, gbp(amount), lines=lines, **(fields | more))


def refunded(amount: str, row_id: str | None = None, unit: str = "Item", **more: Any) -> RefundedLine:
    return RefundedLine("r-1", unit, row_id, gbp(amount), "", **more)
