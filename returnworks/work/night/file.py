"""What a night leaves behind: exceptions opened and closed by evidence, the night's record, the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from returnworks import __version__
from returnworks.ledger import ExceptionRecord, HealingRecord, NightArchive
from returnworks.reconcile.night import Night
from returnworks.reconcile.payouts import PayoutLeg
from returnworks.reconcile.shadow import scored
from returnworks.report import CheckShown, OpenItem, PastNight, waits_of
from returnworks.rules.codes import CODES, NIGHT_CODES
from returnworks.rules.findings import finding
from returnworks.rules.model import Finding
from returnworks.work import payouts
from returnworks.work.bridge import Bridge
from returnworks.work.desk.after_night import Moved, leave_the_desk, raised
from returnworks.work.desk.steps import next_step
from returnworks.work.night.archive import FORMAT, Archived, Shown, pack
from returnworks.work.night.paper import Files, hashes, lay_down, printed
from returnworks.work.night.readings import Readings

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
    moved: Moved
    """How the desk moved since the night before, and what the night mended."""


def file_night(
    bridge: Bridge,
    night: Night,
    checks: Sequence[CheckShown],
    readings: Readings,
    healings: Sequence[HealingRecord] = (),
    leg: PayoutLeg | None = None,
) -> Filed:
    """Open what was found, close what was not found again, keep the night and its readings, and write its report.

    In shadow mode the night is scored and the desk left alone: what we did not post is nobody's exception.
    Nothing is closed by a night of which one side could not be read: not finding is no evidence then.
    """
    ledger, now = bridge.ledger, bridge.now()
    night_id = ledger.start_night(night.as_of, now)
    shadow = bridge.mode.is_shadow
    asked_for = [*night.findings, *_checks_that_did_not_run(checks), *(leg.findings() if leg else ())]
    findings = [] if shadow else asked_for
    changes = ledger.see_exceptions(findings, now, night_id)
    closed: Sequence[ExceptionRecord] = ()
    if shadow:
        ledger.keep_shadow_night(night_id, scored(night))
    elif night.fresh:
        seen = [(doubt.code, doubt.subject) for doubt in findings]
        closed = ledger.close_absent(NIGHT_CODES, seen, f"night {night_id} finds it in order", now)
        ledger.see_foreign(night.foreign, now)
    if leg is not None and not shadow:
        closed = [*closed, *payouts.close_settled(bridge, leg, findings)]
    moved = leave_the_desk(ledger, night_id, healings, now)
    open_items = raised(ledger.exceptions(open_only=True), bridge.policy, now)
    shown = _shown_after(bridge, night, open_items, night_id, moved, leg)
    files = printed(night, checks, shown)
    report = lay_down(files, bridge.environment.reports, f"night-{night_id:04d}-{night.as_of:%Y-%m-%d}")
    _keep(bridge, night, night_id, Archived(readings=readings, shown=shown), files)
    verdict = verdict_of(night, checks, open_items)
    sides = {side.name: {"as_of": side.as_of.isoformat(), "fresh": side.fresh, "why": side.why} for side in night.sides}
    ledger.finish_night(night_id, verdict, bridge.now(), counts=night.counts(), sides=sides, report_path=str(report))
    return Filed(night_id, verdict, changes.opened, changes.reopened, tuple(closed), open_items, report, moved)


def verdict_of(night: Night, checks: Sequence[CheckShown], open_items: Sequence[object]) -> str:
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


def _shown_after(
    bridge: Bridge,
    night: Night,
    open_items: Sequence[ExceptionRecord],
    night_id: int,
    moved: Moved,
    leg: PayoutLeg | None,
) -> Shown:
    earlier = [row for row in bridge.ledger.nights(NIGHTS_SHOWN) if row.id != night_id]
    return Shown(
        title=f"{'Shadow night' if bridge.mode.is_shadow else 'Night'} {night_id}",
        source=bridge.environment.returngo_shop,
        open_items=as_shown(open_items, {(row.code, row.subject): row.next_step for row in night.breaks}, bridge.now()),
        past=tuple(PastNight(row.as_of, row.counts) for row in earlier),
        ageing=bridge.policy.ageing,
        moved=moved,
        payouts=payouts.shown(leg) if leg else None,
        waits=waits_of(bridge.ledger.waits_until_sold(_days_before(bridge, night.as_of), night.as_of)),
    )


def _days_before(bridge: Bridge, as_of: datetime) -> datetime:
    return as_of - timedelta(days=bridge.policy.watch_days)


def _keep(bridge: Bridge, night: Night, night_id: int, archived: Archived, files: Files) -> None:
    """The night's readings, and its report's hashes; what is older than the policy keeps is let go."""
    packed = pack(archived)
    bridge.ledger.keep_archive(
        NightArchive(
            night_id=night_id,
            as_of=night.as_of,
            format=FORMAT,
            program=__version__,
            sha256=packed.sha256,
            size=packed.size,
            content=packed.content,
            reports=hashes(files),
        )
    )
    bridge.ledger.let_archives_go(night.as_of - timedelta(days=bridge.policy.nights.keep_archives_days))


def as_shown(items: Iterable[ExceptionRecord], steps: Mapping[Key, str], now: datetime) -> tuple[OpenItem, ...]:
    """Open exceptions as the report shows them. `steps` are the next steps of the night's breaks, with everything
    filled in, which their messages end with: the report shows them apart. Others have their code's."""
    return tuple(_shown(item, steps.get((item.code, item.subject)) or next_step(item), now) for item in items)


def _shown(item: ExceptionRecord, step: str, now: datetime) -> OpenItem:
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
