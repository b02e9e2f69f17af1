"""A worked case: one return, what Linnworks holds, what the policy says; and what must come of it, and why.

The expectations are the short sentences of `tests.cases.words`, so that a case reads the same here, in a failing
test and in docs/cases.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from returnworks.rules.context import OrderContext
from returnworks.rules.model import Plan, Return
from returnworks.rules.planning import plan
from returnworks.rules.policy import BUILT_IN, Policy
from tests.rules.faces import NOW


@dataclass(frozen=True, slots=True)
class Case:
    """The values that a person would write on a card, and what the rules must answer."""

    name: str
    """What is special about it, in a few words; unique, and the name of its test."""
    because: str
    """The rule that decides, in words: the reason for everything below."""
    ret: Return
    around: OrderContext
    policy: Policy = BUILT_IN
    now: datetime = NOW
    posts: tuple[str, ...] = ()
    """Each posting as `words.posting` says it, in the order of the plan."""
    holds: tuple[str, ...] = ()
    """Each finding as its code and what it covers: "more_than_sold: 3"."""
    leaves: tuple[str, ...] = ()
    """For each note of the plan, in its order, a part of it that matters: "the customer keeps it"."""
    owes: tuple[str, ...] = ()
    """Each liability as `words.liability` says it."""

    def planned(self) -> Plan:
        return plan(self.ret, self.around, self.policy, self.now)
