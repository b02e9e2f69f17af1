"""The next step names what the exception's own words name, and says so where they name nothing."""

from __future__ import annotations

import pytest

from returnworks.rules.next_steps import next_step

OURS = "RW-C-90000101-RXO55HMK"


@pytest.mark.parametrize(
    ("code", "subject", "message", "names"),
    [
        ("credit_amount", "RMA 90000101", f"Correct the refund {OURS} on order 100001 to it.", (OURS, "order 100001")),
        ("goods_orphan", "order 100008 / TEA-SET / Default / booking 8B0C05", "", ("order 100008",)),
        ("goods_disposition", "order 100008 / TEA-SET / Default / booking 8B0C05", "", ("units of 8B0C05",)),
        ("payout_amount", "RMA 90000107", "ReturnGO reports 12.00 GBP for order MM1006; ...", ("order MM1006",)),
        ("payout_amount", "RMA 90000107", "the order line is gone; the order was deleted", ("is not known",)),
        ("goods_disposition", "order 100008 / TEA-SET / Default / booking without reference", "", ("it has none",)),
    ],
)
def test_order_and_reference_are_those_that_the_exception_names(code, subject, message, names):
    step = next_step(code, "90000101", subject, message)
    assert all(name in step for name in names)
