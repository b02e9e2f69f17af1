"""`doctor`: is this installation fit to run? Reads only."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import click

from returnworks.cli import CLEAN, COULD_NOT, DIFFERENCES
from returnworks.cli.options import bridge, configured, with_output
from returnworks.cli.output import Output
from returnworks.errors import ReturnworksError
from returnworks.work.bridge import Bridge
from returnworks.work.checkup import Check, check_linnworks, check_locations, check_marks, check_returngo


@dataclass(frozen=True, slots=True)
class Examined:
    checks: list[Check]

    @property
    def code(self) -> int:
        if any(check.state == "broken" for check in self.checks):
            return COULD_NOT
        return DIFFERENCES if any(check.state == "warning" for check in self.checks) else CLEAN


@click.command()
@with_output
def doctor(out: Output) -> int:
    """Check configuration, database, credentials, locations and exchange marks. Each finding says what to do."""
    environment, chosen = configured()
    out.say(f"Policy {chosen.policy.version} from {chosen.source}; ledger {environment.ledger_place}.")
    found = Examined(asyncio.run(_examine()))
    out.table("", ("check", "state", "what is so, and what to do"), [(c.name, c.state, c.text) for c in found.checks])
    out.put(policy=chosen.policy.version, source=str(chosen.source), checks=found.checks)
    return found.code


async def _examine() -> list[Check]:
    async with bridge() as opened:
        steps: list[tuple[str, Callable[[Bridge], Awaitable[list[Check]]]]] = [
            ("ReturnGO", check_returngo),
            ("Linnworks", check_linnworks),
            ("locations", check_locations),
            ("exchange marks", check_marks),
        ]
        checks = [Check("ledger", "good", f"schema revision {opened.ledger.revision()}")]
        for name, step in steps:
            try:
                checks += await step(opened)
            except ReturnworksError as problem:
                checks.append(Check(name, "broken", str(problem)))
        return checks
