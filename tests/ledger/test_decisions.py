"""What people decide about refunds: kept with who, when and why; a link is one credit and never two."""

from __future__ import annotations

from dataclasses import replace

import pytest

from returnworks.ledger import Ledger, NotLinkable
from returnworks.rules.foreign import ForeignRefund, Likely, Outcome
from returnworks.rules.model import CreditLine, Kind, Posting, RefundUnit, Stage
from returnworks.rules.money import Money
from returnworks.rules.references import reference
from returnworks.rules.states import Event, State
from tests.ledger.faces import LEASE, NOW, later, rug_return

SEVEN = Money(700, "GBP")
POLICY = "policy-1"
REASON = "the shopper wrote"


def credit(transaction_id: str = "t-1", return_id: str = "90000004", amount: Money = SEVEN) -> Posting:
    name = reference(Kind.CREDIT, return_id, (transaction_id,))
    line = CreditLine(RefundUnit.ADDITIONAL, amount)
    return Posting(name, Kind.CREDIT, return_id, "ord-1", (transaction_id,), credit=(line,), amount=amount, rule="paid")


def foreign(refund_id: str = "3001") -> ForeignRefund:
    likely = (Likely("90000004", "t-1", 70, ("the same order", "the same amount")),)
    return ForeignRefund(refund_id, "ord-1", 100234, "", SEVEN, NOW, likely)


def link(ledger: Ledger, posting: Posting, minutes: float = 0):
    return ledger.link_refund(posting, POLICY, ("3001", "row-1"), REASON, "ann", later(minutes))


def sent(ledger: Ledger, posting: Posting) -> int:
    ledger.intend([posting], POLICY, NOW)
    ledger.claim((Kind.CREDIT,), "worker", 10, LEASE, NOW)
    return ledger.begin(posting.reference, "worker", "CreateRefund", {}, NOW)


# --- What the nights found -----------------------------------------------------------------------


def test_a_refund_stays_foreign_until_a_whole_night_does_not_find_it(ledger: Ledger) -> None:
    ledger.see_foreign([foreign("3001"), foreign("3002")], NOW)
    assert [each.refund_id for each in ledger.foreign_refunds()] == ["3001", "3002"]
    assert ledger.foreign_refund("3001") == foreign("3001")
    ledger.see_foreign([foreign("3002")], later(1))
    assert [each.refund_id for each in ledger.foreign_refunds()] == ["3002"]
    assert [each.refund_id for each in ledger.foreign_refunds(standing_only=False)] == ["3001", "3002"]
    ledger.see_foreign([foreign("3001")], later(2))
    assert [each.refund_id for each in ledger.foreign_refunds()] == ["3001"]
    assert ledger.foreign_refund("9999") is None


# --- Goodwill and CX -----------------------------------------------------------------------------


def test_goodwill_counts_until_its_end_and_is_kept_with_who_and_why(ledger: Ledger) -> None:
    made = ledger.decide(("3001", "row-1"), "ord-1", SEVEN, Outcome.GOODWILL, REASON, "ann", NOW, until=later(60))
    assert ledger.refund_decisions() == [made]
    assert (made.by, made.at, made.reason, made.amount) == ("ann", NOW, REASON, SEVEN)
    assert [made.counts(later(minutes)) for minutes in (-1, 0, 59, 60)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("outcome", "until", "reason", "by"),
    [
        (Outcome.GOODWILL, None, REASON, "ann"),
        (Outcome.GOODWILL, NOW, REASON, "ann"),
        (Outcome.CX, later(60), REASON, "ann"),
        (Outcome.LINK, None, REASON, "ann"),
        (Outcome.CX, None, "  ", "ann"),
        (Outcome.CX, None, REASON, ""),
    ],
)
def test_a_decision_without_reason_person_or_end_is_none(ledger: Ledger, outcome, until, reason, by) -> None:
    with pytest.raises(ValueError, match="needs"):
        ledger.decide(("3001",), "ord-1", SEVEN, outcome, reason, by, NOW, until=until)
    assert ledger.refund_decisions() == []


def test_a_later_decision_ends_the_earlier_one_and_both_are_kept(ledger: Ledger) -> None:
    ledger.decide(("3001",), "ord-1", SEVEN, Outcome.CX, REASON, "ann", NOW)
    ledger.decide(("3001",), "ord-1", SEVEN, Outcome.GOODWILL, REASON, "bob", later(1), until=later(60))
    first, second = ledger.refund_decisions(refund_id="3001")
    assert (first.outcome, first.undone_at, first.undone_by) == (Outcome.CX, later(1), "bob")
    assert (second.outcome, second.undone_at) == (Outcome.GOODWILL, None)


def test_a_past_night_sees_what_counted_then(ledger: Ledger) -> None:
    ledger.decide(("3001",), "ord-1", SEVEN, Outcome.CX, REASON, "ann", NOW)
    ledger.undo_decision("3001", "a slip", "bob", later(10))
    counted = [len(ledger.refund_decisions(as_of=later(minutes))) for minutes in (-1, 0, 9, 10)]
    assert counted == [0, 1, 1, 0]


# --- Links ---------------------------------------------------------------------------------------


def test_a_link_confirms_the_credit_without_sending_anything(ledger: Ledger) -> None:
    made = link(ledger, credit())
    record = ledger.posting(credit().reference)
    assert record is not None
    assert (record.state, record.vendor_id, record.linked, record.amount) == (State.CONFIRMED, "3001", True, SEVEN)
    assert (made.return_id, made.transaction_id, made.reference) == ("90000004", "t-1", record.reference)
    (attempt,) = ledger.attempts(record.reference)
    assert (attempt.worker, attempt.action, attempt.outcome) == ("ann", "link", "linked")
    assert ledger.covered("90000004")[Kind.CREDIT] == frozenset({"t-1"})


def test_a_linked_transaction_is_never_credited_again(ledger: Ledger) -> None:
    link(ledger, credit())
    assert ledger.intend([credit()], POLICY, NOW).new == ()
    assert ledger.claim((Kind.CREDIT,), "worker", 10, LEASE, NOW) == []


@pytest.mark.parametrize("state", ["planned", "held", "refused", "withdrawn"])
def test_a_credit_of_which_nothing_stands_can_be_linked(ledger: Ledger, state: str) -> None:
    ledger.remember_return(rug_return(), Stage.RECEIVED, NOW)
    ledger.mark_planned({"90000004": None}, NOW)
    planned = credit(amount=Money(2050, "GBP"))
    if state == "refused":
        ledger.finish(sent(ledger, planned), Event.REFUSE, NOW)
        ledger.release("worker", ["ord-1"])
    else:
        ledger.intend([planned], POLICY, NOW)
    if state == "withdrawn":
        ledger.intend([], POLICY, NOW, decided=["90000004"], instead_of=[planned.reference])
    if state == "held":
        ledger.hold(planned.reference, "for a reason", NOW)
    assert ledger.posting(planned.reference).state == state
    link(ledger, credit())
    record = ledger.posting(planned.reference)
    assert (record.state, record.amount, record.reason) == (State.CONFIRMED, SEVEN, "")
    assert ledger.covered("90000004")[Kind.CREDIT] == frozenset({"t-1"})


def _sent(ledger: Ledger) -> None:
    sent(ledger, credit())


def _unknown(ledger: Ledger) -> None:
    ledger.finish(sent(ledger, credit()), Event.LOSE, NOW)


def _confirmed(ledger: Ledger) -> None:
    ledger.finish(sent(ledger, credit()), Event.CONFIRM, NOW, vendor_id="2999")


def _busy(ledger: Ledger) -> None:
    ledger.intend([credit("t-9", "90000009")], POLICY, NOW)
    ledger.claim((Kind.CREDIT,), "worker", 10, LEASE, NOW)


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (_sent, "not known yet"),
        (_unknown, "not known yet"),
        (_confirmed, "two credits for one transaction"),
        (_busy, "busy with this order"),
    ],
)
def test_a_link_that_could_make_two_credits_is_refused_and_changes_nothing(ledger: Ledger, before, why: str) -> None:
    before(ledger)
    was = ledger.posting(credit().reference)
    with pytest.raises(NotLinkable, match=why):
        link(ledger, credit())
    assert ledger.posting(credit().reference) == was
    assert ledger.refund_decisions() == []


def test_one_refund_is_the_credit_of_one_transaction(ledger: Ledger) -> None:
    ledger.finish(sent(ledger, credit("t-9", "90000009")), Event.CONFIRM, NOW, vendor_id="3001", outcome="linked")
    ledger.release("worker", ["ord-1"])
    with pytest.raises(NotLinkable, match="of RMA 90000009 already"):
        link(ledger, credit())


def test_deciding_anew_moves_a_link_to_another_transaction(ledger: Ledger) -> None:
    link(ledger, credit())
    link(ledger, credit("t-2"), minutes=1)
    first, second = (ledger.posting(credit(name).reference) for name in ("t-1", "t-2"))
    assert (first.state, first.vendor_id, first.linked) == (State.WITHDRAWN, None, False)
    assert (second.state, second.vendor_id) == (State.CONFIRMED, "3001")
    assert [each.transaction_id for each in ledger.refund_decisions(as_of=later(1))] == ["t-2"]


def test_undoing_a_link_frees_the_transaction_and_has_its_return_decided_anew(ledger: Ledger) -> None:
    ledger.remember_return(rug_return(), Stage.RECEIVED, NOW)
    ledger.mark_planned({"90000004": None}, NOW)
    link(ledger, credit())
    assert ledger.to_plan(later(1), 10) == ["90000004"]
    ledger.mark_planned({"90000004": None}, NOW)
    undone = ledger.undo_decision("row-1", "the wrong one", "bob", later(1))
    assert (undone.undone_by, undone.undone_reason) == ("bob", "the wrong one")
    assert ledger.covered("90000004")[Kind.CREDIT] == frozenset()
    assert ledger.to_plan(later(1), 10) == ["90000004"]
    (planned,) = ledger.intend([replace(credit(), amount=Money(2050, "GBP"))], POLICY, later(2)).known
    assert (planned.state, planned.amount, planned.linked) == (State.PLANNED, Money(2050, "GBP"), False)


def test_there_is_nothing_to_undo_where_nothing_was_decided(ledger: Ledger) -> None:
    assert ledger.undo_decision("3001", "a slip", "bob", NOW) is None
