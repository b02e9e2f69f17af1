"""Linnworks is away for an hour while returns keep coming: nothing is lost, and the backlog does not storm it later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import httpx
import pytest

from flows.way import carry_through
from returnworks.errors import VendorUnavailable
from returnworks.ledger import Ledger
from returnworks.sandbox.acts import perform
from returnworks.sandbox.books import books
from returnworks.sandbox.faults import Fault
from returnworks.sandbox.seeding import seed
from returnworks.sandbox.world import World
from tests.torture.fate import Fate
from tests.torture.histories import installed_at
from tests.torture.places import fated_bridge
from tests.torture.shop import Form, a_backlog, judge_document
from tests.torture.watch import SandboxClock, Watch
from tests.torture.wire import LINNWORKS, Wire

RETURNS = 120
EVERY = 5 * 60
"""Seconds from one run to the next."""


class Counted(httpx.AsyncBaseTransport):
    """A wire that keeps the answers by Linnworks' methods and minutes, and the refusals over the quota."""

    def __init__(self, inner: Wire, watch: Watch) -> None:
        self._inner, self._watch = inner, watch
        self.calls: Counter[tuple[str, int]] = Counter()
        self.too_many = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        if request.url.host == LINNWORKS:
            self.calls[request.url.path.rpartition("/")[2], int(self._watch.monotonic() // 60)] += 1
            self.too_many += response.status_code == 429
        return response


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def world(watch: Watch) -> World:
    """With Linnworks' own limits."""
    return World(clock=SandboxClock(watch))


@contextmanager
def _linnworks_away(world: World) -> Iterator[None]:
    world.faults.add(Fault("drop_before", "linnworks", count=None))
    yield
    world.faults.clear()


def _arriving(world: World) -> Form:
    """The orders are there; the returns come one by one."""
    document = a_backlog(RETURNS)
    seed(world, {"items": document["items"], "orders": document["orders"]})
    return document


async def _run(world: World, watch: Watch, wire: Counted, ledger: Ledger) -> None:
    async with fated_bridge(installed_at(world), watch, Fate(), wire=wire, beside=ledger, scale=1) as bridge:
        await carry_through(bridge)


async def test_an_hour_without_linnworks_loses_nothing_and_ends_without_a_storm(world, watch):
    document = _arriving(world)
    wire = Counted(Wire(world, Random(0)), watch)
    with Ledger.open("sqlite://") as ledger:
        with _linnworks_away(world):
            for start in range(0, RETURNS, RETURNS // 12):
                for form in document["rmas"][start : start + RETURNS // 12]:
                    perform(world, "arrive", **form, updated_at=watch.now().isoformat())
                with pytest.raises(VendorUnavailable):
                    await _run(world, watch, wire, ledger)
                watch.push(EVERY)
        assert not books(world)["writes"]
        for _ in range(3):
            await _run(world, watch, wire, ledger)
            watch.push(EVERY)
    assert judge_document(books(world), document).exact
    assert wire.too_many <= wire.calls.total() // 500, "a call that waited on its way to the wire, no storm"
