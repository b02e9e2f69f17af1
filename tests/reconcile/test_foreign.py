"""What a person decided about a refund is read by the night, and nothing of the sums goes missing for it."""

from datetime import timedelta

import pytest

from returnworks.reconcile.night import assess
from returnworks.reconcile.results import Class
from returnworks.rules.foreign import Outcome, RefundDecision
from returnworks.rules.model import Return, ReturnLine, Transaction
from tests.reconcile.faces import LONG_AGO, NOW, ORDER, RMA, booked, credited, gbp, inputs, paid, refund

SEVEN = gbp("7.00")
DAY = timedelta(days=1)
FOREIGN = refund("7.00", None, refund_id="3001")


def decision(outcome, **more):
    fields = {
        "id": 1,
        "refund_ids": ("3001", "row-1"),
        "order_id": ORDER,
        "amount": SEVEN,
        "reason": "a chipped saucer",
        "by": "ann",
        "at": LONG_AGO,
    }
    return RefundDecision(outcome=outcome, **(fields | more))


def linked(transaction_id="t-1", **more):
    return decision(Outcome.LINK, return_id=RMA, transaction_id=transaction_id, **more)


def goodwill(until, **more):
    return decision(Outcome.GOODWILL, until=until, **more)


def night(*decisions, **more):
    return assess(inputs(**({"actual_refunds": [FOREIGN], "decisions": decisions} | more)))


def the_refund(done):
    (row,) = (row for row in done.results if row.figures.actual == SEVEN)
    return row


def codes(done):
    return [finding.code for finding in done.findings]


def parts(done, what):
    return dict(next(row.parts for row in done.totals if row.what == what))


def test_without_a_decision_it_is_foreign_and_listed():
    done = night()
    assert codes(done) == ["foreign_refund"]
    (listed,) = done.foreign
    assert (listed.refund_id, listed.amount, listed.likely) == ("3001", SEVEN, ())


@pytest.mark.parametrize(
    ("until", "cls"),
    [(NOW + DAY, "goodwill"), (NOW + timedelta(seconds=1), "goodwill"), (NOW, "foreign"), (NOW - DAY, "foreign")],
)
def test_goodwill_is_calm_until_it_ends_and_comes_back_then(until, cls):
    done = night(goodwill(until))
    row = the_refund(done)
    assert row.cls == cls
    assert "ann on 2026-11-17 (a chipped saucer)" in row.evidence
    assert codes(done) == ([] if cls == "goodwill" else ["foreign_refund"])
    assert parts(done, "credits in Linnworks") == {cls: 700}
    assert done.remainders == ()
    assert [each.refund_id for each in done.foreign] == ["3001"]


def test_an_ended_goodwill_says_so_in_its_exception():
    (finding,) = night(goodwill(NOW - DAY)).findings
    assert "Goodwill ended on 2026-11-19" in finding.message
    assert finding.message.endswith("`returnworks refunds list`.")


def test_what_was_handed_to_cx_stays_a_difference_that_says_who_has_it():
    done = night(decision(Outcome.CX))
    row = the_refund(done)
    assert (row.cls, row.label, codes(done)) == (Class.FOREIGN, "handed to CX", ["foreign_refund"])
    assert "Handed to CX by ann" in done.findings[0].message


@pytest.mark.parametrize("refund_id", ["3001", "row-1"])
def test_a_decision_is_found_under_every_id_of_its_refund(refund_id):
    done = night(goodwill(NOW + DAY), actual_refunds=[refund("7.00", None, refund_id=refund_id)])
    assert the_refund(done).cls == Class.GOODWILL


def test_a_decision_that_was_made_later_or_is_about_another_refund_says_nothing():
    others = (goodwill(NOW + DAY, at=NOW + DAY / 2), goodwill(NOW + DAY, refund_ids=("3002",)))
    assert the_refund(night(*others)).cls == Class.FOREIGN


def test_a_later_decision_counts_before_an_earlier_one():
    done = night(decision(Outcome.CX), goodwill(NOW + DAY, id=2, at=LONG_AGO + DAY))
    assert the_refund(done).cls == Class.GOODWILL


# --- Links ---------------------------------------------------------------------------------------


def test_a_linked_refund_is_the_transactions_credit_once():
    ledger = credited("7.00", refund_id="3001", linked=True)
    done = night(linked(), expected_credits=[paid("7.00")], ledger_credits=[ledger])
    (row,) = done.results
    assert (row.cls, codes(done), done.foreign) == (Class.LINKED, [], ())
    assert "linked by ann" in row.evidence
    assert parts(done, "money refunded") == {"credited": 700}
    assert parts(done, "credits in Linnworks") == {"credited": 700}
    assert done.remainders == ()


def test_a_link_of_another_amount_stays_a_difference_of_that_much():
    ledger = credited("7.00", refund_id="3001", linked=True)
    done = night(linked(), expected_credits=[paid("20.50")], ledger_credits=[ledger])
    (row,) = done.results
    assert (row.cls, row.value) == (Class.AMOUNT, gbp("13.50"))
    assert "linked by ann" in done.findings[0].message
    assert parts(done, "money refunded") == {"credited": 700, "amount": 1350}
    assert done.remainders == ()


def test_a_link_that_was_taken_back_leaves_the_refund_foreign_and_the_payment_without_credit():
    undone = linked(undone_at=LONG_AGO + DAY)
    done = night(undone, expected_credits=[paid("7.00", order_id="")])
    assert sorted(codes(done)) == ["credit_missing", "foreign_refund"]
    assert done.remainders == ()


def the_return(*transactions):
    line = ReturnLine("line-1", "key", "MUG-BLUE", paid=gbp("20.50"))
    return Return(RMA, "shop", "Done", "700", "EX1", (line,), transactions, updated_at=LONG_AGO)


def transaction(amount, **more):
    fields = {"kind": "RefundToPaymentMethod", "status": "Success", "updated_at": LONG_AGO}
    return Transaction("t-1", amount=amount, **(fields | more))


@pytest.mark.parametrize(
    ("amount", "cls"), [(None, Class.LINKED), (SEVEN, Class.ORPHAN)], ids=["no exact amount", "an amount"]
)
def test_a_link_to_a_payment_without_an_exact_amount_is_no_orphan(amount, cls):
    ledger = credited("7.00", refund_id="3001", linked=True)
    done = night(linked(), returns=(the_return(transaction(amount)),), ledger_credits=[ledger])
    assert the_refund(done).cls == cls
    assert done.remainders == ()


# --- What it could belong to ---------------------------------------------------------------------


def test_the_exception_names_what_the_refund_could_belong_to():
    done = night(returns=(the_return(transaction(SEVEN)),), expected_credits=[paid("7.00", order_id="")])
    (loose,) = done.foreign
    assert [(each.return_id, each.transaction_id) for each in loose.likely] == [(RMA, "t-1")]
    message = next(finding.message for finding in done.findings if finding.code == "foreign_refund")
    assert "Likeliest is transaction t-1 of RMA 90000004: the same amount, on the same day" in message


def test_a_booking_without_a_return_names_the_return_it_could_be():
    orphan = booked("MUG-BLUE", 1, reference="by hand", actioned_at=LONG_AGO)
    done = night(actual_refunds=[], actual_goods=[orphan], returns=(the_return(),), expected_credits=[paid("7.00")])
    (finding,) = (finding for finding in done.findings if finding.code == "goods_orphan")
    assert "Likeliest is RMA 90000004: the same order, the same SKU and quantity" in finding.message


def test_a_night_that_cannot_tell_accepts_nothing_and_closes_nothing():
    stale = inputs(actual_refunds=[FOREIGN], decisions=(goodwill(NOW + DAY),)).sides
    sides = tuple(side if side.name != "ReturnGO" else type(side)("ReturnGO", NOW, fresh=False) for side in stale)
    done = night(goodwill(NOW + DAY), sides=sides)
    assert (the_refund(done).cls, the_refund(done).label) == (Class.CANNOT_TELL, "looks goodwill")


# --- What is owed --------------------------------------------------------------------------------


def test_store_value_is_owed_by_kind_and_currency():
    rows = [
        paid("10.00", "t-1", record_only=True, liability="RefundToStoreCredit"),
        paid("5.00", "t-2", record_only=True, liability="RefundToStoreCredit"),
        paid("1.50", "t-3 bonus", record_only=True, liability="bonus"),
        paid("9.00", "t-4"),
    ]
    done = night(
        actual_refunds=[refund("9.00", "t-4")], expected_credits=rows, ledger_credits=[credited("9.00", "t-4")]
    )
    assert [(each.kind, str(each.amount), each.refunds) for each in done.liabilities] == [
        ("RefundToStoreCredit", "15.00 GBP", 2),
        ("bonus", "1.50 GBP", 1),
    ]
    assert parts(done, "money refunded") == {"credited": 900, "record_only": 1650}
    assert done.remainders == ()
