"""The sandbox without sockets: calls go straight to its applications, and a cut line is a cut line."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from random import Random
from typing import Any

import httpx
from starlette.types import ASGIApp, Message

from returnworks.sandbox.linnworks import Linnworks
from returnworks.sandbox.returngo import ReturnGo
from returnworks.sandbox.world import World

LINNWORKS, RETURNGO = "linnworks.example.com", "returngo.example.com"


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to the sandbox's applications by host name. `luck` decides who overtakes whom on the way."""

    def __init__(self, world: World, luck: Random) -> None:
        self._luck = luck
        world.linnworks_url = f"https://{LINNWORKS}"
        self._apps: Mapping[str, ASGIApp] = {LINNWORKS: Linnworks(world), RETURNGO: ReturnGo(world)}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _Exchange(await request.aread())
        await self._travel()
        await self._apps[request.url.host](exchange.scope(request), exchange.receive, exchange.send)
        await self._travel()
        if exchange.cut or exchange.status is None:
            raise httpx.RemoteProtocolError("the line was cut", request=request)
        return httpx.Response(exchange.status, headers=exchange.headers, content=exchange.content)

    async def _travel(self) -> None:
        for _ in range(self._luck.randrange(4)):
            await asyncio.sleep(0)


class _Exchange:
    """One request and its answer, in the words of ASGI. A client that waits for a hanging answer gives up at once."""

    def __init__(self, body: bytes) -> None:
        self._incoming: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        self.cut = False
        self.status: int | None = None
        self.headers: list[tuple[bytes, bytes]] = []
        self.content = b""

    def scope(self, request: httpx.Request) -> dict[str, Any]:
        return {
            "type": "http",
            "method": request.method,
            "path": request.url.path,
            "query_string": request.url.query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "scheme": request.url.scheme,
            "server": (request.url.host, 80),
            "state": {"transport": self},
        }

    def abort(self) -> None:
        """The sandbox cuts the line."""
        self.cut = True

    async def receive(self) -> Message:
        return self._incoming.pop() if self._incoming else {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.content += message.get("body", b"")
