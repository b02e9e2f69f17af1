"""Exchange isolation: each exchange ships once, marked, from its folder, and is no sale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data_checks.engine import Suite, run_due
from data_checks.outcome import CheckResult
from returnworks.reconcile.tables import EXCHANGE_COLUMNS


def _expectations(gxe: Any) -> Sequence[Any]:
    one = {"value_set": [1]}
    return [
        gxe.ExpectColumnValuesToBeInSet(column="orders", **one),
        gxe.ExpectColumnValuesToNotBeNull(column="orders"),
        gxe.ExpectColumnValuesToBeInSet(column="tagged", **one),
        gxe.ExpectColumnValuesToBeInSet(column="routed", **one),
        gxe.ExpectColumnValuesToBeInSet(column="cls", value_set=["matched"]),
        gxe.ExpectColumnValuesToBeUnique(column="subject"),
    ]


SUITE = Suite("exchange_isolation", EXCHANGE_COLUMNS, _expectations, quiet=frozenset({"cls", "subject"}))


def check_exchange_isolation(frame: Any, *, expect_empty_ok: bool = False) -> CheckResult:
    """Check a table with the columns `returnworks.reconcile.tables.EXCHANGE_COLUMNS`."""
    return run_due(SUITE, frame, expect_empty_ok=expect_empty_ok)
