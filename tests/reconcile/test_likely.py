"""What a loose refund or booking could belong to: scored, said in words, never chosen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.reconcile.likely import (
    FAR,
    SHOWN,
    WORTH_SAYING,
    Candidate,
    Candidates,
    Record,
    are_close,
    in_words,
    likely,
)
from returnworks.rules.foreign import Likely
from returnworks.rules.money import Money
from tests.reconcile.faces import NOW, ORDER, RMA, gbp

DAY = timedelta(days=1)
LOOSE = Record(order_id=ORDER, reference="", at=NOW, amount=gbp("20.50"), skus=frozenset({"MUG-BLUE"}))
PAYMENT = Candidate(
    return_id=RMA,
    transaction_id="t-1",
    order_ids=frozenset({ORDER}),
    at=NOW,
    amount=gbp("20.50"),
    skus=frozenset({"MUG-BLUE"}),
    texts=frozenset({RMA, "t-1", "gid777"}),
)
BOOKING = Record(order_id=ORDER, reference="", at=NOW, units=2, skus=frozenset({"MUG-BLUE"}))
PARCEL = Candidate(return_id=RMA, order_ids=frozenset({ORDER}), at=NOW, units=2, skus=frozenset({"MUG-BLUE"}))
ELSEWHERE = frozenset({"another order"})


def best(record, *candidates):
    return likely(record, Candidates(candidates))


def score(record, candidate):
    found = best(record, candidate)
    return found[0].score if found else 0


def test_everything_together_is_a_hundred():
    (one,) = best(replace(LOOSE, reference="refund for RMA 90000004"), PAYMENT)
    assert one.score == 100
    assert one.reasons == (
        "the same order",
        "the same amount",
        "its reference names 90000004",
        "on the same day",
        "for MUG-BLUE",
    )


@pytest.mark.parametrize(
    ("change", "points"),
    [
        ({}, 80),
        ({"order_ids": ELSEWHERE}, 45),
        ({"amount": gbp("20.51")}, 65),
        ({"amount": gbp("22.77")}, 65),
        ({"amount": gbp("22.78")}, 50),
        ({"amount": gbp("40.00")}, 50),
        ({"amount": None}, 50),
        ({"skus": frozenset({"GARISH-RUG"})}, 75),
        ({"skus": frozenset({"MUG-BLUE", "GARISH-RUG"})}, 77),
        ({"at": NOW - DAY}, 80),
        ({"at": NOW - DAY - timedelta(seconds=1)}, 77),
        ({"at": NOW - 3 * DAY}, 77),
        ({"at": NOW - 4 * DAY}, 74),
        ({"at": NOW - 8 * DAY}, 71),
        ({"at": NOW - 31 * DAY}, 70),
        ({"at": None}, 70),
        ({"settled": True}, 40),
        ({"paid": False}, 70),
    ],
)
def test_each_thing_that_differs_costs_its_points(change, points):
    assert score(LOOSE, replace(PAYMENT, **change)) == points


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Money(2050, "EUR")},
        {"order_ids": ELSEWHERE, "amount": gbp("20.51")},
        {"order_ids": ELSEWHERE, "at": NOW - FAR - timedelta(seconds=1)},
    ],
    ids=["another currency", "nothing in common", "only the amount, long ago"],
)
def test_what_shares_too_little_is_not_named(change):
    assert best(LOOSE, replace(PAYMENT, **change)) == ()


@pytest.mark.parametrize("written", ["RMA 90000004", "rma/90000004", "GID777", "see gid777, please"])
def test_a_number_in_the_reference_is_found_among_other_words(written):
    assert score(replace(LOOSE, reference=written), PAYMENT) == 100


def test_a_part_of_a_number_is_not_the_number():
    assert score(replace(LOOSE, reference="900000041"), PAYMENT) == 80


def test_no_more_than_three_are_named_best_first_and_equals_by_their_ids():
    rows = [replace(PAYMENT, transaction_id=f"t-{n}") for n in (4, 2, 3, 1)]
    rows.append(replace(PAYMENT, transaction_id="t-0", amount=gbp("19.00")))
    assert [each.transaction_id for each in best(LOOSE, *rows)] == ["t-1", "t-2", "t-3"]


@pytest.mark.parametrize(("second", "close"), [(71, True), (70, False), (80, True)])
def test_two_within_ten_points_are_not_told_apart(second, close):
    found = (Likely(RMA, "t-1", 80, ("the same order",)), Likely(RMA, "t-2", second, ()))
    assert are_close(found) is close
    assert in_words(found).startswith("It could as well be" if close else "Likeliest is")


def test_the_sentence_names_the_candidate_the_reasons_and_the_score():
    assert in_words(best(LOOSE, PAYMENT)) == (
        "Likeliest is transaction t-1 of RMA 90000004: the same order, the same amount, on the same day, for MUG-BLUE "
        "(score 80 of 100)."
    )
    assert in_words(()) == ""


def test_a_return_that_nothing_was_paid_for_is_named_as_a_whole():
    (one,) = best(LOOSE, replace(PAYMENT, transaction_id="", amount=None))
    assert "RMA 90000004:" in in_words((one,))


# --- The other direction -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "points"),
    [
        ({}, 75),
        ({"units": 3}, 60),
        ({"skus": frozenset({"GARISH-RUG"})}, 45),
        ({"order_ids": ELSEWHERE}, 40),
        ({"settled": True}, 35),
    ],
)
def test_a_booking_without_a_return_is_scored_by_order_sku_and_quantity(change, points):
    assert score(BOOKING, replace(PARCEL, **change)) == points


# --- Whatever the candidates ---------------------------------------------------------------------

candidates = st.lists(
    st.builds(
        Candidate,
        return_id=st.sampled_from(("1", "2", "3")),
        transaction_id=st.sampled_from(("", "t-1", "t-2")),
        order_ids=st.sampled_from((frozenset({ORDER}), ELSEWHERE, frozenset())),
        at=st.sampled_from((None, NOW, NOW - 2 * DAY, NOW - 60 * DAY)),
        amount=st.sampled_from((None, gbp("20.50"), gbp("21.00"), Money(2050, "EUR"))),
        skus=st.sampled_from((frozenset(), frozenset({"MUG-BLUE"}), frozenset({"GARISH-RUG"}))),
        texts=st.sampled_from((frozenset(), frozenset({"gid777"}))),
        settled=st.booleans(),
        paid=st.booleans(),
    ),
    max_size=12,
)


@given(candidates, st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_the_candidates(rows, random):
    first = best(LOOSE, *rows)
    random.shuffle(rows)
    assert best(LOOSE, *rows) == first


@given(candidates, st.sampled_from(("", "gid777", "90000004 gid777")))
def test_scores_stay_between_what_is_worth_saying_and_a_hundred(rows, written):
    found = best(replace(LOOSE, reference=written), *rows)
    assert len(found) <= SHOWN
    assert all(WORTH_SAYING <= each.score <= 100 for each in found)
    assert list(found) == sorted(found, key=lambda each: (-each.score, each.return_id, each.transaction_id))
