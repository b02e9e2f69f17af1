"""Bridges for the attack: on any ledger, over any wire, by any clock, under any fate."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from typing import Any, Protocol

import httpx

from returnworks.clients.calling import Patience
from returnworks.clients.linnworks.client import Linnworks
from returnworks.clients.returngo.client import ReturnGo
from returnworks.ledger import Ledger
from returnworks.rules.policy import BUILT_IN, Policy
from returnworks.settings import read_environment
from returnworks.work.bridge import Bridge, credentials_from_environment
from tests.torture.fate import Fate, FatedLedger, FatedTransport


class Time(Protocol):
    def now(self) -> Any: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


@asynccontextmanager
async def fated_bridge(
    variables: Mapping[str, str],
    time: Time,
    fate: Fate,
    *,
    wire: httpx.AsyncBaseTransport | None = None,
    beside: Ledger | None = None,
    every_commit: bool = False,
    scale: float = 1000,
    policy: Policy = BUILT_IN,
) -> AsyncIterator[Bridge]:
    """A bridge as the program opens it, except that every write passes `fate` and every wait passes `time`.

    `wire` carries the calls; sockets when None. `beside` is a ledger that is open already and stays so.
    `scale` multiplies the calls a minute that it allows itself.
    """
    environment, _ = read_environment(variables)
    books, goods = credentials_from_environment(environment)
    patience = Patience(sleep=time.sleep, clock=time.monotonic)
    with nullcontext(FatedLedger.beside(beside)) if beside else FatedLedger.open(environment.ledger_url) as ledger:
        ledger.fate, ledger.every_commit = fate, every_commit
        async with (
            ReturnGo(goods, transport=_line(wire, fate), patience=patience) as returngo,
            Linnworks(books, calls_per_minute_scale=scale, transport=_line(wire, fate), patience=patience) as linnworks,
        ):
            yield Bridge(environment, policy, ledger, returngo, linnworks, clock=time.now)


def _line(wire: httpx.AsyncBaseTransport | None, fate: Fate) -> FatedTransport:
    return FatedTransport(wire or httpx.AsyncHTTPTransport(verify=False), fate)
