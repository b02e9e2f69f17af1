"""A night in shadow mode as a score: what we would have posted against what people posted."""

from __future__ import annotations

from collections import Counter

from returnworks.reconcile.night import Night
from returnworks.reconcile.results import Class, Family
from returnworks.rules.shadow import Score, ScoredNight

AGREED = frozenset({Class.MATCHED})
OURS_ONLY = frozenset(
    {
        Class.MISSING,
        Class.MISSING_CREDIT,
        Class.NOT_FOUND,
        Class.UNTAGGED,
        Class.UNROUTED,
        Class.COUNTED_AS_SALE,
    }
)
THEIRS_ONLY = frozenset({Class.ORPHAN, Class.FOREIGN})
OTHERWISE = frozenset(
    {
        Class.DUPLICATE,
        Class.QUANTITY,
        Class.LOCATION,
        Class.DISPOSITION,
        Class.BOOKED_NOT_ACTIONED,
        Class.AMOUNT,
        Class.CURRENCY,
        Class.LINKED_ELSEWHERE,
        Class.DOUBLE_SHIPMENT,
    }
)
"""Every other class is open (in its time, held, ambiguous, not to be told): no decision yet, and not counted."""


def scored(night: Night) -> ScoredNight:
    """The score of each family."""
    return ScoredNight(night.as_of, night.fresh, {family.value: _score(night, family) for family in Family})


def _score(night: Night, family: Family) -> Score:
    counts = Counter(result.cls for result in night.of(family))

    def count(classes: frozenset[Class]) -> int:
        return sum(counts[cls] for cls in classes)

    return Score(count(AGREED), count(OTHERWISE), count(OURS_ONLY), count(THEIRS_ONLY), counts[Class.DISPOSITION])
