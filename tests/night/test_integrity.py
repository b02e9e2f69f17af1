"""The ledger's own check: every way in which a posting or a night does not hang together has its column."""

from dataclasses import replace
from datetime import timedelta

import pytest

from returnworks.ledger import Ledger
from returnworks.ledger.integrity import PostingAudit
from returnworks.ledger.records import NightRecord
from returnworks.rules.model import Kind
from returnworks.rules.nights import NightTerms
from returnworks.rules.states import Event, State
from returnworks.work.night.integrity import night_rows, posting_row
from tests.ledger.faces import NOW, restock

CREDIT = {"covers": ["t1"], "credit": [{"amount": {"minor": 700, "currency": "GBP"}}]}
GOOD = PostingAudit(
    reference="RW-C-1-A",
    kind=Kind.CREDIT,
    return_id="1",
    state=State.CONFIRMED,
    phase="post",
    vendor_id="9",
    linked=False,
    payload=CREDIT,
    amount_minor=700,
    planned_since=NOW,
    moved_at=NOW,
    live_facts=1,
    attempts=1,
    waits=False,
)
FAULTS = (
    "illegal",
    "without_evidence",
    "uncovered_facts",
    "credit_gap_minor",
    "broken_attempts",
    "overdue_hours",
    "unknown_hours",
)


def faults(one, hours=0):
    row = posting_row(one, NightTerms(), NOW + timedelta(hours=hours))
    return {name: getattr(row, name) for name in FAULTS if getattr(row, name)}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {}),
        ({"state": "lost"}, {"illegal": 1}),
        ({"phase": "book"}, {"illegal": 1}),
        ({"kind": "gift"}, {"illegal": 1, "without_evidence": 0}),
        ({"vendor_id": None}, {"without_evidence": 1}),
        ({"live_facts": 0}, {"uncovered_facts": 1}),
        ({"live_facts": 2}, {"uncovered_facts": 1}),
        ({"amount_minor": 699}, {"credit_gap_minor": -1}),
        ({"attempts": 0}, {"broken_attempts": 1}),
        ({"waits": True}, {"broken_attempts": 1}),
        ({"state": State.SENT}, {"broken_attempts": 1}),
        ({"state": State.SENT, "waits": True}, {}),
        ({"state": State.WITHDRAWN, "live_facts": 0, "attempts": 0}, {}),
        ({"state": State.REFUSED, "live_facts": 0}, {}),
        ({"state": State.PLANNED, "attempts": 0, "vendor_id": None}, {}),
        ({"state": State.UNKNOWN, "waits": True, "vendor_id": None}, {}),
    ],
)
def test_each_fault_has_its_column(changes, found):
    assert faults(replace(GOOD, **changes)) == {name: number for name, number in found.items() if number}


@pytest.mark.parametrize(
    ("state", "hours", "found"),
    [
        (State.PLANNED, 48, {}),
        (State.PLANNED, 48.01, {"overdue_hours": 1}),
        (State.PLANNED, 51, {"overdue_hours": 3}),
        (State.UNKNOWN, 4, {}),
        (State.UNKNOWN, 6, {"unknown_hours": 2}),
        (State.CONFIRMED, 5000, {}),
    ],
)
def test_waiting_counts_from_the_end_of_the_policys_patience(state, hours, found):
    assert faults(replace(GOOD, state=state), hours) == found


def night(number, day, **changes):
    at = NOW + timedelta(days=day)
    return replace(NightRecord(number, at, at, at, "in order", {}, {}, ""), **changes)


@pytest.mark.parametrize(
    ("last", "untied"),
    [
        (night(2, 1), 0),
        (night(2, -1), 1),
        (night(2, 1, verdict=""), 1),
        (night(2, 1, finished_at=NOW), 1),
    ],
)
def test_nights_tie_to_each_other(last, untied):
    rows = list(night_rows([last, night(1, 0)]))
    assert [row.untied for row in rows] == [0, untied]
    assert list(night_rows([])) == list(night_rows([night(3, 2, finished_at=None)])) == []


def test_the_audit_tells_a_posting_as_its_row_covers_and_attempts_tell_it(database_url):
    with Ledger.open(database_url) as ledger:
        posting = restock()
        ledger.intend([posting], "v1", NOW)
        [planned] = ledger.audit(NOW)
        assert (planned.live_facts, planned.attempts, planned.waits) == (len(posting.covers), 0, False)
        ledger.claim([Kind.RESTOCK], "me", 1, timedelta(minutes=9), NOW)
        attempt = ledger.begin(posting.reference, "me", "CreateRMABooking", {}, NOW)
        [sent] = ledger.audit(NOW)
        assert (sent.state, sent.attempts, sent.waits) == (State.SENT, 1, True)
        ledger.finish(attempt, Event.LOSE, NOW)
        [lost] = ledger.audit(NOW + timedelta(days=9))
        assert (lost.state, lost.waits) == (State.UNKNOWN, False)
