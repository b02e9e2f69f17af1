"""How long goods took from the moment that they counted as back until they could be sold again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from returnworks.report.plots import BarPlot, bar_plot
from returnworks.report.words import span

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEPS = ((HOUR, "within an hour"), (4 * HOUR, "within 4 hours"), (DAY, "within a day"), (3 * DAY, "within 3 days"))
"""Up to how long, exclusive, and what it is called."""
LONGER = "longer"
_TONES = ("good", "good", "info", "warn", "bad")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """The waits of a period as a report keeps them: how many in each step, and three of them by length."""

    counts: tuple[int, ...] = ()
    """One per step, the longer ones last."""
    half_within: timedelta = timedelta()
    most_within: timedelta = timedelta()
    """Nine of ten were not longer."""
    longest: timedelta = timedelta()


def waits_of(lengths: Sequence[timedelta]) -> Waits:
    """A wait below nothing (clocks differ) counts as nothing."""
    if not lengths:
        return Waits()
    ordered = sorted(max(length, timedelta()) for length in lengths)
    tally = Counter(_step(length) for length in ordered)
    return Waits(
        counts=tuple(tally[place] for place in range(len(STEPS) + 1)),
        half_within=_within(ordered, 50),
        most_within=_within(ordered, 90),
        longest=ordered[-1],
    )


def _step(length: timedelta) -> int:
    return sum(length >= limit for limit, _ in STEPS)


def _within(ordered: Sequence[timedelta], percent: int) -> timedelta:
    """The shortest length that so many percent do not exceed."""
    return ordered[max(-(-len(ordered) * percent // 100) - 1, 0)]


def waits_plot(waits: Waits) -> BarPlot | None:
    """One bar a step; None where nothing went back for sale."""
    if not sum(waits.counts):
        return None
    names = (*(name for _, name in STEPS), LONGER)
    return bar_plot(list(zip(names, waits.counts, _TONES, strict=True)))


def waits_said(waits: Waits) -> str:
    """As in "Half within 12 minutes, nine of ten within 3 hours, the longest 2 days."."""
    half, most, longest = (span(length) for length in (waits.half_within, waits.most_within, waits.longest))
    return f"Half within {half}, nine of ten within {most}, the longest {longest}."
