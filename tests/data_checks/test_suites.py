"""The suites see every violating row, and a check that cannot run has not passed."""

from datetime import timedelta
from random import Random

import pandas as pd
import pytest

from data_checks import (
    check_exchange_isolation,
    check_feed_freshness,
    check_refund_parity,
    check_stock_parity,
    run_checks,
)
from data_checks.engine import Suite, run_suite
from returnworks.reconcile import tables
from returnworks.reconcile.facts import Side
from returnworks.reconcile.night import assess
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy
from tests.reconcile.faces import (
    NOW,
    booked,
    due,
    exchange,
    exchange_order,
    inputs,
    paid,
    posted,
    refund,
    ships,
    sides,
)
from tests.reconcile.shop import PLANTS, as_inputs, make, plant

MORE_THAN_ANY_CAP = 300
SUITES = [check_stock_parity, check_refund_parity, check_exchange_isolation]


def stock(**more):
    return tables.stock_table(assess(inputs(**more)))


def refunds(**more):
    return tables.refund_table(assess(inputs(**more)))


def broken(result):
    return [(row.column, row.expected, row.actual, row.cls) for row in result.violations]


# --- Stock ---------------------------------------------------------------------------------------------


def test_goods_that_agree_pass():
    result = check_stock_parity(stock(expected_goods=[due(quantity=2)], actual_goods=[booked(quantity=2)]))
    assert (result.ran, result.success, result.checked, result.violations) == (True, True, 1, ())


@pytest.mark.parametrize(
    ("there", "column", "expected", "actual"),
    [
        ({"quantity": 2}, "actual_units", "1", "2"),
        ({"place": "Quarantine"}, "actual_place", "Default", "Quarantine"),
        ({"scrap_quantity": 1}, "actual_scrap", "0", "1"),
        ({"actioned_at": None}, "unactioned_units", "0", "1"),
        ({"reference": "by hand", "sku": "LAMP"}, "actual_units", "0", "1"),
    ],
)
def test_each_way_in_which_goods_differ_is_named_by_its_column(there, column, expected, actual):
    result = check_stock_parity(stock(expected_goods=[due()], ledger_goods=[posted()], actual_goods=[booked(**there)]))
    assert not result.success
    assert (column, expected, actual) in [row[:3] for row in broken(result)]


def test_a_violation_names_its_return_and_reference():
    result = check_stock_parity(stock(expected_goods=[due()], ledger_goods=[posted()]))
    [row] = result.violations
    assert (row.return_id, row.reference, row.cls) == ("90000004", posted().reference, "missing")


def test_a_break_that_no_number_shows_is_still_a_violation():
    frame = stock(expected_goods=[due()], actual_goods=[booked()]).assign(cls="ambiguous")
    assert broken(check_stock_parity(frame)) == [("cls", "matched", "ambiguous", "ambiguous")]


def test_a_row_that_says_matched_while_the_numbers_differ_is_a_violation():
    frame = stock(expected_goods=[due()], actual_goods=[booked()]).assign(actual_units=2)
    assert broken(check_stock_parity(frame)) == [("actual_units", "1", "2", "matched")]


def test_a_key_that_stands_twice_is_a_violation():
    frame = stock(expected_goods=[due()], actual_goods=[booked()])
    twice = pd.concat([frame, frame.assign(row=1)])
    assert [row.column for row in check_stock_parity(twice).violations] == ["subject", "subject"]


@pytest.mark.parametrize("column", ["expected_units", "actual_units"])
def test_a_null_on_one_side_is_a_violation_and_not_a_match(column):
    frame = stock(expected_goods=[due()], actual_goods=[booked()])
    frame[column] = pd.array([None], dtype="Int64")
    result = check_stock_parity(frame)
    assert result.ran
    assert "nothing" in [value for row in broken(result) for value in row[1:3]]


def test_rows_that_are_not_due_are_not_held_against_anybody():
    result = check_stock_parity(stock(expected_goods=[due(due_at=NOW), due("LAMP", held="line_unlinked")]))
    assert (result.ran, result.success, result.checked) == (True, True, 0)
    assert result.reason == "2 rows are not due"


def test_every_violating_row_is_listed_whatever_their_number():
    many = [due(return_id=str(90_000_000 + n)) for n in range(MORE_THAN_ANY_CAP)]
    result = check_stock_parity(stock(expected_goods=many))
    assert {row.return_id for row in result.violations} == {row.return_id for row in many}


# --- Refunds -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stands", "good"), [("20.48", False), ("20.49", True), ("20.51", True), ("20.52", False)])
def test_amounts_may_differ_by_the_tolerance_and_no_more(stands, good):
    penny = Policy(tolerance_minor={"GBP": 1})
    result = check_refund_parity(refunds(policy=penny, expected_credits=[paid()], actual_refunds=[refund(stands)]))
    assert result.success is good
    assert broken(result) == ([] if good else [("beyond_tolerance_minor", "0", "1", "amount")])


def test_each_way_in_which_money_differs_is_named_by_its_column():
    missing = check_refund_parity(refunds(expected_credits=[paid()]))
    foreign = check_refund_parity(refunds(actual_refunds=[refund(transaction_id=None)]))
    currency = check_refund_parity(refunds(expected_credits=[paid()], actual_refunds=[refund(Money(2050, "EUR"))]))
    assert broken(missing) == [("actual_minor", "a value", "nothing", "missing_credit")]
    assert broken(foreign) == [("expected_minor", "a value", "nothing", "foreign")]
    assert broken(currency) == [("actual_currency", "GBP", "EUR", "currency")]


def test_a_credit_that_lacks_its_action_is_a_violation_where_the_policy_asks_for_it():
    asked = refunds(credits_recorded_only=False, expected_credits=[paid()], actual_refunds=[refund()])
    assert broken(check_refund_parity(asked)) == [("unactioned", "0", "1", "booked_not_actioned")]


def test_store_credit_that_is_only_recorded_is_not_due():
    assert check_refund_parity(refunds(expected_credits=[paid(record_only=True)])).success


# --- Exchanges and feeds -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("orders", "column"),
    [
        ([exchange_order()], None),
        ([], "orders"),
        ([exchange_order(), exchange_order(200002)], "orders"),
        ([exchange_order(identifiers=())], "tagged"),
        ([exchange_order(folders=())], "routed"),
        ([exchange_order(processed=True, processed_at=NOW - timedelta(days=60))], "cls"),
    ],
)
def test_each_way_in_which_an_exchange_is_not_isolated_is_named_by_its_column(orders, column):
    released = exchange(goods_back=column != "cls")
    night = assess(inputs(expected_exchanges=[released], actual_exchanges=[ships(*orders)]))
    result = check_exchange_isolation(tables.exchange_table(night))
    assert result.success is (column is None)
    assert (column in {row.column for row in result.violations}) is (column is not None)


def test_a_side_that_is_not_fresh_is_named():
    night = assess(inputs(sides=sides(Linnworks="it did not answer")))
    [row] = check_feed_freshness(tables.feed_table(night)).violations
    assert (row.reference, row.column, row.actual) == ("Linnworks", "fresh", "0")


def test_a_side_that_was_never_read_is_no_fresh_side():
    night = assess(inputs(sides=(Side("ReturnGO", NOW), Side("ledger", NOW))))
    result = check_feed_freshness(tables.feed_table(night))
    assert (result.ran, result.success, result.reason) == (False, False, "only 2 of 3 sides were read")


# --- A check that cannot run -------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [*SUITES, check_feed_freshness])
@pytest.mark.parametrize("table", [None, [], pd.DataFrame(), "unreadable"], ids=repr)
def test_no_table_is_a_check_that_did_not_run(check, table):
    result = check(table)
    assert (result.ran, result.success) == (False, False)
    assert result.reason


@pytest.mark.parametrize(
    ("check", "make"),
    [
        (check_stock_parity, tables.stock_table),
        (check_refund_parity, tables.refund_table),
        (check_exchange_isolation, tables.exchange_table),
    ],
)
def test_an_empty_table_passes_only_where_the_caller_says_that_all_sides_were_read(check, make):
    empty = make(assess(inputs()))
    assert (check(empty).ran, check(empty).success, check(empty).reason) == (False, False, "nothing to check")
    assert check(empty, expect_empty_ok=True).success


@pytest.mark.parametrize("column", list(tables.STOCK_COLUMNS))
def test_a_missing_column_is_a_check_that_did_not_run(column):
    frame = stock(expected_goods=[due()], actual_goods=[booked()]).drop(columns=column)
    result = check_stock_parity(frame)
    assert (result.ran, result.success) == (False, False)
    assert column in result.reason


def test_an_exception_inside_great_expectations_is_a_check_that_did_not_run():
    frame = stock(expected_goods=[due()], actual_goods=[booked()])
    odd = Suite("odd", (), lambda gxe: [gxe.ExpectColumnValuesToNotBeNull(column="no_such_column")])
    worse = Suite("worse", (), lambda gxe: [gxe.NoSuchExpectation(column="row")])
    for result in (run_suite(odd, frame), run_suite(worse, frame)):
        assert (result.ran, result.success, result.violations) == (False, False, ())
    assert "no_such_column" in run_suite(odd, frame).reason
    assert "NoSuchExpectation" in run_suite(worse, frame).reason


def test_a_failure_that_names_no_row_is_a_check_that_did_not_run():
    frame = stock(expected_goods=[due()], actual_goods=[booked()])
    vague = Suite("vague", (), lambda gxe: [gxe.ExpectTableRowCountToEqual(value=7)])
    assert (run_suite(vague, frame).ran, run_suite(vague, frame).success) == (False, False)


# --- The whole night ---------------------------------------------------------------------------------------


def test_a_stale_night_lets_no_check_of_the_rows_run():
    night = assess(inputs(expected_goods=[due()], actual_goods=[booked()], sides=sides(ReturnGO="never read")))
    results = {row.suite: row for row in run_checks(night)}
    assert not any(row.success for row in results.values())
    assert results["stock_parity"].reason == "1 rows cannot be told, none can"


def test_a_night_without_a_single_row_is_in_order_where_all_sides_were_read():
    assert all(row.success for row in run_checks(assess(inputs())))
    assert not any(row.success for row in run_checks(assess(inputs(sides=sides(ledger="locked")))))


def test_the_suites_list_every_planted_break_and_nothing_else():
    chance = Random(20261120)
    shop = [make(n, chance) for n in range(600)]
    for one in chance.sample(shop, 300):
        plant(one, chance.choice(PLANTS))
    night = assess(as_inputs(shop, chance))
    listed = {row.subject for result in run_checks(night) for row in result.violations}
    assert listed == {row.subject for row in night.breaks}
    assert len(listed) > 200
