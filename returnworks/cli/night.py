"""`reconcile`: the night, by hand, or a past night once more."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from returnworks.cli import CLEAN, COULD_NOT, DIFFERENCES, payouts
from returnworks.cli.options import bridge, with_output
from returnworks.cli.output import Output
from returnworks.rules.healing import HealMode

if TYPE_CHECKING:
    from data_checks import CheckResult
    from flows.one_night import AgainReport, NightReport
    from returnworks.reconcile.night import Night
    from returnworks.work.desk.after_night import Moved
    from returnworks.work.night.again import When

HEAL = {"off": HealMode.OFF, "dry-run": HealMode.DRY_RUN, "yes": HealMode.ON}

SHOWN = 10
"""Rows of a list that the terminal shows; the report has them all."""


class Moment(click.ParamType):  # type: ignore[type-arg]
    """A night by its number, a day, or a moment; without an offset a moment is UTC."""

    name = "night|day|time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> When:
        if not isinstance(value, str):
            return value  # type: ignore[no-any-return]
        text = value.strip()
        if found := re.fullmatch(r"(?:night[ -]?)?(\d{1,9})", text, re.IGNORECASE):
            return int(found[1])
        try:
            return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else _aware(text)
        except ValueError:
            self.fail(
                f"{value!r} is no night's number, no day (2026-11-20) and no time (2026-11-20T02:00).", param, ctx
            )


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="UTC; default: watch_days ago.")
@click.option("--as-of", type=Moment(), help="Do a past night again: its number, its day, or any moment (UTC).")
@click.option(
    "--heal", type=click.Choice(["off", "dry-run", "yes"]), help="Mend what the policy allows; default: the policy's."
)
@click.option("--payouts", type=click.Path(dir_okay=False, path_type=Path), help="A payment gateway's payout export.")
@click.option("--layout", metavar="NAME", help="Of the export: shopify, stripe or the policy's; default: found out.")
@click.option("--layout-is-right", is_flag=True, help="The layout's preview was looked at; take the export in.")
@with_output
def reconcile(out: Output, since: datetime | None, as_of: When | None, heal: str | None, **export: Any) -> int:
    """Compare ReturnGO, the ledger and Linnworks; open and close exceptions; write the report.

    With --as-of a past night is done again from what it had read: nobody is asked, no exception is touched, and only
    the report's files are written. Of a moment between two nights it tells what was known by then.

    With --payouts the payment gateway's export is taken in and compared too, that night and every later one.

    Exit code 0: all in order. 1: differences stand. 2: a side could not be read, so nothing is proven about it.
    """
    start = since.replace(tzinfo=UTC) if since else None
    if as_of is None:
        return asyncio.run(_tonight(out, start, heal, export))
    if export["payouts"]:
        raise click.UsageError("A past night reads nothing new: --payouts and --as-of do not go together.")
    if heal is not None:
        raise click.UsageError("A past night cannot be mended: --heal and --as-of do not go together.")
    return asyncio.run(_again(out, as_of, start))


async def _tonight(out: Output, since: datetime | None, heal: str | None, export: Mapping[str, Any]) -> int:
    from flows.one_night import one_night

    async with bridge() as opened:
        file = export["payouts"]
        if file and not payouts.take_in(out, opened, file, export["layout"], export["layout_is_right"]):
            return DIFFERENCES
        report = await one_night(opened, since=since, heal=HEAL[heal] if heal else None)
    filed = report.filed
    _tell_night(out, report.night, report.checks)
    _tell_desk(out, report)
    payouts.tell(out, report.leg)
    _tell_moves(out, filed.moved)
    out.say(f"calls: {report.calls}, {report.calls.minutes():.1f} minutes at Linnworks' limits")
    out.say(f"Verdict: {filed.verdict}. Report: {filed.report}")
    out.put(
        verdict=filed.verdict,
        night=filed.night_id,
        counts=report.night.counts(),
        checks=report.checks,
        opened=filed.opened,
        closed=filed.closed,
        open=filed.open_items,
        report=filed.report,
        ties_out=filed.moved.ties_out,
        healed=filed.moved.healed,
        sides=report.night.sides,
        liabilities=report.night.liabilities,
        calls={"made": report.calls.made, "at_least": report.calls.least},
    )
    return _exit_code(filed.verdict)


async def _again(out: Output, when: When, since: datetime | None) -> int:
    from flows.one_night import night_again

    async with bridge() as opened:
        report = await night_again(opened, when, since)
    again = report.again
    out.say(f"{again.title}, done again {again.whence}")
    _tell_night(out, report.night, report.checks)
    out.say(f"{len(again.open_items)} exceptions were open then.")
    out.say(_sameness(again.same))
    out.say(f"Verdict: {again.verdict}. Report: {again.report}")
    _put_again(out, report)
    return _exit_code(again.verdict)


def _put_again(out: Output, report: AgainReport) -> None:
    again = report.again
    out.put(
        verdict=again.verdict,
        title=again.title,
        whence=again.whence,
        same_as_filed=again.same,
        counts=report.night.counts(),
        checks=report.checks,
        open=again.open_items,
        report=again.report,
        sides=report.night.sides,
    )


def _sameness(same: bool | None) -> str:
    if same is None:
        return "No report was filed of just this, so there is nothing to be the same as."
    if same:
        return "The report is byte for byte the one that was filed, but for the line that says when this was done."
    return "The report is NOT the one that was filed: another version of the program reads the same facts otherwise."


def _exit_code(verdict: str) -> int:
    from returnworks.work.night.file import CANNOT_TELL, IN_ORDER

    return {IN_ORDER: CLEAN, CANNOT_TELL: COULD_NOT}.get(verdict, DIFFERENCES)


# --- what is told


def _tell_night(out: Output, night: Night, checks: Sequence[CheckResult]) -> None:
    """One line per family, the checks that are not good, the sides that are not fresh, sums that do not come to 0."""
    for family, row in night.counts().items():
        if row:
            out.say(f"{family}: {', '.join(f'{count} {_words(cls)}' for cls, count in row.items())}")
    good = [check for check in checks if check.ran and check.success]
    out.say(f"checks: {len(good)} of {len(checks)} good")
    for check in checks:
        if check not in good:
            out.say(f"  {check.suite}: {_what_is_wrong(check)}")
    for side in night.sides:
        if not side.fresh:
            out.say(f"{side.name} is not fresh: {side.why}")
    owed = [f"{row.amount} {row.kind}" for row in night.liabilities]
    if owed:
        out.say(f"owed in store value: {', '.join(owed)}")
    out.say(f"sums: {'all come to nothing' if not night.remainders else f'{len(night.remainders)} DO NOT come to 0'}")


def _what_is_wrong(check: CheckResult) -> str:
    if not check.ran:
        return f"did not run: {check.reason}"
    columns = Counter(_words(row.column) for row in check.violations)
    return f"{len(check.violations)} of {check.checked} rows: {_counted(columns.most_common())}"


def _tell_desk(out: Output, report: NightReport) -> None:
    """What is new, and what stands by owner; single exceptions only while they are few."""
    filed = report.filed
    changes = f"{len(filed.opened)} opened, {len(filed.reopened)} reopened, {len(filed.closed)} closed by evidence"
    owners = Counter(str(item.owner) for item in filed.open_items)
    shares = f" ({_counted(owners.most_common())})" if owners else ""
    out.say(f"exceptions: {changes}, {len(filed.open_items)} open{shares}")
    new = (*filed.opened, *filed.reopened)
    rows = [(i.id, i.owner, i.code, i.subject, f"{i.event_at:%Y-%m-%d %H:%M}", i.value or "") for i in new]
    if rows:
        out.table("New tonight", ("id", "owner", "code", "subject", "since", "value"), rows[:SHOWN])
    if len(rows) > SHOWN:
        out.say(f"... and {len(rows) - SHOWN} more: `returnworks exceptions list`")


def _tell_moves(out: Output, moved: Moved) -> None:
    """Whether the desk ties out with the night before, and everything that was mended or left, with its reason."""
    if moved.since:
        out.say(f"desk: {'ties out' if moved.ties_out else 'DOES NOT TIE OUT'} with {moved.since}")
    for row in moved.healed:
        asked = f" Asked for again: {', '.join(row.postings)}." if row.postings and row.outcome == "healed" else ""
        out.say(f"{_words(row.outcome)} ({_words(row.what)}): {row.subject}: {row.why}{asked}")
    if any(row.outcome == "healed" for row in moved.healed):
        out.say("What was mended is posted by the next run: `returnworks sync`.")


def _counted(pairs: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} {count}" for name, count in pairs)


def _words(cls: str) -> str:
    return cls.replace("_", " ")
