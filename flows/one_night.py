"""One night, step by step: read afresh, compare all three sides, check, file what was found, report."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.way import queue_changes
from returnworks.errors import VendorUnavailable
from returnworks.reconcile.night import Night
from returnworks.reconcile.payouts import PayoutLeg
from returnworks.rules.healing import HealMode
from returnworks.work.bridge import Bridge
from returnworks.work.night.again import Again, When
from returnworks.work.night.calls import Calls
from returnworks.work.night.file import IN_ORDER, Filed
from tasks.drain import drain
from tasks.intake import plan_due, read_queued
from tasks.night import (
    CheckResult,
    check_night,
    compare,
    file_night,
    gather_sides,
    match_payouts,
    mend,
    recall,
    write_again,
)


@dataclass(frozen=True, slots=True)
class NightReport:
    """One night as it was compared, checked and filed."""

    night: Night
    checks: tuple[CheckResult, ...]
    filed: Filed
    calls: Calls
    """To Linnworks, for the comparison."""
    leg: PayoutLeg | None = None
    """The payment gateway's side, where its exports cover the night's days."""

    @property
    def clean(self) -> bool:
        return self.filed.verdict == IN_ORDER

    def figures(self) -> dict[str, Any]:
        counts = {f"{family} {cls}": n for family, row in self.night.counts().items() for cls, n in row.items()}
        filed = self.filed
        changes = {"opened": len(filed.opened), "reopened": len(filed.reopened), "closed": len(filed.closed)}
        open_now = {"open": len(filed.open_items), "calls": str(self.calls)}
        return {"verdict": filed.verdict, **counts, **changes, **open_now}


async def one_night(bridge: Bridge, *, since: datetime | None = None, heal: HealMode | None = None) -> NightReport:
    """Read every open return again, then compare what should be, what we did and what is.

    `heal`: whether what the policy allows is mended; None leaves that to the policy too.
    """
    silent = await _read_afresh(bridge)
    readings = await gather_sides(bridge, since, silent)
    night = await compare(readings.inputs)
    checks = await check_night(night, readings)
    healings = await mend(bridge, night, HealMode.OFF if bridge.mode.is_shadow else heal)
    leg = await match_payouts(bridge, readings.inputs.as_of)
    filed = await file_night(bridge, night, checks, readings, healings, leg)
    return NightReport(night, checks, filed, readings.calls, leg)


@dataclass(frozen=True, slots=True)
class AgainReport:
    """One past night as it was compared and checked once more."""

    night: Night
    checks: tuple[CheckResult, ...]
    again: Again

    @property
    def clean(self) -> bool:
        return self.again.verdict == IN_ORDER


async def night_again(bridge: Bridge, when: When, since: datetime | None = None) -> AgainReport:
    """A past night from what it had read: asks nobody, and writes nothing but the report's files."""
    recalled = await recall(bridge, when, since)
    night = await compare(recalled.readings.inputs)
    checks = await check_night(night, recalled.readings)
    return AgainReport(night, checks, await write_again(bridge, night, checks, recalled))


async def _read_afresh(bridge: Bridge) -> str:
    """Why ReturnGO could not be read to the end; empty when it could. Gathering finds out about Linnworks."""
    try:
        await queue_changes(bridge, sweep=True)
        await drain(read_queued, bridge)
    except VendorUnavailable as nobody:
        bridge.away.append(nobody)
        return str(nobody)
    with contextlib.suppress(VendorUnavailable):
        await drain(plan_due, bridge)
    return ""
