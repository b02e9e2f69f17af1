"""`reconcile`: the night, by hand."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import click

from returnworks.cli import CLEAN, COULD_NOT, DIFFERENCES
from returnworks.cli.options import bridge, with_output
from returnworks.cli.output import Output, moment


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="UTC; default: watch_days ago.")
@with_output
def reconcile(out: Output, since: datetime | None) -> int:
    """Compare ReturnGO, the ledger and Linnworks; open and close exceptions; write the report.

    Exit code 0: all in order. 1: differences stand. 2: a side could not be read, so nothing is proven about it.
    """
    return asyncio.run(_reconcile(out, since.replace(tzinfo=UTC) if since else None))


async def _reconcile(out: Output, since: datetime | None) -> int:
    from flows.one_night import one_night
    from returnworks.work.night.file import CANNOT_TELL, IN_ORDER

    async with bridge() as opened:
        report = await one_night(opened, since=since)
    filed = report.filed
    rows = [(family, cls, n) for family, row in report.night.counts().items() for cls, n in row.items()]
    out.table("", ("what", "class", "count"), rows)
    out.table(
        "",
        ("check", "good", "rows"),
        [(c.suite, "yes" if c.ran and c.success else "NO", c.checked) for c in report.checks],
    )
    items = [(i.id, i.owner, i.code, i.subject, moment(i.event_at), i.value or "") for i in filed.open_items]
    if items:
        out.table("Open exceptions", ("id", "owner", "code", "subject", "since", "value"), items)
    for side in report.night.sides:
        if not side.fresh:
            out.say(f"{side.name} is not fresh: {side.why}")
    out.say(f"Verdict: {filed.verdict}. Report: {filed.report}")
    out.put(
        verdict=filed.verdict,
        counts=report.night.counts(),
        opened=filed.opened,
        closed=filed.closed,
        open=filed.open_items,
        report=filed.report,
        sides=report.night.sides,
    )
    return {IN_ORDER: CLEAN, CANNOT_TELL: COULD_NOT}.get(filed.verdict, DIFFERENCES)
