"""Returns of an October, with a face."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from returnworks.reconcile.carry_forward import RollForward
from returnworks.reconcile.close import Month, MonthFacts
from returnworks.rules.model import Inspection, Return, ReturnLine, Transaction
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy

OCTOBER = Month(2026, 10, "Europe/London")


def at(day: int, month: int = 10, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def pounds(amount: str) -> Money:
    return Money.of(amount, "GBP")


def line(line_id: str = "1", inspected: datetime | None = None, **changes: Any) -> ReturnLine:
    given: dict[str, Any] = {
        "line_id": line_id,
        "order_line_key": None,
        "sku": "GARISH-RUG",
        "resolution": "RefundToPaymentMethod",
        "paid": pounds("20.00"),
        "inspection": Inspection(inspected, returned=True, restockable=True) if inspected else None,
    }
    return ReturnLine(**(given | changes))


def refund(transaction_id: str = "t1", paid: datetime | None = None, **changes: Any) -> Transaction:
    given: dict[str, Any] = {
        "transaction_id": transaction_id,
        "kind": "RefundToPaymentMethod",
        "status": "Success",
        "amount": pounds("20.00"),
        "created_at": paid or at(10),
    }
    return Transaction(**(given | changes))


def rma(return_id: str = "90000004", **changes: Any) -> Return:
    given: dict[str, Any] = {
        "return_id": return_id,
        "shop": "garish.example",
        "status": "Approved",
        "order_id": "5001",
        "order_name": "#1001",
        "lines": (line(),),
        "created_at": at(1),
        "approved_at": at(2),
    }
    return Return(**(given | changes))


def facts(**changes: Any) -> MonthFacts:
    given: dict[str, Any] = {"month": OCTOBER, "policy": Policy(), "forward": RollForward({})}
    return MonthFacts(**(given | changes))
