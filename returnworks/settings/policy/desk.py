"""The tables of `returnworks.toml` about the exceptions desk: ages, who hears of what, what is mended by itself."""

from __future__ import annotations

import difflib
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from returnworks.rules.ageing import Ageing
from returnworks.rules.codes import CODES
from returnworks.rules.escalation import Escalation, Step
from returnworks.rules.healing import Caps, HealClass, Healing, HealMode
from returnworks.rules.model import Owner, Severity
from returnworks.rules.problems import Where
from returnworks.settings.policy.table import Count, Currency, Hours, NotEmpty, Table, Text


def _known(code: str) -> str:
    if code not in CODES:
        near = difflib.get_close_matches(code, CODES, n=1)
        remedy = f"did you mean {near[0]!r}?" if near else "each code has a card in docs/runbook"
        raise ValueError(f"is no code of an exception; {remedy}")
    return code


Code = Annotated[str, AfterValidator(_known)]


class ExceptionsTable(Table):
    """`[exceptions]`: how the desk counts."""

    age_days: tuple[Count, ...] = Ageing.limits
    """The last whole day of each age bucket, rising; the last bucket has no end."""

    def settings(self) -> dict[str, Any]:
        return {"ageing": Ageing(self.age_days)}

    def key_of(self, where: Where) -> Where | None:
        return ("age_days",) if where[0] == "ageing" else None


class EscalationStepTable(Table):
    """`[[escalation.step]]`: from an age and a worth on, somebody hears of it."""

    name: Text
    after_days: Count = 0
    at_least: dict[Currency, Count] = Field(default_factory=dict)
    owners: Annotated[tuple[Owner, ...], NotEmpty] = ()
    codes: Annotated[tuple[Code, ...], NotEmpty] = ()
    severity: Severity | None = None
    tell: str = ""

    def step(self) -> Step:
        return Step(**dict(self))


class EscalationTable(Table):
    """`[escalation]`: exceptions that grow old or dear."""

    step: tuple[EscalationStepTable, ...] = ()

    def settings(self) -> dict[str, Any]:
        return {"escalation": Escalation(tuple(row.step() for row in self.step))}

    def key_of(self, where: Where) -> Where | None:
        return ("step", *where[2:]) if where[0] == "escalation" else None


class HealTable(Table):
    """`[heal]`: what a night mends by itself, and how much of it at most."""

    mode: HealMode = HealMode.OFF
    classes: tuple[HealClass, ...] = ()
    most: Annotated[int, Field(ge=1, le=1000)] = Caps.count
    most_units: Count = Caps.units
    most_money: dict[Currency, Count] = Field(default_factory=dict)
    """Minor units by currency; a currency that is not named is never mended."""
    stale_hours: Annotated[Hours, Field(ge=1)] = Healing.stale_hours

    def settings(self) -> dict[str, Any]:
        caps = Caps(self.most, self.most_units, self.most_money)
        return {"healing": Healing(self.mode, self.classes, caps, self.stale_hours)}
