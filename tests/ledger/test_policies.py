"""Which policies decided, and what they said."""

import json
from dataclasses import replace

import pytest

from returnworks.ledger import Ledger
from returnworks.rules.model import Stage
from returnworks.rules.policy import BUILT_IN, Policy
from tests.ledger.faces import NOW, credit, later, restock, rug_return

STRICT = replace(BUILT_IN, sellable_location="Main")


def test_a_policy_is_kept_once_with_its_first_use(ledger: Ledger) -> None:
    ledger.remember_policy(BUILT_IN, NOW)
    ledger.remember_policy(BUILT_IN, later(5))
    (kept,) = ledger.policies()
    assert (kept.version, kept.first_used_at, kept.postings) == (BUILT_IN.version, NOW, 0)
    assert json.loads(kept.document)["sellable_location"] == "Default"


def test_every_version_can_be_read_back_with_what_it_decided(ledger: Ledger) -> None:
    for number, policy in enumerate((BUILT_IN, STRICT)):
        ledger.remember_policy(policy, later(number))
    ledger.intend([restock()], BUILT_IN.version, NOW)
    ledger.intend([credit()], STRICT.version, NOW)
    assert [(each.version, each.postings) for each in ledger.policies()] == [(BUILT_IN.version, 1), (STRICT.version, 1)]
    assert ledger.policy_document(STRICT.version) == STRICT.document()


def test_a_version_that_was_never_kept_has_no_text(ledger: Ledger) -> None:
    assert ledger.policy_document("0123456789ab") is None
    assert ledger.policies() == []


@pytest.mark.parametrize("version", [None, Policy().version])
def test_a_decision_without_a_posting_remembers_its_policy_too(ledger: Ledger, version: str | None) -> None:
    ledger.remember_returns([(rug_return(), Stage.INSPECTED)], NOW)
    ledger.mark_planned({"90000004": None}, NOW, policy_version=version)
    assert ledger.decided_by(["90000004", "1"]) == ({"90000004": version} if version else {})
