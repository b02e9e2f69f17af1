"""`POST /hooks/returngo/{token}` and `GET /health`.

    202  the hint is in the ledger
    404  not the token, or no such address
    408  the body did not come in time
    413  the body is larger than 64 KiB
    429  too many calls, with Retry-After
    503  the ledger did not take it: nothing was stored

A stranger is answered before its body is read. The token is compared in constant time and is in no log and no answer.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from returnworks.errors import ConfigError, LedgerError
from returnworks.hooks.bucket import Bucket
from returnworks.hooks.hint import Hint, read_hint
from returnworks.hooks.waker import Wake, Waker
from returnworks.ledger import Ledger
from returnworks.ledger.watermarks import HEARD

log = logging.getLogger(__name__)

MAX_BYTES = 64 * 2**10
BODY_SECONDS = 10.0
BURST, PER_SECOND = 200, 20.0
"""Five hundred returns that change together are let in at up to 33 a second; the poll finds what was turned away."""

SHORTEST_TOKEN = 24
"""Characters. The address is all that keeps strangers out."""


class _Refusal(Exception):
    def __init__(self, status: int, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.response = Response(status_code=status, headers=headers)


def hooks_app(
    ledger: Ledger,
    token: SecretStr,
    wake: Wake,
    *,
    bucket: Bucket | None = None,
    body_seconds: float = BODY_SECONDS,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Starlette:
    """The receiver. `wake` is called after hints were stored. Raises ConfigError for a token that could be guessed."""
    if len(token.get_secret_value()) < SHORTEST_TOKEN:
        raise ConfigError(
            f"RETURNWORKS_WEBHOOK_TOKEN is not set or shorter than {SHORTEST_TOKEN} characters.",
            "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    receiver = _Receiver(ledger, token, Waker(wake), bucket or Bucket(BURST, PER_SECOND), body_seconds, clock)
    routes = [
        Route("/hooks/returngo/{token}", receiver.hear, methods=["POST"]),
        Route("/health", receiver.health, methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=receiver.living)


class _Receiver:
    def __init__(
        self,
        ledger: Ledger,
        token: SecretStr,
        waker: Waker,
        bucket: Bucket,
        body_seconds: float,
        clock: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._token = token.get_secret_value().encode()
        self._waker = waker
        self._bucket = bucket
        self._body_seconds = body_seconds
        self._clock = clock

    @asynccontextmanager
    async def living(self, _app: Starlette) -> AsyncIterator[None]:
        yield
        await self._waker.stop()

    async def hear(self, request: Request) -> Response:
        try:
            self._admit(request)
            hint = read_hint(await self._body(request))
            await asyncio.to_thread(self._store, hint)
        except _Refusal as refusal:
            return refusal.response
        except LedgerError:
            log.exception("A webhook could not be stored.")
            return Response(status_code=503, headers={"Retry-After": "30"})
        self._waker.soon(poll=hint.return_id is None)
        return JSONResponse({"stored": True}, 202)

    async def health(self, _request: Request) -> Response:
        """Whether a webhook would be stored now."""
        try:
            await asyncio.to_thread(self._ledger.watermark, HEARD)
        except LedgerError:
            return JSONResponse({"ok": False}, 503)
        return JSONResponse({"ok": True})

    def _admit(self, request: Request) -> None:
        given = str(request.path_params["token"]).encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._token):
            raise _Refusal(404)
        wait = self._bucket.take()
        if wait:
            raise _Refusal(429, {"Retry-After": str(wait)})

    async def _body(self, request: Request) -> bytes:
        try:
            async with asyncio.timeout(self._body_seconds):
                return await _read(request)
        except TimeoutError:
            raise _Refusal(408) from None
        except ClientDisconnect:
            raise _Refusal(400) from None

    def _store(self, hint: Hint) -> None:
        """The return waits in the inbox; without one, that something was heard is all there is to keep."""
        now = self._clock()
        if hint.return_id is not None:
            self._ledger.enqueue([hint.return_id], "webhook", now, hint.event)
        self._ledger.set_watermark(HEARD, now, hint.event)


async def _read(request: Request) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MAX_BYTES:
        raise _Refusal(413)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise _Refusal(413)
    return bytes(body)
