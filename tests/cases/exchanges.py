"""Exchanges: which order ships them, and how it is marked."""

from __future__ import annotations

from tests.cases.case import Case
from tests.rules.faces import around, order, released, rma, row, unit

SALE = order(row("MUG-BLUE", 2, "20.00"), row("GARISH-RUG"))
SHIPS = order(row("MUG-WHITE"), number=100200, processed=False)

CASES: tuple[Case, ...] = (
    Case(
        "a released exchange whose order is in Linnworks",
        "The order is found by the channel's id and is marked; it is never created.",
        rma(unit("1", "MUG-BLUE", None), status="Approved", exchange_orders=(released(),)),
        around(SALE, exchange_orders={"710000000001": (SHIPS,)}),
        posts=("mark 100200: RETURNGO_EXCHANGE, folder Exchanges",),
        leaves=("line 1: it is not back yet",),
    ),
)
