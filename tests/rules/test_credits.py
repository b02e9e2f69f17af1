from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.rules.credits import (
    Claim,
    Refundable,
    allocate,
    already_stands,
    brought_by_channel,
    over_room,
    paid_refunds,
)
from returnworks.rules.doubts import Doubt
from returnworks.rules.model import CreditLine, Kind, RefundUnit
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy, StoreCredit
from returnworks.rules.references import reference
from tests.rules.faces import NOW, gbp, order, refund, refunded, rma, row, standing, tea_set

MUGS = order(row("MUG-BLUE", 3, "10.00"), row("GARISH-RUG", 1, "80.00"))


def shown(lines):
    return [(line.unit.value, line.order_line_id, str(line.amount)) for line in lines]


# --- Which transactions are credits --------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "store_credit", "credited"),
    [
        ("RefundToPaymentMethod", "Success", "record_only", True),
        ("refundtopaymentmethod", "success", "record_only", True),
        ("RefundToPaymentMethod", "Requested", "record_only", False),
        ("RefundToPaymentMethod", "Failed", "record_only", False),
        ("RefundToStoreCredit", "Success", "record_only", False),
        ("RefundToStoreCredit", "Success", "credit", True),
        ("RefundToGiftCard", "Success", "credit", True),
        ("InvoicePayment", "Success", "credit", False),
        ("Mystery", "Success", "credit", False),
    ],
)
def test_only_paid_refunds_are_credited(kind, status, store_credit, credited):
    ret = rma(transactions=(refund("t", "10.00", kind=kind, status=status),))
    assert bool(paid_refunds(ret, Policy(store_credit=StoreCredit(store_credit)))) is credited


def test_refunds_come_oldest_first_and_undated_ones_last():
    rows = (
        refund("c", "1.00", created_at=None),
        refund("b", "1.00", created_at=NOW),
        refund("a", "1.00", created_at=NOW - timedelta(days=1)),
    )
    assert [each.transaction_id for each in paid_refunds(rma(transactions=rows))] == ["a", "b", "c"]


# --- What the channel brought already ------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, True),
        ({"amount": "19.99"}, False),
        ({"amount": "20.01"}, False),
        ({"channel_initiated": False}, False),
        ({"reference": "R-55"}, True),
        ({"reference": reference(Kind.CREDIT, "1", ["t"])}, False),
        ({"refund_id": "taken"}, False),
    ],
)
def test_a_refund_of_the_channel_for_the_same_amount_is_linked(change, found):
    fields = {"refund_id": "free", "amount": "20.00", "of": MUGS} | change
    known = standing(fields.pop("refund_id"), fields.pop("amount"), fields.pop("of"), **fields)
    assert bool(already_stands(gbp("20.00"), (known,), frozenset({"taken"}))) is found


def test_another_currency_or_a_deleted_refund_is_not_linked():
    euros = Money.of("20.00", "EUR")
    assert already_stands(euros, (standing("a", "20.00", MUGS),), frozenset()) is None
    gone = standing("a", "20.00", MUGS, refunded("20.00", deleted=True))
    assert already_stands(gbp("20.00"), (gone,), frozenset()) is None


def brought(*names, **more):
    """Equal refunds of the channel; the first named is the oldest."""
    return [
        standing(name, "20.00", MUGS, created_at=NOW - timedelta(days=len(names) - age), **more)
        for age, name in enumerate(names)
    ]


@pytest.mark.parametrize(
    ("refunds", "claimants", "found"),
    [
        ([], 1, None),
        (["a"], 1, "a"),
        (["a", "b"], 1, "refund_match_unclear"),
        (["a", "b"], 2, "a"),
        (["a", "b", "c"], 2, "refund_match_unclear"),
        (["a"], 2, "a"),
    ],
)
def test_equal_refunds_are_linked_only_where_no_more_stand_than_payments_wait_for_one(refunds, claimants, found):
    said = already_stands(gbp("20.00"), brought(*refunds)[::-1], frozenset(), claimants=claimants)
    assert (said.code if isinstance(said, Doubt) else said and said.refund_id) == found


def test_the_channels_own_id_of_a_payment_decides_between_equal_refunds():
    rows = [*brought("a", reference="gid-1"), *brought("b", reference="GID-2 ")]
    assert already_stands(gbp("20.00"), rows, frozenset(), named="gid-2").refund_id == "b"
    assert isinstance(already_stands(gbp("20.00"), rows, frozenset(), named="gid-3"), Doubt)


def test_a_refund_without_a_date_counts_as_the_youngest():
    rows = [standing("0 undated", "20.00", MUGS), *brought("b", "c")]
    assert [row.refund_id for row in brought_by_channel(gbp("20.00"), rows, frozenset({"c"}))] == ["b", "0 undated"]


# --- Whether there is room for a credit that was decided earlier ----------------------------------


@pytest.mark.parametrize(
    ("stands", "lines", "above"),
    [
        ([], [("Item", 1000), ("Shipping", 495)], None),
        (["4.00"], [("Item", 600)], None),
        (["4.00"], [("Item", 601)], "0.01 GBP"),
        (["4.00"], [("Item", 200), ("Item", 401)], "0.01 GBP"),
        ([], [("Shipping", 496)], "0.01 GBP"),
        (["10.00"], [("Additional", 9999)], None),
    ],
)
def test_a_credit_must_still_fit_on_its_lines_when_it_is_sent(stands, lines, above):
    refunds = [standing(f"s{n}", text, MUGS, refunded(text, "row-MUG-BLUE")) for n, text in enumerate(stands)]
    wanted = [
        CreditLine(RefundUnit(unit), Money(minor, "GBP"), "row-MUG-BLUE" if unit == "Item" else None)
        for unit, minor in lines
    ]
    found = over_room(MUGS, refunds, wanted)
    assert (str(found) if found else None) == above


# --- What an order has left ----------------------------------------------------------------------


@pytest.mark.parametrize(("units", "worth"), [(0, 0), (1, 334), (2, 667), (3, 1000)])
def test_a_unit_is_worth_its_part_of_the_line_rounded_up(units, worth):
    claim = Refundable(MUGS).claim(MUGS.lines[0], units, [])
    assert (claim.weight, claim.cap) == (worth, worth)


def test_what_stands_is_taken_off_line_postage_and_total():
    other = order(row("MUG-BLUE"), number=7)
    refunds = (
        standing("a", "12.00", MUGS, refunded("4.00", "row-MUG-BLUE"), refunded("3.00", unit="Shipping")),
        standing(
            "b", "5.00", MUGS, refunded("5.00", unit="Additional"), refunded("9.00", "row-MUG-BLUE", deleted=True)
        ),
        standing("c", "2.00", MUGS),
        standing("d", "10.00", other, refunded("10.00", "row-MUG-BLUE")),
    )
    room = Refundable(MUGS, refunds)
    assert room.left_on("row-MUG-BLUE") == 600
    assert room.shipping == 195
    assert room.total == 9495 - 400 - 300 - 500 - 200
    assert room.claim(MUGS.lines[0], 3, []) == Claim("row-MUG-BLUE", 600, 600)


def test_more_standing_than_was_paid_leaves_nothing_and_not_less():
    room = Refundable(MUGS, (standing("a", "99.00", MUGS, refunded("99.00", "row-MUG-BLUE")),))
    assert room.left_on("row-MUG-BLUE") == 0
    assert room.total == 0


def test_money_for_a_component_stands_on_the_sets_line():
    sale = order(tea_set(2, "80.00"))
    room = Refundable(sale, (standing("a", "8.00", sale, refunded("8.00", "row-TEA-CUP")),))
    assert room.left_on("row-TEA-SET") == 7200


@pytest.mark.parametrize(
    ("pieces", "weight", "cap"),
    [
        ([500], 500, 4000),
        ([None], 800, 4000),
        ([500, None], 1300, 8000),
        ([5000], 4000, 4000),
        ([500] * 6, 3000, 8000),
    ],
)
def test_a_component_weighs_what_was_paid_for_it_or_its_part_of_the_set(pieces, weight, cap):
    sale = order(tea_set(2, "80.00"))
    assert Refundable(sale).claim(sale.lines[0], 0, pieces) == Claim("row-TEA-SET", weight, cap)


# --- How one refund falls ------------------------------------------------------------------------

A, B = Claim("a", 1000, 1000), Claim("b", 2000, 2000)


@pytest.mark.parametrize(
    ("amount", "claims", "shipping", "expected"),
    [
        ("30.00", [A, B], 0, [("Item", "a", "10.00 GBP"), ("Item", "b", "20.00 GBP")]),
        ("10.00", [A, B], 0, [("Item", "a", "3.33 GBP"), ("Item", "b", "6.67 GBP")]),
        ("0.01", [A, A], 0, [("Item", "a", "0.01 GBP")]),
        (
            "30.01",
            [A, B],
            0,
            [("Item", "a", "10.00 GBP"), ("Item", "b", "20.00 GBP"), ("Additional", None, "0.01 GBP")],
        ),
        ("30.01", [A, B], 1, [("Item", "a", "10.00 GBP"), ("Item", "b", "20.00 GBP"), ("Shipping", None, "0.01 GBP")]),
        (
            "12.00",
            [A],
            150,
            [("Item", "a", "10.00 GBP"), ("Shipping", None, "1.50 GBP"), ("Additional", None, "0.50 GBP")],
        ),
        ("5.00", [], 0, [("Additional", None, "5.00 GBP")]),
        ("5.00", [Claim("free", 0, 0)], 0, [("Additional", None, "5.00 GBP")]),
        ("0.00", [A], 100, []),
    ],
)
def test_a_refund_falls_on_lines_then_postage_then_the_rest(amount, claims, shipping, expected):
    assert shown(allocate(gbp(amount), claims, shipping, "why")) == expected


def test_the_rest_says_why():
    assert allocate(gbp("5.00"), [], 0, "goodwill")[0].note == "goodwill"


minor = st.integers(0, 50_000)
claims = st.lists(st.tuples(minor, minor), max_size=8).map(
    lambda pairs: [Claim(str(n), min(pair), max(pair)) for n, pair in enumerate(pairs)]
)


@given(st.integers(0, 200_000), claims, minor)
def test_the_lines_of_a_credit_sum_to_the_refund_and_none_is_above_its_cap(amount, claims, shipping):
    lines = allocate(Money(amount, "GBP"), claims, shipping, "rest")
    assert sum(line.amount.minor for line in lines) == amount
    caps = {claim.order_line_id: claim.cap for claim in claims}
    for line in lines:
        assert line.amount.minor > 0
        if line.unit == RefundUnit.ITEM:
            assert line.amount.minor <= caps[line.order_line_id]
        if line.unit == RefundUnit.SHIPPING:
            assert line.amount.minor <= shipping
    if any(line.unit == RefundUnit.ADDITIONAL for line in lines):
        worth = sum(claim.cap for claim in claims if claim.weight)
        assert sum(line.amount.minor for line in lines if line.unit != RefundUnit.ADDITIONAL) == worth + shipping
