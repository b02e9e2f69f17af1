"""The exceptions desk: opened once, closed by evidence, reopened with a count."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from returnworks.ledger import Ledger, NotInLedger
from returnworks.rules.model import Finding, Kind, Owner, Severity
from returnworks.rules.money import Money
from returnworks.rules.references import reference
from returnworks.rules.states import Event
from tests.ledger.faces import LEASE, NOW, later, restock


def finding(subject: str = "RMA 90000004", code: str = "goods_missing", **changes: Any) -> Finding:
    given: dict[str, Any] = {
        "message": "One GARISH-RUG never came back to stock. Post it.",
        "owner": Owner.WAREHOUSE,
        "severity": Severity.CRITICAL,
        "return_id": "90000004",
        "units": 1,
        "value": Money(12999, "GBP"),
        "since": later(-60),
    }
    return Finding(code=code, subject=subject, **(given | changes))


KEY = ("goods_missing", "RMA 90000004")


def whats(ledger: Ledger, exception_id: int | None = None) -> list[str]:
    return [event.what for event in ledger.exception_events(exception_id)]


def test_a_finding_opens_an_exception_once(ledger: Ledger) -> None:
    first = ledger.see_exceptions([finding()], NOW)
    again = ledger.see_exceptions([finding()], later(5))
    assert [len(part) for part in (first.opened, first.reopened, first.still)] == [1, 0, 0]
    assert [len(part) for part in (again.opened, again.reopened, again.still)] == [0, 0, 1]
    (item,) = ledger.exceptions()
    assert item == again.still[0] == ledger.exception(item.id)
    assert (item.opened_at, item.last_seen_at, item.event_at) == (NOW, later(5), later(-60))
    assert (item.owner, item.severity, item.units, item.value) == (
        Owner.WAREHOUSE,
        Severity.CRITICAL,
        1,
        Money(12999, "GBP"),
    )
    assert whats(ledger) == ["opened"]


def test_of_one_doubt_named_twice_the_last_counts(ledger: Ledger) -> None:
    changes = ledger.see_exceptions([finding(units=1), finding(units=2)], NOW)
    assert [item.units for item in changes.opened] == [2]


def test_nothing_happens_for_no_findings(ledger: Ledger) -> None:
    changes = ledger.see_exceptions([], NOW)
    assert (changes.opened, changes.reopened, changes.still) == ((), (), ())


def test_an_exception_is_as_old_as_its_event(ledger: Ledger) -> None:
    ledger.see_exceptions([finding(since=None)], NOW)
    ledger.see_exceptions([finding(since=later(-90))], later(1))
    ledger.see_exceptions([finding(since=later(-30))], later(2))
    assert [item.event_at for item in ledger.exceptions()] == [later(-90)]


def test_what_comes_back_is_as_old_as_what_happened_now(ledger: Ledger) -> None:
    for since, age_from in ((later(-90), later(-90)), (later(500), later(500)), (None, later(700))):
        ledger.see_exceptions([finding(since=since)], later(700))
        assert [item.event_at for item in ledger.exceptions()] == [age_from]
        ledger.close_exceptions([KEY], "it stands", later(701))


def test_a_change_of_value_is_an_event_and_a_new_wording_is_not(ledger: Ledger) -> None:
    ledger.see_exceptions([finding()], NOW)
    ledger.see_exceptions([finding(message="Said differently.")], later(1))
    ledger.see_exceptions([finding(value=Money(500, "GBP"))], later(2))
    assert whats(ledger) == ["opened", "changed"]
    assert [event.value for event in ledger.exception_events()] == [Money(12999, "GBP"), Money(500, "GBP")]


def test_it_closes_by_evidence_and_reopens_with_a_count(ledger: Ledger) -> None:
    ledger.see_exceptions([finding()], NOW)
    (closed,) = ledger.close_exceptions([KEY, ("goods_missing", "nobody")], "rma-7 stands", later(1))
    assert (closed.closed_at, closed.evidence, closed.state) == (later(1), "rma-7 stands", "closed")
    assert ledger.exceptions() == []
    assert ledger.close_exceptions([KEY], "again", later(2)) == []
    for count in (1, 2):
        changes = ledger.see_exceptions([finding()], later(3))
        assert [(item.reopened, item.evidence, item.is_open) for item in changes.reopened] == [(count, "", True)]
        ledger.close_exceptions([KEY], "it stands", later(4))
    assert whats(ledger) == ["opened", "closed", "reopened", "closed", "reopened", "closed"]


def test_what_a_complete_look_did_not_see_again_is_closed(ledger: Ledger) -> None:
    ledger.see_exceptions([finding("a"), finding("b"), finding("c", code="credit_missing")], NOW)
    closed = ledger.close_absent(frozenset({"goods_missing"}), [("goods_missing", "b")], "matched", later(1))
    assert [item.subject for item in closed] == ["a"]
    assert [item.subject for item in ledger.exceptions()] == ["b", "c"]


@pytest.mark.parametrize(("looked_at", "closed"), [(["1"], ["a"]), ([], []), (["1", "2"], ["a", "b"])])
def test_a_look_at_some_returns_closes_nothing_of_others(
    ledger: Ledger, looked_at: list[str], closed: list[str]
) -> None:
    ledger.see_exceptions([finding("a", return_id="1"), finding("b", return_id="2")], NOW)
    gone = ledger.close_absent(frozenset({"goods_missing"}), [], "so it is", later(1), return_ids=looked_at)
    assert sorted(item.subject for item in gone) == closed


def test_exceptions_are_found_by_everything_that_is_asked(ledger: Ledger) -> None:
    ledger.see_exceptions(
        [
            finding("a", since=later(-1)),
            finding("b", owner=Owner.FINANCE, since=later(-9)),
            finding("c", code="feed_stale", return_id=None),
        ],
        NOW,
    )
    ledger.close_exceptions([("feed_stale", "c")], "fed", later(1))

    def found(**asked: Any) -> list[str]:
        return [item.subject for item in ledger.exceptions(**asked)]

    assert found() == ["b", "a"]
    assert found(owner=Owner.FINANCE) == ["b"]
    assert found(code="feed_stale", open_only=False) == ["c"]
    assert found(return_id="90000004", owner=Owner.WAREHOUSE) == ["a"]


def test_people_assign_note_and_waive(ledger: Ledger) -> None:
    (item,) = ledger.see_exceptions([finding()], NOW).opened
    assert ledger.assign(item.id, "mia", later(1)).assignee == "mia"
    ledger.note(item.id, "asked the warehouse", later(2))
    waived = ledger.waive(item.id, later(100), "recount on Friday", later(3))
    assert (waived.state, waived.waive_reason) == ("waived until 2026-03-02", "recount on Friday")
    assert (waived.is_waived(later(99)), waived.is_waived(later(100))) == (True, False)
    assert ledger.exceptions() == [waived]
    assert whats(ledger, item.id) == ["opened", "assigned", "noted", "waived"]
    assert [event.detail for event in ledger.exception_events(item.id, since=later(1))][:2] == [
        "mia",
        "asked the warehouse",
    ]


def test_a_waiver_does_not_outlive_the_closing(ledger: Ledger) -> None:
    (item,) = ledger.see_exceptions([finding()], NOW).opened
    ledger.waive(item.id, later(999), "recount", later(1))
    ledger.close_exceptions([KEY], "it stands", later(2))
    (again,) = ledger.see_exceptions([finding()], later(3)).reopened
    assert (again.state, again.waived_until) == ("open", None)


@pytest.mark.parametrize(("minutes", "reason"), [(5, "  "), (1, "recount"), (0, "recount")])
def test_a_waiver_needs_a_reason_and_a_future_end(ledger: Ledger, minutes: float, reason: str) -> None:
    (item,) = ledger.see_exceptions([finding()], NOW).opened
    with pytest.raises(ValueError, match="reason"):
        ledger.waive(item.id, later(minutes), reason, later(1))
    assert whats(ledger) == ["opened"]


def test_an_exception_that_is_not_there_is_named(ledger: Ledger) -> None:
    with pytest.raises(NotInLedger, match="404"):
        ledger.assign(404, "mia", NOW)
    assert ledger.exception(404) is None


def test_an_exception_remembers_the_last_night_that_saw_it(ledger: Ledger) -> None:
    first, second = ledger.start_night(NOW, NOW), ledger.start_night(later(60), later(60))
    ledger.see_exceptions([finding()], NOW, night_id=first)
    ledger.see_exceptions([finding()], later(60), night_id=second)
    ledger.see_exceptions([finding()], later(61))
    assert [item.night_id for item in ledger.exceptions()] == [second]


def test_runs_that_race_open_each_exception_once(database_url: str) -> None:
    findings = [finding(f"RMA {n}") for n in range(10)]

    def look(_: int) -> int:
        with Ledger.open(database_url, create=False) as mine:
            return len(mine.see_exceptions(findings, NOW).opened)

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(look, range(3))) == 10


def test_a_night_is_remembered_from_its_start(ledger: Ledger) -> None:
    night = ledger.start_night(later(-10), NOW)
    started = ledger.night(night)
    assert started is not None
    assert (started.verdict, started.finished_at, started.counts) == ("", None, {})
    finished = ledger.finish_night(
        night, "differences", later(5), counts={"matched": 9}, sides={"returngo": "fresh"}, report_path="night.html"
    )
    assert (finished.verdict, finished.counts, finished.finished_at) == ("differences", {"matched": 9}, later(5))
    second = ledger.start_night(later(60), later(60))
    assert [record.id for record in ledger.nights(limit=5)] == [second, night]
    assert ledger.nights(limit=5)[1] == finished
    with pytest.raises(NotInLedger):
        ledger.finish_night(404, "clean", NOW)


def test_when_exceptions_were_closed_is_told_by_subject_and_open_ones_are_absent(ledger: Ledger) -> None:
    other = finding("RMA 90000005", return_id="90000005")
    ledger.see_exceptions([finding(), other, finding(code="goods_quantity")], NOW)
    ledger.close_exceptions([KEY, ("goods_quantity", "RMA 90000004")], "seen in Linnworks", later(5))
    ids = ["90000004", "90000005", "90000006"]
    assert ledger.closed_at("goods_missing", ids) == {"RMA 90000004": later(5)}
    assert ledger.closed_at("goods_missing", ["90000005"]) == {}


@pytest.mark.parametrize("code", ["refund_match_unclear", "posting_unknown"])
def test_what_is_said_about_a_posting_stays_until_the_posting_is_settled(ledger: Ledger, code: str) -> None:
    posting = restock(reference(Kind.RESTOCK, "90000004", ("90000004-1",)))
    ledger.intend([posting], "p", NOW)
    ledger.hold(posting.reference, "several could be it", NOW)
    doubt = finding(f"RMA {posting.return_id} / {posting.reference}", code)
    ledger.see_exceptions([doubt], NOW)
    assert ledger.close_absent(frozenset({code}), [], "nothing is doubted", later(1)) == []
    ledger.unhold(posting.reference, later(2))
    ledger.claim((Kind.RESTOCK,), "anna", 1, LEASE, later(2))
    for event in (Event.ADVANCE, Event.CONFIRM):
        ledger.finish(ledger.begin(posting.reference, "anna", "CreateRMABooking", {}, later(2)), event, later(2))
    assert [row.code for row in ledger.close_absent(frozenset({code}), [], "in order", later(3))] == [code]
