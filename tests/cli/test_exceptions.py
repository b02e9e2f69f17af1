"""The desk at a terminal: what is listed, what people do, what leaves the house, what ties out."""

import csv
import json
from datetime import UTC, datetime, timedelta

import pytest

from returnworks.cli import CLEAN, COULD_NOT, DIFFERENCES, WRONG_USAGE
from returnworks.cli.app import run
from returnworks.ledger import Ledger
from returnworks.rules.findings import finding
from returnworks.rules.money import Money
from returnworks.settings import read_environment

TYPED = "ask planned.person@example.com, pay to GB33 BUKB 2020 1555 5555 55"


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A ledger with three exceptions: an old credit, goods since yesterday, a doubt of unknown worth."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RETURNWORKS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RETURNWORKS_ACTOR", "mia")
    now = datetime.now(UTC)
    found = [
        finding("credit_missing", "RMA 1", "So.", return_id="1", value=Money(1234, "GBP"), since=_ago(9)),
        finding("goods_missing", "RMA 2", "=1+1", return_id="2", units=2, value=Money(99, "EUR"), since=_ago(1)),
        finding("order_not_found", "RMA 3", "So.", return_id="3", since=now),
    ]
    with Ledger.open(read_environment()[0].ledger_url) as ledger:
        ledger.see_exceptions(found, now - timedelta(minutes=1))
        yield ledger


@pytest.fixture
def say(desk, capsys):
    """Run a command of the desk; its exit code and its document."""

    def command(*arguments):
        code = run(["exceptions", *arguments, "--json"])
        return code, json.loads(capsys.readouterr().out or "{}")

    return command


def _ago(days):
    return datetime.now(UTC) - timedelta(days=days, minutes=5)


def _ids(document):
    return [item["id"] for item in document["exceptions"]]


TODAY = datetime.now(UTC).date()
SOON = str(TODAY + timedelta(days=9))


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ((), [1, 2, 3]),
        (("--owner", "finance"), [1]),
        (("--code", "goods_missing"), [2]),
        (("--min-age", "9"), [1]),
        (("--min-age", "10"), []),
        (("--min-age", "1"), [1, 2]),
        (("--return-id", "3"), [3]),
        (("--waived",), []),
        (("--assignee", ""), [1, 2, 3]),
        (("--assignee", "mia"), []),
    ],
)
def test_the_list_keeps_to_what_is_asked_oldest_event_first(say, asked, ids):
    code, document = say("list", *asked)
    assert _ids(document) == ids
    assert code == (DIFFERENCES if ids else CLEAN)


def test_what_people_do_is_kept_with_who_did_it(say, desk):
    assert say("assign", "1", "night shift")[0] == CLEAN
    assert say("note", "1", "asked the bank", "--by", "tom")[0] == CLEAN
    assert say("waive", "1", "--reason", "the bank looks", "--until", SOON)[0] == CLEAN
    assert _ids(say("list", "--waived")[1]) == _ids(say("list", "--assignee", "Night Shift")[1]) == [1]
    assert say("unwaive", "1")[0] == CLEAN
    events = say("show", "1")[1]["events"]
    assert [(event["what"], event["who"]) for event in events] == [
        ("opened", ""),
        ("assigned", "mia"),
        ("noted", "tom"),
        ("waived", "mia"),
        ("unwaived", "mia"),
    ]


def test_a_waiver_hides_no_value(desk, capsys):
    run(["exceptions", "waive", "1", "--reason", "the bank looks", "--until", SOON])
    run(["exceptions", "list"])
    assert "3 open: 2 units, €0.99 and £12.34. Of these 1 are waived: 0 units, £12.34." in capsys.readouterr().out


def test_what_is_typed_is_kept_without_how_to_reach_anybody(say):
    say("note", "1", TYPED)
    say("waive", "1", "--reason", TYPED, "--until", SOON)
    kept = str(say("show", "1"))
    assert "ask …, pay to …" in kept
    assert "example.com" not in kept
    assert "BUKB" not in kept


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("assign", "1", "planned.person@example.com"), COULD_NOT),
        (("assign", "404", "mia"), COULD_NOT),
        (("note", "1", "   "), COULD_NOT),
        (("note", "1", "x" * 1001), COULD_NOT),
        (("waive", "1", "--reason", " ", "--until", SOON), COULD_NOT),
        (("waive", "1", "--reason", "x", "--until", str(TODAY)), COULD_NOT),
        (("waive", "1", "--reason", "x", "--until", "2999-01-01"), COULD_NOT),
        (("waive", "1", "--reason", "x", "--until", "soon"), WRONG_USAGE),
        (("waive", "1", "--until", SOON), WRONG_USAGE),
        (("show", "404"), WRONG_USAGE),
        (("card", "no_such_code"), WRONG_USAGE),
        (("card", "goods_missing", "--id", "1"), WRONG_USAGE),
        (("roll-forward", "--since", "yesterday"), WRONG_USAGE),
        (("roll-forward", "--since", "404"), COULD_NOT),
        (("list", "--min-age", "-1"), WRONG_USAGE),
        (("export", "--out", "no/such/folder/x.csv"), WRONG_USAGE),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_written(desk, command, code, capsys):
    before = len(desk.exception_events())
    assert run(["exceptions", *command]) == code
    assert "Traceback" not in capsys.readouterr().err
    assert len(desk.exception_events()) == before


def test_an_export_holds_no_formula_and_every_number(desk, tmp_path, capsys):
    assert run(["exceptions", "export", "--out", "open.csv"]) == CLEAN
    with (tmp_path / "open.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["value_minor"], row["currency"], row["units"], row["age_bucket"]) for row in rows] == [
        ("1", "1234", "GBP", "0", "8–14 days"),
        ("2", "99", "EUR", "2", "0–1 days"),
        ("3", "", "", "0", "0–1 days"),
    ]
    assert rows[1]["message"] == "'=1+1"
    assert "replay 2" in rows[1]["next_step"]


def test_an_export_as_json_holds_the_same_rows(desk, capsys):
    run(["exceptions", "export", "--format", "json"])
    rows = json.loads(capsys.readouterr().out)["exceptions"]
    assert [(row["id"], row["value_minor"], row["message"]) for row in rows] == [
        (1, 1234, "So."),
        (2, 99, "=1+1"),
        (3, "", "So."),
    ]


def test_the_desk_rolls_forward_from_any_day_to_now(say, desk):
    desk.close_exceptions([("credit_missing", "RMA 1")], "it stands", datetime.now(UTC))
    code, document = say("roll-forward", "--since", "2026-01-01")
    assert (code, document["ties_out"]) == (CLEAN, True)
    lines = {line["code"]: line for line in document["lines"]}
    assert (
        lines["credit_missing"]["new"] == lines["credit_missing"]["cleared"] == {"count": 1, "units": 0, "minor": 1234}
    )
    assert lines["goods_missing"]["closing"] == {"count": 1, "units": 2, "minor": 99}


def test_a_roll_forward_that_ends_before_it_begins_is_refused(desk, capsys):
    assert run(["exceptions", "roll-forward", "--since", "2999-01-01", "--until", "2026-01-01"]) == WRONG_USAGE


def test_a_card_is_printed_with_the_ids_of_its_exception(desk, capsys):
    assert run(["exceptions", "card", "goods_missing", "--id", "2"]) == CLEAN
    shown = capsys.readouterr().out
    assert "returnworks replay 2" in shown
    assert "How to undo" in shown


def test_an_escalation_raises_the_severity_that_is_shown(say, tmp_path):
    text = '[[escalation.step]]\nname = "old"\nafter_days = 0\ncodes = ["order_not_found"]\nseverity = "critical"\n'
    (tmp_path / "returnworks.toml").write_text(text)
    assert say("show", "3")[1]["severity"] == "critical"


@pytest.mark.parametrize(
    ("code", "message", "said"),
    [
        ("goods_quantity", "Order 100017 has RW-R-2-ABCD1234.", "correct the booking RW-R-2-ABCD1234 on order 100017."),
        ("goods_quantity", "So it is.", "(it has none) on order (its number is not known)."),
    ],
)
def test_the_next_step_names_what_the_exception_is_known_to_be_about(say, desk, code, message, said):
    (item,) = desk.see_exceptions([finding(code, "RMA 7", message, return_id="7")], datetime.now(UTC)).opened
    assert say("show", str(item.id))[1]["next_step"].endswith(said)


def test_a_message_that_says_what_to_do_is_not_followed_by_it_again(desk, capsys):
    step = "Count what came back for RMA 7 and correct the booking RW-R-7-ABCD1234 on order 100017."
    found = finding("goods_quantity", "order 100017 / RW-R-7-ABCD1234", f"Two are booked. {step}", return_id="7")
    (item,) = desk.see_exceptions([found], datetime.now(UTC)).opened
    run(["exceptions", "show", str(item.id)])
    shown = " ".join(capsys.readouterr().out.split("┏")[0].split())
    assert shown.count(step) == 1
