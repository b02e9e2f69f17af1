"""One session with Linnworks: opened when first needed, opened again when Linnworks forgot it, shared by all calls.

A session ends after twenty minutes without a call (documented); the unit of its TTL is not documented, so it is not
used: a 401 says that the session is over, and is raised before the call is executed (assumed), so that writes too go
again after it, once.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import SecretStr

from returnworks.clients.calling import Call, Caller, Patience, Vendor
from returnworks.clients.http import Answer, Http, redacted
from returnworks.clients.limits import Limits
from returnworks.clients.linnworks import wire
from returnworks.errors import BadAnswer, NotAuthorised, OutcomeUnknown, Refused, VendorUnavailable

log = logging.getLogger(__name__)

T = TypeVar("T")

LINNWORKS = Vendor(
    name="Linnworks",
    address_variable="RETURNWORKS_LINNWORKS_AUTH_URL",
    quota_waits=(5, 15, 40),
    quota_period=60,
    quota_text="API calls quota exceeded",
)
"""The quota is per minute (documented), so the waits add up to one; its text came under other statuses (observed)."""

VARIABLES = (
    "RETURNWORKS_LINNWORKS_APPLICATION_ID, RETURNWORKS_LINNWORKS_APPLICATION_SECRET and RETURNWORKS_LINNWORKS_TOKEN"
)

_last_request: ContextVar[str | None] = ContextVar("linnworks_last_request", default=None)


@dataclass(frozen=True)
class LinnworksCredentials:
    """A System Integration application and the token of its installation on one account."""

    auth_url: str
    application_id: SecretStr
    application_secret: SecretStr
    token: SecretStr


@dataclass(frozen=True, slots=True, eq=False)
class _Opened:
    server: str
    token: SecretStr


class Session:
    """Calls Linnworks' methods. `calls` counts every request that was sent, by method."""

    def __init__(self, credentials: LinnworksCredentials, http: Http, limits: Limits, patience: Patience) -> None:
        self._credentials = credentials
        self._http = http
        self._limits = limits
        self._caller = Caller(LINNWORKS, self._address, self._secrets, patience)
        self._opened: _Opened | None = None
        self._opening = asyncio.Lock()
        self.calls: Counter[str] = Counter()

    @property
    def last_request_id(self) -> str | None:
        """Linnworks' id of the last request that the present task sent, where it gave one."""
        return _last_request.get()

    async def server(self) -> str:
        """Scheme and host that calls go to, opening a session if there is none."""
        return (await self._present()).server

    async def ask(
        self,
        method: wire.Method[T],
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        reference: str = "",
    ) -> T:
        """The method's answer. `reference` names a write in OutcomeUnknown."""
        call = Call(method.name, method.writes, reference)
        answer = await self._answer(call, method.verb, method.per_minute, query, body)
        return self._caller.decode(call, answer, method.answer)

    async def do(self, deed: wire.Deed, body: Any, reference: str) -> None:
        """A write whose answer says nothing."""
        await self._answer(Call(deed.name, True, reference), "POST", deed.per_minute, None, body)

    def refused(self, method: wire.Method[Any], reason: str) -> Refused:
        """Linnworks said no in the body of a 200."""
        said = redacted(reason, self._secrets()) or "no reason given"
        message = f"Linnworks refused {method.name}: {said}"
        return Refused(message, reason=said, request_id=self.last_request_id)

    def unknown(self, method: wire.Method[Any], problem: str, reference: str) -> OutcomeUnknown:
        """Linnworks said yes and no at once, or neither."""
        return self._caller.unknown(Call(method.name, True, reference), problem, self.last_request_id)

    def bad_answer(self, method: wire.Method[Any], problem: str) -> BadAnswer:
        return BadAnswer(f"Linnworks answered {method.name} with something else than was asked for: {problem}.")

    async def _answer(
        self, call: Call, verb: str, per_minute: int, query: Mapping[str, str] | None, body: Any
    ) -> Answer:
        """A 2xx answer. A session that is over is opened again, once."""
        allowance = self._limits.of(call.method, per_minute)
        used: list[_Opened] = []

        async def once() -> Answer:
            await allowance.take()
            opened = await self._present()
            used.append(opened)
            headers = {"Authorization": opened.token.get_secret_value()}
            return await self._send(call.method, verb, opened.server, headers, query, body)

        answer = await self._caller.send(call, once, allowance.pause)
        if answer.status == 401:
            self._forget(used[-1])
            answer = await self._caller.send(call, once, allowance.pause)
        self._check_rights(call, answer)
        self._caller.judge(call, answer)
        return answer

    async def _send(
        self,
        method: str,
        verb: str,
        server: str,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None,
        body: Any,
    ) -> Answer:
        self.calls[method] += 1
        _last_request.set(None)
        answer = await self._http.send(verb, f"{server}/api/{method}", headers=headers, query=query, body=body)
        _last_request.set(answer.request_id)
        return answer

    def _check_rights(self, call: Call, answer: Answer) -> None:
        said = redacted(answer.message, self._secrets())
        if answer.status == 401:
            raise NotAuthorised(
                f"Linnworks does not accept the session that it has just opened for {call.method} (401). "
                f"Check that the application is still installed, and {VARIABLES}."
            )
        if answer.status == 403:
            raise NotAuthorised(
                f"Linnworks denies the application {call.method} (403){': ' + said if said else ''}. "
                f"Give it the permission in Linnworks, then try again."
            )

    async def _present(self) -> _Opened:
        """The open session. Whoever comes while it is being opened waits for that one."""
        async with self._opening:
            if self._opened is None:
                self._opened = await self._open()
            return self._opened

    def _forget(self, stale: _Opened) -> None:
        """Only the session that was refused: another call may have opened a new one meanwhile."""
        if self._opened is stale:
            self._opened = None

    async def _open(self) -> _Opened:
        call = Call(wire.AUTHORISE.name)
        allowance = self._limits.of(call.method, wire.AUTHORISE.per_minute)
        body = self._authorisation()

        async def once() -> Answer:
            await allowance.take()
            return await self._send(call.method, "POST", self._credentials.auth_url.rstrip("/"), {}, None, body)

        answer = await self._caller.send(call, once, allowance.pause)
        if answer.status in (400, 401, 403):
            raise NotAuthorised(
                f"Linnworks refused the application id, secret or token ({answer.status}). Check {VARIABLES}."
            )
        self._caller.judge(call, answer)
        session = self._caller.decode(call, answer, wire.AUTHORISE.answer)
        self._check_state(session)
        return _Opened(self._checked_server(session.server), SecretStr(session.token))

    def _authorisation(self) -> dict[str, Any]:
        keys = self._credentials
        return wire.Authorise(
            application_id=keys.application_id.get_secret_value(),
            application_secret=keys.application_secret.get_secret_value(),
            token=keys.token.get_secret_value(),
        ).body()

    def _check_state(self, session: wire.OpenedSession) -> None:
        state = session.status.state if session.status else "AVAILABLE"
        if state == "MAINTENANCE":
            raise VendorUnavailable("Linnworks is under maintenance. Nothing was changed.", vendor="Linnworks")
        if state == "LOCKED_FULL":
            raise NotAuthorised("Linnworks has locked the account. Its owner must unlock it in Linnworks.")

    def _checked_server(self, server: str) -> str:
        """The token is only sent where it is at least as safe as where it came from."""
        parts = urlsplit(server)
        allowed = {"https", urlsplit(self._credentials.auth_url).scheme}
        if parts.scheme not in allowed or not parts.hostname:
            raise self.bad_answer(wire.AUTHORISE, "Server is not an https address")
        return server.rstrip("/")

    def _address(self) -> str:
        return self._opened.server if self._opened else self._credentials.auth_url

    def _secrets(self) -> list[str]:
        keys = self._credentials
        own = [keys.application_id, keys.application_secret, keys.token]
        return [secret.get_secret_value() for secret in (*own, *([self._opened.token] if self._opened else []))]
