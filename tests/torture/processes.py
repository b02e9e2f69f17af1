"""Processes that carry returns through and may be killed on the way; forked from a clean one, so they are cheap."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
from collections.abc import Mapping, Sequence
from datetime import timedelta
from multiprocessing.process import BaseProcess

import stamina

from flows.way import carry_through
from returnworks.rules.policy import BUILT_IN, Policy
from returnworks.work.adjusting import put_into_stock
from returnworks.work.bridge import Bridge
from tests.torture.fate import Fate, KilledAt
from tests.torture.places import fated_bridge
from tests.torture.shop import BY_HAND
from tests.torture.watch import AheadWatch

SIGKILLED = -9
PATIENCE_SECONDS = 240
"""A process that is not through by then hangs."""

_NURSERY = multiprocessing.get_context("forkserver")
_NURSERY.set_forkserver_preload(["__main__", __name__])


def start(
    variables: Mapping[str, str],
    aheads: Sequence[timedelta] = (timedelta(),),
    kill_at: int | None = None,
    every_commit: bool = False,
    by_hand: bool = False,
    policy: Policy = BUILT_IN,
) -> BaseProcess:
    """A new process that carries everything through, once for each of `aheads` (how far its clock is ahead).

    With `kill_at` it is killed at its n-th moment (see `fate`), unless it is done before. `by_hand`: a person first
    puts the one unit of `shop.BY_HAND` into stock.
    """
    args = (dict(variables), tuple(aheads), kill_at, every_commit, by_hand, policy)
    process = _NURSERY.Process(target=_live, args=args, daemon=True)
    process.start()
    return process


def ended(process: BaseProcess) -> int:
    """How the process ended: 0, or minus the signal that killed it."""
    process.join(PATIENCE_SECONDS)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError("a process hung and was killed")
    return process.exitcode


def run(
    variables: Mapping[str, str],
    aheads: Sequence[timedelta] = (timedelta(),),
    kill_at: int | None = None,
    every_commit: bool = False,
    by_hand: bool = False,
    policy: Policy = BUILT_IN,
) -> int:
    """`start`, and wait for its end."""
    return ended(start(variables, aheads, kill_at, every_commit, by_hand, policy))


def _live(
    variables: dict[str, str],
    aheads: Sequence[timedelta],
    kill_at: int | None,
    every_commit: bool,
    by_hand: bool,
    policy: Policy,
) -> None:
    logging.disable(logging.WARNING)
    stamina.set_testing(True, attempts=2)
    fate = Fate() if kill_at is None else KilledAt(kill_at)
    for ahead in aheads:
        asyncio.run(_carry(variables, AheadWatch(ahead), fate, every_commit, by_hand, policy))


async def _carry(
    variables: dict[str, str], time: AheadWatch, fate: Fate, every_commit: bool, by_hand: bool, policy: Policy
) -> None:
    async with fated_bridge(variables, time, fate, every_commit=every_commit, policy=policy) as bridge:
        await work_off(bridge, by_hand)


async def work_off(bridge: Bridge, by_hand: bool) -> None:
    """Everything that is due, after the one thing that a person asked for."""
    if by_hand:
        await put_into_stock(bridge, *BY_HAND, "Default", "the order is gone")
    await carry_through(bridge)
