"""Who else hears of an exception that grows old or dear, and how bad it is by then.

A step is met when the exception is old enough *and* worth enough. Everything here is worked out from the
exception and the moment; who was told already is remembered by the ledger and handed in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from returnworks.rules.ageing import age_days
from returnworks.rules.model import Owner, Severity
from returnworks.rules.money import Money
from returnworks.rules.problems import Problem

RANK = (Severity.INFO, Severity.WARNING, Severity.CRITICAL)
"""From the mildest to the worst."""


@dataclass(frozen=True, slots=True)
class Step:
    """From this age and worth on, `tell` hears of it and it is at least as bad as `severity`."""

    name: str
    """Unique; who was told is remembered under it."""
    after_days: int = 0
    """Whole days since the event; exactly so many are enough."""
    at_least: Mapping[str, int] = field(default_factory=dict)
    """Minor units by currency; exactly so much is enough. Empty: whatever it is worth, even nothing known.

    Otherwise an exception in a currency that is not named here, or of unknown worth, does not meet the step."""
    owners: tuple[Owner, ...] = ()
    """Only these owners' exceptions; empty: everybody's."""
    codes: tuple[str, ...] = ()
    """Only these codes; empty: all."""
    severity: Severity | None = None
    """Raised to this, never lowered; None leaves it."""
    tell: str = ""
    """A role or team as the digest names it, "head of finance"; empty: nobody besides the owner."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """The steps of one shop; each stands on its own, their order does not matter."""

    steps: tuple[Step, ...] = ()

    def problems(self) -> tuple[Problem, ...]:
        """What cannot be meant."""
        names = [step.name for step in self.steps]
        found = []
        for place, step in enumerate(self.steps):
            if step.name in names[:place]:
                text = f"is {step.name!r}, as an earlier step's"
                found.append(Problem(("steps", place, "name"), text, "Give each step its own name."))
            if step.severity is None and not step.tell:
                text = "neither raises a severity nor tells anybody"
                found.append(Problem(("steps", place), text, "Give it a `severity` or a `tell`."))
        return tuple(found)


class Case(Protocol):
    """What a step looks at in an exception."""

    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def owner(self) -> Owner: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def value(self) -> Money | None: ...
    @property
    def event_at(self) -> datetime: ...
    @property
    def reopened(self) -> int:
        """How often it came back; each life is told of anew."""

    def is_waived(self, now: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class Notice:
    """`tell` has to hear of an exception, once in each of its lives."""

    exception_id: int
    life: int
    step: str
    tell: str

    @property
    def key(self) -> tuple[int, int, str]:
        """What is remembered so that nobody is told twice."""
        return (self.exception_id, self.life, self.step)


def steps_met(case: Case, escalation: Escalation, now: datetime) -> tuple[Step, ...]:
    """The steps that hold now; none for an exception that a person lets rest."""
    if case.is_waived(now):
        return ()
    return tuple(step for step in escalation.steps if _meets(case, step, now))


def severity_now(case: Case, escalation: Escalation, now: datetime) -> Severity:
    """The exception's own severity, or the worst that a step raises it to."""
    raised = [step.severity for step in steps_met(case, escalation, now) if step.severity]
    return max([case.severity, *raised], key=RANK.index)


def notices_due(
    cases: Iterable[Case], escalation: Escalation, now: datetime, told: Collection[tuple[int, int, str]]
) -> tuple[Notice, ...]:
    """Whom to tell of what, in the order of `cases`, leaving out what was `told` (`Notice.key`) before."""
    due: Sequence[Notice] = [
        Notice(case.id, case.reopened, step.name, step.tell)
        for case in cases
        for step in steps_met(case, escalation, now)
        if step.tell
    ]
    return tuple(notice for notice in due if notice.key not in told)


def _meets(case: Case, step: Step, now: datetime) -> bool:
    if step.owners and case.owner not in step.owners:
        return False
    if step.codes and case.code not in step.codes:
        return False
    return age_days(case.event_at, now) >= step.after_days and _is_dear(case.value, step.at_least)


def _is_dear(value: Money | None, at_least: Mapping[str, int]) -> bool:
    if not at_least:
        return True
    return value is not None and value.currency in at_least and value.minor >= at_least[value.currency]
