"""How many calls to Linnworks a night made, beside the fewest that can tell what it had to learn.

The fewest are counted from what was learned, not from how it was read: full pages, full batches, and one call for
each order, exchange or stock history that no list shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from returnworks.clients.linnworks import wire
from returnworks.clients.linnworks.client import ITEMS_AT_ONCE, ROWS_A_PAGE, SEARCH_WINDOW

HEADERS_A_PAGE = 50
"""Booked refunds on one page of their list (assumed; the answer says how many it has)."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls by Linnworks' method: those that were made, and those that could not be spared."""

    made: Mapping[str, int] = field(default_factory=dict)
    least: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        """As in "512 of at least 498"."""
        return f"{sum(self.made.values())} of at least {sum(self.least.values())}"

    def minutes(self) -> float:
        """How long Linnworks' limits make the calls take: all methods at once, each at its own pace (documented)."""
        paces = {method.name: method.per_minute for method in vars(wire).values() if isinstance(method, wire.Method)}
        return max((count / paces[name] for name, count in self.made.items() if name in paces), default=0.0)


class CallSheet:
    """Fills `Calls` while the night reads. `sent` is the client's own count of what it sent so far."""

    def __init__(self, sent: Mapping[str, int]) -> None:
        self._before = Counter(sent)
        self._least: Counter[str] = Counter()

    def session(self) -> None:
        """A session and the locations, once a run."""
        for method in (wire.AUTHORISE, wire.LOCATIONS):
            self._least[method.name] += 0 if self._before[method.name] else 1

    def search(self, start: datetime, end: datetime, booked: int, actioned: int) -> None:
        """Rows by the two dates that are searched, over the months that one search takes."""
        windows = max(1, -((start - end) // SEARCH_WINDOW))
        self._least[wire.HISTORY.name] += sum(max(windows, _full(rows, ROWS_A_PAGE)) for rows in (booked, actioned))

    def booked_refunds(self, headers: int) -> None:
        self._least[wire.BOOKED_REFUNDS.name] += max(1, _full(headers, HEADERS_A_PAGE))

    def batches(self, method: wire.Method[Any], things: int) -> None:
        self._least[method.name] += _full(things, ITEMS_AT_ONCE)

    def each(self, method: wire.Method[Any], things: int) -> None:
        """Things that only a call of their own can tell."""
        self._least[method.name] += things

    def calls(self, sent: Mapping[str, int]) -> Calls:
        """What was sent since this sheet was begun, and the fewest."""
        made = Counter(sent) - self._before
        return Calls(dict(sorted(made.items())), {name: n for name, n in sorted(self._least.items()) if n})


def _full(things: int, size: int) -> int:
    """Full pages or batches, the last one begun."""
    return -(-things // size)
