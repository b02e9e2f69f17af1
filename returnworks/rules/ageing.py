"""How old an exception is and which bucket that is. An age counts from the event, not from when we saw it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from returnworks.rules.problems import Problem


@dataclass(frozen=True)
class Ageing:
    """The buckets that ages are counted in, youngest first; the last one has no end."""

    limits: tuple[int, ...] = (1, 3, 7, 14, 30)
    """The last whole day of each bucket but the last, rising."""

    @property
    def buckets(self) -> tuple[str, ...]:
        """What the buckets are called: "0–1 days", "2–3 days", ..., "31+ days"."""
        starts = (0, *(limit + 1 for limit in self.limits))
        closed = [f"{start}–{last} days" for start, last in zip(starts, self.limits, strict=False)]
        return (*closed, f"{starts[-1]}+ days")

    def bucket(self, days: int) -> str:
        """The bucket of an age in whole days."""
        older_than = sum(days > limit for limit in self.limits)
        return self.buckets[older_than]

    def counted(self, ages: Iterable[int]) -> dict[str, int]:
        """How many ages fall in each bucket, youngest bucket first, empty ones as 0."""
        tally = dict.fromkeys(self.buckets, 0)
        for days in ages:
            tally[self.bucket(days)] += 1
        return tally

    def problems(self) -> tuple[Problem, ...]:
        """What cannot be meant."""
        rising = all(earlier < later for earlier, later in itertools.pairwise(self.limits))
        if self.limits and self.limits[0] >= 0 and rising:
            return ()
        text = f"is {list(self.limits)}, which are not rising whole days"
        return (Problem(("limits",), text, "Write the last day of each bucket, for example [1, 3, 7, 14, 30]."),)


def age_days(event_at: datetime, as_of: datetime) -> int:
    """Whole days that have passed; an event after the as-of time is 0 days old."""
    return max((as_of - event_at).days, 0)
