"""The payout leg as a whole: what was compared, what came of it, and what it adds up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from returnworks.reconcile.conservation import Balance
from returnworks.reconcile.payouts.balances import payout_balances
from returnworks.reconcile.payouts.facts import PaidRefund, Period, merged
from returnworks.reconcile.payouts.matching import match_payouts
from returnworks.reconcile.payouts.results import PayoutResult, finding_of, row_subject, subject
from returnworks.rules.findings import finding
from returnworks.rules.model import Finding
from returnworks.rules.money import Money
from returnworks.rules.payouts import PayoutRow


@dataclass(frozen=True, slots=True)
class PayoutLeg:
    covered: tuple[Period, ...]
    results: tuple[PayoutResult, ...]
    balances: tuple[Balance, ...]
    fees: tuple[Money, ...]
    """What the gateway took for these refunds, one sum per currency."""
    looked_at: frozenset[str]
    """Subjects of exceptions on which this leg has something to say, be it that all is well."""

    @property
    def breaks(self) -> tuple[PayoutResult, ...]:
        return tuple(result for result in self.results if result.is_break)

    @property
    def clean(self) -> bool:
        return not self.breaks and not any(balance.remainder for balance in self.balances)

    def counts(self) -> dict[str, int]:
        return dict(sorted(Counter(result.cls.value for result in self.results).items()))

    def findings(self) -> list[Finding]:
        """The exceptions that the breaks ask for, and one for each sum that does not come out."""
        found = {(made.code, made.subject): made for made in map(finding_of, self.breaks)}
        return [*found.values(), *(_unbalanced(balance) for balance in self.balances if balance.remainder)]


def compare_payouts(
    refunds: Sequence[PaidRefund],
    rows: Sequence[PayoutRow],
    covered: Sequence[Period],
    expected_days: int,
    since: datetime,
) -> PayoutLeg:
    """The leg over everything that has to do with what happened from `since` on.

    `refunds` and `rows` must be all of each order: what happened to it before decides what is left of it.
    """
    results = match_payouts(refunds, rows, covered, expected_days)
    return PayoutLeg(
        covered=tuple(merged(covered)),
        results=tuple(result for result in results if _touches(result, since)),
        balances=tuple(payout_balances(refunds, rows, results)),
        fees=tuple(_fees(rows)),
        looked_at=frozenset(map(subject, results)) | frozenset(map(row_subject, rows)),
    )


def _touches(result: PayoutResult, since: datetime) -> bool:
    times = [row.happened_at for row in result.rows]
    if result.refund:
        times.append(result.refund.paid_at)
    return max(times) >= since


def _fees(rows: Sequence[PayoutRow]) -> list[Money]:
    sums: Counter[str] = Counter()
    for row in rows:
        if row.fee is not None:
            sums[row.fee.currency] += row.fee.minor
    return [Money(minor, currency) for currency, minor in sorted(sums.items()) if minor]


def _unbalanced(balance: Balance) -> Finding:
    return finding(
        "conservation_remainder",
        f"payouts / {balance.what} / {balance.currency}",
        f"{balance.what}: {Money(balance.whole, balance.currency)}, of which "
        f"{Money(balance.remainder, balance.currency)} is in no class.",
        value=Money(abs(balance.remainder), balance.currency),
    )
