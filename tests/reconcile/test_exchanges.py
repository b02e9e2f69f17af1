"""Exchanges: each class, both sides of each limit."""

from datetime import timedelta

import pytest

from returnworks.reconcile.exchanges import compare_exchanges
from returnworks.rules.exchange_terms import ExchangeTerms
from returnworks.rules.model import OrderLine
from returnworks.rules.policy import BUILT_IN, Policy
from tests.reconcile.faces import GRACE, NOW, exchange, exchange_order, gbp, marked, ships, terms

MOMENT = timedelta(seconds=1)
A_MONTH = timedelta(days=BUILT_IN.watch_days)


def one(expected, *orders, ledger=()):
    [row] = compare_exchanges([expected], ledger, [ships(*orders)], terms())
    return row


def aged(age, **more):
    return exchange(released_at=NOW - age, **more)


def test_an_open_order_that_is_marked_and_in_its_folder_is_matched():
    row = one(exchange(), exchange_order(), ledger=[marked()])
    assert (row.cls, row.code, row.order_number) == ("matched", "", 200001)
    assert row.reference == marked().reference


def test_a_shipped_order_needs_its_mark_but_no_folder():
    assert one(exchange(), exchange_order(processed=True, folders=())).cls == "matched"


@pytest.mark.parametrize(
    ("orders", "late"),
    [
        ((), "not_found"),
        ((exchange_order(cancelled=True),), "not_found"),
        ((exchange_order(identifiers=()),), "untagged"),
        ((exchange_order(folders=("Elsewhere",)),), "unrouted"),
    ],
)
def test_what_may_still_come_is_timing_until_the_grace_ends(orders, late):
    early = one(aged(GRACE - MOMENT), *orders)
    assert (early.cls, early.clear_by) == ("timing", NOW + MOMENT)
    assert one(aged(GRACE), *orders).cls == late
    assert one(exchange(released_at=None), *orders).cls == late


def test_marks_are_compared_without_regard_to_case():
    assert (
        one(exchange(), exchange_order(identifiers=("returngo_exchange",), folders=(" exchanges ",))).cls == "matched"
    )


def test_processed_without_its_mark_counts_as_a_sale_at_once():
    row = one(aged(MOMENT), exchange_order(processed=True, identifiers=()))
    assert (row.cls, row.code, row.severity) == ("counted_as_sale", "exchange_counted_as_sale", "critical")


def test_two_live_orders_would_ship_twice_and_a_cancelled_one_does_not_count():
    row = one(aged(MOMENT), exchange_order(), exchange_order(200002))
    assert (row.cls, row.difference) == ("double_shipment", "2 orders would ship it: 200001, 200002")
    assert row.value == gbp("20.50")
    assert one(exchange(), exchange_order(), exchange_order(200002, cancelled=True)).cls == "matched"


def test_one_order_that_two_returns_name_is_ambiguous_for_both():
    both = [exchange(), exchange(return_id="90000005")]
    rows = compare_exchanges(both, [], [ships(exchange_order())], terms())
    assert [str(row.cls) for row in rows] == ["ambiguous", "ambiguous"]


@pytest.mark.parametrize(("age", "cls"), [(A_MONTH - MOMENT, "timing"), (A_MONTH, "goods_outstanding")])
def test_goods_of_a_shipped_exchange_are_outstanding_after_the_days_of_watching(age, cls):
    order = exchange_order(processed=True, processed_at=NOW - age)
    assert one(exchange(goods_back=False), order).cls == cls


def test_goods_of_an_exchange_that_has_not_shipped_are_nobodys_loss():
    assert one(exchange(goods_back=False), exchange_order()).cls == "matched"


def test_an_exchange_that_a_finding_holds_is_held():
    row = one(exchange(held="exchange_kind_unknown"))
    assert (row.cls, row.code, row.is_break) == ("held", "exchange_kind_unknown", False)


def test_both_sides_are_told_in_words():
    gone = one(exchange(), exchange_order(cancelled=True))
    assert (gone.difference, gone.actual) == (
        "only a cancelled order ships it",
        "order 200001 cancelled, RETURNGO_EXCHANGE, in Exchanges",
    )
    assert one(exchange()).difference == "no order in Linnworks ships it"
    assert one(exchange(), exchange_order()).actual == "order 200001 open, RETURNGO_EXCHANGE, in Exchanges"
    shipped = exchange_order(processed=True, identifiers=(), folders=())
    assert one(exchange(), shipped).actual == "order 200001 processed"


def test_goods_that_are_out_are_counted_with_their_worth_before_and_after_their_day():
    for age, cls in ((A_MONTH - MOMENT, "timing"), (A_MONTH, "goods_outstanding")):
        order = exchange_order(processed=True, processed_at=NOW - age)
        row = one(exchange(goods_back=False, units_out=2, value_out=gbp("41.00")), order)
        assert (row.cls, row.units, row.value) == (cls, 2, gbp("41.00"))
        assert row.clear_by == (NOW + MOMENT if cls == "timing" else None)


def test_a_shop_decides_how_long_goods_may_stay_out():
    week = Policy(exchanges=ExchangeTerms(goods_back_days=7))
    order = exchange_order(processed=True, processed_at=NOW - timedelta(days=7))
    [row] = compare_exchanges([exchange(goods_back=False)], [], [ships(order)], terms(policy=week))
    assert row.cls == "goods_outstanding"


@pytest.mark.parametrize(
    ("more", "why"), [({"paid": False}, "unpaid"), ({"parked": True}, "parked"), ({"on_hold": True}, "on hold")]
)
def test_an_order_that_stands_still_is_not_routed_once_the_grace_is_over(more, why):
    row = one(aged(GRACE), exchange_order(**more))
    assert (row.cls, row.difference) == ("unrouted", f"{why}, so it does not ship")
    assert one(aged(GRACE - MOMENT), exchange_order(**more)).cls == "timing"
    assert one(aged(GRACE), exchange_order(processed=True, **more)).cls == "matched"


PART = OrderLine("row-2", "item-2", "SPOON", "SPOON", "key-2", 1, gbp("5.00"))


@pytest.mark.parametrize(
    ("part", "cls"),
    [
        ({"lines": (PART,)}, "matched"),
        ({"lines": (PART,), "identifiers": ()}, "untagged"),
        ({"lines": (PART,), "processed": True, "identifiers": ()}, "counted_as_sale"),
        ({}, "double_shipment"),
    ],
)
def test_each_part_of_a_split_exchange_is_looked_at(part, cls):
    assert one(aged(GRACE), exchange_order(), exchange_order(200002, **part)).cls == cls


def test_a_second_shipment_that_the_rules_found_is_one_here_too():
    row = one(exchange(held="exchange_double_shipment"), exchange_order())
    assert (row.cls, row.difference) == ("double_shipment", "order 200001 is not the only one")


@pytest.mark.parametrize(
    ("held", "cls", "code"),
    [
        ("exchange_not_found", "not_found", "exchange_not_found"),
        ("exchange_cancelled", "not_found", "exchange_cancelled"),
        (None, "not_found", "exchange_not_found"),
        ("exchange_kind_unknown", "held", "exchange_kind_unknown"),
    ],
)
def test_what_the_rules_miss_the_night_misses_too_under_the_same_code(held, cls, code):
    row = one(aged(GRACE, held=held))
    assert (row.cls, row.code) == (cls, code)
