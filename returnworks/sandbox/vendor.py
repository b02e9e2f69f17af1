"""What both played vendors have in common: being called, being counted, and going wrong on request."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from decimal import Decimal
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from returnworks.sandbox.faults import Fault
from returnworks.sandbox.world import World


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not for the wire")


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Amounts go out as JSON numbers, as both vendors send them."""
    text = json.dumps(body, default=_plain)
    return Response(text, status, headers, media_type="application/json")


class Vendor(ABC):
    """An ASGI application. A subclass says what the method is called and what the answer is."""

    name: str

    def __init__(self, world: World) -> None:
        self.world = world

    @abstractmethod
    def method_of(self, request: Request) -> str:
        """The vendor's name for what is called; faults and tallies go by it."""

    @abstractmethod
    def answer(self, request: Request, method: str, body: bytes, fault: Fault | None) -> Response:
        """Do it, and say so."""

    @abstractmethod
    def quota_response(self, status: int, retry_after: int | None) -> Response:
        """What the vendor says when it is called too often."""

    @abstractmethod
    def refusing_response(self, method: str) -> Response:
        """HTTP 200 with a body that refuses."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            return  # the client died before it had said what it wants
        method = self.method_of(request)
        self.world.tallies.calls[self.name, method] += 1
        fault = self.world.faults.take(self.name, method)
        response = self._respond(request, method, body, fault)
        if fault and fault.kind in ("hang", "hang_after"):
            await _wait_for_the_client_to_leave(receive, fault.seconds)
        if response is None:
            await _cut(scope)
        else:
            response.headers["Date"] = format_datetime(self.world.now, usegmt=True)
            await response(scope, receive, send)

    def _respond(self, request: Request, method: str, body: bytes, fault: Fault | None) -> Response | None:
        """None: the connection closes without an answer."""
        kind = fault.kind if fault else ""
        if kind in ("drop_before", "hang"):
            return None
        if fault and kind in ("error_before", "quota", "quota_400", "errors_in_200"):
            return self._early(method, fault)
        if kind == "expire_session":
            self.world.sessions.clear()
        with self.world.under(fault):
            response = self.answer(request, method, body, fault)
        return _spoilt(response, kind)

    def _early(self, method: str, fault: Fault) -> Response:
        if fault.kind == "error_before":
            return _server_error()
        if fault.kind == "errors_in_200":
            return self.refusing_response(method)
        return self.quota_response(429 if fault.kind == "quota" else 400, fault.retry_after)


def _spoilt(response: Response, kind: str) -> Response | None:
    """The answer to a call that was carried out, as the fault lets it through."""
    if kind in ("drop_after", "hang_after"):
        return None
    if kind == "error_after":
        return _server_error()
    if kind == "empty_body":
        return Response(b"", 200)
    if kind == "not_json":
        return Response("<html><body>Service page</body></html>", 200, media_type="text/html")
    if kind in ("duplicate_rows", "reorder_rows"):
        rows = json.loads(bytes(response.body), parse_float=Decimal)
        return json_response(_shuffled(rows, kind), response.status_code)
    return response


def _shuffled(body: Any, kind: str) -> Any:
    """The outermost lists of an answer, with a row doubled or in reverse."""
    if isinstance(body, list):
        return [*body[:1], *body] if kind == "duplicate_rows" else body[::-1]
    if isinstance(body, dict):
        return {name: _shuffled(value, kind) for name, value in body.items()}
    return body


def _server_error() -> Response:
    return json_response({"Message": "An error has occurred."}, 500)


async def _wait_for_the_client_to_leave(receive: Receive, seconds: float) -> None:
    async def gone() -> None:
        message: Message = {"type": ""}
        while message["type"] != "http.disconnect":
            message = await receive()

    try:
        await asyncio.wait_for(gone(), seconds)
    except TimeoutError:
        return


async def _cut(scope: Scope) -> None:
    """Close the connection under the client, without a byte of answer; `server` puts the transport there."""
    scope["state"]["transport"].abort()
    await asyncio.sleep(0.01)


def request_id() -> str:
    return str(uuid4())
