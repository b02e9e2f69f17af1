"""How the exceptions desk moved since the night before, and what the night mended, ready to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from returnworks.reconcile.carry_forward import Line, Tally
from returnworks.report.inputs import HealedShown, ReportInput
from returnworks.report.words import money, moneys, owner_word
from returnworks.rules.money import Money

COLUMNS = ("Opening", "New", "Reopened", "Changed", "Cleared", "Closing", "Of it waived", "Remainder")

_OUTCOMES = {
    "healed": ("mended", "good"),
    "would_heal": ("would be mended", "info"),
    "left": ("left", "hold"),
    "failed": ("failed", "bad"),
}


@dataclass(frozen=True, slots=True)
class CarriedRow:
    """One owner and currency; `cells` are `COLUMNS`, each a count and, under it, its value ("" for none)."""

    owner: str
    currency: str
    cells: tuple[tuple[str, str], ...]
    balanced: bool


@dataclass(frozen=True, slots=True)
class HealedRow:
    outcome: str
    tone: str
    what: str
    subject: str
    why: str
    postings: str
    """References."""
    worth: str
    units: int


def carried(report: ReportInput) -> list[CarriedRow]:
    """In the order that they were given; none where there was no night before."""
    return [
        CarriedRow(
            owner=owner_word(row.owner),
            currency=row.currency,
            cells=tuple(_cell(tally, row.currency) for tally in _tallies(row.line)),
            balanced=not row.line.remainder,
        )
        for row in report.rolled
    ]


def healed(healings: Sequence[HealedShown]) -> list[HealedRow]:
    return [
        HealedRow(
            *_OUTCOMES.get(one.outcome, (one.outcome, "warn")),
            what=one.what,
            subject=one.subject,
            why=one.why,
            postings=", ".join(one.postings),
            worth=moneys(one.money),
            units=one.units,
        )
        for one in healings
    ]


def _tallies(line: Line) -> tuple[Tally, ...]:
    columns = (line.opening, line.new, line.reopened, line.changed, line.cleared, line.closing, line.waived)
    return (*columns, line.remainder)


def _cell(tally: Tally, currency: str) -> tuple[str, str]:
    """Both with a true minus sign; a change of worth alone counts 0 and has a value."""
    return f"{tally.count}".replace("-", "−"), money(Money(tally.minor, currency)) if currency and tally.minor else ""
