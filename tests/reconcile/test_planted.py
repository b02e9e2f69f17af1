"""A whole shop: every planted break is found in its class, nothing else is, and the sums come to nothing."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returnworks.reconcile.night import CLEAN, DIFFERENCES, assess
from returnworks.reconcile.results import GoodsFigures, MoneyFigures
from tests.reconcile.faces import booked, credited, due, inputs, paid, posted, refund
from tests.reconcile.shop import PLANTS, as_inputs, make, plant

RETURNS = 1500
"""Between two and three thousand lines of goods, as many refunds as returns, and some hundred exchanges."""


@pytest.mark.parametrize("seed", [1, 20261120])
def test_a_shop_in_order_raises_no_alarm(seed):
    chance = Random(seed)
    night = assess(as_inputs([make(n, chance) for n in range(RETURNS)], chance))
    assert {str(row.cls) for row in night.results} == {"matched"}
    assert len(night.results) > 2 * RETURNS
    assert (night.verdict, night.findings, night.remainders) == (CLEAN, (), ())


@pytest.mark.parametrize("seed", [7, 42, 20261120])
def test_every_planted_break_is_found_in_its_class_and_nothing_else(seed):
    chance = Random(seed)
    shop = [make(n, chance) for n in range(RETURNS)]
    for one in chance.sample(shop, RETURNS // 5):
        plant(one, chance.choice(PLANTS))
    night = assess(as_inputs(shop, chance))
    found = Counter((str(row.family), str(row.cls)) for row in night.results if row.cls != "matched")
    assert found == Counter(planted for one in shop for planted in one.planted)
    assert night.verdict == DIFFERENCES
    assert night.remainders == ()


@pytest.mark.parametrize("way", PLANTS, ids=lambda way: way.__name__)
def test_each_break_is_found_on_the_return_that_has_it(way):
    chance = Random(3)
    shop = [make(n, chance) for n in range(40)]
    broken = next(one for one in shop if one.exchanges)
    plant(broken, way)
    night = assess(as_inputs(shop, chance))
    [row] = [row for row in night.results if row.cls != "matched"]
    assert [(str(row.family), str(row.cls))] == broken.planted
    assert row.return_id in (broken.return_id, None)
    assert row.order_id == broken.order_id or row.family == "exchange"
    assert [doubt.code for doubt in night.findings] == ([row.code] if row.is_break else [])


@pytest.mark.parametrize("way", PLANTS, ids=lambda way: way.__name__)
def test_what_is_found_does_not_depend_on_the_order_of_the_rows(way):
    shop = [make(n, Random(n)) for n in range(30)]
    plant(next(one for one in shop if one.exchanges), way)
    first, second = (assess(as_inputs(shop, Random(seed))) for seed in (1, 2))
    assert first.results == second.results
    assert first.findings == second.findings


# --- Whatever the rows, none is lost and none is counted twice ---------------------------------------------

few = st.integers(1, 3)
places = st.sampled_from(["Default", "Quarantine", "Inspection"])
returns = st.sampled_from(["90000004", "90000005"])
orders = st.sampled_from(["order-1", "order-2"])
skus = st.sampled_from(["MUG-BLUE", "GARISH-RUG"])
names = st.sampled_from(["", "by hand", posted().reference, "RW-R-90000005-ABCDEFGH"])
facts = st.sampled_from(["t-1", "t-2", "t-3"])
amounts = st.sampled_from(["10.00", "10.01", "20.00"])

goods_due = st.builds(due, skus, few, places, return_id=returns, order_id=orders, held=st.sampled_from([None, "x"]))
goods_posted = st.builds(posted, skus, few, places, return_id=returns, order_id=orders, reference=names)
goods_there = st.builds(booked, skus, few, places, order_id=orders, reference=names)
refunds_due = st.builds(paid, amounts, facts, return_id=returns, order_id=orders, record_only=st.booleans())
refunds_made = st.builds(
    credited, amounts, facts, return_id=returns, refund_id=st.sampled_from([None, "refund-0", "refund-1"])
)
refunds_there = st.builds(refund, amounts, st.sampled_from([None, "t-1", "t-2", "t-9"]), order_id=orders)


@settings(max_examples=150, deadline=None)
@given(st.lists(goods_due, max_size=5), st.lists(goods_posted, max_size=4), st.lists(goods_there, max_size=6))
def test_every_piece_is_in_exactly_one_result(expected, ledger, actual):
    night = assess(inputs(expected_goods=expected, ledger_goods=ledger, actual_goods=actual))
    figures = [row.figures for row in night.results if isinstance(row.figures, GoodsFigures)]
    assert sum(row.expected for row in figures) == sum(row.quantity for row in expected)
    assert sum(row.actual for row in figures) == sum(row.quantity for row in actual)
    assert all(row.met <= min(row.expected, row.actual) for row in figures)
    assert all(row.figures.met == row.figures.expected for row in night.results if row.cls == "matched")
    assert night.remainders == ()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(refunds_due, max_size=5, unique_by=lambda row: (row.return_id, row.transaction_id)),
    st.lists(refunds_made, max_size=4),
    st.lists(refunds_there, max_size=6),
)
def test_every_penny_is_in_exactly_one_result(expected, ledger, actual):
    actual = [replace(row, refund_id=f"refund-{n}") for n, row in enumerate(actual)]
    night = assess(inputs(expected_credits=expected, ledger_credits=ledger, actual_refunds=actual))
    figures = [row.figures for row in night.results if isinstance(row.figures, MoneyFigures)]
    assert sum(row.expected.minor for row in figures if row.expected) == sum(row.amount.minor for row in expected)
    assert sum(row.actual.minor for row in figures if row.actual) == sum(row.amount.minor for row in actual)
    assert sum(row.refunds for row in figures) == len(actual)
    assert night.remainders == ()
