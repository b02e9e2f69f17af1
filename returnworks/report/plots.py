"""The geometry of the plots, in whole units of a drawing that is `WIDTH` wide; the templates draw it.

Every length is rounded half up to a whole unit, so that the same numbers give the same picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 360
_ROW = 38
_LEAST = 3
"""What is not nothing can be seen."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One horizontal bar, with its name and number on the line above it."""

    name: str
    shown: str
    tone: str
    y: int
    """Top of its row."""
    length: int


@dataclass(frozen=True, slots=True)
class BarPlot:
    height: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a stacked bar; a part of 0 or less has no length but is named with its number all the same."""

    name: str
    shown: str
    tone: str
    x: int
    length: int


def bar_plot(rows: Sequence[tuple[str, int, str]]) -> BarPlot:
    """Bars for (name, count, tone), the longest as wide as the drawing."""
    most = max((count for _, count, _ in rows), default=0)
    bars = [
        Bar(name, str(count), tone, place * _ROW, scaled(count, most, WIDTH))
        for place, (name, count, tone) in enumerate(rows)
    ]
    return BarPlot(len(bars) * _ROW, tuple(bars))


def stacked(parts: Iterable[tuple[str, int, str, str]]) -> tuple[Segment, ...]:
    """Segments for (name, number, number as text, tone), together as wide as the drawing."""
    listed = list(parts)
    whole = sum(max(number, 0) for _, number, _, _ in listed)
    segments: list[Segment] = []
    run = 0
    for name, number, shown, tone in listed:
        start, run = run, run + max(number, 0)
        left = scaled(start, whole, WIDTH, least=0)
        segments.append(Segment(name, shown, tone, left, scaled(run, whole, WIDTH, least=0) - left))
    return tuple(segments)


def scaled(number: int, most: int, room: int, least: int = _LEAST) -> int:
    """`number` of `most` as a part of `room`; nothing is 0, and what is more is at least `least`."""
    if number <= 0 or most <= 0:
        return 0
    return max((2 * number * room + most) // (2 * most), least)
