"""The tables that checks and exports read: whole numbers, one row per key, nulls where a side has nothing."""

from returnworks.reconcile import tables
from returnworks.reconcile.night import assess
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


def night(**more):
    return assess(inputs(**more))


def rows(frame):
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def test_empty_tables_have_their_columns():
    nothing = night()
    for make, columns in (
        (tables.stock_table, tables.STOCK_COLUMNS),
        (tables.refund_table, tables.REFUND_COLUMNS),
        (tables.exchange_table, tables.EXCHANGE_COLUMNS),
    ):
        frame = make(nothing)
        assert frame.empty
        assert {name: str(kind) for name, kind in frame.dtypes.items()} == dict(columns)


def test_goods_are_whole_numbers_of_units():
    seen = night(expected_goods=[due(quantity=2)], ledger_goods=[posted(quantity=2)], actual_goods=[booked()])
    [row] = rows(tables.stock_table(seen))
    assert (row["cls"], row["due"]) == ("quantity", True)
    assert (row["expected_units"], row["booked_units"], row["actual_units"]) == (2, 2, 1)
    assert (row["place"], row["actual_place"]) == ("Default", "Default")
    assert type(row["actual_units"]) is int


def test_a_side_without_money_is_null_and_not_zero():
    seen = night(expected_credits=[paid()], actual_refunds=[refund("5.00", None)])
    missing, foreign = rows(tables.refund_table(seen))
    assert (missing["expected_minor"], missing["actual_minor"], missing["difference_minor"]) == (2050, None, -2050)
    assert (foreign["expected_minor"], foreign["actual_minor"], foreign["difference_minor"]) == (None, 500, 500)
    assert (foreign["return_id"], foreign["expected_currency"], foreign["actual_currency"]) == (None, None, "GBP")


def test_what_is_timing_held_or_only_recorded_is_not_due():
    credits_ = [paid(record_only=True), paid(transaction_id="t-2", refunded_at=NOW), paid("9.00", "t-3", held="x")]
    goods = [due(due_at=NOW), due("LAMP", held="x")]
    exchanges = [exchange(released_at=NOW), exchange("710000000002", held="x")]
    seen = night(expected_credits=credits_, expected_goods=goods, expected_exchanges=exchanges)
    assert not tables.exchange_table(seen)["due"].any()
    assert not tables.refund_table(seen)["due"].any()
    assert not tables.stock_table(seen)["due"].any()


def test_flags_of_exchanges_are_numbers():
    seen = night(expected_exchanges=[exchange()], actual_exchanges=[ships(exchange_order(folders=()))])
    [row] = rows(tables.exchange_table(seen))
    assert row["due"]
    assert (row["orders"], row["tagged"], row["routed"], row["processed"], row["goods_back"]) == (1, 1, 0, 0, 1)


def test_sides_have_an_age_and_a_reason():
    frame = tables.feed_table(night(sides=sides(Linnworks="it did not answer")))
    assert rows(frame)[2] == {
        "row": 2,
        "side": "Linnworks",
        "as_of": NOW.isoformat(),
        "age_minutes": 0,
        "fresh": 0,
        "why": "it did not answer",
    }
