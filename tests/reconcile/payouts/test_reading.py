"""A gateway's export as rows, or refused whole with line, column, value and the way out."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from returnworks.reconcile.payouts import BadExport, fits, read_export
from returnworks.rules.money import Money
from returnworks.rules.payouts import SHOPIFY, STRIPE, Columns, Says
from tests.reconcile.payouts.faces import pounds

SHOPIFY_HEADER = (
    "Transaction Date,Type,Order,Card Brand,Payout Status,Payout Date,Payout ID,Amount,Fee,Net,"
    "Presentment Amount,Presentment Currency,Currency"
)
REFUND = "2026-03-02 10:00:00 +0100,refund,#1001,visa,paid,2026-03-05,90001,-20.00,0.30,-20.30,-20.00,GBP,GBP"
CHARGE = "2026-03-01 10:00:00 +0100,charge,#1001,visa,paid,2026-03-05,90001,50.00,1.00,49.00,50.00,GBP,GBP"
STRIPE_HEADER = (
    "balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,source_id,"
    "automatic_payout_id,automatic_payout_effective_at_utc,payment_metadata[order_id]"
)
STRIPE_REFUND = "txn_1,2026-03-02 09:00:00,gbp,-20.00,0.00,-20.00,refund,re_1,po_1,2026-03-05 00:00:00,1001"


def shopify(*rows: str) -> str:
    return "\n".join((SHOPIFY_HEADER, *rows)) + "\n"


def test_a_shopify_refund_is_read_with_everything_that_it_says():
    export = read_export(shopify(CHARGE, REFUND), SHOPIFY)
    (row,) = export.rows
    assert (row.order, row.paid, row.settled, row.fee) == ("#1001", pounds("20.00"), pounds("20.00"), pounds("0.30"))
    assert (row.payout, row.paid_on) == ("90001", date(2026, 3, 5))
    assert row.happened_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert not row.reversal


def test_every_row_of_the_file_is_counted_also_those_that_are_not_used():
    kinds = {
        kept.kind: (kept.rows, kept.amount, kept.used) for kept in read_export(shopify(CHARGE, REFUND), SHOPIFY).kinds
    }
    assert kinds == {"charge": (1, pounds("50.00"), False), "refund": (1, pounds("-20.00"), True)}


def test_a_stripe_refund_is_read_and_its_time_is_utc():
    (row,) = read_export(f"{STRIPE_HEADER}\n{STRIPE_REFUND}\n", STRIPE).rows
    assert (row.order, row.refund, row.paid, row.payout) == ("1001", "re_1", pounds("20.00"), "po_1")
    assert row.happened_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_a_payment_that_came_back_is_a_reversal():
    failed = STRIPE_REFUND.replace(",refund,", ",refund_failure,").replace("-20.00", "20.00")
    (row,) = read_export(f"{STRIPE_HEADER}\n{failed}\n", STRIPE).rows
    assert row.reversal
    assert row.paid == pounds("20.00")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_and_a_byte_order_mark_are_understood(delimiter):
    text = "\ufeff" + shopify(REFUND).replace(",", delimiter)
    assert len(read_export(text, SHOPIFY).rows) == 1


def test_a_row_keeps_its_id_when_its_payout_comes():
    waiting = REFUND.replace("paid,2026-03-05,90001", "pending,,")
    (before,) = read_export(shopify(waiting), SHOPIFY).rows
    (after,) = read_export(shopify(CHARGE, REFUND), SHOPIFY).rows
    assert before.row_id == after.row_id
    assert (before.payout, after.payout) == ("", "90001")


def test_equal_rows_of_one_file_are_two_rows():
    rows = read_export(shopify(REFUND, REFUND), SHOPIFY).rows
    assert len({row.row_id for row in rows}) == 2


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("-20.00,0.30", "-1,020.00,0.30", "more cells than the header"),
        ("-20.00,0.30", '"-1,020.00",0.30', "'-1,020.00' is not an amount like -12.50"),
        ("-20.00,0.30", '"-20,00",0.30', "'-20,00' is not an amount like -12.50"),
        ("-20.00,0.30", "-20.005,0.30", "is not an amount that GBP can hold"),
        ("-20.00,0.30", ",0.30", "column 'Amount': '' is not an amount"),
        ("-20.00,0.30", "-1000000000000000.00,0.30", "is not an amount like -12.50"),
        ("#1001", "#10\x0001", "holds a character that is no text"),
        ("#1001", "#1" * 70_000, "field larger than field limit"),
        ("2026-03-02 10:00:00 +0100", "0001-01-01 00:00:00 +0100", "column 'Transaction Date'"),
        ("GBP,GBP", "GBP,Pounds", "column 'Currency': 'POUNDS'"),
        ("GBP,GBP", "GBP,", "column 'Currency': ''"),
        ("2026-03-02 10:00:00 +0100", "yesterday", "column 'Transaction Date': 'yesterday' is not a time"),
        ("2026-03-02 10:00:00 +0100", "", "column 'Transaction Date'"),
    ],
)
def test_a_cell_that_cannot_be_read_refuses_the_file_and_says_where(old, new, told):
    with pytest.raises(BadExport, match="Nothing was taken in: line 2") as refused:
        read_export(shopify(REFUND.replace(old, new)), SHOPIFY)
    assert told.lower() in str(refused.value).lower()


def test_the_largest_amount_that_a_ledger_holds_is_read():
    (row,) = read_export(shopify(REFUND.replace("-20.00,0.30", "-999999999999999.99,0.30")), SHOPIFY).rows
    assert row.settled == pounds("999999999999999.99")


def test_a_row_with_more_cells_than_the_header_is_refused():
    with pytest.raises(BadExport, match="line 2, it has more cells than the header"):
        read_export(shopify(REFUND + ",surplus"), SHOPIFY)


def test_many_mistakes_are_told_in_short():
    with pytest.raises(BadExport, match="and 3 more"):
        read_export(shopify(*[REFUND.replace("-20.00,0.30", "x,0.30")] * 8), SHOPIFY)


@pytest.mark.parametrize(
    "text", ["", "\n", SHOPIFY_HEADER + "\n", "Amount,Amount,Currency,Type,Order\n1,2,3,4,5\n", "a;b\n1;2\n"]
)
def test_what_is_no_export_is_refused(text):
    with pytest.raises(BadExport):
        read_export(text, SHOPIFY)


def test_a_lacking_column_is_named_with_what_is_there():
    with pytest.raises(
        BadExport, match=r"no column for amount \('Amount' in the layout 'shopify'\).*It has: Type, Order"
    ):
        read_export("Type,Order\nrefund,#1\n", SHOPIFY)


def test_a_layout_is_recognised_by_its_header():
    assert fits(shopify(), SHOPIFY)
    assert not fits(shopify(), STRIPE)


def test_a_shop_can_describe_any_other_export():
    names = {
        Says.KIND: ("Art",),
        Says.AMOUNT: ("Betrag",),
        Says.CURRENCY: ("W\u00e4hrung",),
        Says.HAPPENED_AT: ("Datum",),
        Says.ORDER: ("Bestellung",),
    }
    own = Columns("sofabank", names, refund_kinds=("R\u00fcckzahlung",))
    text = "Datum;Art;Bestellung;Betrag;W\u00e4hrung\n2026-03-02;R\u00fcckzahlung;1001;-500;JPY\n"
    (row,) = read_export(text, own).rows
    assert row.paid == Money(500, "JPY")
