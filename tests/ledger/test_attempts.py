"""Attempts: intent before the send, outcome after it, and nothing half done in between."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from returnworks.ledger import AlreadyFinished, Ledger, NotInLedger
from returnworks.rules.model import Kind
from returnworks.rules.states import Event, IllegalMove, State
from tests.ledger.faces import LEASE, NOW, credit, later, restock

ROOT = Path(__file__).resolve().parent.parent.parent
REFERENCE = restock().reference


@pytest.fixture
def at_work(ledger: Ledger) -> Ledger:
    """Anna holds the order with a restock and a credit to send."""
    ledger.intend([restock(), credit()], "p", NOW)
    ledger.claim(list(Kind), "anna", 10, LEASE, NOW)
    return ledger


def begin(ledger: Ledger, reference: str = REFERENCE, minutes: float = 0) -> int:
    return ledger.begin(reference, "anna", "CreateRMABooking", {"lines": 1}, later(minutes))


def test_a_restock_is_booked_then_actioned(at_work: Ledger) -> None:
    booked = at_work.finish(begin(at_work), Event.ADVANCE, later(1), vendor_id="rma-7", outcome="booked")
    assert (booked.state, booked.phase, booked.vendor_id) == (State.PLANNED, "action", "rma-7")
    done = at_work.finish(begin(at_work, minutes=2), Event.CONFIRM, later(3))
    assert (done.state, done.phase, done.vendor_id) == (State.CONFIRMED, "action", "rma-7")
    assert (done.confirmed_at, done.tries) == (later(3), 2)
    assert done == at_work.posting(REFERENCE)


def test_every_attempt_is_kept_with_what_went_out_and_came_back(at_work: Ledger) -> None:
    answer = {"RMAHeaderId": 7, "total": Decimal("129.990"), "seen": [NOW]}
    at_work.finish(begin(at_work), Event.ADVANCE, later(1), response=answer, request_id="req-1", outcome="booked")
    begin(at_work, minutes=2)
    first, second = at_work.attempts(REFERENCE)
    assert (first.phase, first.action, first.request, first.worker) == (
        "book",
        "CreateRMABooking",
        {"lines": 1},
        "anna",
    )
    assert first.response == {"RMAHeaderId": 7, "total": "129.990", "seen": ["2026-03-02T09:30:00Z"]}
    assert (first.outcome, first.request_id, first.finished_at) == ("booked", "req-1", later(1))
    assert (second.phase, second.finished_at, second.outcome) == ("action", None, "")
    assert at_work.attempts(return_id="90000004") == [first, second]
    assert at_work.attempts(return_id="another") == []


def test_what_somebody_else_did_is_linked(at_work: Ledger) -> None:
    attempt = begin(at_work, credit().reference)
    record = at_work.finish(attempt, Event.CONFIRM, NOW, vendor_id="refund-1", outcome="linked")
    assert (record.state, record.linked, record.vendor_id) == (State.CONFIRMED, True, "refund-1")


def test_a_refusal_before_execution_is_planned_again_for_later(at_work: Ledger) -> None:
    record = at_work.finish(begin(at_work), Event.NOT_FOUND, NOW, outcome="not sent", next_try_at=later(5))
    assert (record.state, record.next_try_at) == (State.PLANNED, later(5))


def test_a_lost_answer_says_why(at_work: Ledger) -> None:
    record = at_work.finish(begin(at_work), Event.LOSE, NOW, error="reset by peer")
    assert (record.state, record.reason) == (State.UNKNOWN, "reset by peer")
    settled = at_work.settle(REFERENCE, Event.ADVANCE, "anna", later(1), vendor_id="rma-7", evidence={"booking": 7})
    assert (settled.state, settled.phase, settled.reason, settled.vendor_id) == (State.PLANNED, "action", "", "rma-7")
    assert at_work.attempts(REFERENCE)[-1].response == {"booking": 7}


def snapshot(ledger: Ledger) -> object:
    return ledger.postings(), ledger.attempts(), ledger.covered("90000004")


ILLEGAL: list[Callable[[Ledger], object]] = [
    lambda ledger: begin(ledger),
    lambda ledger: ledger.hold(REFERENCE, "too late", later(1)),
    lambda ledger: ledger.unhold(REFERENCE, later(1)),
    lambda ledger: ledger.settle(REFERENCE, Event.NOT_FOUND, "anna", later(1)),
]


@pytest.mark.parametrize("act", ILLEGAL)
def test_an_illegal_move_changes_nothing(at_work: Ledger, act: Callable[[Ledger], object]) -> None:
    begin(at_work)
    before = snapshot(at_work)
    with pytest.raises(IllegalMove):
        act(at_work)
    assert snapshot(at_work) == before


def test_an_answer_that_makes_no_sense_moves_nothing_but_is_kept(at_work: Ledger) -> None:
    attempt = begin(at_work)
    before = at_work.posting(REFERENCE)
    with pytest.raises(IllegalMove):
        at_work.finish(attempt, Event.CONFIRM, later(1), vendor_id="rma-7", outcome="confirmed")
    assert at_work.posting(REFERENCE) == before
    assert at_work.attempts(REFERENCE)[0].outcome == "confirmed"


def test_an_answer_after_the_posting_was_sent_anew_moves_nothing_but_is_kept(at_work: Ledger) -> None:
    slow = begin(at_work)
    at_work.release("anna", ["ord-1"])
    at_work.to_settle("bert", 10, LEASE, later(11))
    at_work.settle(REFERENCE, Event.NOT_FOUND, "bert", later(11), outcome="absent")
    before = at_work.posting(REFERENCE)
    with pytest.raises(IllegalMove, match="answered after"):
        at_work.finish(slow, Event.REFUSE, later(12), error="no")
    assert at_work.posting(REFERENCE) == before
    assert [attempt.outcome for attempt in at_work.attempts(REFERENCE)] == ["refuse", "absent"]


def test_a_second_answer_is_refused(at_work: Ledger) -> None:
    attempt = begin(at_work)
    at_work.finish(attempt, Event.ADVANCE, NOW)
    before = snapshot(at_work)
    with pytest.raises(AlreadyFinished):
        at_work.finish(attempt, Event.LOSE, NOW)
    assert snapshot(at_work) == before


def test_what_the_ledger_does_not_hold_is_named(ledger: Ledger) -> None:
    with pytest.raises(NotInLedger, match="RW-R-404"):
        ledger.hold("RW-R-404", "why", NOW)
    with pytest.raises(NotInLedger, match="404"):
        ledger.finish(404, Event.CONFIRM, NOW)


KILLED = """
import os, sys
from datetime import timedelta
from returnworks.ledger import Ledger
from returnworks.rules.model import Kind
from tests.ledger.faces import LEASE, NOW, restock
ledger = Ledger.open(sys.argv[1], create=False)
ledger.claim([Kind.RESTOCK], "doomed", 10, LEASE, NOW)
ledger.begin(restock().reference, "doomed", "CreateRMABooking", {"lines": 1}, NOW)
os._exit(9)
"""


def test_a_process_killed_while_sending_leaves_a_posting_to_settle(database_url: str) -> None:
    with Ledger.open(database_url, create=False) as ledger:
        ledger.intend([restock()], "p", NOW)
        command = [sys.executable, "-W", "ignore", "-c", KILLED, database_url]
        assert subprocess.run(command, cwd=ROOT, timeout=60).returncode == 9
        assert ledger.claim([Kind.RESTOCK], "anna", 10, LEASE, later(60)) == []
        (record,) = ledger.to_settle("anna", 10, LEASE, later(60))
        assert (record.state, record.tries, record.sent_at) == (State.UNKNOWN, 1, NOW)
        settled = ledger.settle(REFERENCE, Event.ADVANCE, "anna", later(61), vendor_id="rma-7", outcome="found")
        assert (settled.state, settled.phase) == (State.PLANNED, "action")
