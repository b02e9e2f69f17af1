"""Breaks by class, night by night: which kinds come back, and which are gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from returnworks.reconcile.results import CALM, Class
from returnworks.report.inputs import ReportInput
from returnworks.report.words import class_word, day, family_word

NIGHTS = 14
"""Nights that are shown, tonight included."""
_SHADES = (1, 3, 10, 30)
"""From how many breaks on a cell has the next darker shade."""

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many breaks of one class one night had; `shown` is "?" for a night that could not tell."""

    night: str
    shown: str
    shade: int
    """0 for none, up to 4."""


@dataclass(frozen=True, slots=True)
class ClassRow:
    name: str
    cells: tuple[Cell, ...]
    is_sum: bool = False
    """Of all classes together."""


@dataclass(frozen=True, slots=True)
class ClassTrend:
    first: str
    last: str
    """The days at both ends."""
    rows: tuple[ClassRow, ...]


def class_trend(report: ReportInput) -> ClassTrend | None:
    """All breaks, and a row per class that any night had a break of; None without earlier nights or without breaks."""
    past = sorted(report.past, key=lambda night: night.as_of)
    nights = [(day(night.as_of), night.counts) for night in past]
    nights = [*nights, (day(report.night.as_of), report.night.counts())][-NIGHTS:]
    kinds = sorted({kind for _, counts in nights for kind in _breaks(counts)})
    if not past or not kinds:
        return None
    rows = tuple(
        ClassRow(
            f"{family_word(family)} · {class_word(cls)}", tuple(_cell(n, counts, (family, cls)) for n, counts in nights)
        )
        for family, cls in kinds
    )
    whole = ClassRow("all breaks", tuple(_cell(*night, None) for night in nights), is_sum=True)
    return ClassTrend(nights[0][0], nights[-1][0], (whole, *rows))


def _breaks(counts: Counts) -> dict[tuple[str, str], int]:
    return {(f, c): n for f, row in counts.items() for c, n in row.items() if c not in CALM and n}


def _cell(night: str, counts: Counts, kind: tuple[str, str] | None) -> Cell:
    """`kind` None: every class."""
    if _cannot_tell(counts):
        return Cell(night, "?", 0)
    breaks = _breaks(counts)
    number = breaks.get(kind, 0) if kind else sum(breaks.values())
    return Cell(night, str(number) if number else "", sum(number >= limit for limit in _SHADES))


def _cannot_tell(counts: Counts) -> bool:
    """There were rows, and not one of them could be told."""
    classes = {cls for row in counts.values() for cls, number in row.items() if number}
    return classes == {Class.CANNOT_TELL.value}
