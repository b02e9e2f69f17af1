"""Refunds: how much credit stands where."""

from __future__ import annotations

from tests.cases.case import Case
from tests.rules.faces import around, order, refund, rma, row, unit

SALE = order(row("MUG-BLUE", 2, "20.00"), row("GARISH-RUG"))

CASES: tuple[Case, ...] = (
    Case(
        "a refund of the returned mug",
        "One credit per paid transaction; it falls on the returned line.",
        rma(unit("1", "MUG-BLUE", None), status="Approved", transactions=(refund("t1", "10.00"),)),
        around(SALE),
        posts=("credit 100123: 10.00 GBP = 10.00 Item MUG-BLUE",),
        leaves=("line 1: it is not back yet",),
    ),
)
