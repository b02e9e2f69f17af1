"""The settings sentinel: what silently breaks such an integration, looked for with few calls and no write.

`doctor` runs `examine`; `from_the_ledger` costs no call, so that a night can afford it too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from returnworks.errors import ReturnworksError
from returnworks.rules.sentinel import Check, State, cannot_tell
from returnworks.work.bridge import Bridge
from returnworks.work.sentinel import asked
from returnworks.work.sentinel.ledgered import Recent, from_the_ledger, recent

__all__ = ["Examined", "examine", "from_the_ledger"]


@dataclass(frozen=True, slots=True)
class Examined:
    """Every check, and the calls that they took."""

    checks: tuple[Check, ...]
    returngo_calls: int
    linnworks_calls: int

    def any(self, state: State) -> bool:
        return any(check.state == state for check in self.checks)


async def examine(bridge: Bridge, time_zone: str) -> Examined:
    """Look at everything. What a vendor does not answer is a check that is broken; the others go on."""
    known = recent(bridge)
    checks = from_the_ledger(bridge, known, time_zone)
    for name, look in NEEDED:
        checks += await _needed(bridge, known, name, look)
    for name, look in WELCOME:
        checks += await _welcome(bridge, known, name, look)
    checks += asked.clocks(bridge)
    return Examined(tuple(checks), bridge.returngo.calls, bridge.linnworks.calls.total())


Look = Callable[[Bridge, Recent], Awaitable[list[Check]]]

NEEDED: tuple[tuple[str, Look], ...] = (
    ("ReturnGO", asked.returngo),
    ("Linnworks", asked.linnworks),
    ("locations", asked.locations),
    ("exchange marks", asked.marks),
)
"""What Returnworks does not work without."""

WELCOME: tuple[tuple[str, Look], ...] = (
    ("sets and their stock", asked.sets),
    ("refunds reach the channel", asked.refund_ways),
)
"""What it can do without: an application that lacks the right to ask is told so, and nothing is broken."""


async def _needed(bridge: Bridge, known: Recent, name: str, look: Look) -> list[Check]:
    try:
        return await look(bridge, known)
    except ReturnworksError as problem:
        return [Check(name=name, state=State.BROKEN, cause=str(problem))]


async def _welcome(bridge: Bridge, known: Recent, name: str, look: Look) -> list[Check]:
    try:
        return await look(bridge, known)
    except ReturnworksError as problem:
        return [cannot_tell(name, str(problem))]
