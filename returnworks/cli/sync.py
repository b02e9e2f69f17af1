"""`sync` and `replay`: the whole way, by hand, without a Prefect server."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from returnworks.cli import CLEAN, DIFFERENCES
from returnworks.cli.options import bridge, with_output
from returnworks.cli.output import Output
from returnworks.reconcile.results import counted

if TYPE_CHECKING:
    from flows.way import WayReport


def digits(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """RMA numbers as people write them: "90000004" or "RMA90000004"."""
    cleaned = tuple(dict.fromkeys(value.strip().upper().removeprefix("RMA").strip() for value in values))
    for value, given in zip(cleaned, values, strict=False):
        if not value.isascii() or not value.isdigit():
            raise click.BadParameter(f"{given!r} is not an RMA number. Write its digits, for example 90000004.")
    return cleaned


@click.command()
@click.option("--return-id", "return_ids", multiple=True, callback=digits, help="Only this return; repeatable.")
@with_output
def sync(out: Output, return_ids: tuple[str, ...]) -> int:
    """Read what changed in ReturnGO and post it to Linnworks, once.

    Closes the open restock window. Running it again at once changes nothing.
    """
    return _show(out, asyncio.run(_whole_way(return_ids or None)))


@click.command()
@click.argument("return_ids", nargs=-1, required=True, callback=digits)
@click.option("--dry-run", is_flag=True, help="Only show what would be posted.")
@with_output
def replay(out: Output, return_ids: tuple[str, ...], dry_run: bool) -> int:
    """Run chosen returns again from the start; what is already posted stays as it is.

    Held and refused postings of these returns are tried again.
    """
    if dry_run:
        from returnworks.cli.look import show_plans

        return asyncio.run(show_plans(out, return_ids))
    return _show(out, asyncio.run(_whole_way(return_ids, again=True)))


@click.command()
@click.argument("return_id", callback=lambda c, o, v: digits(c, o, (v,))[0])
@click.argument("line_id")
@click.option("--location", required=True, help="Name of the Linnworks location where the unit lies.")
@click.option("--reason", required=True, help="Why it goes without its order; kept with the posting.")
@click.option("--sku", help="The item in Linnworks, where the return line's own SKU is not it.")
@with_output
def adjust(out: Output, return_id: str, line_id: str, location: str, reason: str, sku: str | None) -> int:
    """Put one returned unit into stock that has no usable order line.

    One delta, once. Refused where the line is posted already, or would be sold although nobody found it restockable.
    """
    return asyncio.run(_adjust(out, return_id, line_id, location, reason, sku))


async def _adjust(out: Output, return_id: str, line_id: str, location: str, reason: str, sku: str | None) -> int:
    from returnworks.rules.states import State
    from returnworks.work.adjusting import put_into_stock
    from returnworks.work.posting import post_due

    async with bridge() as opened:
        record = await put_into_stock(opened, return_id, line_id, location, reason, sku)
        await post_due(opened, record.kind, only=[return_id], at_once=True)
        done = opened.ledger.posting(record.reference) or record
    out.say(f"{done.reference} is {done.state}" + (f": {done.reason}" if done.reason else "."))
    out.put(posting=done)
    return CLEAN if done.state == State.CONFIRMED else DIFFERENCES


async def _whole_way(only: Sequence[str] | None, *, again: bool = False) -> WayReport:
    from flows.way import carry_through

    async with bridge() as opened:
        if again and only:
            opened.ledger.retry(only, opened.now())
        return await carry_through(opened, only)


def _show(out: Output, report: WayReport) -> int:
    posts = {"settled": report.settled, **report.posted}
    read, planned = counted(len(report.read.read), "return"), counted(len(report.planned.intended), "posting")
    out.say(f"{read} read, {planned} planned.")
    for reference in report.read.unreadable:
        out.say(f"RMA {reference} could not be read; see `returnworks exceptions list`.")
    for number in report.read.nowhere:
        out.say(f"ReturnGO has no RMA {number}. Check the number.")
    rows = [(name, *post.figures().values()) for name, post in posts.items() if post.claimed]
    if rows:
        out.table("", ("stage", *report.settled.figures()), rows)
    waiting = len(report.planned.opened) + len(report.planned.standing)
    if waiting:
        out.say(f"Open for these returns: {counted(waiting, 'exception')}, see `returnworks exceptions list`.")
    out.put(clean=report.clean, **report.figures())
    return CLEAN if report.clean else DIFFERENCES
