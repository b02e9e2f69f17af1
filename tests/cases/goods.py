"""Goods: which units come back into stock, where, and what waits for whom."""

from __future__ import annotations

from tests.cases.case import Case
from tests.rules.faces import DAMAGED, around, order, rma, row, unit

SALE = order(row("MUG-BLUE", 3), row("GARISH-RUG"))

CASES: tuple[Case, ...] = (
    Case(
        "a restockable mug and a chipped one",
        "Inspected units go by their verdict: restockable to the sellable location, others to quarantine.",
        rma(unit("1", "MUG-BLUE"), unit("2", "MUG-BLUE", DAMAGED)),
        around(SALE),
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable), 1 × MUG-BLUE → Quarantine (quarantine)",),
    ),
)
