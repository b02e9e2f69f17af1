"""One HTTP exchange with a vendor: time-outs, a size limit, JSON without floats. It repeats nothing and judges nothing.

Two failures are kept apart, because for a write they are worlds apart:

Failed
├── NotSent    no connection was made, so the vendor cannot have seen the request
└── Lost       the request was sent, or may have been, and no whole answer came back

Headers and bodies are never logged, and no error keeps the request it was about: both hold keys.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any, NoReturn
from urllib.parse import urlsplit

import httpx

from returnworks import __version__

log = logging.getLogger(__name__)

MAX_BYTES = 32 * 2**20
"""Largest answer that is read, after decompression. The largest honest one (500 orders in full) is some 5 MiB."""

CONNECT_SECONDS = 10.0
REQUEST_ID_HEADERS = ("x-amzn-requestid", "x-amz-apigw-id", "x-request-id", "request-id", "x-correlation-id")
"""ReturnGO's support asks for the first two (documented). Linnworks documents none; the rest are common names."""


class Failed(Exception):
    """No usable answer. `str()` says what happened, without address, headers or body."""


class NotSent(Failed):
    """Nobody was reached: the request cannot have had an effect."""


class Lost(Failed):
    """The request may have had its effect; nobody knows."""


class Body(Enum):
    """What stands in an `Answer` instead of parsed JSON."""

    EMPTY = "empty"
    UNREADABLE = "not JSON"


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer of any status."""

    status: int
    body: Any = field(repr=False)
    """Parsed JSON with `Decimal` for every number that has a point, or a `Body`."""
    text: str = field(default="", repr=False)
    """The first 500 characters of a body that is not JSON, else ""."""
    request_id: str | None = None
    retry_after: float | None = None
    """Seconds, from `Retry-After` in either of its forms."""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def message(self) -> str:
        """The vendor's own sentence: `Message`, `message`, `error`, `detail` or plain text; "" when it gave none."""
        if isinstance(self.body, dict):
            by_name = {str(key).lower(): value for key, value in self.body.items()}
            found = (by_name.get(name) for name in ("message", "error", "detail", "title"))
            return next((text for text in found if isinstance(text, str) and text), "")
        if isinstance(self.body, str):
            return self.body[:500]
        return self.text


class Http:
    """One long-lived pool of connections to one vendor. TLS is verified, redirects are not followed."""

    def __init__(
        self,
        *,
        timeout: float = 30,
        max_bytes: int = MAX_BYTES,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`timeout`: seconds of silence that are waited for; a whole call may take three times as long."""
        self.clock_ahead: timedelta | None = None
        """By how much the vendor's clock was ahead of ours at its last answer that had a `Date`; exact to a second."""
        self._deadline = 3 * timeout
        self._max_bytes = max_bytes
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout)),
            headers={"Accept": "application/json", "User-Agent": f"returnworks/{__version__}"},
            transport=transport,
            follow_redirects=False,
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def send(
        self,
        verb: str,
        url: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> Answer:
        """Send once and read the whole answer. `body` is sent as JSON; None sends none. Raises NotSent or Lost."""
        try:
            request = self._client.build_request(verb, url, headers=dict(headers), params=query or None, json=body)
            async with asyncio.timeout(self._deadline):
                return await self._exchange(request)
        except Failed as failed:
            failure = failed
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, UnicodeError) as error:
            failure = _failure(error)
        raise failure  # out here, so that it does not hold the library's exception, which holds the keys

    async def _exchange(self, request: httpx.Request) -> Answer:
        response = await self._client.send(request, stream=True)
        try:
            ahead = clock_ahead(response.headers.get("date"), datetime.now(UTC))
            self.clock_ahead = self.clock_ahead if ahead is None else ahead
            content = await self._read(response)
        finally:
            await response.aclose()
        log.debug("%s %s: %s, %s bytes", request.method, request.url.path, response.status_code, len(content))
        return _answer(response, content)

    async def _read(self, response: httpx.Response) -> bytes:
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > self._max_bytes:
                raise Lost(f"the answer is larger than {self._max_bytes:,} bytes")
            chunks.append(chunk)
        return b"".join(chunks)


NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


def _failure(error: Exception) -> Failed:
    if isinstance(error, (httpx.LocalProtocolError, UnicodeError)):
        return NotSent(
            "the request could not be written: a key, the shop or the address has characters that it must not"
        )
    if isinstance(error, NEVER_SENT):
        return NotSent(_said(error, "no connection"))
    if isinstance(error, (httpx.TimeoutException, TimeoutError)):
        return Lost("no answer in time")
    return Lost(_said(error, "the connection broke"))


def _said(error: Exception, what: str) -> str:
    """The kind of failure, and the library's words, which name hosts and system errors but no keys."""
    words = str(error).strip()
    return f"{what} ({words})" if words else f"{what} ({type(error).__name__})"


def _answer(response: httpx.Response, content: bytes) -> Answer:
    body, text = _parse(content)
    return Answer(
        status=response.status_code,
        body=body,
        text=text,
        request_id=next((response.headers[h] for h in REQUEST_ID_HEADERS if h in response.headers), None),
        retry_after=seconds_to_wait(response.headers.get("retry-after"), datetime.now(UTC)),
    )


def _parse(content: bytes) -> tuple[Any, str]:
    if not content.strip():
        return Body.EMPTY, ""
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_no_constant), ""
    except (ValueError, RecursionError):
        return Body.UNREADABLE, content[:500].decode("utf-8", "replace")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def clock_ahead(header: str | None, now: datetime) -> timedelta | None:
    """How far the HTTP date in `Date` is ahead of `now`; None when absent or no date."""
    try:
        at = parsedate_to_datetime(header) if header else None
    except ValueError:
        return None
    return at - now if at is not None and at.tzinfo else None


def seconds_to_wait(header: str | None, now: datetime) -> float | None:
    """`Retry-After` as seconds from `now`: a number or an HTTP date; None when absent or neither."""
    if not header:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())


PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # e-mail addresses
    r"|\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b"  # IBANs
    r"|\+\d[\d ()-]{7,}\d"  # telephone numbers written internationally
)


def redacted(text: str, secrets: Sequence[str] = (), limit: int = 300) -> str:
    """`text` on one line of at most `limit` characters, without `secrets`, e-mail addresses, IBANs, telephones."""
    return PERSONAL.sub("…", " ".join(_hidden(text, secrets).split()))[:limit]


def without_secrets(text: str, secrets: Sequence[str]) -> str:
    """The whole of `text`, with "…" for each of `secrets`, and for e-mail addresses, IBANs and telephones."""
    return PERSONAL.sub("…", _hidden(text, secrets))


def _hidden(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        if secret:
            text = text.replace(secret, "…")
    return text


def origin(url: str) -> str:
    """Scheme, host and port of an address, for messages: no path, no user, no password."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")
