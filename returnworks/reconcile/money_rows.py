"""Money row by row: which refund is which payment is worked out, then each payment is told by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from returnworks.reconcile.facts import ActualRefund, ExpectedCredit, LedgerCredit
from returnworks.reconcile.money_case import (
    class_of_paid,
    class_of_unexplained,
    paid_result,
    surplus_result,
    unexplained_result,
)
from returnworks.reconcile.refund_matching import Pairing, identity, order_of, pair
from returnworks.reconcile.results import Class, Result
from returnworks.reconcile.terms import Terms


@dataclass(frozen=True, slots=True)
class MoneyView:
    """The three sides of money, all of them or those that belong together, and what they are judged by."""

    expected: Sequence[ExpectedCredit]
    ledger: Sequence[LedgerCredit]
    actual: Sequence[ActualRefund]
    terms: Terms
    ours: Mapping[str, LedgerCredit]
    """Every row of the ledger, by its reference and by the refund that it keeps."""

    @classmethod
    def of(
        cls,
        expected: Sequence[ExpectedCredit],
        ledger: Sequence[LedgerCredit],
        actual: Sequence[ActualRefund],
        terms: Terms,
    ) -> MoneyView:
        ours = {row.reference: row for row in ledger} | {row.refund_id: row for row in ledger if row.refund_id}
        return cls(expected, ledger, actual, terms, ours)

    def part(self, expected: Iterable[int], ledger: Iterable[int], actual: Iterable[int]) -> MoneyView:
        """Of the same night only the rows of these numbers."""
        return replace(
            self,
            expected=[self.expected[row] for row in expected],
            ledger=[self.ledger[row] for row in ledger],
            actual=[self.actual[row] for row in actual],
        )

    def made(self, refund: ActualRefund) -> LedgerCredit | None:
        return self.ours.get(refund.reference) or self.ours.get(refund.refund_id)

    def unexplained(self, refund: ActualRefund, cls: Class) -> Result:
        return unexplained_result(refund, self.made(refund), cls, self.terms)


@dataclass(slots=True)
class Explained:
    """Results, by what they are about."""

    paid: list[tuple[ExpectedCredit, list[Result]]] = field(default_factory=list)
    """Each payment with its own result first, then those too many."""
    unexplained: list[tuple[ActualRefund, Result]] = field(default_factory=list)


def money_by_rows(view: MoneyView) -> Explained:
    """Every amount of the view's `expected` and `actual` in exactly one result.

    The slow way, and the plain one: whatever the columns decide (`money_columns`), this decides alike.
    """
    pairs, free = pair(view.expected, view.ledger, view.actual, view.terms)
    shown: set[str] = set()
    told = Explained()
    for one in pairs:
        told.paid.append((one.expected, results_of(one, class_of_paid(one, view.terms), shown, view.terms)))
    for refund in free:
        cls = class_of_unexplained(refund, view.made(refund), view.terms)
        told.unexplained.append((refund, view.unexplained(refund, cls)))
    return told


def results_of(one: Pairing, cls: Class, shown: set[str], terms: Terms) -> list[Result]:
    """One result of the payment and one per refund too many."""
    surplus = [surplus_result(one, refund) for refund in [*one.refunds[1:], *one.again]]
    return [paid_result(one, cls, shown, terms), *surplus]


def in_order(*parts: Explained) -> list[Result]:
    """Payments by return and transaction, then what nobody explains by its id."""
    paid = sorted((each for told in parts for each in told.paid), key=lambda each: order_of(each[0]))
    unexplained = sorted((each for told in parts for each in told.unexplained), key=lambda each: identity(each[0]))
    return [*(result for _, results in paid for result in results), *(result for _, result in unexplained)]
