"""Each refund with its rows, and what stays open: told, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.reconcile.payouts import PaidRefund, PayoutResult, Period, compare_payouts
from returnworks.rules.codes import CODES
from returnworks.rules.money import Money
from returnworks.rules.payouts import PayoutRow
from tests.reconcile.payouts.faces import EXPECTED_DAYS, MARCH, MONDAY, pounds, refund, row


def compared(
    refunds: Sequence[PaidRefund], rows: Sequence[PayoutRow], covered: Sequence[Period] = (MARCH,)
) -> tuple[PayoutResult, ...]:
    leg = compare_payouts(refunds, rows, covered, EXPECTED_DAYS, MARCH.start - timedelta(days=365))
    assert [balance.remainder for balance in leg.balances if balance.remainder] == []
    return leg.results


def classes(results: Sequence[PayoutResult]) -> list[tuple[str, str, int]]:
    """(class, transaction id or "-", number of rows)."""
    return [(r.cls.value, r.refund.transaction_id if r.refund else "-", len(r.rows)) for r in results]


euros = Money.of("23.00", "EUR")

CASES = {
    "the customer got what was refunded": ([refund()], [row()], [("matched", "1", 1)]),
    "a penny less is a break": ([refund()], [row(amount="19.99")], [("amount", "1", 1)]),
    "equal refunds of one order are paired in order of time": (
        [refund("1"), refund("2", paid_at=MONDAY + timedelta(days=2))],
        [row("b", days=2), row("a")],
        [("matched", "1", 1), ("matched", "2", 1)],
    ),
    "orders are named with and without the hash": ([refund(order="1001")], [row()], [("matched", "1", 1)]),
    "another order's payment is not this one's": (
        [refund()],
        [row(order="#1002")],
        [("missing", "1", 0), ("unexplained", "-", 1)],
    ),
    "the refund's id decides over the amounts": (
        [refund("1", reference="710"), refund("2", reference="711")],
        [row("a", refund="711"), row("b", refund="710", amount="5.00")],
        [("amount", "1", 1), ("matched", "2", 1)],
    ),
    "the refund's id finds it where the order is not named": (
        [refund(reference="710")],
        [row(order="", refund="710")],
        [("matched", "1", 1)],
    ),
    "two means of payment make one refund": (
        [refund()],
        [row("a", "15.00"), row("b", "5.00")],
        [("matched", "1", 2)],
    ),
    "one payment makes two refunds": (
        [refund("1", "15.00"), refund("2", "5.00")],
        [row()],
        [("matched", "1", 1), ("matched", "2", 1)],
    ),
    "two groupings are possible: nobody decides": (
        [refund()],
        [row("a", "10.00"), row("b", "10.00"), row("c", "12.00"), row("d", "8.00")],
        [("ambiguous", "1", 0), *[("ambiguous", "-", 1)] * 4],
    ),
    "paid twice under one id": (
        [refund(reference="710")],
        [row("a", refund="710"), row("b", refund="710", days=1)],
        [("duplicate", "1", 2)],
    ),
    "paid twice without an id: the second is explained by nothing": (
        [refund()],
        [row("a"), row("b", days=1)],
        [("matched", "1", 1), ("unexplained", "-", 1)],
    ),
    "paid, and it came back": (
        [refund()],
        [row("a"), row("b", days=2, reversal=True)],
        [("reversed", "1", 2)],
    ),
    "it came back and was paid again": (
        [refund()],
        [row("a"), row("b", days=2, reversal=True), row("c", days=3)],
        [("matched", "-", 2), ("matched", "1", 1)],
    ),
    "a reversal of nothing we know": ([], [row(reversal=True)], [("unexplained", "-", 1)]),
    "a payment from before the refund is not its payment": (
        [refund()],
        [row(days=-1.5)],
        [("unexplained", "-", 1), ("missing", "1", 0)],
    ),
    "the gateway's clock may be a day early": ([refund()], [row(days=-1)], [("matched", "1", 1)]),
    "another currency": (
        [refund(reference="710")],
        [row(refund="710", paid=euros, settled=euros)],
        [("currency", "1", 1)],
    ),
    "exchanged on the way, but the balance shows the amount": (
        [refund(reference="710")],
        [row(refund="710", paid=euros)],
        [("matched", "1", 1)],
    ),
    "its row waits for a payout that may come": (
        [refund(paid_at=MARCH.end)],
        [row("a", days=29, order="#1"), row("b", days=29.9, payout="")],
        [("unexplained", "-", 1), ("timing", "1", 1)],
    ),
    "its row waits for a payout that does not come": (
        [refund()],
        [row("a", order="#1"), row("b", payout="")],
        [("unexplained", "-", 1), ("missing", "1", 1)],
    ),
    "a gateway that names no payouts is not waited for": ([refund()], [row(payout="")], [("matched", "1", 1)]),
}


@pytest.mark.parametrize(("refunds", "rows", "expected"), CASES.values(), ids=CASES)
def test_what_becomes_of_refunds_and_payments(refunds, rows, expected):
    assert sorted(classes(compared(refunds, rows))) == sorted(expected)


@pytest.mark.parametrize(
    ("paid_at", "cls"),
    [
        (MARCH.start - timedelta(seconds=1), "cannot_tell"),
        (MARCH.start, "missing"),
        (MARCH.end - timedelta(days=EXPECTED_DAYS), "missing"),
        (MARCH.end - timedelta(days=EXPECTED_DAYS) + timedelta(seconds=1), "timing"),
        (MARCH.end + timedelta(days=1), "timing"),
    ],
)
def test_only_what_the_exports_cover_can_be_missing(paid_at, cls):
    (result,) = compared([refund(paid_at=paid_at)], [])
    assert result.cls == cls


@pytest.mark.parametrize(("gap_days", "cls"), [(3, "missing"), (4, "cannot_tell")])
def test_a_gap_between_exports_leaves_its_refunds_open(gap_days, cls):
    early = Period(MARCH.start, MONDAY + timedelta(days=2))
    late = Period(early.end + timedelta(days=gap_days), MARCH.end)
    (result,) = compared([refund()], [], [late, early])
    assert result.cls == cls


@pytest.mark.parametrize(
    ("rows", "cause"),
    [
        ([row(amount="19.70", fee=pounds("0.30"))], "the difference of -0.30 GBP is the gateway's fee"),
        ([row(amount="19.00", fee=pounds("0.30"))], "differs by -1.00 GBP"),
        ([row("a", "15.00"), row("b", "5.00")], "split over 2 rows"),
        ([row(days=8)], "paid 8 days after ReturnGO's refund"),
    ],
)
def test_causes_are_named(rows, cause):
    (result,) = compared([refund()], rows)
    assert cause in result.causes


def test_every_break_has_a_code_an_owner_and_a_value():
    refunds = [refund("1"), refund("2", reference="7", order="#2")]
    rows = [row(order="#9"), row("b", refund="7", order="#2"), row("c", refund="7", order="#2")]
    leg = compare_payouts(refunds, rows, [MARCH], EXPECTED_DAYS, MARCH.start)
    found = leg.findings()
    assert sorted(doubt.code for doubt in found) == ["payout_duplicate", "payout_missing", "payout_unexplained"]
    assert all(doubt.code in CODES and doubt.value == pounds("20.00") for doubt in found)


amounts = st.sampled_from(["5.00", "10.00", "15.00", "20.00"])
orders = st.sampled_from(["#1", "#2"])
some_refunds = st.lists(st.tuples(amounts, orders, st.integers(0, 20)), max_size=5).map(
    lambda drawn: [
        refund(str(place), amount, order=order, paid_at=MONDAY + timedelta(days=days))
        for place, (amount, order, days) in enumerate(drawn)
    ]
)
some_rows = st.lists(st.tuples(amounts, orders, st.integers(0, 25), st.booleans()), max_size=6).map(
    lambda drawn: [
        row(str(place), amount, days, order=order, reversal=back)
        for place, (amount, order, days, back) in enumerate(drawn)
    ]
)


@given(some_refunds, some_rows, st.randoms())
def test_everything_is_in_one_result_whatever_the_order_and_nothing_is_left_over(refunds, rows, dice):
    results = compared(refunds, rows)
    assert sorted(r.refund.transaction_id for r in results if r.refund) == sorted(x.transaction_id for x in refunds)
    assert {x.row_id for r in results for x in r.rows} == {x.row_id for x in rows}
    dice.shuffle(refunds)
    dice.shuffle(rows)
    assert compared(refunds, rows) == results


@given(some_refunds)
def test_what_is_paid_as_it_was_refunded_matches_whole(refunds):
    rows = [
        row(x.transaction_id, order=x.order, paid=x.amount, settled=x.amount, happened_at=x.paid_at) for x in refunds
    ]
    assert {result.cls.value for result in compared(refunds, rows)} <= {"matched"}


@pytest.mark.parametrize(("amount", "told"), [("20.00", True), ("19.99", False)])
def test_money_that_is_as_much_as_a_refund_that_was_paid_says_that_it_may_be_that_one_again(amount, told):
    results = compared([refund("1")], [row("a"), row("b", days=1, amount=amount)])
    (stray,) = [result for result in results if result.refund is None]
    assert stray.cls.value == "unexplained"
    assert ("it may be that refund again" in " ".join(stray.causes)) is told
