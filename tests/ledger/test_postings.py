"""Intents: the same effect is written down once, and no fact is settled twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from returnworks.ledger import Ledger
from returnworks.ledger.tables import PostingCoverRow
from returnworks.rules.model import Kind
from returnworks.rules.money import Money
from returnworks.rules.states import Event, State
from tests.ledger.faces import LEASE, NOW, credit, later, many, restock


def test_a_posting_is_written_down_planned_and_comes_back_unchanged(ledger: Ledger) -> None:
    intended = ledger.intend([restock(), credit()], "policy-1", NOW, not_before=later(15))
    assert [record.state for record in intended] == [State.PLANNED, State.PLANNED]
    record = ledger.posting(credit().reference)
    assert record is not None
    assert record.posting == credit()
    assert (record.phase, record.policy_version, record.not_before) == ("post", "policy-1", later(15))
    assert record.amount == Money(12999, "GBP")


def test_the_same_reference_gives_the_same_record_back(ledger: Ledger) -> None:
    first = ledger.intend([restock()], "policy-1", NOW)
    again = ledger.intend([restock()], "policy-2", later(5))
    assert (again.new, again.known, again.overlapping) == ((), first.new, ())


def test_a_fact_is_not_covered_twice(ledger: Ledger) -> None:
    ledger.intend([restock("RW-R-1", covers=("a", "b"))], "p", NOW)
    wanted = [restock("RW-R-2", covers=("b", "c")), restock("RW-R-3", covers=("c",))]
    intended = ledger.intend(wanted, "p", later(1))
    assert intended.overlapping == (wanted[0],)
    assert [record.reference for record in intended.new] == ["RW-R-3"]
    assert ledger.posting("RW-R-2") is None


def test_within_one_list_the_first_to_cover_a_fact_wins(ledger: Ledger) -> None:
    intended = ledger.intend([restock("RW-R-1", covers=("a",)), restock("RW-R-2", covers=("a",))], "p", NOW)
    assert [record.reference for record in intended] == ["RW-R-1"]
    assert [posting.reference for posting in intended.overlapping] == ["RW-R-2"]


def test_kinds_cover_facts_independently(ledger: Ledger) -> None:
    intended = ledger.intend([restock(covers=("a",)), credit(covers=("a",))], "p", NOW)
    assert len(intended.new) == 2
    covered = {kind for kind, facts in ledger.covered("90000004").items() if facts == frozenset("a")}
    assert covered == {Kind.RESTOCK, Kind.CREDIT}


def test_returns_without_postings_cover_nothing(ledger: Ledger) -> None:
    assert ledger.covered_many(["x", "y"])["y"] == dict.fromkeys(Kind, frozenset())
    assert ledger.covered_many([]) == {}


def test_each_restock_window_can_close_at_its_own_time(ledger: Ledger) -> None:
    ledger.intend(many(2, 2), "p", NOW, not_before={"RW-R-00001": later(7)})
    assert [record.not_before for record in ledger.postings()] == [None, later(7)]


def test_the_database_itself_refuses_a_second_live_cover(ledger: Ledger) -> None:
    ledger.intend([restock("RW-R-1", covers=("a",)), restock("RW-R-2", covers=("b",))], "p", NOW)
    second = {"reference": "RW-R-2", "kind": "restock", "fact_id": "a", "live": True}
    with pytest.raises(IntegrityError), ledger._write() as session:
        session.execute(insert(PostingCoverRow).values(second))
    with ledger._write() as session:
        session.execute(insert(PostingCoverRow).values(second | {"live": False}))


def test_planners_that_race_for_the_same_facts_leave_each_covered_once(database_url: str) -> None:
    def work(seed: int) -> None:
        dice = random.Random(seed)
        with Ledger.open(database_url, create=False) as mine:
            for n in range(12):
                covers = tuple(sorted(dice.sample("abcdefgh", 2)))
                mine.intend([restock(f"RW-R-{seed}-{n}", covers=covers)], "p", NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    with Ledger.open(database_url, create=False) as ledger:
        facts = [fact for record in ledger.postings() for fact in record.posting.covers]
        assert len(facts) == len(set(facts)) >= 6
        assert ledger.covered("90000004")[Kind.RESTOCK] == frozenset(facts)


def test_planners_that_race_with_the_same_reference_make_one_posting(database_url: str) -> None:
    def work(_: int) -> int:
        with Ledger.open(database_url, create=False) as mine:
            return len(mine.intend(many(20, 5), "p", NOW).new)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 20


def test_postings_are_found_by_everything_that_is_asked(ledger: Ledger) -> None:
    ledger.intend([restock(), credit(), restock("RW-R-9", return_id="9", order_id="ord-9", covers=("9",))], "p", NOW)
    ledger.hold("RW-R-9", "by a person", later(5))

    def found(**asked: object) -> list[str]:
        return [record.reference for record in ledger.postings(**asked)]  # type: ignore[arg-type]

    assert found(return_ids=["9"]) == found(order_ids=["ord-9"]) == found(states=[State.HELD]) == ["RW-R-9"]
    assert found(kinds=[Kind.CREDIT]) == found(references=[credit().reference]) == [credit().reference]
    assert found(since=later(5)) == ["RW-R-9"]
    assert found(return_ids=["9"], kinds=[Kind.CREDIT]) == found(return_ids=[]) == []
    assert len(found()) == 3


def test_counts_name_every_kind_and_state(ledger: Ledger) -> None:
    ledger.intend([restock(), credit()], "p", NOW)
    ledger.hold(credit().reference, "by a person", NOW)
    counts = ledger.counts_by_state()
    assert counts[Kind.RESTOCK] == dict.fromkeys(State, 0) | {State.PLANNED: 1}
    assert counts[Kind.CREDIT][State.HELD] == 1
    assert set(counts) == set(Kind)


Refuse = Callable[[Ledger, str], None]


def refuse(ledger: Ledger, reference: str, phases: int = 1) -> None:
    """Send it, let earlier phases pass, and have Linnworks refuse the last of `phases`."""
    ledger.claim(list(Kind), "anna", 99, LEASE, NOW)
    for event in [Event.ADVANCE] * (phases - 1) + [Event.REFUSE]:
        attempt = ledger.begin(reference, "anna", "send", {}, NOW)
        ledger.finish(attempt, event, NOW, error="more than was sold" if event == Event.REFUSE else None)
    ledger.release("anna", ["ord-1"])


def test_a_refused_posting_lets_its_facts_go(ledger: Ledger) -> None:
    ledger.intend([restock(covers=("a", "b"))], "p", NOW)
    refuse(ledger, restock().reference)
    record = ledger.posting(restock().reference)
    assert record is not None
    assert (record.state, record.reason) == (State.REFUSED, "more than was sold")
    assert ledger.covered("90000004")[Kind.RESTOCK] == frozenset()
    assert ledger.intend([restock("RW-R-2", covers=("a",))], "p", NOW).overlapping == ()


def test_a_booking_whose_action_is_refused_keeps_its_facts_because_it_stands(ledger: Ledger) -> None:
    ledger.intend([restock(covers=("a",))], "p", NOW)
    refuse(ledger, restock().reference, phases=2)
    assert ledger.covered("90000004")[Kind.RESTOCK] == frozenset("a")


@pytest.mark.parametrize("phases", [1, 2])
def test_a_refused_posting_is_tried_again_when_a_person_asks(ledger: Ledger, phases: int) -> None:
    ledger.intend([restock(covers=("a",))], "p", NOW)
    refuse(ledger, restock().reference, phases)
    again = ledger.retry(["90000004"], later(5))
    assert [(record.reference, record.state, record.reason) for record in again] == [
        (restock().reference, State.PLANNED, "")
    ]
    assert ledger.covered("90000004")[Kind.RESTOCK] == frozenset("a")


def test_a_refused_posting_stays_refused_when_another_covers_its_facts(ledger: Ledger) -> None:
    ledger.intend([restock("RW-R-1", covers=("a", "b"))], "p", NOW)
    refuse(ledger, "RW-R-1")
    ledger.intend([restock("RW-R-2", covers=("b",))], "p", NOW)
    assert ledger.retry(["90000004"], later(5)) == []
    assert ledger.covered("90000004")[Kind.RESTOCK] == frozenset("b")


def test_of_two_refused_postings_with_one_fact_only_one_is_tried_again(ledger: Ledger) -> None:
    ledger.intend([restock("RW-R-1", covers=("a",))], "p", NOW)
    refuse(ledger, "RW-R-1")
    ledger.intend([restock("RW-R-2", covers=("a",))], "p", NOW)
    refuse(ledger, "RW-R-2")
    assert [record.reference for record in ledger.retry(["90000004"], later(5))] == ["RW-R-1"]


def test_retry_touches_only_the_returns_that_are_named(ledger: Ledger) -> None:
    ledger.intend(many(2, 2), "p", NOW)
    for record in ledger.postings():
        ledger.hold(record.reference, "by a person", NOW)
    assert [record.return_id for record in ledger.retry(["ret-1"], later(1))] == ["ret-1"]
    assert ledger.retry([], later(1)) == []
