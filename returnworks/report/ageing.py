"""How old the open exceptions are. An age counts from the event to the night's as-of time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

BUCKETS = ((1, "0–1 days"), (7, "2–7 days"), (30, "8–30 days"), (None, "over 30 days"))
"""Last whole day of each bucket and what it is called."""


def age_days(event_at: datetime, as_of: datetime) -> int:
    """Whole days that have passed; an event after the as-of time is 0 days old."""
    return max((as_of - event_at).days, 0)


def bucket_of(days: int) -> str:
    return next(name for last, name in BUCKETS if last is None or days <= last)


def bucketed(ages: Iterable[int]) -> dict[str, int]:
    """How many fall in each bucket, youngest bucket first, empty ones as 0."""
    tally = {name: 0 for _, name in BUCKETS}
    for days in ages:
        tally[bucket_of(days)] += 1
    return tally
