"""`doctor`: is this installation fit to run, and is anything set up so that it would break in silence? Reads only."""

from __future__ import annotations

import asyncio

import click

from returnworks.cli import CLEAN, COULD_NOT, DIFFERENCES
from returnworks.cli.options import bridge, configured, with_output
from returnworks.cli.output import Output
from returnworks.rules.sentinel import Check, State
from returnworks.work.sentinel import Examined, examine

FIRST = (State.BROKEN, State.WARNING, State.NOTICE, State.CANNOT_TELL, State.GOOD)
"""What needs somebody comes first."""


@click.command()
@click.option("--brief", is_flag=True, help="Only what needs somebody.")
@with_output
def doctor(out: Output, brief: bool) -> int:
    """Look for what is missing, and for what silently breaks such an integration. Never writes to a vendor.

    Exit code 0: nothing needs mending. 1: there are warnings. 2: something does not work.
    """
    environment, chosen = configured()
    out.say(f"Policy {chosen.policy.version} from {chosen.source}; ledger {environment.ledger_place}.")
    found = asyncio.run(_examine(chosen.time_zone))
    for state in FIRST[:3] if brief else FIRST:
        _show(out, state, [check for check in found.checks if check.state == state])
    out.say()
    out.say(
        f"Calls spent: {found.returngo_calls} to ReturnGO, {found.linnworks_calls} to Linnworks; nothing was written."
    )
    calls = {"returngo": found.returngo_calls, "linnworks": found.linnworks_calls}
    out.put(policy=chosen.policy.version, source=str(chosen.source), checks=found.checks, calls=calls)
    return _code(found)


async def _examine(time_zone: str) -> Examined:
    async with bridge() as opened:
        return await examine(opened, time_zone)


def _code(found: Examined) -> int:
    if found.any(State.BROKEN):
        return COULD_NOT
    return DIFFERENCES if found.any(State.WARNING) else CLEAN


def _show(out: Output, state: State, checks: list[Check]) -> None:
    if not checks:
        return
    out.say()
    out.say(f"{state.capitalize()} ({len(checks)})")
    for check in checks:
        out.say(f"  {check.name}: {check.cause}")
        if check.consequence:
            out.say(f"    so: {check.consequence}")
        if check.remedy:
            out.say(f"    do: {check.remedy}")
        if check.measured and state != State.GOOD:
            out.say(f"    from: {check.measured}")
