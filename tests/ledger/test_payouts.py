"""The gateway's rows are kept once, whatever files they come in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from returnworks.ledger import Ledger
from returnworks.ledger.payouts import PayoutFile
from returnworks.rules.money import Money
from returnworks.rules.payouts import PayoutRow
from tests.ledger.faces import NOW

RUG = Money(2000, "GBP")


def file(sha256: str = "f1", days: int = 0) -> PayoutFile:
    return PayoutFile(
        sha256, f"{sha256}.csv", "shopify", "layout-1", NOW + timedelta(days=days), NOW + timedelta(days=days + 30)
    )


def entry(row_id: str = "a", **changes: Any) -> PayoutRow:
    given: dict[str, Any] = {
        "row_id": row_id,
        "gateway": "shopify",
        "order": "#1001",
        "paid": RUG,
        "settled": RUG,
        "happened_at": NOW,
        "reversal": False,
        "refund": "",
        "fee": None,
        "payout": "90001",
        "paid_on": date(2026, 3, 5),
    }
    return PayoutRow(**(given | changes))


def test_the_same_file_twice_adds_nothing(ledger: Ledger) -> None:
    rows = [entry("a"), entry("b", fee=Money(30, "GBP"), reversal=True)]
    assert ledger.take_payouts(file(), rows, NOW) == 2
    assert ledger.take_payouts(file(), rows, NOW) == 0
    assert ledger.payout_entries(NOW) == rows


def test_a_later_export_adds_the_payout_of_a_row_and_an_earlier_one_does_not_take_it_away(ledger: Ledger) -> None:
    waiting = entry(payout="", paid_on=None)
    ledger.take_payouts(file("f1"), [waiting], NOW)
    ledger.take_payouts(file("f2"), [entry()], NOW)
    ledger.take_payouts(file("f1"), [waiting], NOW)
    assert ledger.payout_entries(NOW) == [entry()]


def test_rows_are_found_by_time_and_by_order_whenever_they_were(ledger: Ledger) -> None:
    old = entry("old", happened_at=NOW - timedelta(days=90))
    other = entry("other", happened_at=NOW - timedelta(days=90), order="#1002")
    ledger.take_payouts(file(), [old, other, entry("new")], NOW)
    assert [row.row_id for row in ledger.payout_entries(NOW)] == ["new"]
    assert [row.row_id for row in ledger.payout_entries(NOW, ["#1001"])] == ["old", "new"]
    assert ledger.payout_orders(NOW) == ["#1001"]
    assert sorted(ledger.payout_orders(NOW - timedelta(days=90))) == ["#1001", "#1002"]


def test_exports_are_known_by_what_they_cover(ledger: Ledger) -> None:
    ledger.take_payouts(file("f1", days=0), [], NOW)
    ledger.take_payouts(file("f2", days=31), [], NOW)
    assert [found.sha256 for found in ledger.payout_files(NOW + timedelta(days=30))] == ["f1", "f2"]
    assert [found.sha256 for found in ledger.payout_files(NOW + timedelta(days=30, seconds=1))] == ["f2"]


def test_a_layout_is_known_once_a_file_was_taken_in_with_it(ledger: Ledger) -> None:
    assert not ledger.payout_layout_is_known("layout-1")
    ledger.take_payouts(file(), [], NOW)
    assert ledger.payout_layout_is_known("layout-1")
