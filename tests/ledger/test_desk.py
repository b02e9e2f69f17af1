"""People act at the desk and are remembered; nothing that they do closes anything or changes a total."""

from __future__ import annotations

import pytest

from returnworks.ledger import AlreadyFinished, HealingRecord, Ledger, NotInLedger
from returnworks.rules.escalation import Notice
from returnworks.rules.money import Money
from tests.ledger.faces import NOW, credit, later, restock
from tests.ledger.test_exceptions import KEY, finding, whats


@pytest.fixture
def item(ledger: Ledger) -> int:
    (opened,) = ledger.see_exceptions([finding()], NOW).opened
    return opened.id


def test_who_did_it_is_kept_with_what_was_done(ledger: Ledger, item: int) -> None:
    ledger.assign(item, "night shift", later(1), who="mia")
    ledger.note(item, "counted twice", later(2), who="tom")
    ledger.waive(item, later(100), "recount on Friday", later(3), who="mia")
    ledger.unwaive(item, later(4), who="ann")
    events = ledger.exception_events(item)
    assert [(event.what, event.who) for event in events] == [
        ("opened", ""),
        ("assigned", "mia"),
        ("noted", "tom"),
        ("waived", "mia"),
        ("unwaived", "ann"),
    ]
    assert events[3].until == later(100)


def test_an_expired_waiver_comes_back_as_open_and_is_told_of_once(ledger: Ledger, item: int) -> None:
    waived = ledger.waive(item, later(10), "recount", later(1))
    assert (waived.state_at(later(9)), waived.state_at(later(10))) == ("waived until 2026-03-02", "open")
    assert ledger.end_waivers(later(9)) == []
    (over,) = ledger.end_waivers(later(10))
    assert (over.id, over.waived_until, over.is_open) == (item, None, True)
    assert ledger.end_waivers(later(11)) == []
    assert whats(ledger, item) == ["opened", "waived", "waiver_ended"]


def test_ending_a_waiver_that_is_none_leaves_no_trace(ledger: Ledger, item: int) -> None:
    ledger.unwaive(item, later(1))
    assert whats(ledger, item) == ["opened"]


@pytest.mark.parametrize("act", ["assign", "waive", "unwaive"])
def test_a_closed_exception_is_nobodys_job_and_can_still_be_noted(ledger: Ledger, item: int, act: str) -> None:
    ledger.close_exceptions([KEY], "it stands", later(1))
    acts = {
        "assign": lambda: ledger.assign(item, "mia", later(2)),
        "waive": lambda: ledger.waive(item, later(9), "recount", later(2)),
        "unwaive": lambda: ledger.unwaive(item, later(2)),
    }
    with pytest.raises(AlreadyFinished, match="it stands"):
        acts[act]()
    ledger.note(item, "was a miscount", later(3))
    assert whats(ledger, item) == ["opened", "closed", "noted"]


def test_a_notice_is_kept_once_in_each_life(ledger: Ledger, item: int) -> None:
    first = Notice(item, 0, "a week old", "head of finance")
    assert ledger.keep_notices([first], NOW) == 1
    assert ledger.keep_notices([first], later(1)) == 0
    assert ledger.keep_notices([Notice(item, 1, "a week old", "head of finance")], later(2)) == 1
    assert ledger.notices_given([item, 999]) == {first.key, (item, 1, "a week old")}
    told = [event.detail for event in ledger.exception_events(item) if event.what == "told"]
    assert told == ["head of finance: a week old"] * 2


def test_a_healing_is_kept_and_told_on_its_exceptions(ledger: Ledger, item: int) -> None:
    night = ledger.start_night(NOW, NOW)
    healed = HealingRecord(
        what="missing_posting",
        outcome="healed",
        return_id="90000004",
        subject="RMA 90000004",
        why="It is due.",
        postings=("RW-R-1", "RW-C-1"),
        units=2,
        money=(Money(700, "EUR"), Money(12999, "GBP")),
        about=(KEY, ("goods_missing", "nobody")),
    )
    left = HealingRecord("stale_return", "left", "90000005", "RMA 90000005", "The cap is used up.")
    ledger.write_healings([healed, left], night, later(1))
    kept = ledger.healings(NOW)
    assert [(k.outcome, k.postings, k.units, k.money, k.night_id) for k in kept] == [
        ("healed", healed.postings, 2, healed.money, night),
        ("left", (), 0, (), night),
    ]
    assert ledger.healings(NOW, outcomes=["healed"]) == kept[:1]
    assert ledger.healings(later(2)) == ledger.healings(NOW, until=later(1)) == []
    assert [e.detail for e in ledger.exception_events(item) if e.what == "healed"] == [
        "missing_posting: It is due. Asked for again: RW-R-1, RW-C-1."
    ]


def test_hurrying_touches_only_what_is_planned(ledger: Ledger) -> None:
    ledger.intend([restock(), credit()], "p", NOW, later(900))
    ledger.put_off("RW-R-90000004-AAAA", later(600))
    ledger.hold("RW-C-90000004-BBBB", "asked to", NOW)
    (moved,) = ledger.hurry(["RW-R-90000004-AAAA", "RW-C-90000004-BBBB", "nobody"], later(5))
    assert (moved.reference, moved.next_try_at, moved.not_before) == ("RW-R-90000004-AAAA", None, None)


def test_a_night_that_is_not_there_has_no_tally(ledger: Ledger) -> None:
    assert ledger.desk_tally(404) is None
    with pytest.raises(NotInLedger):
        ledger.note(404, "hello", NOW)


def test_a_nights_tally_is_written_once_and_counts_waived_ones_in_full(ledger: Ledger, item: int) -> None:
    ledger.see_exceptions([finding("b", value=None, units=3)], later(1))
    ledger.waive(item, later(100), "recount", later(2))
    night = ledger.start_night(NOW, NOW)
    first = ledger.keep_desk_tally(night, later(3))
    ledger.close_exceptions([KEY], "it stands", later(4))
    assert ledger.keep_desk_tally(night, later(5)) == first == ledger.desk_tally(night)
    assert [(line.currency, line.count, line.units, line.minor, line.waived_count) for line in first.lines] == [
        ("", 1, 3, 0, 0),
        ("GBP", 1, 1, 12999, 1),
    ]
    assert ledger.desk_tally_at(later(2)) is None
    assert ledger.desk_tally_at(later(3)) == first


def test_what_was_open_at_any_moment_is_told_from_the_events(ledger: Ledger, item: int) -> None:
    ledger.waive(item, later(50), "recount", later(1))
    ledger.see_exceptions([finding(value=Money(500, "GBP"))], later(2))
    ledger.close_exceptions([KEY], "it stands", later(3))

    def then(minutes: float) -> list[tuple[Money | None, bool]]:
        last = ledger.last_desk_event(later(minutes))
        return [(found.value, found.waived) for found in ledger.desk_then(last, later(minutes))]

    assert then(-1) == []
    assert then(0) == [(Money(12999, "GBP"), False)]
    assert then(1) == [(Money(12999, "GBP"), True)]
    assert then(2) == [(Money(500, "GBP"), True)]
    assert then(3) == []
    before = ledger.last_desk_event(later(2))
    assert [found.waived for found in ledger.desk_then(before, later(60), only=[item])] == [False]
    assert ledger.desk_then(before, later(2), only=[]) == []
