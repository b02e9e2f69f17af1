"""Composite parity: what was posted for a set is what the sale says, and levels follow.

More or fewer pieces than the sale says fail the night. A set that is composed otherwise today than at the sale, and an
untracked set that is not as available as its components make it, are warnings: both may be somebody's intention, or
last as long as Linnworks takes to count.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data_checks.engine import Suite, run_suite
from data_checks.outcome import CheckResult
from data_checks.tables import COMPOSITE_COLUMNS
from returnworks.rules.model import Severity


def _expectations(gxe: Any) -> Sequence[Any]:
    pair = gxe.ExpectColumnPairValuesToBeEqual
    warning = {"ignore_row_if": "both_values_are_missing", "severity": Severity.WARNING.value}
    return [
        pair(column_A="due_pieces", column_B="posted_pieces", ignore_row_if="both_values_are_missing"),
        gxe.ExpectColumnValuesToBeInSet(column="excess_pieces", value_set=[0]),
        pair(column_A="sale_per_set", column_B="now_per_set", **warning),
        pair(column_A="component_sets", column_B="parent_available", **warning),
        gxe.ExpectColumnValuesToBeUnique(column="subject"),
    ]


SUITE = Suite("composite_parity", COMPOSITE_COLUMNS, _expectations, quiet=frozenset({"subject"}))


def check_composite_parity(frame: Any, *, expect_empty_ok: bool = False) -> CheckResult:
    """Check a table with the columns `data_checks.tables.COMPOSITE_COLUMNS`."""
    return run_suite(SUITE, frame, expect_empty_ok=expect_empty_ok)
