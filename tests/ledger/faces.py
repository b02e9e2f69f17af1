"""Data with faces: returns, orders and postings of a small shop."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from returnworks.rules.model import (
    Disposition,
    Inspection,
    Kind,
    Order,
    OrderLine,
    Posting,
    RestockLine,
    Return,
    ReturnLine,
)
from returnworks.rules.money import Money

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(minutes=10)


def later(minutes: float) -> datetime:
    return NOW + minutes * MINUTE


def rug_return(return_id: str = "90000004", **changes: Any) -> Return:
    """Somebody sends the GARISH-RUG back."""
    line = ReturnLine(
        line_id=f"{return_id}-1",
        order_line_key="7001",
        sku="GARISH-RUG",
        reason="not as expected",
        paid=Money(12999, "GBP"),
        inspection=Inspection(at=NOW - timedelta(hours=1), returned=True, restockable=True),
    )
    given: dict[str, Any] = {
        "return_id": return_id,
        "shop": "mugs-and-more",
        "status": "Validated",
        "order_id": "5550001",
        "order_name": "#1001",
        "lines": (line,),
        "updated_at": NOW - timedelta(hours=1),
    }
    return Return(**(given | changes))


def rug_order(order_id: str = "ord-1", **changes: Any) -> Order:
    line = OrderLine("row-1", "stock-1", "GARISH-RUG", "RUG", "7001", 1, Money(12999, "GBP"))
    given: dict[str, Any] = {
        "order_id": order_id,
        "number": 100234,
        "reference": "5550001",
        "secondary_reference": "#1001",
        "external_reference": "",
        "source": "SHOPIFY",
        "sub_source": "mugs",
        "currency": "GBP",
        "processed": True,
        "cancelled": False,
        "paid": True,
        "total": Money(13498, "GBP"),
        "shipping": Money(499, "GBP"),
        "lines": (line,),
    }
    return Order(**(given | changes))


def restock(reference: str = "RW-R-90000004-AAAA", **changes: Any) -> Posting:
    """One rug goes back to Default."""
    line = RestockLine("row-1", "stock-1", "GARISH-RUG", "loc-0", "Default", Disposition.SELLABLE, 1)
    given: dict[str, Any] = {
        "reference": reference,
        "kind": Kind.RESTOCK,
        "return_id": "90000004",
        "order_id": "ord-1",
        "covers": ("90000004-1",),
        "restock": (line,),
        "rule": "restockable goes to Default",
        "due_at": NOW - timedelta(hours=1),
    }
    return Posting(**(given | changes))


def credit(reference: str = "RW-C-90000004-BBBB", **changes: Any) -> Posting:
    """The rug's price is credited."""
    given: dict[str, Any] = {
        "reference": reference,
        "kind": Kind.CREDIT,
        "return_id": "90000004",
        "order_id": "ord-1",
        "covers": ("t-1",),
        "amount": Money(12999, "GBP"),
        "rule": "one credit per refund",
        "due_at": NOW - timedelta(minutes=30),
    }
    return Posting(**(given | changes))


def many(count: int, orders: int) -> list[Posting]:
    """`count` restocks spread evenly over `orders` orders."""
    return [
        restock(f"RW-R-{n:05}", return_id=f"ret-{n}", order_id=f"ord-{n % orders}", covers=(f"line-{n}",))
        for n in range(count)
    ]


def flat(parts: Iterable[Iterable[str]]) -> list[str]:
    return [item for part in parts for item in part]
