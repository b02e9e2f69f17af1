"""Refunds and payout rows with a face: the garish rug's order, paid back on a Monday."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from returnworks.reconcile.payouts import PaidRefund, Period
from returnworks.rules.money import Money
from returnworks.rules.payouts import PayoutRow

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MARCH = Period(MONDAY - timedelta(days=1), MONDAY + timedelta(days=30))
EXPECTED_DAYS = 7


def pounds(amount: str) -> Money:
    return Money.of(amount, "GBP")


def refund(transaction_id: str = "1", amount: str = "20.00", **changes: Any) -> PaidRefund:
    given: dict[str, Any] = {
        "transaction_id": transaction_id,
        "return_id": "90000004",
        "order": "#1001",
        "amount": pounds(amount),
        "paid_at": MONDAY,
    }
    return PaidRefund(**(given | changes))


def row(row_id: str = "a", amount: str = "20.00", days: float = 0, **changes: Any) -> PayoutRow:
    given: dict[str, Any] = {
        "row_id": row_id,
        "gateway": "shopify",
        "order": "#1001",
        "paid": pounds(amount),
        "settled": pounds(amount),
        "happened_at": MONDAY + timedelta(days=days),
        "payout": "90001",
    }
    return PayoutRow(**(given | changes))
