"""What a night may mend by itself, and how much of it. Healing only asks again for what was meant anyway.

The classes never make a new kind of effect. Each brings a return or a posting back to where the usual way
takes it up: it is read, decided or posted by the same steps, under the same reference, after the same look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from returnworks.rules.money import Money
from returnworks.rules.problems import Problem


class HealMode(StrEnum):
    """Whether a night mends anything."""

    OFF = "off"
    DRY_RUN = "dry_run"
    """It says what it would mend, and mends nothing."""
    ON = "on"


class HealClass(StrEnum):
    """What can be mended."""

    MISSING_POSTING = "missing_posting"
    """Goods or a credit are due, and neither the ledger nor Linnworks has anything of them: decided again."""
    STALE_POSTING = "stale_posting"
    """A posting is planned, its plan still stands, and it waits longer than `stale_hours`: due at once."""
    STALE_RETURN = "stale_return"
    """An exception stands on a return that was not read for longer than `stale_hours`: read again."""


@dataclass(frozen=True)
class Caps:
    """The most that one night mends. A night is a UTC day: two runs on one day share its caps."""

    count: int = 20
    """Healings of any class."""
    units: int = 50
    """Units of goods."""
    money_minor: Mapping[str, int] = field(default_factory=dict)
    """Credits by currency, in minor units. A currency that is not named here is never mended."""


@dataclass(frozen=True)
class Healing:
    """A shop's choice; without one, nothing is ever mended."""

    mode: HealMode = HealMode.OFF
    classes: tuple[HealClass, ...] = ()
    """Only these; none by default, so that each is switched on by name."""
    caps: Caps = Caps()
    stale_hours: int = 24
    """From exactly so many hours on, something waits too long."""

    def problems(self) -> tuple[Problem, ...]:
        """What cannot be meant."""
        if self.mode == HealMode.ON and not self.classes:
            return (
                Problem(("classes",), "is empty, yet the mode is on", "Name what may be mended, or switch it off."),
            )
        return ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that could be mended. Its units and money are what the usual way would post then."""

    cls: HealClass
    return_id: str
    subject: str
    """What it is about, in the exceptions' words."""
    why: str
    """What is so, in one sentence."""
    since: datetime
    """When the fact happened that waits; the oldest is mended first."""
    references: tuple[str, ...] = ()
    """The postings that are asked for again."""
    units: int = 0
    money: tuple[Money, ...] = ()
    exceptions: tuple[tuple[str, str], ...] = ()
    """(code, subject) of the exceptions that it is about."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which candidates are mended, and which are left, each with the reason."""

    picked: tuple[Candidate, ...] = ()
    left: tuple[tuple[Candidate, str], ...] = ()


@dataclass(slots=True)
class Spent:
    """What a night has mended so far."""

    count: int = 0
    units: int = 0
    minor: Counter[str] = field(default_factory=Counter)
    """By currency."""

    def add(self, units: int, money: Iterable[Money]) -> None:
        self.count += 1
        self.units += units
        for amount in money:
            self.minor[amount.currency] += amount.minor


def choose(candidates: Iterable[Candidate], healing: Healing, spent: Spent) -> Chosen:
    """The oldest first, each one that fits into what is left of the caps; `spent` counts what is picked.

    One that does not fit is left with its reason, and a younger one that fits may still be picked. The same
    candidates always give the same choice, in whatever order they come.
    """
    picked: list[Candidate] = []
    left: list[tuple[Candidate, str]] = []
    for candidate in sorted(candidates, key=lambda one: (one.since, one.return_id, one.cls, one.subject)):
        if reason := _too_much(candidate, healing, spent):
            left.append((candidate, reason))
            continue
        spent.add(candidate.units, candidate.money)
        picked.append(candidate)
    return Chosen(tuple(picked), tuple(left))


def _too_much(candidate: Candidate, healing: Healing, spent: Spent) -> str:
    """Why it is left alone; empty when it may be mended."""
    caps = healing.caps
    if candidate.cls not in healing.classes:
        return f"{candidate.cls} is not switched on in the policy"
    if spent.count >= caps.count:
        return f"the night's cap of {caps.count} healings is used up"
    if spent.units + candidate.units > caps.units:
        return f"{candidate.units} units do not fit: {spent.units} of the night's {caps.units} are used"
    return _too_dear(candidate.money, caps.money_minor, spent)


def _too_dear(money: Sequence[Money], caps: Mapping[str, int], spent: Spent) -> str:
    wanted: Counter[str] = Counter()
    for amount in money:
        wanted[amount.currency] += amount.minor
    for currency, minor in sorted(wanted.items()):
        if currency not in caps:
            return f"the policy names no cap for {currency}"
        used = spent.minor[currency]
        if used + minor > caps[currency]:
            most = Money(caps[currency], currency)
            return f"{Money(minor, currency)} does not fit: {Money(used, currency)} of the night's {most} are used"
    return ""
