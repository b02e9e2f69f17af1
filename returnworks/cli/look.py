"""`plan` and `trace`: what one return would cause, and everything known about it. Both only read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from returnworks.cli import CLEAN, COULD_NOT, DIFFERENCES
from returnworks.cli.options import bridge, with_output
from returnworks.cli.output import Output, moment
from returnworks.cli.sync import digits
from returnworks.rules.availability import SetEffect
from returnworks.rules.model import Plan
from returnworks.rules.wording import described
from returnworks.work.availability import availability
from returnworks.work.notes import notes_to_come
from returnworks.work.planning import decide
from returnworks.work.trace import Moment, Trace, trace_return


@click.command()
@click.argument("return_ids", nargs=-1, required=True, callback=digits)
@with_output
def plan(out: Output, return_ids: tuple[str, ...]) -> int:
    """What these returns would cause in Linnworks now, and why. Reads both vendors, writes nothing."""
    return asyncio.run(show_plans(out, return_ids))


@click.command()
@click.argument("return_id", nargs=1, callback=lambda c, o, v: digits(c, o, (v,))[0])
@click.option("--html", "file", type=click.Path(dir_okay=False, path_type=Path), help="Also write it as one page.")
@with_output
def trace(out: Output, return_id: str, file: Path | None) -> int:
    """Everything that both systems and the ledger know about one return, in time order.

    With --html also as the return's passport: one page with facts, decisions, postings, evidence and open items.
    """
    return asyncio.run(_trace(out, return_id, file))


async def show_plans(out: Output, return_ids: Sequence[str]) -> int:
    """Print the plan of each return as ReturnGO shows it at this moment."""
    async with bridge() as opened:
        returns = [await opened.returngo.get_return(return_id) for return_id in return_ids]
        decided = await decide(opened, returns)
        effects = await availability(opened, decided)
        posted = {r: opened.ledger.postings(return_ids=[r]) for r in return_ids}
        notes = notes_to_come(opened, returns)
    plans = [made.plan for made in decided.values()]
    for made in plans:
        _show_plan(out, made, [record.reference for record in posted[made.return_id]])
        _show_sets(out, effects.get(made.return_id, ()))
        for note in (note for note in notes if note.return_id == made.return_id):
            out.say(f"  would note on the order: {note.note}")
    out.put(plans=plans, posted=posted, sets=effects, order_notes=notes)
    return DIFFERENCES if any(made.findings for made in plans) else CLEAN


def _show_plan(out: Output, made: Plan, posted: Sequence[str]) -> None:
    out.say(f"RMA {made.return_id} · {made.stage}")
    for posting in made.postings:
        out.say(f"  would post {posting.reference}: {described(posting)}")
        if posting.rule:
            out.say(f"    because {posting.rule}")
    for reference in posted:
        out.say(f"  already in the ledger: {reference}")
    for finding in made.findings:
        out.say(f"  holds ({finding.owner}) {finding.subject}: {finding.message}")
    for note in made.notes:
        out.say(f"  note: {note}")
    if not (made.postings or made.findings or made.notes or posted):
        out.say("  nothing to do")


def _show_sets(out: Output, effects: Sequence[SetEffect]) -> None:
    """How many whole sets can be sold where, before and after what would be posted."""
    for effect in effects:
        how = "its own stock" if effect.tracked else "made by its components"
        out.say(f"  sets: {effect.sku} at {effect.location}: {effect.before} → {effect.after} available ({how})")


async def _trace(out: Output, return_id: str, file: Path | None) -> int:
    async with bridge() as opened:
        found = await trace_return(opened, return_id)
    if found is None:
        out.say(f"Neither the ledger nor ReturnGO knows RMA {return_id}.")
        out.put(return_id=return_id, known=False)
        return COULD_NOT
    ret = found.ret
    out.say(f"RMA {return_id} · ReturnGO {ret.status} · {found.stage} · order {ret.order_name or '—'}")
    out.table("", ("when (UTC)", "where", "what"), [_row(m) for m in found.moments])
    for sentence in found.silent:
        out.say(sentence)
    if file is not None:
        _write_passport(out, found, file)
    out.put(trace=found)
    return DIFFERENCES if found.items else CLEAN


def _write_passport(out: Output, found: Trace, file: Path) -> None:
    from returnworks.report.passport import render_passport

    file.write_text(render_passport(found, datetime.now(UTC)), encoding="utf-8")
    out.say(f"The passport is in {file}.")
    out.put(passport=file)


def _row(m: Moment) -> tuple[str, str, str]:
    return moment(m.at), m.where, m.what
