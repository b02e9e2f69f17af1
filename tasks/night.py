"""The night's steps: gather, compare, check with Great Expectations, file, publish in the Prefect UI."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from data_checks import CheckResult, run_checks
from returnworks.ledger import HealingRecord
from returnworks.reconcile.night import Night, NightInputs, assess
from returnworks.reconcile.payouts import PayoutLeg
from returnworks.work import healing, payouts
from returnworks.work.bridge import Bridge
from returnworks.work.night import again, file, gather
from returnworks.work.night.again import Again
from returnworks.work.night.calls import Calls
from returnworks.work.night.file import Filed
from returnworks.work.night.readings import Readings
from returnworks.work.night.recalled import Recalled
from tasks.step import step

__all__ = [
    "CheckResult",
    "check_night",
    "compare",
    "file_night",
    "gather_sides",
    "match_payouts",
    "mend",
    "publish",
    "recall",
    "write_again",
]

gather_sides = step("gather the three sides")(gather.gather)


@step("compare the three sides")
async def compare(inputs: NightInputs) -> Night:
    """Match, classify and add up."""
    return assess(inputs)


@step("check with Great Expectations")
async def check_night(night: Night, readings: Readings) -> tuple[CheckResult, ...]:
    """Run every suite, in a thread: importing Great Expectations takes seconds."""
    return await asyncio.to_thread(run_checks, night, readings.composites, readings.ledger)


@step("file what was found")
async def file_night(
    bridge: Bridge,
    night: Night,
    checks: Sequence[CheckResult],
    readings: Readings,
    healings: Sequence[HealingRecord] = (),
    leg: PayoutLeg | None = None,
) -> Filed:
    """Open and close exceptions, keep the night and what it read, write the report."""
    return file.file_night(bridge, night, checks, readings, healings, leg)


@step("match the payment gateway's payouts")
async def match_payouts(bridge: Bridge, as_of: datetime) -> PayoutLeg | None:
    """The fourth side over the night's days; None where no export covers them."""
    return payouts.payout_leg(bridge, as_of - timedelta(days=bridge.policy.watch_days))


mend = step("mend what the policy allows")(healing.heal)


@step("recall a past night")
async def recall(bridge: Bridge, when: again.When, since: datetime | None) -> Recalled:
    """What was read then."""
    return await again.recall(bridge, when, since)


@step("write the report again")
async def write_again(bridge: Bridge, night: Night, checks: Sequence[CheckResult], recalled: Recalled) -> Again:
    """The report beside the one that was filed."""
    return again.write_again(bridge, night, checks, recalled)


@step("publish in the Prefect UI")
async def publish(night: Night, checks: Sequence[CheckResult], filed: Filed, calls: Calls) -> None:
    """A table of the open exceptions and a summary, as artifacts."""
    from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

    rows = [
        {
            "id": item.id,
            "owner": str(item.owner),
            "code": item.code,
            "subject": item.subject,
            "units": item.units,
            "value": str(item.value or ""),
            "since": f"{item.event_at or item.opened_at:%Y-%m-%d %H:%M}",
            "what is so, and what to do": item.message,
        }
        for item in filed.open_items
    ]
    await acreate_table_artifact(table=rows, key="open-exceptions", description=f"Open after night {filed.night_id}")
    await acreate_markdown_artifact(
        markdown=_summary(night, checks, filed, calls), key="night", description=filed.verdict
    )


def _summary(night: Night, checks: Sequence[CheckResult], filed: Filed, calls: Calls) -> str:
    counts = [f"| {family} | {cls} | {n} |" for family, row in night.counts().items() for cls, n in row.items()]
    suites = [f"| {c.suite} | {_state(c)} | {c.checked} | {len(c.violations)} |" for c in checks]
    return "\n".join(
        [
            f"# Night {filed.night_id}: {filed.verdict}",
            f"{len(filed.opened)} exceptions opened, {len(filed.reopened)} reopened, {len(filed.closed)} closed by "
            f"evidence, {len(filed.open_items)} open.",
            "",
            "| what | class | count |",
            "|---|---|---|",
            *counts,
            "",
            "| suite | state | rows | violations |",
            "|---|---|---|---|",
            *suites,
            "",
            *_moved(filed),
            f"Calls to Linnworks: {calls}, {calls.minutes():.1f} minutes at its limits.",
            "",
            f"Report: `{filed.report}`",
        ]
    )


def _moved(filed: Filed) -> list[str]:
    """Whether the desk ties out with the night before, and what was mended or left."""
    if not filed.moved.since and not filed.moved.healed:
        return []
    tied = "ties out" if filed.moved.ties_out else "does NOT tie out"
    lines = [f"The desk {tied} with {filed.moved.since}.", ""] if filed.moved.since else []
    mended = [f"| {row.subject} | {row.what} | {row.outcome} | {row.why} |" for row in filed.moved.healed]
    if mended:
        lines += ["| mended by itself | class | outcome | why |", "|---|---|---|---|", *mended, ""]
    return lines


def _state(check: CheckResult) -> str:
    return ("good" if check.success else "violated") if check.ran else f"did not run: {check.reason}"
