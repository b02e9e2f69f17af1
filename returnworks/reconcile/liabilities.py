"""Store value that the shop owes and no order is credited with: by kind and currency, named and totalled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from returnworks.reconcile.results import MoneyFigures, Result
from returnworks.rules.money import Money

BONUS = "bonus"
"""The kind of what is above a credited gift card or store credit."""


@dataclass(frozen=True, slots=True)
class Owed:
    """All that is owed of one kind in one currency."""

    kind: str
    """The transactions' type as ReturnGO says it, e.g. "RefundToGiftCard", or `BONUS`."""
    amount: Money
    refunds: int
    """How many transactions are behind it."""


def owed(results: Iterable[Result]) -> tuple[Owed, ...]:
    """One per kind and currency, in that order."""
    sums: Counter[tuple[str, str]] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    for row in results:
        figures = row.figures
        if isinstance(figures, MoneyFigures) and figures.record_only and figures.expected is not None:
            key = (figures.liability or "store value", figures.expected.currency)
            sums[key] += figures.expected.minor
            counts[key] += 1
    return tuple(
        Owed(kind, Money(sums[kind, currency], currency), counts[kind, currency]) for kind, currency in sorted(sums)
    )
