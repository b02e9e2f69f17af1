"""The payment gateway's side as the page shows it: what was counted, what does not agree, whether it adds up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from returnworks.report.inputs import PayoutShown, PayoutsShown
from returnworks.report.sums import Equation, equations
from returnworks.report.words import class_word, day, money, moneys

_TONES = {"matched": "good", "timing": "wait", "cannot_tell": "warn"}
"""Of every class that is no break."""


@dataclass(frozen=True, slots=True)
class Row:
    row: PayoutShown
    cls: str
    tone: str
    refunded: str
    paid: str


@dataclass(frozen=True, slots=True)
class Section:
    covered: tuple[str, ...]
    counts: tuple[tuple[str, str, int], ...]
    """Class, tone and number."""
    breaks: tuple[Row, ...]
    others: tuple[Row, ...]
    sums: tuple[Equation, ...]
    fees: str


def payout_section(payouts: PayoutsShown | None) -> Section | None:
    """None where no export covers the night's days: the report then does not speak of payouts."""
    if payouts is None:
        return None
    counts = Counter((class_word(row.cls), _tone(row)) for row in payouts.rows)
    return Section(
        covered=tuple(f"{day(start)} to {day(end)}" for start, end in payouts.covered),
        counts=tuple((word, tone, count) for (word, tone), count in sorted(counts.items())),
        breaks=tuple(_row(row) for row in payouts.rows if row.is_break),
        others=tuple(_row(row) for row in payouts.rows if not row.is_break),
        sums=tuple(equations(payouts.sums)),
        fees=moneys(payouts.fees),
    )


def _row(row: PayoutShown) -> Row:
    refunded = money(row.refunded) if row.refunded else ""
    return Row(row, class_word(row.cls), _tone(row), refunded, " + ".join(money(amount) for amount in row.paid))


def _tone(row: PayoutShown) -> str:
    return "bad" if row.is_break else _TONES.get(row.cls, "")
