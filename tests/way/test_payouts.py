"""The payment gateway's export as a person hands it in: shown first, taken in once, compared every night."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from flows.one_night import one_night
from flows.way import carry_through
from returnworks.reconcile.payouts import BadExport
from returnworks.rules.credits import paid_refunds
from returnworks.work import payouts
from tests.commands import run

HEADER = (
    "Transaction Date,Type,Order,Payout Date,Payout ID,Amount,Fee,Net,Presentment Amount,Presentment Currency,Currency"
)


def row(order, amount, at, payout="90001", kind="refund"):
    paid_on = f"{at + timedelta(days=1):%Y-%m-%d}" if payout else ""
    day = f"{at:%Y-%m-%d %H:%M:%S} +0000"
    return f"{day},{kind},{order},{paid_on},{payout},-{amount},0.00,-{amount},-{amount},GBP,GBP"


def export(*rows):
    """An export that begins long before the rows and ends now."""
    now = datetime.now(UTC)
    ends = [row("#0001", "1.00", now - timedelta(days=60), kind="charge"), row("#0002", "1.00", now, kind="charge")]
    return "\n".join((HEADER, *ends, *rows)) + "\n"


@pytest.fixture
async def paid(returnworks, sandbox):
    """Every refund of the story: (order name, amount, when)."""
    sandbox.play("a-day-in-the-shop")
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        returns = bridge.ledger.get_returns(bridge.ledger.returns_changed_since(bridge.now() - timedelta(days=1)))
        return [
            (ret.order_name, str(refund.amount.decimal), refund.created_at)
            for ret in returns.values()
            for refund in paid_refunds(ret)
        ]


async def leg_of(returnworks, text):
    async with returnworks.bridge() as bridge:
        payouts.take_in(bridge, payouts.understand("payouts.csv", text.encode(), bridge.policy))
        return (await one_night(bridge)).leg


async def test_refunds_that_were_paid_as_reported_match_and_add_up(returnworks, paid):
    leg = await leg_of(returnworks, export(*[row(f"#{order}", amount, at) for order, amount, at in paid]))
    assert leg.counts() == {"matched": len(paid)}
    assert {result.refund.credit for result in leg.results} <= {"confirmed", "linked"}
    assert leg.clean


async def test_money_that_no_refund_explains_is_an_exception_of_finance(returnworks, paid):
    text = export(*[row(order, amount, at) for order, amount, at in paid], row("#7777", "9.99", datetime.now(UTC)))
    leg = await leg_of(returnworks, text)
    assert leg.counts() == {"matched": len(paid), "unexplained": 1}
    async with returnworks.bridge() as bridge:
        (item,) = [item for item in bridge.ledger.exceptions() if item.code.startswith("payout_")]
        assert (item.code, item.owner, str(item.value)) == ("payout_unexplained", "finance", "9.99 GBP")


async def test_a_file_is_taken_in_once_and_later_nights_compare_it_again(returnworks, paid):
    text = export(*[row(order, amount, at) for order, amount, at in paid])
    first = await leg_of(returnworks, text)
    again = await leg_of(returnworks, text)
    assert first.counts() == again.counts()
    async with returnworks.bridge() as bridge:
        assert (await one_night(bridge)).leg.counts() == first.counts()


async def test_a_file_that_is_no_text_or_fits_no_layout_is_refused(returnworks):
    async with returnworks.bridge() as bridge:
        with pytest.raises(BadExport, match="not text in UTF-8"):
            payouts.understand("payouts.xlsx", b"PK\xff\xfe", bridge.policy)
        with pytest.raises(BadExport, match="none of them fit its header"):
            payouts.understand("payouts.csv", b"a,b\n1,2\n", bridge.policy)


def test_the_first_use_of_a_layout_is_only_a_preview(installation, sandbox, tmp_path):
    sandbox.play("a-day-in-the-shop")
    file = tmp_path / "payouts.csv"
    file.write_text(export(row("#1001", "5.00", datetime.now(UTC))))
    shown = run(installation, "reconcile", "--payouts", str(file), "--json")
    assert shown.returncode == 1
    preview = json.loads(shown.stdout)["preview"]
    assert (preview["gateway"], preview["columns"]["amount"]) == ("shopify", "Amount")
    taken = run(installation, "reconcile", "--payouts", str(file), "--layout-is-right", "--json")
    assert json.loads(taken.stdout)["payouts"]["new"] == 1


def test_a_bad_cell_is_told_with_its_line(installation, tmp_path):
    file = tmp_path / "payouts.csv"
    file.write_text(export("yesterday,refund,#1001,,,-5.00,0,-5.00,-5.00,GBP,GBP"))
    done = run(installation, "reconcile", "--payouts", str(file))
    assert done.returncode == 2
    assert "Nothing was taken in: line 4, column 'Transaction Date': 'yesterday'" in done.stderr
