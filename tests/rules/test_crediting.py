from dataclasses import replace
from datetime import timedelta

import pytest

from returnworks.rules.crediting import plan_credits
from returnworks.rules.model import CreditLine, Kind, Liability, Posting, RefundUnit
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy, StoreCredit
from returnworks.rules.references import reference
from returnworks.rules.refund_terms import Additional, RefundTerms, SplitSale
from tests.rules.faces import (
    INSPECTED,
    NOW,
    RETURN_ID,
    around,
    gbp,
    order,
    refund,
    refunded,
    rma,
    row,
    standing,
    tea_set,
    unit,
)

SALE = order(row("MUG-BLUE", 2, "20.00"), row("GARISH-RUG", 1, "80.00"))
MUG, RUG = unit("1", "MUG-BLUE"), unit("2", "GARISH-RUG")


def credited(ret, context, policy=None, now=NOW):
    return plan_credits(ret, context, policy or Policy(), now)


def lines_of(part):
    return {
        posting.covers[0]: [(line.unit.value, line.order_line_id, line.amount.minor) for line in posting.credit]
        for posting in part.postings
    }


def codes(part):
    return [finding.code for finding in part.findings]


def test_one_paid_refund_is_one_credit_on_the_order():
    part = credited(rma(MUG, transactions=(refund("t1", "10.00"),)), around(SALE))
    (posting,) = part.postings
    assert posting.kind == Kind.CREDIT
    assert posting.reference == reference(Kind.CREDIT, RETURN_ID, ["t1"])
    assert (posting.order_id, posting.covers, posting.amount) == (SALE.order_id, ("t1",), gbp("10.00"))
    assert posting.due_at == INSPECTED
    assert lines_of(part) == {"t1": [("Item", "row-MUG-BLUE", 1000)]}
    assert not part.findings


@pytest.mark.parametrize(("updated_at", "due_at"), [(NOW, NOW), (None, INSPECTED)])
def test_a_credit_is_due_since_the_refund_last_changed(updated_at, due_at):
    ret = rma(MUG, transactions=(refund("t1", "10.00", created_at=INSPECTED, updated_at=updated_at),))
    assert credited(ret, around(SALE)).postings[0].due_at == due_at


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (("1",), [("Item", "row-MUG-BLUE", 900)]),
        (("2",), [("Item", "row-GARISH-RUG", 900)]),
        (("1", "2"), [("Item", "row-MUG-BLUE", 100), ("Item", "row-GARISH-RUG", 800)]),
        ((), [("Item", "row-MUG-BLUE", 100), ("Item", "row-GARISH-RUG", 800)]),
        (("nobody knows it",), [("Item", "row-MUG-BLUE", 100), ("Item", "row-GARISH-RUG", 800)]),
    ],
)
def test_a_refund_pays_for_the_lines_it_names_or_for_all(named, expected):
    part = credited(rma(MUG, RUG, transactions=(refund("t1", "9.00", line_ids=named),)), around(SALE))
    assert lines_of(part) == {"t1": expected}


def test_a_refund_that_names_no_line_does_not_pay_for_exchanged_goods():
    swapped = replace(RUG, resolution="VariantExchange")
    part = credited(rma(MUG, swapped, transactions=(refund("t1", "9.00"),)), around(SALE))
    assert lines_of(part) == {"t1": [("Item", "row-MUG-BLUE", 900)]}


def test_money_does_not_wait_for_goods():
    nothing_back = rma(replace(MUG, inspection=None), status="Approved", transactions=(refund("t1", "10.00"),))
    assert lines_of(credited(nothing_back, around(SALE))) == {"t1": [("Item", "row-MUG-BLUE", 1000)]}


def test_postage_takes_what_the_goods_leave_and_the_rest_is_named():
    part = credited(rma(MUG, transactions=(refund("t1", "16.00"),)), around(SALE))
    assert lines_of(part) == {
        "t1": [("Item", "row-MUG-BLUE", 1000), ("Shipping", None, 495), ("Additional", None, 105)]
    }
    assert part.postings[0].credit[-1].note


def test_goods_that_fit_no_line_leave_postage_alone():
    stranger = unit("9", "LAMP-OAK")
    part = credited(rma(stranger, transactions=(refund("t1", "16.00"),)), around(SALE))
    assert lines_of(part) == {"t1": [("Additional", None, 1600)]}
    assert "no order line" in part.postings[0].credit[0].note


# --- Several refunds, and what stands already ----------------------------------------------------


def test_each_refund_takes_its_value_from_what_the_earlier_ones_left():
    rows = (refund("t2", "6.00", created_at=NOW), refund("t1", "8.00", created_at=INSPECTED))
    part = credited(rma(MUG, transactions=rows), around(order(row("MUG-BLUE", 1, "10.00"))))
    assert lines_of(part) == {
        "t1": [("Item", "row-MUG-BLUE", 800)],
        "t2": [("Item", "row-MUG-BLUE", 200), ("Shipping", None, 400)],
    }


def test_a_refund_that_is_posted_is_not_posted_again_and_still_counts():
    sale = order(row("MUG-BLUE", 1, "10.00"))
    rows = (refund("t1", "8.00"), refund("t2", "6.00", created_at=NOW))
    ours = standing(
        "r", "8.00", sale, refunded("8.00", "row-MUG-BLUE"), reference=reference(Kind.CREDIT, RETURN_ID, ["t1"])
    )
    for refunds in ((), (ours,)):
        context = around(sale, refunds=refunds, covered={Kind.CREDIT: frozenset({"t1"})})
        part = credited(rma(MUG, transactions=rows), context)
        assert lines_of(part) == {"t2": [("Item", "row-MUG-BLUE", 200), ("Shipping", None, 400)]}


def test_the_same_refund_brought_by_the_channel_takes_no_value_from_itself():
    sale = order(row("MUG-BLUE", 1, "10.00"))
    brought = standing("r", "8.00", sale, refunded("8.00", "row-MUG-BLUE"))
    part = credited(rma(MUG, transactions=(refund("t1", "8.00"),)), around(sale, refunds=(brought,)))
    assert lines_of(part) == {"t1": [("Item", "row-MUG-BLUE", 800)]}


def test_what_others_refunded_is_not_refunded_again_on_the_line():
    sale = order(row("MUG-BLUE", 1, "10.00"))
    other = standing("r", "7.00", sale, refunded("7.00", "row-MUG-BLUE"))
    part = credited(rma(MUG, transactions=(refund("t1", "8.00"),)), around(sale, refunds=(other,)))
    assert lines_of(part) == {"t1": [("Item", "row-MUG-BLUE", 300), ("Shipping", None, 495), ("Additional", None, 5)]}


def test_nothing_is_asked_of_linnworks_when_all_is_posted():
    ret = rma(MUG, transactions=(refund("t1", "8.00"),))
    assert credited(ret, around(covered={Kind.CREDIT: frozenset({"t1"})})) == credited(rma(MUG), around())


# --- Sets and split orders -----------------------------------------------------------------------


def test_money_for_a_component_is_credited_on_the_set():
    cup = unit("1", "TEA-CUP", order_line_key="key-TEA-SET", paid=gbp("5.00"))
    part = credited(rma(cup, transactions=(refund("t1", "5.00"),)), around(order(tea_set(2, "80.00"))))
    assert lines_of(part) == {"t1": [("Item", "row-TEA-SET", 500)]}


@pytest.mark.parametrize(
    ("paid", "on_the_set"),
    [(gbp("20.00"), 200), (gbp("5.00"), 59), (Money(500, "EUR"), 91), (None, 91)],
    ids=["as paid", "as paid, less", "another currency says nothing", "unknown"],
)
def test_a_component_weighs_what_was_paid_for_it_in_the_orders_currency(paid, on_the_set):
    cup = unit("1", "TEA-CUP", order_line_key="key-TEA-SET", paid=paid)
    sale = order(tea_set(2, "80.00"), row("GARISH-RUG", 1, "80.00"))
    part = credited(rma(cup, RUG, transactions=(refund("t1", "10.00"),)), around(sale))
    assert lines_of(part)["t1"][0] == ("Item", "row-TEA-SET", on_the_set)


def test_of_a_split_sale_the_order_with_the_returned_goods_carries_the_credit():
    mugs, rugs = order(row("MUG-BLUE", 1, "10.00"), number=1), order(row("GARISH-RUG", 1, "80.00"), number=2)
    part = credited(rma(RUG, transactions=(refund("t1", "80.00"),)), around(mugs, rugs))
    assert [posting.order_id for posting in part.postings] == ["order-2"]


@pytest.mark.parametrize(("amount", "posted"), [("84.95", True), ("84.96", False)])
def test_goods_of_two_orders_are_credited_on_the_larger_one_if_it_can_carry_it(amount, posted):
    mugs, rugs = order(row("MUG-BLUE", 1, "10.00"), number=1), order(row("GARISH-RUG", 1, "80.00"), number=2)
    part = credited(rma(MUG, RUG, transactions=(refund("t1", amount),)), around(mugs, rugs))
    assert codes(part) == ([] if posted else ["refund_order_unclear"])
    if posted:
        assert part.postings[0].order_id == "order-2"
        assert lines_of(part) == {"t1": [("Item", "row-GARISH-RUG", 8000), ("Additional", None, 495)]}


def test_where_the_policy_says_so_a_refund_for_goods_of_two_orders_waits_for_finance():
    mugs, rugs = order(row("MUG-BLUE", 1, "10.00"), number=1), order(row("GARISH-RUG", 1, "80.00"), number=2)
    alone, both = rma(RUG, transactions=(refund("t1", "5.00"),)), rma(MUG, RUG, transactions=(refund("t1", "5.00"),))
    policy = Policy(refunds=RefundTerms(split_sale=SplitSale.HOLD))
    assert codes(credited(alone, around(mugs, rugs), policy)) == []
    assert codes(credited(both, around(mugs, rugs), policy)) == ["refund_order_unclear"]


def test_a_credit_for_goods_of_two_orders_says_where_it_stands():
    mugs, rugs = order(row("MUG-BLUE", 1, "10.00"), number=1), order(row("GARISH-RUG", 1, "80.00"), number=2)
    part = credited(rma(MUG, RUG, transactions=(refund("t1", "84.95"),)), around(mugs, rugs))
    assert part.notes == ("transaction t1 pays for goods on order 1 too; its one credit stands whole on order 2",)


def test_a_split_sale_whose_goods_fit_no_line_is_for_a_person():
    split = (order(row("MUG-BLUE"), number=1), order(row("GARISH-RUG"), number=2))
    part = credited(rma(unit("9", "LAMP-OAK"), transactions=(refund("t1", "5.00"),)), around(*split))
    assert codes(part) == ["refund_order_unclear"]


# --- Store value ---------------------------------------------------------------------------------


def test_store_value_is_only_recorded_unless_the_policy_credits_it():
    ret = rma(MUG, transactions=(refund("t1", "12.00", kind="RefundToStoreCredit"),))
    part = credited(ret, around(SALE))
    assert (part.postings, codes(part)) == ((), [])
    assert "liability" in part.notes[0]


def test_a_bonus_above_the_paid_price_is_never_credited():
    ret = rma(MUG, transactions=(refund("t1", "12.00", kind="RefundToGiftCard"),))
    part = credited(ret, around(SALE), Policy(store_credit=StoreCredit.CREDIT))
    assert lines_of(part) == {"t1": [("Item", "row-MUG-BLUE", 1000)]}
    assert part.postings[0].amount == gbp("10.00")
    assert ["2.00 GBP" in note for note in part.notes] == [True]


def test_store_value_without_a_bonus_is_credited_without_a_word():
    ret = rma(MUG, transactions=(refund("t1", "10.00", kind="RefundToGiftCard"),))
    part = credited(ret, around(SALE), Policy(store_credit=StoreCredit.CREDIT))
    assert lines_of(part) == {"t1": [("Item", "row-MUG-BLUE", 1000)]}
    assert part.notes == ()


# --- What is held --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "Mystery"}, "unknown_transaction"),
        ({"status": "Pondering"}, "unknown_transaction_status"),
        ({"status": "Failed"}, "refund_failed"),
        ({"status": "Voided"}, "refund_failed"),
        ({"amount": None}, "refund_without_amount"),
        ({"amount": Money(-1, "GBP")}, "refund_not_positive"),
        ({"amount": Money(1000, "EUR")}, "refund_currency"),
    ],
)
def test_a_doubtful_transaction_is_held_and_its_neighbour_is_not(change, code):
    doubtful = replace(refund("t1", "10.00"), **change)
    part = credited(rma(MUG, transactions=(doubtful, refund("t2", "3.00"))), around(SALE))
    assert codes(part) == [code]
    assert part.findings[0].covers == ("t1",)
    assert part.findings[0].subject == f"RMA {RETURN_ID} / transaction t1"
    assert [posting.covers for posting in part.postings] == [("t2",)]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "Requested"},
        {"status": "Pending"},
        {"kind": "InvoicePayment"},
        {"kind": "Capture", "status": "Whatever"},
        {"amount": Money(0, "GBP")},
    ],
)
def test_what_is_not_paid_back_is_noted_and_left_alone(change):
    part = credited(rma(MUG, transactions=(replace(refund("t1", "10.00"), **change),)), around(SALE))
    assert (part.postings, part.findings) == ((), ())
    assert "t1" in part.notes[0]


def test_a_failed_refund_that_was_paid_by_another_is_no_exception():
    rows = (refund("t1", "10.00", status="Failed"), refund("t2", "10.00"))
    part = credited(rma(MUG, transactions=rows), around(SALE))
    assert codes(part) == []
    assert [posting.covers for posting in part.postings] == [("t2",)]


def test_a_transaction_that_is_named_twice_is_not_credited():
    rows = (refund("t1", "10.00"), refund("t1", "10.00"), refund("t2", "3.00"))
    part = credited(rma(MUG, transactions=rows), around(SALE))
    assert codes(part) == ["transaction_duplicate"]
    assert [posting.covers for posting in part.postings] == [("t2",)]


@pytest.mark.parametrize(
    ("orders", "code"), [((), "order_not_found"), ((replace(SALE, cancelled=True),), "order_cancelled")]
)
def test_a_refund_without_an_order_to_credit_is_held(orders, code):
    part = credited(rma(MUG, transactions=(refund("t1", "10.00"),)), around(*orders))
    assert codes(part) == [code]


@pytest.mark.parametrize(("hours", "held"), [(71, False), (72, True)])
def test_a_refund_on_an_open_order_waits_72_hours_before_it_is_an_exception(hours, held):
    part = credited(
        rma(MUG, transactions=(refund("t1", "10.00"),)),
        around(replace(SALE, processed=False)),
        now=INSPECTED + timedelta(hours=hours),
    )
    assert codes(part) == (["order_not_processed"] if held else [])
    assert part.postings == ()
    assert part.waits


def test_an_amount_finer_than_its_currency_is_held_as_it_was_said_and_its_neighbour_is_not():
    odd = replace(refund("t1", "10.00"), amount=None, amount_said="10.005 GBP")
    part = credited(rma(MUG, transactions=(odd, refund("t2", "3.00"))), around(SALE))
    assert codes(part) == ["refund_amount_odd"]
    assert "10.005 GBP" in part.findings[0].message
    assert [posting.covers for posting in part.postings] == [("t2",)]


HOLD_ABOVE = Policy(refunds=RefundTerms(additional=Additional.HOLD))


@pytest.mark.parametrize(("amount", "held"), [("14.95", False), ("14.96", True)])
def test_where_the_policy_says_so_a_refund_above_what_is_left_waits_for_finance(amount, held):
    sale = order(row("MUG-BLUE", 1, "10.00"))
    part = credited(rma(MUG, transactions=(refund("t1", amount),)), around(sale), HOLD_ABOVE)
    assert codes(part) == (["refund_above_value"] if held else [])
    assert bool(part.postings) is not held


def test_a_refund_that_is_held_takes_nothing_from_its_neighbour():
    sale = order(row("MUG-BLUE", 1, "10.00"))
    rows = (refund("t1", "99.00"), refund("t2", "10.00", created_at=NOW))
    part = credited(rma(MUG, transactions=rows), around(sale), HOLD_ABOVE)
    assert lines_of(part) == {"t2": [("Item", "row-MUG-BLUE", 1000)]}


# --- Two returns on one order --------------------------------------------------------------------


def on_its_way(return_id, amount, of, row_id):
    line = CreditLine(RefundUnit.ITEM, gbp(amount), row_id)
    name = reference(Kind.CREDIT, return_id, ["other"])
    return Posting(name, Kind.CREDIT, return_id, of.order_id, ("other",), credit=(line,), amount=gbp(amount))


def test_what_another_return_was_promised_is_taken_before_it_shows():
    sale = order(row("MUG-BLUE", 1, "10.00"))
    other = on_its_way("90000005", "7.00", sale, "row-MUG-BLUE")
    part = credited(rma(MUG, transactions=(refund("t1", "8.00"),)), around(sale, promised=(other,)))
    assert lines_of(part) == {"t1": [("Item", "row-MUG-BLUE", 300), ("Shipping", None, 495), ("Additional", None, 5)]}


def test_a_promise_that_shows_in_linnworks_is_taken_once():
    sale = order(row("MUG-BLUE", 1, "10.00"))
    other = on_its_way("90000005", "2.00", sale, "row-MUG-BLUE")
    shows = standing("r", "2.00", sale, refunded("2.00", "row-MUG-BLUE"), reference=other.reference)
    part = credited(rma(MUG, transactions=(refund("t1", "8.00"),)), around(sale, promised=(other,), refunds=(shows,)))
    assert lines_of(part) == {"t1": [("Item", "row-MUG-BLUE", 800)]}


def test_a_refund_of_the_channel_that_is_another_returns_credit_is_not_this_ones():
    sale = order(row("MUG-BLUE", 1, "10.00"))
    brought = standing("r", "8.00", sale, refunded("8.00", "row-MUG-BLUE"))
    context = around(sale, refunds=(brought,), claimed=frozenset({"r"}))
    part = credited(rma(MUG, transactions=(refund("t1", "8.00"),)), context)
    assert lines_of(part) == {"t1": [("Item", "row-MUG-BLUE", 200), ("Shipping", None, 495), ("Additional", None, 105)]}


@pytest.mark.parametrize(("stands", "payments", "held"), [(1, 1, []), (2, 1, ["t0"]), (2, 2, []), (3, 2, ["t0", "t1"])])
def test_more_equal_refunds_of_the_channel_than_payments_are_for_a_person(stands, payments, held):
    sale = order(row("MUG-BLUE", 4, "40.00"))
    brought = tuple(standing(f"r{n}", "8.00", sale) for n in range(stands))
    rows = tuple(refund(f"t{n}", "8.00") for n in range(payments))
    part = credited(rma(MUG, transactions=rows), around(sale, refunds=brought))
    assert [finding.covers for finding in part.findings] == [(each,) for each in held]
    assert set(codes(part)) <= {"refund_match_unclear"}
    assert len(part.postings) == payments - len(held)


@pytest.mark.parametrize(("rival", "held"), [("8.00", False), ("7.99", True)])
def test_what_another_return_of_the_order_was_paid_may_be_the_other_refund(rival, held):
    sale = order(row("MUG-BLUE", 4, "40.00"))
    brought = (standing("r0", "8.00", sale), standing("r1", "8.00", sale))
    context = around(sale, refunds=brought, rivals=(gbp(rival),))
    part = credited(rma(MUG, transactions=(refund("t1", "8.00"),)), context)
    assert codes(part) == (["refund_match_unclear"] if held else [])


# --- What is owed in store value -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("store_credit", "amount", "owed"),
    [
        (StoreCredit.RECORD_ONLY, "12.00", [("12.00", False)]),
        (StoreCredit.CREDIT, "12.00", [("2.00", True)]),
        (StoreCredit.CREDIT, "10.00", []),
        (StoreCredit.RECORD_ONLY, "0.00", []),
    ],
)
def test_store_value_that_is_not_credited_is_owed_by_name_and_amount(store_credit, amount, owed):
    ret = rma(MUG, transactions=(refund("t1", amount, kind="RefundToGiftCard"),))
    part = credited(ret, around(SALE), Policy(store_credit=store_credit))
    assert part.liabilities == tuple(Liability("t1", "RefundToGiftCard", gbp(minor), bonus) for minor, bonus in owed)


def test_a_gift_card_of_which_nothing_can_be_credited_is_owed_whole():
    sale = order(row("MUG-BLUE", 1, "10.00"))
    gone = standing("r", "10.00", sale, refunded("10.00", "row-MUG-BLUE"), channel_initiated=False)
    ret = rma(MUG, transactions=(refund("t1", "12.00", kind="RefundToGiftCard"),))
    part = credited(ret, around(sale, refunds=(gone,)), Policy(store_credit=StoreCredit.CREDIT))
    assert part.postings == ()
    assert part.liabilities == (Liability("t1", "RefundToGiftCard", gbp("12.00"), bonus=True),)


def test_store_value_without_an_amount_is_no_liability_that_can_be_named():
    ret = rma(MUG, transactions=(replace(refund("t1", "1.00", kind="RefundToStoreCredit"), amount=None),))
    part = credited(ret, around(SALE))
    assert (codes(part), part.liabilities) == (["refund_without_amount"], ())
