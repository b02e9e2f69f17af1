"""The night's results as CSV, one row per result, for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

from returnworks.reconcile.results import Result
from returnworks.report.inputs import ReportInput

COLUMNS: Mapping[str, str] = {
    "as_of": "as-of time of the night, ISO 8601, UTC",
    "family": "goods, money or exchange",
    "class": "what the comparison says: matched, timing, missing, ...",
    "is_break": "1 for a break, 0 for a result that is in order, within its time, held or cannot be told",
    "return_id": "ReturnGO's RMA; empty for what belongs to no return",
    "order_id": "Linnworks' order id",
    "order_number": "Linnworks' order number",
    "reference": "the reference in Linnworks",
    "subject": "what it is about; with `code` the key of its exception",
    "expected": "ReturnGO's side in words",
    "ledger": "what was posted, in words",
    "linnworks": "Linnworks' side in words",
    "difference": "the difference in one phrase",
    "label": "how it matched, or why it is what it is",
    "units": "units that are wrong, a whole number",
    "value_minor": "value at risk in whole minor units of `currency` (pence for GBP); empty when it has none",
    "currency": "three letters, ISO 4217",
    "event_at": "when the fact happened, ISO 8601, UTC",
    "clear_by": "only of timing: from this moment on it is a break, ISO 8601, UTC",
    "owner": "warehouse, finance, cx or engineering",
    "severity": "critical, warning or info",
    "code": "the code of its exception",
    "next_step": "what the owner can do",
}
"""Each column and what it holds, in the order of the file."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for a formula."""


def write_csv(report: ReportInput, file: TextIO) -> None:
    """Write a header and one row per result. Open `file` with newline="" and encoding utf-8.

    A text that a spreadsheet would take for a formula gets an apostrophe before it. Ids are texts.
    """
    writer = csv.DictWriter(file, list(COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    for result in report.night.results:
        writer.writerow({"as_of": _time(report.night.as_of), **_numbers(result), **_texts(result)})


def _numbers(row: Result) -> dict[str, int | str]:
    return {
        "is_break": int(row.is_break),
        "order_number": "" if row.order_number is None else row.order_number,
        "units": row.units,
        "value_minor": row.value.minor if row.value else "",
    }


def _texts(row: Result) -> dict[str, str]:
    texts = {
        "family": row.family,
        "class": row.cls,
        "return_id": row.return_id,
        "order_id": row.order_id,
        "reference": row.reference,
        "subject": row.subject,
        "expected": row.expected,
        "ledger": row.booked,
        "linnworks": row.actual,
        "difference": row.difference,
        "label": row.label,
        "currency": row.value.currency if row.value else "",
        "event_at": _time(row.event_at),
        "clear_by": _time(row.clear_by),
        "owner": row.owner,
        "severity": row.severity,
        "code": row.code,
        "next_step": row.next_step,
    }
    return {name: harmless(str(text or "")) for name, text in texts.items()}


def _time(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
