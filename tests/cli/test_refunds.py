"""`returnworks refunds`, as finance types it: what stands without explanation, and each outcome."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from returnworks.cli import CLEAN, COULD_NOT, DIFFERENCES, WRONG_USAGE
from returnworks.cli.app import run
from returnworks.ledger import Ledger
from returnworks.rules.foreign import ForeignRefund, Likely
from returnworks.rules.money import Money
from returnworks.settings import read_environment
from tests.way.test_refunds import shop

NEXT_MONTH = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"


@pytest.fixture
def refunds(installation, monkeypatch, capsys):
    """Runs `returnworks refunds ...` in this process; the exit code and what was said, as JSON where asked for."""
    for name, value in installation.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RETURNWORKS_ACTOR", "ann")

    def ask(*arguments):
        code = run(["refunds", *arguments])
        said = capsys.readouterr()
        return code, json.loads(said.out) if "--json" in arguments and code != WRONG_USAGE else said.out + said.err

    return ask


@pytest.fixture
def refund_id(sandbox, installation):
    """A clerk recorded 7.00 on the lamp's order, and the last night found it."""
    shop(sandbox, {"amount": "45.00", "id": "4500"})
    sandbox.act("refund_by_hand", order="MM2001", amount="7.00")
    (refund,) = sandbox.books()["refunds"]
    order_id = sandbox.books()["orders"]["5500000001"]["order_id"]
    seen = ForeignRefund(
        refund_id=str(refund["refund_id"]),
        order_id=order_id,
        order_number=100001,
        reference="",
        amount=Money(700, "GBP"),
        created_at=datetime.now(UTC),
        likely=(Likely("90000201", "4500", 42, ("the same order", "2 days apart")),),
    )
    with Ledger.open(read_environment(installation)[0].ledger_url) as ledger:
        ledger.see_foreign([seen], datetime.now(UTC))
    return seen.refund_id


def test_nothing_foreign_is_said_and_clean(refunds):
    assert refunds("list") == (CLEAN, "No refund in Linnworks is without explanation.\n")


def test_a_refund_that_waits_for_a_decision_is_a_difference(refunds, refund_id):
    code, said = refunds("list")
    assert code == DIFFERENCES
    for word in (refund_id, "100001", "7.00 GBP", "transaction 4500 of RMA 90000201 (42)"):
        assert word in said


def test_one_refund_is_shown_with_what_it_could_be_and_what_was_decided(refunds, refund_id):
    refunds("hand-to-cx", refund_id, "--reason", "no return was made", "--by", "bob")
    code, said = refunds("show", refund_id)
    assert code == CLEAN
    for word in (
        "7.00 GBP on order 100001",
        "the same order, 2 days apart",
        "handed to CX",
        "bob",
        "no return was made",
    ):
        assert word in said


def test_accepting_names_the_actor_and_takes_it_off_the_list_of_what_waits(refunds, refund_id):
    code, said = refunds("accept", refund_id, "--reason", "a chipped foot", "--until", NEXT_MONTH, "--json")
    assert code == CLEAN
    made = said["decision"]
    assert (made["by"], made["outcome"], made["reason"]) == ("ann", "goodwill", "a chipped foot")
    code, shown = refunds("list")
    assert code == CLEAN
    assert f"goodwill up to {NEXT_MONTH}" in shown


def test_linking_confirms_the_credit_and_undoing_it_frees_the_transaction(refunds, refund_id):
    code, said = refunds("link", refund_id, "4500", "--reason", "it is part of it", "--return-id", "90000201")
    assert (code, f"Refund {refund_id} is the credit of transaction 4500 of RMA 90000201." in said) == (CLEAN, True)
    code, said = refunds("undo", refund_id, "--reason", "it is not", "--json")
    assert (code, said["decision"]["undone_by"]) == (CLEAN, "ann")
    assert refunds("list")[0] == DIFFERENCES


def test_a_reason_keeps_no_address(refunds, refund_id):
    _, said = refunds("hand-to-cx", refund_id, "--reason", "ask planted.person@example.com", "--json")
    assert said["decision"]["reason"] == "ask …"


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("show", "nobody"), WRONG_USAGE, "refunds list"),
        (("undo", "nobody", "--reason", "a slip"), COULD_NOT, "nothing to undo"),
        (("hand-to-cx", "nobody", "--reason", "no return"), COULD_NOT, "refunds list"),
        (("hand-to-cx", "REFUND"), WRONG_USAGE, "--reason"),
        (("hand-to-cx", "REFUND", "--reason", " "), COULD_NOT, "cannot be empty"),
        (("hand-to-cx", "REFUND", "--reason", "x", "--by", "a@example.com"), COULD_NOT, "without address"),
        (("accept", "REFUND", "--reason", "x", "--until", "soon"), WRONG_USAGE, "soon"),
        (("accept", "REFUND", "--reason", "x", "--until", "2020-01-01"), COULD_NOT, "a day to come"),
        (("accept", "REFUND", "--reason", "x", "--until", "2099-01-01"), COULD_NOT, "at most a year"),
        (("link", "REFUND", "99", "--reason", "x"), COULD_NOT, "--return-id"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_way_out(refunds, refund_id, arguments, code, why):
    given = tuple(refund_id if each == "REFUND" else each for each in arguments)
    got, said = refunds(*given)
    assert (got, why in said) == (code, True), said


def test_linnworks_being_away_decides_nothing(refunds, refund_id, sandbox):
    sandbox.fault("drop_before", "*", vendor="linnworks", count=1000)
    code, _ = refunds("hand-to-cx", refund_id, "--reason", "no return was made")
    sandbox.clear_faults()
    assert code == COULD_NOT
    assert refunds("list")[0] == DIFFERENCES
