"""The desk's exceptions for a spreadsheet: one row each, nothing that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TextIO

from returnworks.ledger import ExceptionRecord
from returnworks.report.sheet import harmless
from returnworks.rules.ageing import age_days
from returnworks.rules.codes import CODES
from returnworks.rules.escalation import severity_now
from returnworks.rules.policy import Policy
from returnworks.work.desk.steps import next_step

COLUMNS: Mapping[str, str] = {
    "id": "the exception's number",
    "code": "its code; with `subject` its key",
    "title": "what the code is called",
    "subject": "what it is about",
    "return_id": "ReturnGO's RMA; empty for what belongs to no return",
    "owner": "warehouse, finance, cx or engineering",
    "assignee": "whom it was given to",
    "severity": "critical, warning or info, as the policy raises it by now",
    "state": "open, waived or closed",
    "event_at": "when the fact happened, ISO 8601, UTC",
    "age_days": "whole days since then",
    "age_bucket": "the bucket of that age",
    "opened_at": "when it was seen first, ISO 8601, UTC",
    "last_seen_at": "when it was seen last, ISO 8601, UTC",
    "closed_at": "when evidence closed it, ISO 8601, UTC",
    "reopened": "how often it came back",
    "units": "units that it locks",
    "value_minor": "what it is worth in whole minor units of `currency`; empty when that is not known",
    "currency": "three letters, ISO 4217",
    "waived_until": "when its waiver expires, ISO 8601, UTC",
    "waive_reason": "why it rests",
    "message": "what is so",
    "next_step": "what its owner can do",
    "evidence": "what closed it",
}
"""Each column and what it holds, in the order of the file."""

_NUMBERS = ("id", "age_days", "reopened", "units", "value_minor")


def rows(items: Iterable[ExceptionRecord], policy: Policy, now: datetime) -> list[dict[str, str | int]]:
    """One row per exception, keys as in `COLUMNS`, numbers as numbers, nothing as ""."""
    return [_row(item, policy, now) for item in items]


def write_csv(items: Iterable[ExceptionRecord], policy: Policy, now: datetime, file: TextIO) -> None:
    """A header and one row per exception. Open `file` with newline="" and encoding utf-8."""
    writer = csv.DictWriter(file, list(COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    for row in rows(items, policy, now):
        writer.writerow({name: cell if name in _NUMBERS else harmless(str(cell)) for name, cell in row.items()})


def _row(item: ExceptionRecord, policy: Policy, now: datetime) -> dict[str, str | int]:
    code = CODES[item.code]
    days = age_days(item.event_at, now)
    texts: dict[str, str | int] = {
        "id": item.id,
        "code": item.code,
        "title": code.title,
        "subject": item.subject,
        "return_id": item.return_id or "",
        "owner": item.owner.value,
        "assignee": item.assignee,
        "severity": severity_now(item, policy.escalation, now).value,
        "state": item.state_at(now).split(" ")[0],
        "event_at": _time(item.event_at),
        "age_days": days,
        "age_bucket": policy.ageing.bucket(days),
    }
    said: dict[str, str | int] = {
        "message": item.message,
        "next_step": next_step(item),
        "evidence": item.evidence,
    }
    return texts | _life(item, now) | said


def _life(item: ExceptionRecord, now: datetime) -> dict[str, str | int]:
    waived = item.is_waived(now)
    return {
        "opened_at": _time(item.opened_at),
        "last_seen_at": _time(item.last_seen_at),
        "closed_at": _time(item.closed_at),
        "reopened": item.reopened,
        "units": item.units,
        "value_minor": item.value.minor if item.value else "",
        "currency": item.value.currency if item.value else "",
        "waived_until": _time(item.waived_until) if waived else "",
        "waive_reason": item.waive_reason if waived else "",
    }


def _time(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""
