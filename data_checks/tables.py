"""Tables for the suites whose rows are no results of the comparison: sets, and the ledger itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from returnworks.work.night.readings import CompositeRow, LedgerRow

_KEYS = {"row": "Int64", "return_id": "string", "reference": "string", "subject": "string"}
COMPOSITE_COLUMNS: Mapping[str, str] = _KEYS | {
    "set_sku": "string",
    "sku": "string",
    "place": "string",
    "due_pieces": "Int64",
    "posted_pieces": "Int64",
    "excess_pieces": "Int64",
    "sale_per_set": "Int64",
    "now_per_set": "Int64",
    "parent_available": "Int64",
    "component_sets": "Int64",
}
LEDGER_COLUMNS: Mapping[str, str] = _KEYS | {
    "state": "string",
    "illegal": "Int64",
    "without_evidence": "Int64",
    "uncovered_facts": "Int64",
    "credit_gap_minor": "Int64",
    "broken_attempts": "Int64",
    "overdue_hours": "Int64",
    "unknown_hours": "Int64",
    "untied": "Int64",
}


def composite_table(rows: Sequence[CompositeRow] | None) -> pd.DataFrame | None:
    """Columns `COMPOSITE_COLUMNS`; None for rows that could not be read."""
    return _frame(rows, COMPOSITE_COLUMNS)


def ledger_table(rows: Sequence[LedgerRow] | None) -> pd.DataFrame | None:
    """Columns `LEDGER_COLUMNS`; None for rows that could not be read."""
    return _frame(rows, LEDGER_COLUMNS)


def _frame(rows: Sequence[Any] | None, columns: Mapping[str, str]) -> pd.DataFrame | None:
    if rows is None:
        return None
    listed = [{"row": number, **asdict(row)} for number, row in enumerate(rows)]
    return pd.DataFrame(listed, columns=list(columns), dtype=object).astype(dict(columns))
