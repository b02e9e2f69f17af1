"""`exceptions`: the desk. Whose job each open difference is, what it is worth, and what people do about it."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from returnworks.cli import CLEAN, DIFFERENCES
from returnworks.cli.desk_tables import LISTED, ROLLED, aged, listed, rolled_documents, rolled_rows, summed
from returnworks.cli.options import by_whom, configured, ledger, with_output
from returnworks.cli.output import Output, moment
from returnworks.ledger import ExceptionRecord, Ledger
from returnworks.report.words import moneys
from returnworks.rules.ageing import age_days
from returnworks.rules.codes import CODES
from returnworks.rules.escalation import severity_now
from returnworks.rules.model import Owner
from returnworks.rules.policy import Policy
from returnworks.work.desk import acting, cards, export, rolling, steps

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def exceptions() -> None:
    """The exceptions desk: whose job each open difference is, what it is worth, what to do."""


@exceptions.command("list")
@click.option("--owner", type=click.Choice([o.value for o in Owner]), help="Only this owner's.")
@click.option("--code", type=click.Choice(sorted(CODES)), metavar="CODE", help="Only this code.")
@click.option("--min-age", type=click.IntRange(0), metavar="DAYS", help="Only those whose event is so long ago.")
@click.option("--waived", is_flag=True, help="Only those that rest.")
@click.option("--assignee", help="Only those given to this person or team; '' for those given to nobody.")
@click.option("--return-id", help="Only this return's.")
@click.option("--all", "everything", is_flag=True, help="Also the closed ones.")
@with_output
def list_(out: Output, everything: bool, **asked: Any) -> int:
    """List exceptions, oldest event first. Exit code 1 when any is open."""
    now, policy = datetime.now(UTC), configured()[1].policy
    owner = asked["owner"]
    with ledger() as opened:
        found = opened.exceptions(not everything, Owner(owner) if owner else None, asked["code"], asked["return_id"])
    items = [item for item in found if _is_asked(item, now, asked["min_age"], asked["waived"], asked["assignee"])]
    if items:
        out.table("", LISTED, [listed(item, policy, now) for item in items])
        out.say(summed(items, now))
    else:
        out.say("No exceptions." if everything else "No open exceptions.")
    out.put(exceptions=items)
    return DIFFERENCES if any(item.is_open for item in items) else CLEAN


@exceptions.command("show")
@click.argument("item_id", metavar="ID", type=int)
@with_output
def show(out: Output, item_id: int) -> int:
    """One exception whole: what is so, what to do, and what has happened to it."""
    now, policy = datetime.now(UTC), configured()[1].policy
    with ledger() as opened:
        item = _found(opened, item_id)
        events = opened.exception_events(item_id)
    code = CODES[item.code]
    severity = severity_now(item, policy.escalation, now)
    out.say(f"{item.code} · {code.title}")
    out.say(f"{item.subject} · owner {item.owner} · {severity} · {item.state_at(now)}")
    out.say(f"{aged(item, policy, now)} · {item.units} units locked · {moneys([item.value]) or 'worth not known'}")
    out.say(item.message)
    if not steps.says_what_to_do(item):
        out.say(f"Next: {steps.next_step(item)}")
    out.say(f"The whole card: returnworks exceptions card {item.code} --id {item.id}")
    out.table("", ("at", "what", "who", "detail"), [(moment(e.at), e.what, e.who, e.detail) for e in events])
    out.put(exception=item, title=code.title, severity=severity, next_step=steps.next_step(item), events=events)
    return CLEAN


@exceptions.command("assign")
@click.argument("item_id", metavar="ID", type=int)
@click.argument("name")
@by_whom
@with_output
def assign(out: Output, item_id: int, name: str, who: str) -> int:
    """Give an exception to a person or a team; NAME '' gives it back to its owner's queue."""
    with ledger() as opened:
        item = acting.assign(opened, item_id, name, who, datetime.now(UTC))
    told = f"given to {item.assignee}" if item.assignee else f"back in the queue of {item.owner}"
    out.say(f"Exception {item.id} is {told}.")
    out.put(exception=item)
    return CLEAN


@exceptions.command("note")
@click.argument("item_id", metavar="ID", type=int)
@click.argument("text")
@by_whom
@with_output
def note(out: Output, item_id: int, text: str, who: str) -> int:
    """Write something down about an exception. Addresses, IBANs and telephone numbers are left out."""
    with ledger() as opened:
        acting.note(opened, item_id, text, who, datetime.now(UTC))
        event = opened.exception_events(item_id)[-1]
    out.say(f"Noted on exception {item_id}: {event.detail}")
    out.put(event=event)
    return CLEAN


@exceptions.command("waive")
@click.argument("item_id", metavar="ID", type=int)
@click.option("--reason", required=True, help="Why it may rest; kept with it.")
@click.option("--until", type=DAY, required=True, help="Its last day of rest, UTC; at most a year away.")
@by_whom
@with_output
def waive(out: Output, item_id: int, reason: str, until: datetime, who: str) -> int:
    """Let an exception rest until a day. It stays open, and its value stays in every total."""
    with ledger() as opened:
        item = acting.waive(opened, item_id, reason, until.date(), who, datetime.now(UTC))
    out.say(f"Exception {item.id} rests up to and with {until:%Y-%m-%d}: {item.waive_reason}")
    out.put(exception=item)
    return CLEAN


@exceptions.command("unwaive")
@click.argument("item_id", metavar="ID", type=int)
@by_whom
@with_output
def unwaive(out: Output, item_id: int, who: str) -> int:
    """End a waiver before its time."""
    with ledger() as opened:
        item = acting.unwaive(opened, item_id, who, datetime.now(UTC))
    out.say(f"Exception {item.id} does not rest any more.")
    out.put(exception=item)
    return CLEAN


@exceptions.command("export")
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option("--out", "file", type=click.Path(dir_okay=False, path_type=Path), help="Default: standard output.")
@click.option("--all", "everything", is_flag=True, help="Also the closed ones.")
@with_output
def export_(out: Output, kind: str, file: Path | None, everything: bool) -> int:
    """Every open exception as a table for other programs; one row each, numbers as numbers."""
    now, policy = datetime.now(UTC), configured()[1].policy
    with ledger() as opened:
        items = opened.exceptions(open_only=not everything)
    rows = export.rows(items, policy, now)
    if out.as_json or (kind == "json" and file is None):
        out.as_json = True
        out.put(exceptions=rows)
        return CLEAN
    text = _exported(kind, items, rows, policy, now)
    if file is None:
        sys.stdout.write(text)
    else:
        _write(file, text)
        out.say(f"{len(items)} exceptions are in {file}.")
    return CLEAN


@exceptions.command("roll-forward")
@click.option("--since", metavar="NIGHT|DATE", help="A night's number or a day, UTC; default: the last night.")
@click.option("--until", metavar="NIGHT|DATE", help="A night's number or a day, UTC; default: now.")
@with_output
def roll_forward(out: Output, since: str | None, until: str | None) -> int:
    """Opening + new + reopened + changed - cleared = closing, by owner and currency. Exit code 1 when it is not."""
    now = datetime.now(UTC)
    with ledger() as opened:
        begin = _mark(opened, since) if since else rolling.latest_night(opened, now) or rolling.at_moment(opened, now)
        end = _mark(opened, until) if until else rolling.at_now(opened, now)
        if end.last_event < begin.last_event:
            raise click.BadParameter(f"{end.name} is before {begin.name}.")
        rolled = rolling.roll(opened, begin, end)
    out.say(f"From {begin.name} to {end.name}:")
    out.table("", ("owner", "currency", *ROLLED), rolled_rows(rolled))
    out.say("It ties out." if rolled.ties_out else "It does NOT tie out: the remainder is what no event explains.")
    out.put(since=begin.name, until=end.name, ties_out=rolled.ties_out, lines=rolled_documents(rolled))
    return CLEAN if rolled.ties_out else DIFFERENCES


@exceptions.command("card")
@click.argument("code", type=click.Choice(sorted(CODES)), metavar="CODE")
@click.option("--id", "item_id", type=int, help="Fill in the ids of this exception.")
@with_output
def card(out: Output, code: str, item_id: int | None) -> int:
    """The runbook's card: what a code means, whose job it is, how to check, what to do, how to undo it."""
    item = None
    if item_id is not None:
        with ledger() as opened:
            item = _found(opened, item_id)
        if item.code != code:
            raise click.BadParameter(f"Exception {item_id} is {item.code}, not {code}.")
    text = cards.card(code, item)
    out.say(text)
    out.put(code=code, card=text)
    return CLEAN


def _is_asked(item: ExceptionRecord, now: datetime, min_age: int | None, waived: bool, assignee: str | None) -> bool:
    return (
        (min_age is None or age_days(item.event_at, now) >= min_age)
        and (not waived or item.is_waived(now))
        and (assignee is None or item.assignee.casefold() == assignee.strip().casefold())
    )


def _found(opened: Ledger, item_id: int) -> ExceptionRecord:
    item = opened.exception(item_id)
    if item is None:
        raise click.BadParameter(f"There is no exception {item_id}. `returnworks exceptions list` shows the ids.")
    return item


def _exported(
    kind: str, items: Sequence[ExceptionRecord], rows: Sequence[dict[str, Any]], policy: Policy, now: datetime
) -> str:
    if kind == "json":
        import json

        return json.dumps({"exceptions": rows}, indent=2, ensure_ascii=False) + "\n"
    text = io.StringIO(newline="")
    export.write_csv(items, policy, now, text)
    return text.getvalue()


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as problem:
        raise click.BadParameter(f"{file} cannot be written: {problem.strerror}.") from problem


def _mark(opened: Ledger, asked: str) -> rolling.Mark:
    if asked.isdecimal() and len(asked) < 8:
        return rolling.at_night(opened, int(asked))
    try:
        day = datetime.fromisoformat(asked)
    except ValueError as wrong:
        raise click.BadParameter(f"{asked!r} is neither a night's number nor a day such as 2026-11-01.") from wrong
    return rolling.at_moment(opened, day if day.tzinfo else day.replace(tzinfo=UTC))
