"""`doctor` finds in a played account what was set up wrong there, within a few calls and without a write."""

import json

import pytest

from returnworks.cli import CLEAN, COULD_NOT, DIFFERENCES
from returnworks.cli.app import run
from returnworks.sandbox.stories.shop import ITEMS, good, returned, sold

LINNWORKS_CALLS = 10
"""Whatever the size of the shop."""


@pytest.fixture
def doctor(installation, monkeypatch, capsys):
    """Runs a command in this process; its exit code and its JSON document."""
    for name, value in installation.items():
        monkeypatch.setenv(name, value)

    def ask(*arguments):
        code = run([*(arguments or ("doctor",)), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return ask


def states(document):
    return {check["name"]: check["state"] for check in document["checks"]}


def shop(*more, count=1, item=None, **order):
    """One order of a tea set and its return, `count` times."""
    numbers = range(1, count + 1)
    orders = [sold(f"MM61{n:02d}", "TEA-SET") | order for n in numbers]
    line = item or {"sku": "TEA-SET", "inspected": good()}
    rmas = [returned(n, f"MM61{n:02d}", line, status="Received") for n in numbers]
    return {"items": ITEMS, "orders": orders, "rmas": rmas} | dict(more)


def test_a_new_installation_is_clean_and_claims_to_know_nothing_that_it_cannot(doctor):
    code, document = doctor()
    assert code == CLEAN
    found = states(document)
    unknown = {"poll of ReturnGO", "the night", "item validation in ReturnGO", "refunds reach the channel"}
    assert {found[name] for name in unknown} == {"cannot tell"}
    assert found["location Quarantine"] == "good"


def test_it_spends_few_calls_and_writes_nothing(doctor, sandbox):
    sandbox.play("a-day-in-the-shop")
    doctor("sync")
    before = sandbox.books()
    _, document = doctor()
    after = sandbox.books()
    spent = {
        vendor: sum(after["calls"][vendor].values()) - sum(before["calls"][vendor].values())
        for vendor in ("returngo", "linnworks")
    }
    assert document["calls"] == spent
    assert spent["returngo"] == 1
    assert spent["linnworks"] <= LINNWORKS_CALLS
    assert after["writes"] == before["writes"]


def test_a_missing_location_is_a_warning(doctor, sandbox):
    sandbox.reset()
    sandbox.seed({"locations": [{"name": "Inspection", "fulfilment_centre": True}]})
    code, document = doctor()
    assert code == DIFFERENCES
    assert states(document)["location Inspection"] == "warning"


def test_a_set_that_became_tracked_is_found(doctor, sandbox):
    sandbox.seed(shop())
    doctor("sync")
    assert states(doctor()[1])["sets and their stock"] == "good"
    sandbox.seed({"items": [{**ITEMS[-1], "minimum": 0}]})
    code, document = doctor()
    assert code == DIFFERENCES
    (found,) = [check for check in document["checks"] if check["name"] == "set TEA-SET"]
    assert "Default" in found["cause"]
    assert "composites" in found["remedy"]


@pytest.mark.parametrize(("pays", "state"), [(True, "notice"), (False, "good")])
def test_whether_a_refund_would_reach_the_channel_is_asked(doctor, sandbox, pays, state):
    sandbox.settings(channel_refunds=pays)
    try:
        sandbox.seed(shop())
        doctor("sync")
        assert states(doctor()[1])["refunds reach SHOPIFY mugs-and-more"] == state
    finally:
        sandbox.settings(channel_refunds=True)


def test_ten_arrivals_that_nobody_inspected_are_broken(doctor, sandbox):
    sandbox.seed(shop(count=10, item={"sku": "TEA-SET"}))
    doctor("sync")
    code, document = doctor()
    assert code == COULD_NOT
    assert states(document)["item validation in ReturnGO"] == "broken"


def test_returns_of_orders_that_stand_open_are_a_habit(doctor, sandbox):
    sandbox.seed(shop(count=10, processed=False))
    doctor("sync")
    code, document = doctor()
    assert code == DIFFERENCES
    assert states(document)["orders are processed before they come back"] == "warning"


@pytest.mark.parametrize(("seconds", "state"), [(0, "good"), (300, "warning"), (3600, "broken")])
def test_a_clock_that_is_off_is_seen_in_the_vendors_own_date(doctor, sandbox, seconds, state):
    sandbox.advance(seconds)
    found = states(doctor()[1])
    assert (found["clock of ReturnGO"], found["clock of Linnworks"]) == (state, state)


def test_a_backup_that_was_made_is_known(doctor, tmp_path):
    doctor("db", "upgrade")
    assert states(doctor()[1])["backup"] == "notice"
    assert doctor("db", "backup", str(tmp_path / "copy.sqlite3"))[0] == CLEAN
    assert states(doctor()[1])["backup"] == "good"


def test_a_vendor_that_refuses_a_welcome_question_breaks_nothing(doctor, sandbox):
    sandbox.seed(shop())
    doctor("sync")
    sandbox.fault("not_json", "ReturnsRefunds/GetRefundOptions", vendor="linnworks", count=None)
    code, document = doctor()
    assert states(document)["refunds reach the channel"] == "cannot tell"
    assert code == CLEAN


def test_a_wrong_key_breaks_its_vendor_and_the_other_is_still_looked_at(doctor, monkeypatch):
    monkeypatch.setenv("RETURNWORKS_RETURNGO_API_KEY", "wrong")
    code, document = doctor()
    assert code == COULD_NOT
    found = states(document)
    assert (found["ReturnGO"], found["Linnworks"]) == ("broken", "good")


def test_brief_says_only_what_needs_somebody(installation, monkeypatch, capsys):
    for name, value in installation.items():
        monkeypatch.setenv(name, value)
    assert run(["doctor", "--brief"]) == CLEAN
    shown = capsys.readouterr().out
    assert "backup" in shown
    assert "Good (" not in shown
    assert "Cannot tell (" not in shown
