"""Returns: every version is kept, none twice, and none waits for a decision unnoticed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from returnworks.ledger import Ledger
from returnworks.rules.model import Return, Stage
from tests.ledger.faces import NOW, later, rug_return


def remember(ledger: Ledger, *returns: Return, minutes: float = 0, stage: Stage = Stage.INSPECTED) -> list[str]:
    return ledger.remember_returns([(ret, stage) for ret in returns], later(minutes), later(minutes + 30))


def test_a_return_comes_back_as_it_was_remembered(ledger: Ledger) -> None:
    rug = rug_return()
    assert ledger.remember_return(rug, Stage.INSPECTED, NOW)
    assert ledger.get_return(rug.return_id) == rug
    assert ledger.get_return("unknown") is None
    assert ledger.get_returns([rug.return_id, "unknown"]) == {rug.return_id: rug}


def test_only_a_difference_makes_a_version(ledger: Ledger) -> None:
    first, second = rug_return(), rug_return(status="Done")
    assert remember(ledger, first) == ["90000004"]
    assert remember(ledger, first, minutes=1) == []
    assert remember(ledger, second, minutes=2) == ["90000004"]
    assert remember(ledger, first, minutes=3) == ["90000004"]
    versions = ledger.return_versions("90000004")
    assert [version.value for version in versions] == [first, second, first]
    assert [version.learned_at for version in versions] == [later(0), later(2), later(3)]


def test_of_the_same_return_twice_in_one_batch_the_last_counts(ledger: Ledger) -> None:
    assert remember(ledger, rug_return(), rug_return(status="Done")) == ["90000004"]
    assert [version.value.status for version in ledger.return_versions("90000004")] == ["Done"]


def test_a_large_batch_is_remembered(ledger: Ledger) -> None:
    batch = [rug_return(f"r{n}") for n in range(1500)]
    assert len(remember(ledger, *batch)) == 1500
    assert len(ledger.get_returns(ret.return_id for ret in batch)) == 1500


def test_nothing_is_remembered_for_nothing(ledger: Ledger) -> None:
    assert remember(ledger) == []


def test_lines_lead_to_their_return(ledger: Ledger) -> None:
    remember(ledger, rug_return("a"), rug_return("b"))
    assert ledger.return_of_line(["a-1", "b-1", "nobody"]) == {"a-1": "a", "b-1": "b"}


def test_orders_lead_to_their_returns_by_id_and_by_name(ledger: Ledger) -> None:
    remember(ledger, rug_return("a"), rug_return("b"), rug_return("c", order_id="9", order_name="#9"))
    assert ledger.returns_of_orders(["5550001", "#1001", "#9", "#404"]) == {
        "5550001": ("a", "b"),
        "#1001": ("a", "b"),
        "#9": ("c",),
    }


@pytest.mark.parametrize(
    ("stage", "minutes", "watched"),
    [
        (Stage.IN_TRANSIT, 9999, True),
        (Stage.SETTLED, 9999, True),
        (Stage.CLOSED, 29, True),
        (Stage.CLOSED, 30, False),
        (Stage.REJECTED, 30, False),
        (Stage.CANCELLED, 30, False),
    ],
)
def test_ended_returns_are_watched_for_their_time_and_others_always(
    ledger: Ledger, stage: Stage, minutes: float, watched: bool
) -> None:
    remember(ledger, rug_return(), stage=stage)
    remember(ledger, rug_return(), minutes=20, stage=stage)
    assert ledger.watched_returns(later(minutes)) == (["90000004"] if watched else [])


def test_watched_returns_can_be_narrowed(ledger: Ledger) -> None:
    remember(ledger, rug_return("old"), rug_return("done", status="Done"))
    remember(ledger, rug_return("new"), minutes=5)
    assert ledger.watched_returns(later(6), changed_since=later(5)) == ["new"]
    assert ledger.watched_returns(later(6), statuses=["Done"]) == ["done"]
    assert ledger.watched_returns(later(6), statuses=[]) == []


def test_what_was_never_read_counts_as_not_read(ledger: Ledger) -> None:
    remember(ledger, rug_return("a"))
    remember(ledger, rug_return("b"), minutes=5)
    assert ledger.not_read_since(["c", "b", "a"], later(5)) == ["c", "a"]


def test_a_changed_return_waits_for_a_decision_until_it_is_made(ledger: Ledger) -> None:
    remember(ledger, rug_return())
    assert ledger.to_plan(later(1), 10) == ["90000004"]
    ledger.mark_planned({"90000004": None}, later(1))
    assert ledger.to_plan(later(99), 10) == []
    remember(ledger, rug_return(status="Done"), minutes=100)
    assert ledger.to_plan(later(101), 10) == ["90000004"]


def test_a_return_that_changes_while_it_is_decided_upon_stays_to_be_planned(ledger: Ledger) -> None:
    remember(ledger, rug_return())
    remember(ledger, rug_return(status="Done"), minutes=2)
    ledger.mark_planned({"90000004": None}, later(1))
    assert ledger.to_plan(later(3), 10) == ["90000004"]


@pytest.mark.parametrize(("minutes", "due"), [(29, []), (30, ["90000004"])])
def test_a_return_that_waits_for_linnworks_is_decided_upon_again(
    ledger: Ledger, minutes: float, due: list[str]
) -> None:
    remember(ledger, rug_return())
    ledger.mark_planned({"90000004": later(30)}, NOW)
    assert ledger.to_plan(later(minutes), 10) == due


def test_decisions_are_made_oldest_change_first_and_a_few_at_a_time(ledger: Ledger) -> None:
    remember(ledger, rug_return("late"), minutes=2)
    remember(ledger, rug_return("early"), minutes=1)
    assert ledger.to_plan(later(3), 1) == ["early"]


def test_a_naive_time_is_refused(ledger: Ledger) -> None:
    with pytest.raises(Exception, match="aware"):
        ledger.set_watermark("poll", NOW.replace(tzinfo=None))
    with pytest.raises(Exception, match="aware"):
        remember(ledger, replace(rug_return(), updated_at=NOW.replace(tzinfo=None)))


def test_watermarks_move_and_keep_their_moment(ledger: Ledger) -> None:
    assert ledger.watermark("poll") is None
    ledger.set_watermark("poll", NOW)
    ledger.set_watermark("poll", later(5), "page 3")
    assert ledger.watermark("poll") == later(5)
    assert ledger.watermark("sweep") is None
