"""Stock parity: what ReturnGO says came back stands in Linnworks, as many, in the right place, with effect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data_checks.engine import Suite, run_due
from data_checks.outcome import CheckResult
from returnworks.reconcile.tables import STOCK_COLUMNS


def _expectations(gxe: Any) -> Sequence[Any]:
    same = {"ignore_row_if": "neither"}
    return [
        gxe.ExpectColumnValuesToNotBeNull(column="expected_units"),
        gxe.ExpectColumnValuesToNotBeNull(column="actual_units"),
        gxe.ExpectColumnPairValuesToBeEqual(column_A="expected_units", column_B="actual_units", **same),
        gxe.ExpectColumnPairValuesToBeEqual(column_A="place", column_B="actual_place", **same),
        gxe.ExpectColumnPairValuesToBeEqual(column_A="expected_scrap", column_B="actual_scrap", **same),
        gxe.ExpectColumnValuesToBeInSet(column="unactioned_units", value_set=[0]),
        gxe.ExpectColumnValuesToNotBeNull(column="unactioned_units"),
        gxe.ExpectColumnValuesToBeInSet(column="cls", value_set=["matched"]),
        gxe.ExpectColumnValuesToBeUnique(column="subject"),
    ]


SUITE = Suite("stock_parity", STOCK_COLUMNS, _expectations, quiet=frozenset({"cls", "subject"}))


def check_stock_parity(frame: Any, *, expect_empty_ok: bool = False) -> CheckResult:
    """Check a table with the columns `returnworks.reconcile.tables.STOCK_COLUMNS`; no tolerance."""
    return run_due(SUITE, frame, expect_empty_ok=expect_empty_ok)
