"""Both sides of the payout leg add up: what was refunded, and what the gateway paid, in each currency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from returnworks.reconcile.conservation import Balance
from returnworks.reconcile.payouts.facts import PaidRefund
from returnworks.reconcile.payouts.results import PayoutResult
from returnworks.rules.payouts import PayoutRow

REFUNDED = "refunds that payouts should hold"
PAID = "refunds that the gateway paid"
IN_PAYOUTS = "in payouts"
DIFFERENCE = "difference"


def payout_balances(
    refunds: Sequence[PaidRefund], rows: Sequence[PayoutRow], results: Sequence[PayoutResult]
) -> list[Balance]:
    """Refunded = in payouts + each class that explains the rest; paid = each class, in each currency.

    The wholes are counted from what went in, the parts from the results; a remainder is an error of ours.
    """
    currencies = sorted({refund.amount.currency for refund in refunds} | {row.paid.currency for row in rows})
    return [balance for currency in currencies for balance in _both(currency, refunds, rows, results)]


def _both(
    currency: str, refunds: Sequence[PaidRefund], rows: Sequence[PayoutRow], results: Sequence[PayoutResult]
) -> list[Balance]:
    refunded = sum(refund.amount.minor for refund in refunds if refund.amount.currency == currency)
    paid = sum(signed(row) for row in rows if row.paid.currency == currency)
    return [
        Balance(REFUNDED, refunded, _shown(_of_refunds(currency, results)), currency=currency),
        Balance(PAID, paid, _shown(_of_rows(currency, results)), currency=currency),
    ]


def signed(row: PayoutRow) -> int:
    """What the customer got by this row, in minor units; less than nothing when it came back."""
    return -row.paid.minor if row.reversal else row.paid.minor


def _of_refunds(currency: str, results: Sequence[PayoutResult]) -> Counter[str]:
    parts: Counter[str] = Counter()
    for result in results:
        if result.refund and result.currency == currency:
            parts[IN_PAYOUTS] += result.paid
            parts[result.cls.value] += result.refunded - result.paid
    return parts


def _of_rows(currency: str, results: Sequence[PayoutResult]) -> Counter[str]:
    parts: Counter[str] = Counter()
    for result in results:
        for row in result.rows:
            if row.paid.currency == currency:
                parts[result.cls.value] += signed(row)
    return parts


def _shown(parts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple((name, number) for name, number in parts.items() if number)
