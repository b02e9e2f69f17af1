"""What the amounts and the times of a refund and its rows mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from returnworks.reconcile.payouts.facts import PaidRefund, Period
from returnworks.reconcile.payouts.results import PayoutClass, PayoutResult
from returnworks.rules.money import Money, total
from returnworks.rules.payouts import PayoutRow

NOT_IN_A_PAYOUT = "refunded at the gateway, but in none of its payouts"


def weighed(refund: PaidRefund, rows: Sequence[PayoutRow]) -> PayoutResult:
    """The refund with the rows that are surely its own: whether they make its amount, and what explains how."""
    got = _in_currency(rows, refund.amount.currency)
    if got is None:
        both = f"refunded {refund.amount}, paid {' + '.join(str(row.paid) for row in rows)}"
        return PayoutResult(cls=PayoutClass.CURRENCY, refund=refund, rows=tuple(rows), causes=(both,))
    cls, why = _compared(refund.amount, got)
    causes = (*why, *_difference(refund.amount, rows, got), *_exchanged(rows))
    elsewhere = any(row.paid.currency != refund.amount.currency for row in rows)
    taken = total(got, refund.amount.currency).minor if elsewhere else None
    return PayoutResult(cls=cls, refund=refund, rows=tuple(rows), causes=causes, taken=taken)


def _in_currency(rows: Sequence[PayoutRow], currency: str) -> list[Money] | None:
    """What each row paid in this currency: to the customer, or else from the balance; None where neither is in it."""
    amounts = [next((a for a in (row.paid, row.settled) if a.currency == currency), None) for row in rows]
    known = [amount for amount in amounts if amount is not None]
    return known if len(known) == len(rows) else None


def _compared(refunded: Money, got: Sequence[Money]) -> tuple[PayoutClass, tuple[str, ...]]:
    if total(got, refunded.currency) == refunded:
        return PayoutClass.MATCHED, (f"split over {len(got)} rows",) if len(got) > 1 else ()
    if len(got) > 1 and set(got) == {refunded}:
        return PayoutClass.DUPLICATE, (f"paid {len(got)} times",)
    return PayoutClass.AMOUNT, ()


def _difference(refunded: Money, rows: Sequence[PayoutRow], got: Sequence[Money]) -> list[str]:
    """By how much they differ, and whether it is exactly what the gateway took for itself."""
    difference = total(got, refunded.currency) - refunded
    if difference.minor == 0:
        return []
    fees = [row.fee for row in rows if row.fee and row.fee.currency == refunded.currency]
    fee = total(fees, refunded.currency)
    if fee.minor and abs(fee.minor) == abs(difference.minor):
        return [f"the difference of {difference} is the gateway's fee"]
    return [f"differs by {difference}"]


def _exchanged(rows: Sequence[PayoutRow]) -> list[str]:
    return [
        f"currencies were exchanged: {row.paid} took {row.settled} from the balance"
        for row in rows
        if row.paid.currency != row.settled.currency
    ]


@dataclass(frozen=True, slots=True)
class Judge:
    """Tells what is late from what is only not there yet, and from what cannot be known."""

    covered: Sequence[Period]
    """What the exports cover, see `facts.merged`; at least one."""
    expected: timedelta
    paying_out: frozenset[str]
    """Gateways whose exports name payouts; of others it is not known which row is in one."""

    @property
    def end(self) -> datetime:
        return max(period.end for period in self.covered)

    def __call__(self, result: PayoutResult) -> PayoutResult:
        if result.refund is None:
            return result
        if not result.rows:
            return self._not_there(result, result.refund) if result.cls == PayoutClass.MISSING else result
        return self._late(self._waiting(result), result.refund)

    def _not_there(self, result: PayoutResult, refund: PaidRefund) -> PayoutResult:
        clear_by = refund.paid_at + self.expected
        if clear_by > self.end:
            return replace(result, cls=PayoutClass.TIMING, clear_by=clear_by)
        if not any(period.start <= refund.paid_at and clear_by <= period.end for period in self.covered):
            return replace(result, cls=PayoutClass.CANNOT_TELL, causes=("the exports do not cover its days",))
        return result

    def _waiting(self, result: PayoutResult) -> PayoutResult:
        """A matched refund whose row is in no payout yet, or not any more in time."""
        waiting = [row for row in result.rows if row.gateway in self.paying_out and not row.payout]
        if result.cls != PayoutClass.MATCHED or not waiting:
            return result
        clear_by = max(row.happened_at for row in waiting) + self.expected
        if clear_by > self.end:
            return replace(result, cls=PayoutClass.TIMING, clear_by=clear_by)
        return replace(result, cls=PayoutClass.MISSING, causes=(*result.causes, NOT_IN_A_PAYOUT))

    def _late(self, result: PayoutResult, refund: PaidRefund) -> PayoutResult:
        days = (max(row.happened_at for row in result.rows) - refund.paid_at).days
        if days <= self.expected.days:
            return result
        return replace(result, causes=(*result.causes, f"paid {days} days after ReturnGO's refund"))
