"""What a night leaves behind: exceptions opened and closed by evidence, the night's record, the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from returnworks.ledger import ExceptionRecord
from returnworks.reconcile.night import Night
from returnworks.report import CheckShown
from returnworks.rules.codes import NIGHT_CODES
from returnworks.work.bridge import Bridge


@dataclass(frozen=True, slots=True)
class Filed:
    """What one night changed on the exceptions desk, and where its report is."""

    night_id: int
    verdict: str
    opened: tuple[ExceptionRecord, ...] = ()
    reopened: tuple[ExceptionRecord, ...] = ()
    closed: tuple[ExceptionRecord, ...] = ()
    open_items: tuple[ExceptionRecord, ...] = ()
    report: Path | None = None
    counts: dict[str, Any] = field(default_factory=dict)


def file_night(bridge: Bridge, night: Night, checks: Sequence[CheckShown]) -> Filed:
    """Open what was found, close what was not found again, keep the night and write its report.

    Nothing is closed by a night of which one side could not be read: not finding is no evidence then.
    """
    ledger, now = bridge.ledger, bridge.now()
    night_id = ledger.start_night(night.as_of, now)
    findings = [*night.findings, *_checks_that_did_not_run(checks)]
    changes = ledger.see_exceptions(findings, now, night_id)
    closed: Sequence[ExceptionRecord] = ()
    if night.fresh:
        seen = [(doubt.code, doubt.subject) for doubt in findings]
        closed = ledger.close_absent(
            NIGHT_CODES, seen, f"night {night_id} of {night.as_of:%Y-%m-%d} finds it in order", now
        )
    open_items = tuple(ledger.exceptions(open_only=True))
    report = _write(bridge, night, checks, open_items, night_id)
    verdict = verdict_of(night, checks)
    counts = night.counts()
    ledger.finish_night(
        night_id,
        verdict,
        bridge.now(),
        counts=counts,
        sides=[side.name for side in night.sides],
        report_path=str(report),
    )
    return Filed(night_id, verdict, changes.opened, changes.reopened, tuple(closed), open_items, report, counts)
