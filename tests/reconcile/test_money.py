"""Money: each class, both sides of each limit."""

from datetime import timedelta

import pytest

from returnworks.reconcile.money import compare_money, remembered_credits
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy
from tests.reconcile.faces import GRACE, LONG_AGO, NOW, credited, gbp, paid, refund, terms

MOMENT = timedelta(seconds=1)
A_PENNY = Policy(tolerance_minor={"GBP": 1})


def compare(expected, ledger, actual, **more):
    return compare_money(expected, ledger, actual, terms(**more))


def classes(expected, ledger, actual, **more):
    return [str(row.cls) for row in compare(expected, ledger, actual, **more)]


def test_recorded_under_its_reference_is_matched_though_nobody_actioned_it():
    [row] = compare([paid()], [credited()], [refund(actioned=False)])
    assert (row.cls, row.label, row.value, row.code) == ("matched", "by reference", None, "")
    assert (row.expected, row.actual) == ("20.50 GBP", "20.50 GBP recorded")


@pytest.mark.parametrize(
    ("actioned", "age", "cls"),
    [
        (True, GRACE, "matched"),
        (False, GRACE - MOMENT, "timing"),
        (False, GRACE, "booked_not_actioned"),
    ],
)
def test_where_the_policy_asks_for_action_a_credit_must_be_actioned_in_time(actioned, age, cls):
    rows = classes(
        [paid(refunded_at=NOW - age)], [credited()], [refund(actioned=actioned)], credits_recorded_only=False
    )
    assert rows == [cls]


@pytest.mark.parametrize(("age", "cls"), [(GRACE - MOMENT, "timing"), (GRACE, "missing_credit")])
def test_a_refund_without_a_credit_is_timing_until_the_grace_ends(age, cls):
    [row] = compare([paid(refunded_at=NOW - age)], [], [])
    assert row.cls == cls
    assert row.value == gbp("20.50")
    assert row.clear_by == (NOW - age + GRACE if cls == "timing" else None)


def test_a_credit_that_the_ledger_confirmed_and_linnworks_has_no_more_is_missing():
    [row] = compare([paid()], [credited()], [])
    assert (row.cls, row.code, row.owner) == ("missing_credit", "credit_missing", "finance")
    assert row.booked.startswith("confirmed 20.50 GBP")


@pytest.mark.parametrize(
    ("stands", "cls", "label"),
    [
        ("20.48", "amount", "by reference"),
        ("20.49", "matched", "within_tolerance"),
        ("20.50", "matched", "by reference"),
        ("20.51", "matched", "within_tolerance"),
        ("20.52", "amount", "by reference"),
    ],
)
def test_one_penny_either_way_is_tolerated_and_shown_and_two_are_not(stands, cls, label):
    [row] = compare([paid()], [credited()], [refund(stands)], policy=A_PENNY)
    assert (row.cls, row.label) == (cls, label)
    assert bool(row.difference) == (stands != "20.50")


def test_the_tolerance_of_one_currency_is_none_of_another():
    due, stands = paid(Money(2050, "EUR")), refund(Money(2051, "EUR"))
    assert classes([due], [], [stands], policy=A_PENNY) == ["amount"]


def test_the_value_at_risk_of_a_wrong_amount_is_the_difference():
    [row] = compare([paid("20.50")], [credited()], [refund("18.00")])
    assert (row.cls, row.value, row.difference) == ("amount", gbp("2.50"), "2.50 GBP too little")


def test_another_currency_is_never_an_amount():
    [row] = compare([paid()], [credited()], [refund(Money(2050, "EUR"))])
    assert (row.cls, row.difference) == ("currency", "20.50 EUR instead of 20.50 GBP")


def test_two_refunds_under_one_reference_are_a_match_and_a_duplicate():
    rows = compare([paid()], [credited()], [refund(), refund(refund_id="refund-z")])
    assert [str(row.cls) for row in rows] == ["matched", "duplicate"]
    assert rows[1].subject == "RMA 90000004 / transaction t-1 / refund refund-z"
    assert rows[1].value == gbp("20.50")


def test_the_same_refund_brought_by_the_channel_as_well_is_a_duplicate():
    rows = compare([paid()], [credited()], [refund(), refund(transaction_id=None)])
    assert [(str(row.cls), row.label) for row in rows][1] == ("duplicate", "the channel brought it too")


def test_a_refund_of_another_amount_or_order_is_foreign_and_no_duplicate():
    others = [refund("9.99", None, refund_id="x"), refund("20.50", None, refund_id="y", order_id="order-100999")]
    assert classes([paid()], [credited()], [refund(), *others]) == ["matched", "foreign", "foreign"]


def test_a_refund_that_the_channel_brought_is_the_credit_where_only_one_can_be_meant():
    [row] = compare([paid()], [], [refund(transaction_id=None)])
    assert (row.cls, row.label, row.actual) == (
        "matched",
        "by order and amount",
        "20.50 GBP actioned, from the channel",
    )


def test_a_refund_that_the_ledger_linked_is_matched_by_the_link():
    linked = credited(linked=True, refund_id="refund-channel")
    [row] = compare([paid()], [linked], [refund(transaction_id=None)])
    assert (row.cls, row.label) == ("matched", "by the link in the ledger")


def test_two_refunds_that_could_both_be_the_one_are_ambiguous_and_not_foreign():
    rows = compare([paid()], [], [refund(transaction_id=None), refund(transaction_id=None, refund_id="r-2")])
    assert [(str(row.cls), row.difference) for row in rows] == [
        ("ambiguous", "2 refunds in Linnworks could be the one")
    ]
    assert rows[0].figures.actual == gbp("41.00")


def test_one_refund_that_two_payments_could_mean_is_ambiguous_for_both_and_counted_once():
    rows = compare([paid(), paid(transaction_id="t-2")], [], [refund(transaction_id=None)])
    assert [str(row.cls) for row in rows] == ["ambiguous", "ambiguous"]
    assert [row.figures.actual for row in rows] == [gbp("20.50"), None]


def test_as_many_equal_refunds_as_equal_payments_explain_each_other():
    rows = compare(
        [paid(), paid(transaction_id="t-2")],
        [],
        [refund(transaction_id=None), refund(transaction_id=None, refund_id="r-2")],
    )
    assert {(str(row.cls), row.label) for row in rows} == {
        ("matched", "by order and amount, interchangeable with its equals")
    }


def test_a_refund_that_two_ledger_rows_claim_belongs_to_one_and_is_linked_elsewhere_for_the_other():
    ledger = [
        credited(linked=True, refund_id="refund-channel"),
        credited(transaction_id="t-2", linked=True, refund_id="refund-channel"),
    ]
    rows = compare([paid(), paid(transaction_id="t-2")], ledger, [refund(transaction_id=None)])
    assert sorted(str(row.cls) for row in rows) == ["linked_elsewhere", "matched"]


def test_a_link_to_a_refund_that_carries_anothers_reference_is_linked_elsewhere():
    ledger = [credited(), credited(transaction_id="t-2", linked=True, refund_id="refund-t-1")]
    rows = compare([paid(), paid(transaction_id="t-2")], ledger, [refund()])
    assert [str(row.cls) for row in rows] == ["matched", "linked_elsewhere"]


def test_a_credit_under_our_reference_with_no_refund_behind_it_is_an_orphan():
    [row] = compare([], [credited()], [refund()])
    assert (row.cls, row.code, row.return_id) == ("orphan", "credit_orphan", "90000004")
    assert classes([], [], [refund()]) == ["orphan"]


def test_a_refund_that_nothing_explains_is_foreign_and_cx_decides():
    [row] = compare([], [], [refund(transaction_id=None)])
    assert (row.cls, row.code, row.owner, row.value) == ("foreign", "foreign_refund", "cx", gbp("20.50"))
    assert row.event_at == LONG_AGO


def test_a_refund_that_came_after_returngo_was_read_may_still_be_explained():
    early, late = NOW, NOW + MOMENT
    assert classes([], [], [refund(transaction_id=None, created_at=early)]) == ["foreign"]
    assert classes([], [], [refund(transaction_id=None, created_at=late)]) == ["timing"]
    assert classes([], [], [refund(created_at=late)]) == ["orphan"]


def test_store_credit_that_is_only_recorded_matches_with_its_own_label():
    [row] = compare([paid(record_only=True, order_id="")], [], [])
    assert (row.cls, row.label, row.expected) == ("matched", "record_only", "20.50 GBP, recorded only")
    assert row.figures.record_only


def test_store_credit_that_is_only_recorded_takes_nobody_elses_refund():
    assert classes([paid(record_only=True)], [], [refund(transaction_id=None)]) == ["matched", "foreign"]


def test_a_refund_that_a_finding_or_a_person_holds_is_held_and_no_break():
    [by_rule] = compare([paid(held="refund_currency")], [], [])
    [by_person] = compare([paid()], [credited(state="held")], [])
    assert [(str(row.cls), row.code, row.label, row.is_break) for row in (by_rule, by_person)] == [
        ("held", "refund_currency", "refund_currency", False),
        ("held", "posting_held", "posting_held", False),
    ]


def test_a_refund_that_is_held_but_stands_already_is_matched():
    assert classes([paid(held="refund_order_unclear")], [], [refund(transaction_id=None)]) == ["matched"]


def test_of_a_return_that_is_not_watched_any_more_the_ledger_speaks():
    quiet = terms(watched=frozenset({"90000099"}))
    remembered = list(remembered_credits([credited()], [refund()], quiet))
    assert [str(row.cls) for row in compare_money(remembered, [credited()], [refund("19.00")], quiet)] == ["amount"]
    assert list(remembered_credits([credited()], [], quiet)) == []
    assert list(remembered_credits([credited()], [refund()], terms())) == []


@pytest.mark.parametrize(
    ("watched", "cls"), [(None, "orphan"), ({"90000004"}, "orphan"), ({"90000098"}, "cannot_tell")]
)
def test_a_reference_of_ours_is_an_orphan_only_where_its_return_was_looked_at(watched, cls):
    looked = frozenset(watched) if watched else None
    assert classes([], [], [refund(transaction_id="t-9")], watched=looked) == [cls]
    unconfirmed = credited(state="unknown")
    assert classes([], [unconfirmed], [refund()], watched=looked) == [cls]


def test_a_reference_of_ours_never_serves_another_refund_of_the_same_amount():
    assert classes([paid()], [], [refund(transaction_id="t-9")]) == ["missing_credit", "orphan"]


def test_one_more_of_several_equal_refunds_is_foreign_as_nobody_can_say_whose_it_is():
    due, there = [paid(), paid(transaction_id="t-2")], [refund(), refund(transaction_id="t-2")]
    assert classes(due, [], [*there, refund(transaction_id=None)]) == ["matched", "matched", "foreign"]


def test_refunds_that_share_an_id_are_all_counted():
    rows = compare([], [], [refund("1.00", None), refund("2.00", None)])
    assert [row.value for row in rows] == [gbp("1.00"), gbp("2.00")]


@pytest.mark.parametrize(("stands", "said"), [("20.00", "0.50 GBP too little"), ("21.00", "0.50 GBP too much")])
def test_a_wrong_amount_says_in_which_direction(stands, said):
    assert [row.difference for row in compare([paid()], [credited()], [refund(stands)])] == [said]


def test_a_late_refund_says_when_it_clears_and_what_it_is():
    [row] = compare([], [], [refund(transaction_id=None, created_at=NOW + MOMENT)])
    assert (row.label, row.clear_by) == ("came after ReturnGO was read", NOW + MOMENT + GRACE)
    [foreign] = compare([], [], [refund(transaction_id=None)])
    assert (foreign.label, foreign.clear_by) == ("", None)


def test_a_link_of_a_return_that_is_not_watched_any_more_is_remembered():
    quiet = terms(watched=frozenset({"90000099"}))
    linked = credited(linked=True, refund_id="refund-channel")
    remembered = list(remembered_credits([linked], [refund(transaction_id=None)], quiet))
    [row] = compare_money(remembered, [linked], [refund(transaction_id=None)], quiet)
    assert (row.cls, row.label) == ("matched", "by the ledger: the return is not watched any more")


def test_the_reference_is_the_ledgers_and_else_the_one_that_the_credit_would_have():
    older = credited(reference="RW-C-90000004-AAAAAAAA")
    assert [row.reference for row in compare([paid()], [older], [])] == ["RW-C-90000004-AAAAAAAA"]
    assert [row.reference for row in compare([paid()], [], [])] == [credited().reference]
