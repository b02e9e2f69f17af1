"""The exceptions desk from one moment to another: opening + new + reopened ± changed − cleared = closing.

Counted in exceptions, units and money, for each code and currency. Opening and closing are what the desk
held; the movements are what its events say happened in between, from just after the opening moment up to
and with the closing one. The remainder is what no event explains, and must be nothing.

An exception that a person lets rest is open and counts in full; how much of the closing rests is a column
of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import NamedTuple, TypeVar

from returnworks.rules.codes import CODES
from returnworks.rules.model import Owner
from returnworks.rules.money import Money

G = TypeVar("G")


class Column(StrEnum):
    """The movements, by the events that make them."""

    NEW = "new"
    """Opened for the first time."""
    REOPENED = "reopened"
    """Closed before, and seen again."""
    CHANGED = "changed"
    """Still open, and worth something else; what left one currency for another counts in both."""
    CLEARED = "cleared"
    """Closed by evidence."""


_OF_EVENT = {"opened": Column.NEW, "reopened": Column.REOPENED, "closed": Column.CLEARED}


class Place(NamedTuple):
    """Where an exception is counted: its code and its currency, which is "" while its worth is not known."""

    code: str
    currency: str

    @property
    def owner(self) -> Owner:
        return CODES[self.code].owner


@dataclass(frozen=True, slots=True)
class Tally:
    """How many exceptions, how many units they lock, how much they are worth in minor units."""

    count: int = 0
    units: int = 0
    minor: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def __neg__(self) -> Tally:
        return Tally(-self.count, -self.units, -self.minor)

    def __sub__(self, other: Tally) -> Tally:
        return self + -other

    def __bool__(self) -> bool:
        return self != NOTHING


NOTHING = Tally()
Standing = Mapping[Place, Tally]
"""What the desk holds at one moment."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What one open exception is worth at one moment."""

    units: int
    value: Money | None

    @property
    def tally(self) -> Tally:
        return Tally(1, self.units, self.value.minor if self.value else 0)

    def place(self, code: str) -> Place:
        return Place(code, self.value.currency if self.value else "")


@dataclass(frozen=True, slots=True)
class Happened:
    """One event that moves an exception's count or worth: opened, reopened, changed or closed."""

    exception_id: int
    code: str
    what: str
    worth: Worth
    """From this event on; of a closed one, what it was worth until then."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the roll-forward; `cleared` is what went, so it is subtracted."""

    opening: Tally = NOTHING
    new: Tally = NOTHING
    reopened: Tally = NOTHING
    changed: Tally = NOTHING
    cleared: Tally = NOTHING
    closing: Tally = NOTHING
    waived: Tally = NOTHING
    """Of the closing, what a person lets rest."""

    @property
    def remainder(self) -> Tally:
        """What of the closing no event explains; nothing in a desk that ties out."""
        return self.closing - (self.opening + self.new + self.reopened + self.changed - self.cleared)

    def __add__(self, other: Line) -> Line:
        return Line(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True, slots=True)
class RollForward:
    """The lines of every code and currency that had or moved anything, by code."""

    lines: Mapping[Place, Line]

    @property
    def ties_out(self) -> bool:
        return not any(line.remainder for line in self.lines.values())

    def by_owner(self) -> dict[tuple[Owner, str], Line]:
        """Summed by owner and currency."""
        return self._summed({place: (place.owner, place.currency) for place in self.lines})

    def by_currency(self) -> dict[str, Line]:
        return self._summed({place: place.currency for place in self.lines})

    def _summed(self, group_of: Mapping[Place, G]) -> dict[G, Line]:
        sums: defaultdict[G, Line] = defaultdict(Line)
        for place, line in self.lines.items():
            sums[group_of[place]] += line
        return dict(sums)


def standing(items: Iterable[tuple[str, Worth]]) -> dict[Place, Tally]:
    """The tally of open exceptions given as (code, worth)."""
    sums: defaultdict[Place, Tally] = defaultdict(Tally)
    for code, worth in items:
        sums[worth.place(code)] += worth.tally
    return dict(sums)


def roll_forward(
    opening: Standing, events: Iterable[Happened], before: Mapping[int, Worth], closing: Standing, waived: Standing
) -> RollForward:
    """Put the three together. `events` in their order; `before` is the worth at the opening moment, by exception,
    of those that were open then."""
    lines: defaultdict[Place, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for name, tallies in (("opening", opening), ("closing", closing), ("waived", waived)):
        for place, tally in tallies.items():
            lines[place][name] += tally
    for place, column, tally in _movements(events, before):
        lines[place][column.value] += tally
    return RollForward({place: Line(**lines[place]) for place in sorted(lines)})


def _movements(events: Iterable[Happened], before: Mapping[int, Worth]) -> Iterable[tuple[Place, Column, Tally]]:
    known = dict(before)
    for event in events:
        place, now = event.worth.place(event.code), event.worth.tally
        if event.what == "changed":
            yield place, Column.CHANGED, now
            if event.exception_id in known:
                earlier = known[event.exception_id]
                yield earlier.place(event.code), Column.CHANGED, -earlier.tally
        elif event.what in _OF_EVENT:
            yield place, _OF_EVENT[event.what], now
        known[event.exception_id] = event.worth
