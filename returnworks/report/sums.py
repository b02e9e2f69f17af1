"""The conservation of units and money as equations that people can check by adding up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from returnworks.reconcile.conservation import REFUNDED, Balance
from returnworks.reconcile.night import Night
from returnworks.report.plots import Segment, stacked
from returnworks.report.words import class_word, money
from returnworks.rules.money import Money

_TONES = {
    "credited": "good",
    "record_only": "info",
    "timing": "wait",
    "tolerance": "info",
    "goodwill": "info",
    "held": "hold",
    "cannot_tell": "warn",
}
"""Parts of the money plot that have a colour of their own; everything else is open."""


@dataclass(frozen=True, slots=True)
class Equation:
    """`whole` = the sum of `parts`, and what is left over."""

    what: str
    whole: str
    parts: tuple[tuple[str, str], ...]
    """Name and number of each that is not 0."""
    remainder: str
    balanced: bool
    return_id: str | None


@dataclass(frozen=True, slots=True)
class MoneyPlot:
    """Where the money of one currency is that was refunded."""

    currency: str
    refunded: str
    segments: tuple[Segment, ...]


def equations(balances: Sequence[Balance]) -> list[Equation]:
    return [_equation(balance) for balance in balances]


def money_plots(night: Night) -> list[MoneyPlot]:
    """One per currency in which anything was refunded."""
    return [
        MoneyPlot(row.currency, _number(row.whole, row.currency), stacked(_portions(row)))
        for row in night.totals
        if row.what == REFUNDED and (row.whole or row.parts)
    ]


def _equation(row: Balance) -> Equation:
    return Equation(
        what=row.what,
        whole=_number(row.whole, row.currency),
        parts=tuple((class_word(name), _number(number, row.currency)) for name, number in row.parts if number),
        remainder=_number(row.remainder, row.currency),
        balanced=row.remainder == 0,
        return_id=row.return_id,
    )


def _portions(row: Balance) -> list[tuple[str, int, str, str]]:
    """The settled parts by name, and whatever is neither settled nor explained by time as open."""
    known = [(name, number) for name, number in row.parts if name in _TONES]
    loose = row.whole - sum(number for _, number in known)
    portions = [(class_word(name), number, _number(number, row.currency), _TONES[name]) for name, number in known]
    return [*portions, ("open", loose, _number(loose, row.currency), "bad")]


def _number(number: int, currency: str) -> str:
    return money(Money(number, currency)) if currency else f"{number:,}".replace("-", "−")
