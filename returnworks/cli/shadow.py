"""`shadow`: look for some nights before posting, then go live."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from returnworks.cli import CLEAN, DIFFERENCES
from returnworks.cli.options import by_whom, configured, with_output
from returnworks.cli.output import Output, moment
from returnworks.ledger import Ledger
from returnworks.work import going_live


@click.group()
def shadow() -> None:
    """Shadow mode: say what would be posted, compare it with what people post, then go live."""


@shadow.command("start")
@by_whom
@with_output
def start(out: Output, who: str) -> int:
    """From now on post nothing. What happens from now on is compared every night."""
    environment, _ = configured()
    with Ledger.open(environment.ledger_url) as ledger:
        mode = going_live.begin(ledger, who, datetime.now(UTC))
    out.say(
        f"Shadow mode since {moment(mode.shadow_since)}: nothing is posted. Nights compare it with what people post."
    )
    out.put(mode=mode)
    return CLEAN


@shadow.command("status")
@with_output
def status(out: Output) -> int:
    """How far we agree with people, and what speaks against going live. Exit code 1 while something does."""
    environment, chosen = configured()
    with Ledger.open(environment.ledger_url) as ledger:
        found = going_live.standing(ledger, chosen.policy)
    out.say(_mode(found))
    rows = [
        (
            moment(night.as_of),
            "yes" if night.fresh else "NO",
            family,
            f"{score.percent}%" if score.decisions else "—",
            score.agreed,
            score.otherwise,
            score.ours_only,
            score.theirs_only,
        )
        for night in found.nights
        for family, score in night.scores.items()
    ]
    if rows:
        columns = ("night", "fresh", "what", "agreement", "agreed", "otherwise", "only we would", "only people did")
        out.table("", columns, rows)
    for sentence in found.objections:
        out.say(f"Against going live: {sentence}")
    if found.mode.is_shadow and not found.objections:
        out.say("Nothing speaks against it: `returnworks shadow go-live`.")
    out.put(mode=found.mode, is_shadow=found.mode.is_shadow, nights=found.nights, objections=found.objections)
    return DIFFERENCES if found.objections else CLEAN


@shadow.command("go-live")
@click.option("--anyway", default="", metavar="REASON", help="Go live although something speaks against it.")
@by_whom
@with_output
def live(out: Output, anyway: str, who: str) -> int:
    """Post from now on. What happened before stays people's: it is neither posted nor compared."""
    environment, chosen = configured()
    with Ledger.open(environment.ledger_url) as ledger:
        mode = going_live.go_live(ledger, chosen.policy, who, anyway, datetime.now(UTC))
    out.say(f"Live since {moment(mode.live_since)}. What happened before that is left to people.")
    out.put(mode=mode)
    return CLEAN


def _mode(found: going_live.Standing) -> str:
    if found.mode.is_shadow:
        return f"Shadow mode since {moment(found.mode.shadow_since)}: nothing is posted."
    if found.mode.live_since:
        return f"Live since {moment(found.mode.live_since)}; what happened before is left to people."
    return "Live from the beginning; shadow mode was never on."
