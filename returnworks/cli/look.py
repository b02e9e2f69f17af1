"""`plan` and `trace`: what one return would cause, and everything known about it. Both only read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import click

from returnworks.cli import CLEAN, COULD_NOT, DIFFERENCES
from returnworks.cli.options import bridge, with_output
from returnworks.cli.output import Output, moment
from returnworks.cli.sync import digits
from returnworks.rules.availability import SetEffect
from returnworks.rules.model import Plan, Posting
from returnworks.work.availability import availability
from returnworks.work.planning import decide
from returnworks.work.trace import Moment, trace_return


@click.command()
@click.argument("return_ids", nargs=-1, required=True, callback=digits)
@with_output
def plan(out: Output, return_ids: tuple[str, ...]) -> int:
    """What these returns would cause in Linnworks now, and why. Reads both vendors, writes nothing."""
    return asyncio.run(show_plans(out, return_ids))


@click.command()
@click.argument("return_id", nargs=1, callback=lambda c, o, v: digits(c, o, (v,))[0])
@with_output
def trace(out: Output, return_id: str) -> int:
    """Everything that both systems and the ledger know about one return, in time order."""
    return asyncio.run(_trace(out, return_id))


async def show_plans(out: Output, return_ids: Sequence[str]) -> int:
    """Print the plan of each return as ReturnGO shows it at this moment."""
    async with bridge() as opened:
        returns = [await opened.returngo.get_return(return_id) for return_id in return_ids]
        decided = await decide(opened, returns)
        effects = await availability(opened, decided)
        posted = {r: opened.ledger.postings(return_ids=[r]) for r in return_ids}
    plans = [made.plan for made in decided.values()]
    for made in plans:
        _show_plan(out, made, [record.reference for record in posted[made.return_id]])
        _show_sets(out, effects.get(made.return_id, ()))
    out.put(plans=plans, posted=posted, sets=effects)
    return DIFFERENCES if any(made.findings for made in plans) else CLEAN


def _show_plan(out: Output, made: Plan, posted: Sequence[str]) -> None:
    out.say(f"RMA {made.return_id} · {made.stage}")
    for posting in made.postings:
        out.say(f"  would post {posting.reference}: {describe(posting)}")
        if posting.rule:
            out.say(f"    because {posting.rule}")
    for reference in posted:
        out.say(f"  already in the ledger: {reference}")
    for finding in made.findings:
        out.say(f"  holds ({finding.owner}) {finding.subject}: {finding.message}")
    for note in made.notes:
        out.say(f"  left alone: {note}")
    if not (made.postings or made.findings or made.notes or posted):
        out.say("  nothing to do")


def _show_sets(out: Output, effects: Sequence[SetEffect]) -> None:
    """How many whole sets can be sold where, before and after what would be posted."""
    for effect in effects:
        how = "its own stock" if effect.tracked else "made by its components"
        out.say(f"  sets: {effect.sku} at {effect.location}: {effect.before} → {effect.after} available ({how})")


def describe(posting: Posting) -> str:
    """A posting in one line."""
    if posting.restock:
        return "; ".join(
            f"{line.quantity} × {line.sku} to {line.location_name} ({line.disposition})"
            + (f", {line.scrap_quantity} scrapped" if line.scrap_quantity else "")
            for line in posting.restock
        )
    if posting.credit:
        lines = ", ".join(f"{line.amount} {line.unit}" for line in posting.credit)
        return f"credit of {posting.amount} ({lines})"
    return f"mark the exchange order with {posting.exchange_tag}, folder {posting.exchange_folder}"


async def _trace(out: Output, return_id: str) -> int:
    async with bridge() as opened:
        found = await trace_return(opened, return_id)
    if found is None:
        out.say(f"Neither the ledger nor ReturnGO knows RMA {return_id}.")
        out.put(return_id=return_id, known=False)
        return COULD_NOT
    out.say(f"RMA {return_id} · ReturnGO {found.status} · {found.stage} · order {found.order_name or '—'}")
    out.table("", ("when (UTC)", "where", "what"), [_row(m) for m in found.moments])
    for sentence in found.silent:
        out.say(sentence)
    out.put(trace=found)
    return DIFFERENCES if found.open_items else CLEAN


def _row(m: Moment) -> tuple[str, str, str]:
    return moment(m.at), m.where, m.what
