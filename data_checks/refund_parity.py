"""Refund parity: every refund that was paid has one credit of its amount and currency, and no refund is unexplained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from data_checks.engine import Suite, run_due
from data_checks.outcome import CheckResult
from returnworks.reconcile.tables import REFUND_COLUMNS

BEYOND = "beyond_tolerance_minor"
"""Minor units by which a credit differs beyond the tolerance; null where one side is missing."""


def _expectations(gxe: Any) -> Sequence[Any]:
    return [
        gxe.ExpectColumnValuesToNotBeNull(column="expected_minor"),
        gxe.ExpectColumnValuesToNotBeNull(column="actual_minor"),
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="expected_currency", column_B="actual_currency", ignore_row_if="either_value_is_missing"
        ),
        gxe.ExpectColumnValuesToBeInSet(column=BEYOND, value_set=[0]),
        gxe.ExpectColumnValuesToBeInSet(column="refunds", value_set=[1]),
        gxe.ExpectColumnValuesToBeInSet(column="unactioned", value_set=[0]),
        gxe.ExpectColumnValuesToBeInSet(column="cls", value_set=["matched", "linked"]),
        gxe.ExpectColumnValuesToBeUnique(column="subject"),
    ]


SUITE = Suite("refund_parity", REFUND_COLUMNS, _expectations, quiet=frozenset({"cls", "subject", "refunds"}))


def check_refund_parity(frame: Any, *, expect_empty_ok: bool = False) -> CheckResult:
    """Check a table with the columns `returnworks.reconcile.tables.REFUND_COLUMNS`, within each row's tolerance."""
    return run_due(SUITE, _with_beyond(frame), expect_empty_ok=expect_empty_ok)


def _with_beyond(frame: Any) -> Any:
    """The table with the column `BEYOND`; as it is where it cannot be made, so that the suite says why."""
    needed = {"expected_minor", "actual_minor", "tolerance_minor"}
    if not isinstance(frame, pd.DataFrame) or not needed <= set(frame.columns):
        return frame
    numbers = frame[sorted(needed)].astype("Int64")
    gap = (numbers["actual_minor"] - numbers["expected_minor"]).abs() - numbers["tolerance_minor"]
    return frame.assign(**{BEYOND: gap.clip(lower=0)})
