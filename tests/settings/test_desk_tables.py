"""The desk's tables of returnworks.toml: read as they are written, refused where they cannot be meant."""

import pytest

from returnworks.errors import ConfigError
from returnworks.rules.ageing import Ageing
from returnworks.rules.escalation import Escalation, Step
from returnworks.rules.healing import Caps, HealClass, Healing, HealMode
from returnworks.rules.model import Owner, Severity
from returnworks.rules.policy import BUILT_IN
from returnworks.settings import read_policy

WHOLE = """
[exceptions]
age_days = [2, 5]

[[escalation.step]]
name = "a week old and dear"
after_days = 7
at_least = { GBP = 10000 }
owners = ["finance"]
codes = ["credit_missing", "credit_amount"]
severity = "critical"
tell = "head of finance"

[heal]
mode = "dry_run"
classes = ["missing_posting", "stale_return"]
most = 5
most_units = 10
most_money = { GBP = 20000 }
stale_hours = 48
"""


@pytest.fixture
def policy_of(tmp_path):
    def read(text):
        file = tmp_path / "returnworks.toml"
        file.write_text(text)
        return read_policy(file).policy

    return read


def test_without_the_tables_nothing_is_escalated_and_nothing_is_mended(policy_of):
    policy = policy_of("")
    assert (policy.ageing, policy.escalation, policy.healing) == (Ageing(), Escalation(), Healing())
    assert policy.version == BUILT_IN.version


def test_the_tables_say_what_they_are_read_as(policy_of):
    policy = policy_of(WHOLE)
    assert policy.ageing.buckets == ("0–2 days", "3–5 days", "6+ days")
    assert policy.escalation.steps == (
        Step(
            "a week old and dear",
            after_days=7,
            at_least={"GBP": 10000},
            owners=(Owner.FINANCE,),
            codes=("credit_missing", "credit_amount"),
            severity=Severity.CRITICAL,
            tell="head of finance",
        ),
    )
    assert policy.healing == Healing(
        HealMode.DRY_RUN,
        (HealClass.MISSING_POSTING, HealClass.STALE_RETURN),
        Caps(count=5, units=10, money_minor={"GBP": 20000}),
        stale_hours=48,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[exceptions]\nage_days = [3, 3]", "exceptions.age_days"),
        ("[exceptions]\nage_days = []", "exceptions.age_days"),
        ("[exceptions]\nage_day = [1]", "age_days"),
        ('[[escalation.step]]\nname = "idle"', "escalation.step"),
        ('[[escalation.step]]\nname = "x"\ntell = "a"\n[[escalation.step]]\nname = "x"\ntell = "b"', "own name"),
        ('[[escalation.step]]\nname = "x"\ntell = "a"\ncodes = ["goods_mising"]', "codes"),
        ('[[escalation.step]]\nname = "x"\ntell = "a"\nat_least = { pounds = 1 }', "at_least"),
        ('[heal]\nmode = "on"', "heal.classes"),
        ('[heal]\nmode = "yes"', "mode"),
        ('[heal]\nclasses = ["everything"]', "classes"),
        ("[heal]\nmost = 0", "most"),
        ("[heal]\nstale_hours = 0", "stale_hours"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_key(policy_of, text, said):
    with pytest.raises(ConfigError, match=said):
        policy_of(text)
