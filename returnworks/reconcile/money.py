"""Money, three ways: what was paid back, what we credited, what stands in Linnworks; one result per paid refund.

Amounts are compared in the order's currency, in minor units, with the shop's tolerance for that currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from returnworks.reconcile.facts import ActualRefund, ExpectedCredit, LedgerCredit
from returnworks.reconcile.money_rows import MoneyView, in_order, money_by_rows
from returnworks.reconcile.results import Result
from returnworks.reconcile.terms import Terms
from returnworks.rules.states import State


def compare_money(
    expected: Sequence[ExpectedCredit], ledger: Sequence[LedgerCredit], actual: Sequence[ActualRefund], terms: Terms
) -> list[Result]:
    """One result per refund that was paid, one per refund too many, one per refund that nobody explains.

    Every amount of `expected` and of `actual` is in exactly one result; ambiguous refunds stand in the first of
    the results that they could belong to.
    """
    from returnworks.reconcile.money_columns import on_columns  # Polars is imported where a night is compared

    view = MoneyView.of(expected, ledger, actual, terms)
    settled, tangled = on_columns(view)
    return in_order(settled, money_by_rows(tangled))


def remembered_credits(
    ledger: Iterable[LedgerCredit], actual: Iterable[ActualRefund], terms: Terms
) -> Iterator[ExpectedCredit]:
    """For returns that nobody works out any more, what was confirmed is what should be, as far as it shows."""
    shown = {text for row in actual for text in (row.reference, row.refund_id) if text}
    for row in ledger:
        shows = row.reference in shown or (row.refund_id or "") in shown
        if shows and row.state == State.CONFIRMED and not terms.watches(row.return_id):
            yield ExpectedCredit(
                return_id=row.return_id,
                transaction_id=row.transaction_id,
                order_id=row.order_id,
                order_number=None,
                amount=row.amount,
                record_only=False,
                refunded_at=None,
            )
