"""An exception that grows old and dear is told to more people, once, and is never called milder than it is."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from returnworks.rules.escalation import Escalation, Notice, Step, notices_due, severity_now
from returnworks.rules.model import Owner, Severity
from returnworks.rules.money import Money

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HUNDRED = Money(10000, "GBP")
WEEK = Step("a week old", after_days=7, at_least={"GBP": 10000}, severity=Severity.CRITICAL, tell="head of finance")


@dataclass(frozen=True)
class Case:
    id: int = 17
    code: str = "credit_missing"
    owner: Owner = Owner.FINANCE
    severity: Severity = Severity.WARNING
    value: Money | None = HUNDRED
    event_at: datetime = NOW - timedelta(days=7)
    reopened: int = 0
    waived_until: datetime | None = None

    def is_waived(self, now):
        return self.waived_until is not None and now < self.waived_until


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, True),
        ({"event_at": NOW - timedelta(days=7) + timedelta(seconds=1)}, False),
        ({"value": Money(9999, "GBP")}, False),
        ({"value": Money(99999, "EUR")}, False),
        ({"value": None}, False),
        ({"waived_until": NOW + timedelta(seconds=1)}, False),
        ({"waived_until": NOW}, True),
    ],
)
def test_a_step_is_met_by_age_and_worth_together(change, told):
    case = replace(Case(), **change)
    assert bool(notices_due([case], Escalation((WEEK,)), NOW, set())) is told
    assert severity_now(case, Escalation((WEEK,)), NOW) == (Severity.CRITICAL if told else Severity.WARNING)


@pytest.mark.parametrize(
    ("step", "met"),
    [
        (Step("any", tell="x"), True),
        (Step("finance", owners=(Owner.FINANCE, Owner.CX), tell="x"), True),
        (Step("warehouse", owners=(Owner.WAREHOUSE,), tell="x"), False),
        (Step("credits", codes=("credit_missing",), tell="x"), True),
        (Step("goods", codes=("goods_missing",), tell="x"), False),
    ],
)
def test_a_step_keeps_to_the_owners_and_codes_that_it_names(step, met):
    assert bool(notices_due([Case(value=None)], Escalation((step,)), NOW, set())) is met


@pytest.mark.parametrize("own", Severity)
@pytest.mark.parametrize("raised", Severity)
def test_a_severity_is_raised_and_never_lowered(own, raised):
    worst_first = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)
    found = severity_now(Case(severity=own), Escalation((Step("s", severity=raised),)), NOW)
    assert worst_first.index(found) == min(worst_first.index(own), worst_first.index(raised))


def test_nobody_is_told_twice_of_one_life_and_everybody_again_of_the_next():
    (notice,) = notices_due([Case()], Escalation((WEEK,)), NOW, set())
    assert notice == Notice(17, 0, "a week old", "head of finance")
    assert notices_due([Case()], Escalation((WEEK,)), NOW, {notice.key}) == ()
    (again,) = notices_due([Case(reopened=1)], Escalation((WEEK,)), NOW, {notice.key})
    assert again.life == 1


def test_a_step_that_tells_nobody_still_raises():
    silent = Escalation((Step("old", severity=Severity.CRITICAL),))
    assert notices_due([Case()], silent, NOW, set()) == ()
    assert severity_now(Case(), silent, NOW) == Severity.CRITICAL


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((WEEK,), ()),
        ((WEEK, WEEK), ("as an earlier step's",)),
        ((Step("idle", after_days=3),), ("neither raises",)),
    ],
)
def test_steps_that_cannot_be_meant_are_named(steps, said):
    problems = Escalation(steps).problems()
    assert len(problems) == len(said)
    assert all(text in str(problem) for text, problem in zip(said, problems, strict=True))
