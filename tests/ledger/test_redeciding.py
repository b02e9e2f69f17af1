"""A posting of which nothing was sent is only a plan: it follows what its return says now."""

from dataclasses import replace

import pytest

from returnworks.rules.model import Disposition, Kind, Stage
from returnworks.rules.states import Event, State
from tests.ledger.faces import LEASE, NOW, later, restock, rug_return

RETURN = "90000004"
RUG = restock()
TORN = restock(restock=(replace(RUG.restock[0], location_name="Quarantine", disposition=Disposition.QUARANTINE),))


@pytest.fixture
def planned(ledger):
    ledger.remember_return(rug_return(), Stage.INSPECTED, NOW)
    ledger.intend([RUG], "policy-1", NOW)
    ledger.mark_planned({RETURN: None}, NOW)
    return ledger


def _decide(ledger, *postings, minutes=1):
    plans = [record.reference for record in ledger.only_planned([RETURN])]
    return ledger.intend(postings, "policy-2", later(minutes), decided=[RETURN], instead_of=plans)


def _claim(ledger, worker="worker", minutes=2):
    return ledger.claim((Kind.RESTOCK,), worker, 10, LEASE, later(minutes))


def test_a_plan_says_what_its_return_asks_for_now(planned):
    assert [record.posting for record in _decide(planned, TORN).rewritten] == [TORN]
    assert [(r.posting, r.policy_version) for r in _claim(planned)] == [(TORN, "policy-2")]


def test_the_same_decision_changes_nothing(planned):
    same = _decide(planned, RUG)
    assert (same.rewritten, same.withdrawn, same.busy) == ((), (), ())
    assert _claim(planned)[0].policy_version == "policy-1"


def test_a_plan_that_nobody_asks_for_is_withdrawn_and_lets_its_facts_go(planned):
    assert [record.state for record in _decide(planned).withdrawn] == [State.WITHDRAWN]
    assert planned.covered(RETURN)[Kind.RESTOCK] == frozenset()
    assert (planned.postings(), _claim(planned)) == ([], [])


def test_a_withdrawn_plan_is_planned_again_when_it_is_asked_for_again(planned):
    _decide(planned)
    assert [record.state for record in _decide(planned, TORN, minutes=2).known] == [State.PLANNED]
    assert planned.covered(RETURN)[Kind.RESTOCK] == frozenset(RUG.covers)
    assert [record.posting for record in _claim(planned, minutes=3)] == [TORN]


def test_a_plan_in_a_workers_hands_is_left_to_it(planned):
    assert _claim(planned, minutes=0)
    assert [record.reference for record in _decide(planned, TORN).busy] == [RUG.reference]
    assert planned.posting(RUG.reference).posting == RUG


def test_a_plan_that_was_written_while_another_decision_was_made_is_not_touched_by_that_decision(planned):
    late = planned.intend([TORN], "policy-2", later(1), decided=[RETURN], instead_of=[])
    assert [record.reference for record in late.busy] == [RUG.reference]


def test_what_is_booked_is_never_withdrawn(planned):
    assert _claim(planned)
    attempt = planned.begin(RUG.reference, "worker", "CreateRMABooking", {}, later(2))
    planned.finish(attempt, Event.ADVANCE, later(2))
    planned.release("worker", ["ord-1"])
    assert _decide(planned, minutes=3).withdrawn == ()
    assert planned.covered(RETURN)[Kind.RESTOCK] == frozenset(RUG.covers)


def test_nothing_is_posted_for_a_return_that_changed_until_it_is_decided_upon(planned):
    planned.remember_return(rug_return(status="Done"), Stage.CLOSED, later(1))
    assert _claim(planned) == []
    planned.mark_planned({RETURN: None}, later(2))
    assert _claim(planned, minutes=3)


def test_nothing_is_posted_for_a_return_that_waits_to_be_read(planned):
    planned.enqueue([RETURN], "webhook", later(1))
    assert _claim(planned) == []
    planned.claim_inbox("reader", 10, LEASE, later(2))
    planned.finish_inbox([RETURN], "reader", later(2))
    assert _claim(planned, minutes=3)


def test_what_was_proven_not_to_stand_is_decided_upon_before_it_is_sent_again(planned):
    assert _claim(planned)
    attempt = planned.begin(RUG.reference, "worker", "CreateRMABooking", {}, later(2))
    planned.finish(attempt, Event.NOT_FOUND, later(2))
    planned.release("worker", ["ord-1"])
    assert _claim(planned, minutes=3) == []
    assert planned.to_plan(later(3), 10) == [RETURN]


def test_a_return_whose_plan_is_in_somebodys_hands_is_looked_at_again_when_that_is_due_and_not_before(planned):
    planned.mark_planned({RETURN: later(5)}, later(1), put_off=[RETURN])
    assert (planned.to_plan(later(4), 10), _claim(planned, minutes=4)) == ([], [])
    assert planned.to_plan(later(5), 10) == [RETURN]
