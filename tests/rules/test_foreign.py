"""What may be linked, what a link means, and how long a decision counts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.rules.foreign import Outcome, RefundDecision, decided, linked_posting, objection_to_link
from returnworks.rules.model import Kind, RefundUnit
from returnworks.rules.money import Money
from returnworks.rules.policy import BUILT_IN
from returnworks.rules.references import reference
from tests.rules.faces import INSPECTED, NOW, RETURN_ID, gbp, order, refund, refunded, row, standing

SALE = order(row("MUG-BLUE"))
BY_HAND = standing("3001", "7.00", SALE, refunded("5.00", "row-MUG-BLUE"), refunded("2.00", unit="Shipping"))
PAYMENT = refund("t1", "7.00")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, None),
        ({"amount": gbp("20.50")}, None),
        ({"amount": None}, None),
        ({"kind": "RefundToGiftCard"}, None),
        ({"amount": Money(700, "EUR")}, "is of 7.00 EUR"),
        ({"status": "Requested"}, "no money moved"),
        ({"status": "Mystery"}, "no money moved"),
        ({"kind": "InvoicePayment"}, "pays nothing back"),
    ],
)
def test_a_refund_is_linked_only_to_money_that_went_back_in_its_currency(change, why):
    said = objection_to_link(BY_HAND, replace(PAYMENT, **change), BUILT_IN)
    assert said is None if why is None else why in said


def test_a_credit_of_ours_is_nobody_elses():
    ours = replace(BY_HAND, reference=reference(Kind.CREDIT, RETURN_ID, ["t9"]))
    assert "another credit of ours" in objection_to_link(ours, PAYMENT, BUILT_IN)


def test_a_link_says_what_stands_and_bears_the_transactions_own_reference():
    posting = linked_posting(BY_HAND, RETURN_ID, PAYMENT, "recorded by hand")
    assert posting.reference == reference(Kind.CREDIT, RETURN_ID, ["t1"])
    assert (posting.order_id, posting.covers, posting.due_at) == (SALE.order_id, ("t1",), INSPECTED)
    assert [(line.unit, line.amount) for line in posting.credit] == [
        (RefundUnit.ITEM, gbp("5.00")),
        (RefundUnit.SHIPPING, gbp("2.00")),
    ]
    assert posting.amount == gbp("7.00")
    assert posting.rule == "a person: recorded by hand"


def test_a_header_without_lines_and_a_unit_that_is_not_known_count_as_additional():
    bare = linked_posting(replace(BY_HAND, lines=()), RETURN_ID, PAYMENT, "by hand")
    odd = linked_posting(replace(BY_HAND, lines=(refunded("7.00", unit="Mystery"),)), RETURN_ID, PAYMENT, "by hand")
    assert [line.unit for posting in (bare, odd) for line in posting.credit] == [RefundUnit.ADDITIONAL] * 2
    assert bare.credit[0].amount == gbp("7.00")


# --- How long a decision counts ------------------------------------------------------------------


def decision(number=1, **more):
    fields = {"refund_ids": ("3001",), "order_id": "o", "amount": gbp("7.00"), "reason": "why", "by": "ann", "at": NOW}
    return RefundDecision(id=number, **({"outcome": Outcome.CX} | fields | more))


@pytest.mark.parametrize(
    ("moment", "counts"),
    [(NOW - HOUR, False), (NOW, True), (NOW + HOUR, True), (NOW + 2 * HOUR, False), (NOW + 3 * HOUR, False)],
)
@pytest.mark.parametrize("ends", ["until", "undone_at"])
def test_a_decision_counts_from_its_moment_until_it_ends_or_is_undone(ends, moment, counts):
    assert decision(**{ends: NOW + 2 * HOUR}).counts(moment) is counts


times = st.integers(-3, 3).map(lambda hours: NOW + hours * HOUR)
decisions = st.lists(
    st.builds(
        decision,
        number=st.integers(1, 99),
        at=times,
        undone_at=st.none() | times,
        until=st.none() | times,
        refund_ids=st.sampled_from((("3001",), ("3001", "row-1"), ("3002",))),
    ),
    max_size=6,
    unique_by=lambda each: each.id,
)


@given(decisions, times, st.randoms(use_true_random=False))
def test_of_several_decisions_the_latest_that_counts_decides_in_whatever_order_they_come(rows, moment, random):
    found = decided(rows, moment)
    random.shuffle(rows)
    assert decided(rows, moment) == found
    for refund_id, chosen in found.items():
        rivals = [each for each in rows if refund_id in each.refund_ids and each.counts(moment)]
        assert chosen == max(rivals, key=lambda each: (each.at, each.id))
