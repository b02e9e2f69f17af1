"""The report as one JSON document, for programs and for keeping.

Money is `{"minor": 2050, "currency": "GBP"}` in whole minor units, times are ISO 8601 in UTC, ids are texts,
classes and owners are the words of the CSV. `format` grows when a key changes its meaning or goes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from returnworks.reconcile.conservation import Balance
from returnworks.report.inputs import CheckShown, PayoutsShown, ReportInput, RolledShown
from returnworks.report.verdict import headline
from returnworks.report.waits import LONGER, STEPS, Waits

FORMAT = 1


def to_json(report: ReportInput) -> str:
    """Two-space indented, keys in a fixed order, characters as they are, a line break at the end."""
    night = report.night
    document = {
        "format": FORMAT,
        "title": report.title,
        **({"rerun": report.rerun} if report.rerun else {}),
        "source": report.source,
        "as_of": _plain(night.as_of),
        "verdict": night.verdict,
        "headline": headline(night),
        "sides": _plain(night.sides),
        "counts": night.counts(),
        "results": _plain(night.results),
        "units": _plain(night.units),
        "balances": [_balance(row) for row in night.conservation],
        "liabilities": _plain(night.liabilities),
        "foreign_refunds": _plain(night.foreign),
        "open_exceptions": _plain(report.open_items),
        "checks": [_check(check) for check in report.checks],
        "rolled_since": report.rolled_since,
        "rolled": [_rolled(row) for row in report.rolled],
        "healed": _plain(report.healed),
        "waits": _waits(report.waits),
        **({"payouts": _payouts(report.payouts)} if report.payouts else {}),
        "past": _plain(report.past),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _balance(row: Balance) -> dict[str, Any]:
    return {
        "what": row.what,
        "return_id": row.return_id,
        "currency": row.currency,
        "whole": row.whole,
        "parts": dict(row.parts),
        "remainder": row.remainder,
    }


def _payouts(payouts: PayoutsShown) -> dict[str, Any]:
    return {
        "covered": _plain(payouts.covered),
        "rows": _plain(payouts.rows),
        "balances": [_balance(row) for row in payouts.sums],
        "fees": _plain(payouts.fees),
    }


def _waits(waits: Waits) -> dict[str, Any]:
    """Lengths in whole seconds."""
    lengths = {"half": waits.half_within, "nine_of_ten": waits.most_within, "longest": waits.longest}
    within = {name: int(length.total_seconds()) for name, length in lengths.items()}
    return {"steps": dict(zip([*(name for _, name in STEPS), LONGER], waits.counts, strict=False)), "seconds": within}


def _rolled(row: RolledShown) -> dict[str, Any]:
    remainder = _plain(row.line.remainder)
    return {"owner": row.owner.value, "currency": row.currency, **_plain(row.line), "remainder": remainder}


def _check(check: CheckShown) -> dict[str, Any]:
    columns = ("return_id", "reference", "column", "expected", "actual", "cls")
    return {
        "suite": check.suite,
        "ran": check.ran,
        "success": check.success,
        "reason": check.reason,
        "checked": check.checked,
        "violations": [{name: getattr(row, name) for name in columns} for row in check.violations],
    }


def _plain(value: Any) -> Any:
    """Values of ours as JSON has them. TypeError for what it has no word for, so that nothing slips out as a repr."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(entry) for key, entry in value.items()}
    if isinstance(value, str | int | None):
        return value
    if isinstance(value, Sequence):
        return [_plain(entry) for entry in value]
    raise TypeError(f"A report holds no {type(value).__name__}")
