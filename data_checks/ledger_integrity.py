"""Ledger integrity: each posting hangs together with its evidence, facts, lines and attempts, each night with the last.

A posting that waits too long, or whose outcome stays unknown, is a warning here: what it should have done is missing
in the parity checks, and this says where it hangs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data_checks.engine import Suite, run_suite
from data_checks.outcome import CheckResult
from data_checks.tables import LEDGER_COLUMNS
from returnworks.rules.model import Severity

FAULTS = ("illegal", "without_evidence", "uncovered_facts", "credit_gap_minor", "broken_attempts", "untied")
DELAYS = ("overdue_hours", "unknown_hours")


def _expectations(gxe: Any) -> Sequence[Any]:
    none = {"value_set": [0]}
    late = [gxe.ExpectColumnValuesToBeInSet(column=name, severity=Severity.WARNING.value, **none) for name in DELAYS]
    wrong = [gxe.ExpectColumnValuesToBeInSet(column=name, **none) for name in FAULTS]
    return [*wrong, *late, gxe.ExpectColumnValuesToBeUnique(column="reference")]


SUITE = Suite("ledger_integrity", LEDGER_COLUMNS, _expectations)


def check_ledger_integrity(frame: Any, *, expect_empty_ok: bool = False) -> CheckResult:
    """Check a table with the columns `data_checks.tables.LEDGER_COLUMNS`."""
    return run_suite(SUITE, frame, expect_empty_ok=expect_empty_ok)
