"""A small honest server on loopback that answers as it is told: with a status, late, in half, or not at all."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Reply:
    """`body`: JSON values, or bytes as they are."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Silence:
    """The request is read and nothing ever comes back."""


@dataclass(frozen=True)
class Reset:
    """The request is read, then the connection breaks, after `first` bytes of an answer."""

    first: bytes = b""


Act = Reply | Silence | Reset


@dataclass(frozen=True)
class Seen:
    verb: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


class Vendor:
    """`tell` says how a path answers: each act once, the last one for ever. What it does not know is 404."""

    def __init__(self) -> None:
        self.url = ""
        self.seen: list[Seen] = []
        self._acts: dict[str, list[Act]] = defaultdict(list)

    def tell(self, path: str, *acts: Act | dict[str, Any] | list[Any]) -> None:
        self._acts[path] = [Reply(act) if isinstance(act, (dict, list)) else act for act in acts]

    def paths(self) -> list[str]:
        return [request.path for request in self.seen]

    def asked(self, path: str) -> list[Seen]:
        return [request for request in self.seen if request.path == path]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await _read(reader):
                self.seen.append(request)
                if not await self._act(self._next(request.path), writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _next(self, path: str) -> Act:
        acts = self._acts[path]
        if not acts:
            return Reply({"Message": "no such method"}, 404)
        return acts.pop(0) if len(acts) > 1 else acts[0]

    async def _act(self, act: Act, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection stays open."""
        match act:
            case Silence():
                await asyncio.sleep(60)
            case Reset(first):
                writer.write(first)
                await writer.drain()
                writer.transport.abort()
            case Reply():
                writer.write(_bytes(act))
                await writer.drain()
                return True
        return False


async def _read(reader: asyncio.StreamReader) -> Seen | None:
    head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
    if not head:
        return None
    first, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest if line)}
    content = await reader.readexactly(int(headers.get("content-length", 0)))
    verb, target, _ = first.split(" ")
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Seen(verb, parts.path, query, headers, json.loads(content) if content else None)


def _bytes(reply: Reply) -> bytes:
    content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
    headers = {"Content-Length": str(len(content)), "Content-Type": "application/json", **reply.headers}
    lines = [f"HTTP/1.1 {reply.status} Something", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + content


@asynccontextmanager
async def running() -> AsyncIterator[Vendor]:
    vendor = Vendor()
    conversations: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        conversations.add(task)
        await vendor.serve(reader, writer)

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    vendor.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield vendor
    finally:
        server.close()
        for task in conversations:
            task.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)
