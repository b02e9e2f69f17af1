"""A receiver on loopback, on a ledger of its own, that notes whom it woke."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from returnworks.hooks import hooks_app, serving
from returnworks.hooks.bucket import Bucket
from returnworks.ledger import Ledger

TOKEN = "kettles-and-cups-and-saucers-and-spoons"
"""Long enough, and nowhere else in the tests."""


@dataclass
class Receiver:
    """`post` sends one webhook; `wakings` holds the `poll` of every waking; `port` is where it listens."""

    client: httpx.AsyncClient
    ledger: Ledger
    port: int
    wakings: asyncio.Queue[bool] = field(default_factory=asyncio.Queue)

    async def post(self, body: object = None, token: str = TOKEN, **more: object) -> httpx.Response:
        given = more if body is None else {"json": body, **more}
        return await self.client.post(f"/hooks/returngo/{token}", **given)

    async def woken(self) -> bool:
        """The next waking's `poll`."""
        return await asyncio.wait_for(self.wakings.get(), 5)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}") as opened:
        yield opened


@asynccontextmanager
async def listening(ledger: Ledger, **options: object) -> AsyncIterator[Receiver]:
    wakings: asyncio.Queue[bool] = asyncio.Queue()

    async def wake(poll: bool) -> None:
        wakings.put_nowait(poll)

    app = hooks_app(ledger, SecretStr(TOKEN), options.pop("wake", wake), **options)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = serving(app, "127.0.0.1", port)
    running = asyncio.create_task(server.serve([listener]))
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            yield Receiver(client, ledger, port, wakings)
    finally:
        server.should_exit = server.force_exit = True
        await running


@pytest.fixture
async def receiver(ledger: Ledger) -> AsyncIterator[Receiver]:
    async with listening(ledger) as ready:
        yield ready


@pytest.fixture
def hand_wound() -> Callable[[int], tuple[Bucket, list[float]]]:
    """A bucket of some tokens, one more a second, whose clock is a list that the test writes to."""

    def make(burst: int) -> tuple[Bucket, list[float]]:
        now = [0.0]
        return Bucket(burst, 1.0, lambda: now[-1]), now

    return make
