"""What a night leaves behind: exceptions opened and closed by evidence, the night's record, the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from returnworks.ledger import ExceptionRecord
from returnworks.reconcile.night import Night
from returnworks.report import CheckShown, OpenItem, PastNight, ReportInput, render_html, to_json, write_csv
from returnworks.rules.codes import CODES, NIGHT_CODES
from returnworks.rules.findings import finding
from returnworks.rules.model import Finding
from returnworks.work.bridge import Bridge

Key = tuple[str, str]
"""Code and subject of an exception."""

NIGHTS_SHOWN = 15
"""In the report's plot of breaks night by night."""

IN_ORDER, BREAKS, CANNOT_TELL = "in order", "breaks", "cannot tell"


@dataclass(frozen=True, slots=True)
class Filed:
    """What one night changed on the exceptions desk, and where its report is."""

    night_id: int
    verdict: str
    """in order: no break, no open exception, every check good. cannot tell: a side was not fresh."""
    opened: tuple[ExceptionRecord, ...]
    reopened: tuple[ExceptionRecord, ...]
    closed: tuple[ExceptionRecord, ...]
    open_items: tuple[ExceptionRecord, ...]
    report: Path


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
        closed = ledger.close_absent(NIGHT_CODES, seen, f"night {night_id} finds it in order", now)
    open_items = tuple(ledger.exceptions(open_only=True))
    report = _write(bridge, night, checks, open_items, night_id)
    verdict = _verdict(night, checks, open_items)
    sides = {side.name: {"as_of": side.as_of.isoformat(), "fresh": side.fresh, "why": side.why} for side in night.sides}
    ledger.finish_night(night_id, verdict, bridge.now(), counts=night.counts(), sides=sides, report_path=str(report))
    return Filed(night_id, verdict, changes.opened, changes.reopened, tuple(closed), open_items, report)


def _verdict(night: Night, checks: Sequence[CheckShown], open_items: Sequence[ExceptionRecord]) -> str:
    if not night.fresh:
        return CANNOT_TELL
    good = all(check.ran and check.success for check in checks)
    return IN_ORDER if good and not night.breaks and not open_items else BREAKS


def _checks_that_did_not_run(checks: Sequence[CheckShown]) -> list[Finding]:
    return [
        finding("check_failed", f"check {check.suite}", f"The check {check.suite} did not run: {check.reason}")
        for check in checks
        if not check.ran
    ]


def _write(
    bridge: Bridge,
    night: Night,
    checks: Sequence[CheckShown],
    open_items: Sequence[ExceptionRecord],
    night_id: int,
) -> Path:
    """The report as HTML, CSV and JSON beside each other; the HTML file's path."""
    steps = {(row.code, row.subject): row.next_step for row in night.breaks}
    shown = ReportInput(
        title=f"Night {night_id}",
        night=night,
        checks=tuple(checks),
        open_items=tuple(_shown(item, steps, bridge.now()) for item in open_items),
        source=bridge.environment.returngo_shop,
        past=tuple(PastNight(n.as_of, n.counts) for n in bridge.ledger.nights(NIGHTS_SHOWN) if n.id != night_id),
    )
    folder = bridge.environment.reports
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"night-{night_id:04d}-{night.as_of:%Y-%m-%d}"
    stem.with_suffix(".html").write_text(render_html(shown), encoding="utf-8")
    stem.with_suffix(".json").write_text(to_json(shown), encoding="utf-8")
    with stem.with_suffix(".csv").open("w", encoding="utf-8", newline="") as file:
        write_csv(shown, file)
    return stem.with_suffix(".html")


def _shown(item: ExceptionRecord, steps: Mapping[Key, str], now: datetime) -> OpenItem:
    """`steps` are the next steps of this night's breaks; their messages end with them, the report shows them apart."""
    step = steps.get((item.code, item.subject), "")
    return OpenItem(
        id=item.id,
        code=item.code,
        title=CODES[item.code].title,
        owner=item.owner,
        severity=item.severity,
        subject=item.subject,
        return_id=item.return_id,
        message=item.message.removesuffix(step).rstrip(),
        next_step=step,
        units=item.units,
        value=item.value,
        event_at=item.event_at or item.opened_at,
        state="waived" if item.is_waived(now) else "open",
    )
