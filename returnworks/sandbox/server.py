"""One process, three loopback ports: ReturnGO, Linnworks, control."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from returnworks.sandbox.control import control_app
from returnworks.sandbox.linnworks import Linnworks
from returnworks.sandbox.returngo import ReturnGo
from returnworks.sandbox.world import Credentials, World

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ready:
    """What a client needs to know. `urls` has returngo, linnworks and control."""

    urls: dict[str, str]
    credentials: dict[str, str]

    def show(self) -> dict[str, Any]:
        return asdict(self)


ReadyCallback = Callable[[Ready], None]


class _Protocol(H11Protocol):
    """Hands the connection to the application, which may be told to cut it, and sends without delay."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class _Server(uvicorn.Server):
    """Says when it is up, and leaves signals to whoever runs the loop, as there are three of these in it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listen(port: int) -> socket.socket:
    listener = socket.create_server((HOST, port), backlog=256)
    listener.setblocking(False)
    return listener


def _url(listener: socket.socket) -> str:
    return f"http://{HOST}:{listener.getsockname()[1]}"


def _server(app: ASGIApp) -> _Server:
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_keep_alive=60,
        date_header=False,
    )
    return _Server(config)


async def serve(
    returngo_port: int = 0,
    linnworks_port: int = 0,
    control_port: int = 0,
    ready: ReadyCallback | None = None,
    stop: asyncio.Event | None = None,
    credentials: Credentials | None = None,
    world: World | None = None,
) -> None:
    """Play until `stop` is set, or for ever. Port 0 is any free port; `ready` is told which ones they are.

    `world` is one that was made before, with what is in it; else an empty one. Raises `OSError` when a port is taken.
    """
    world = world or World(credentials)
    listeners = [_listen(port) for port in (returngo_port, linnworks_port, control_port)]
    urls = dict(zip(("returngo", "linnworks", "control"), map(_url, listeners), strict=True))
    world.linnworks_url = urls["linnworks"]
    told = Ready(urls, asdict(world.credentials))
    apps: list[ASGIApp] = [ReturnGo(world), Linnworks(world), control_app(world, told.show())]
    servers = [_server(app) for app in apps]
    tasks = [asyncio.create_task(s.serve([at])) for s, at in zip(servers, listeners, strict=True)]
    try:
        await asyncio.gather(*(server.up.wait() for server in servers))
        if ready:
            ready(told)
        await (stop or asyncio.Event()).wait()
    finally:
        await _close(servers, tasks)


async def _close(servers: list[_Server], tasks: list[asyncio.Task[None]]) -> None:
    """At once: a hanging answer is not waited for."""
    for server in servers:
        server.should_exit = server.force_exit = True
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)


def run(
    returngo_port: int = 0, linnworks_port: int = 0, control_port: int = 0, ready: ReadyCallback | None = None
) -> None:
    """Play until interrupted."""
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(returngo_port, linnworks_port, control_port, ready))
