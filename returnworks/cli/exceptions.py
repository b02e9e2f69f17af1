"""`exceptions`: the open differences and held lines, whose job each is and what to do."""

from __future__ import annotations

import click

from returnworks.cli import CLEAN, DIFFERENCES
from returnworks.cli.options import ledger, with_output
from returnworks.cli.output import Output, moment
from returnworks.rules.codes import CODES
from returnworks.rules.model import Owner


@click.group()
def exceptions() -> None:
    """The open differences and held lines: whose job each is and what to do."""


@exceptions.command("list")
@click.option("--owner", type=click.Choice([o.value for o in Owner]), help="Only this owner's.")
@click.option("--code", type=click.Choice(sorted(CODES)), help="Only this code.")
@click.option("--return-id", help="Only this return's.")
@click.option("--all", "everything", is_flag=True, help="Also the closed ones.")
@with_output
def list_(out: Output, owner: str | None, code: str | None, return_id: str | None, everything: bool) -> int:
    """List exceptions, oldest event first. Exit code 1 when any is open."""
    with ledger() as opened:
        items = opened.exceptions(
            open_only=not everything, owner=Owner(owner) if owner else None, code=code, return_id=return_id
        )
    if items:
        out.table(
            "",
            ("id", "owner", "code", "subject", "since", "units", "value", "state"),
            [
                (
                    i.id,
                    i.owner,
                    i.code,
                    i.subject,
                    moment(i.event_at or i.opened_at),
                    i.units or "",
                    i.value or "",
                    i.state,
                )
                for i in items
            ],
        )
    else:
        out.say("No open exceptions.")
    out.put(exceptions=items)
    return DIFFERENCES if any(item.closed_at is None for item in items) else CLEAN


@exceptions.command("show")
@click.argument("item_id", type=int)
@with_output
def show(out: Output, item_id: int) -> int:
    """One exception whole: what is so, what to do, and what has happened to it."""
    with ledger() as opened:
        item = opened.exception(item_id)
        if item is None:
            raise click.BadParameter(f"There is no exception {item_id}. `returnworks exceptions list` shows the ids.")
        events = opened.exception_events(item_id)
    code = CODES[item.code]
    out.say(f"{item.code} · {code.title}")
    out.say(f"{item.subject} · owner {item.owner} · {item.severity} · {item.state}")
    out.say(item.message)
    out.table("", ("at", "what", "detail"), [(moment(e.at), e.what, e.detail) for e in events])
    out.put(exception=item, title=code.title, events=events)
    return CLEAN
