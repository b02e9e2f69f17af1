"""ReturnGO: which returns changed, what each one is, and what money it says moved. We write nothing there.

Every call raises VendorUnavailable, RateLimited (the day's calls may be spent), NotAuthorised, Refused (NotFound) or
BadAnswer. One call at a time, as ReturnGO advises. Calls are 2,000 a day for all shops of a key (documented, default).
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import SecretStr, TypeAdapter

from returnworks.clients.calling import Call, Caller, Patience, Vendor
from returnworks.clients.http import Answer, Http
from returnworks.clients.returngo import translate, wire
from returnworks.clients.returngo.translate import Listed
from returnworks.errors import BadAnswer, NotAuthorised, NotFound
from returnworks.rules.model import Return, Transaction

__all__ = ["Listed", "ReturnGo", "ReturnGoCredentials"]

log = logging.getLogger(__name__)

T = TypeVar("T")

PAGE = 500
"""The most (documented)."""

RETURNS_AT_ONCE = 100
"""In one `rma_ids` filter; no limit is documented, and the address stays well under 8 KiB."""

RETURNGO = Vendor(
    name="ReturnGO",
    address_variable="RETURNWORKS_RETURNGO_URL",
    quota_waits=(1, 2, 4),
    longest_wait=30,
)
"""A second's quota clears while we wait; a day's does not, and ends as RateLimited. No Retry-After was seen."""


@dataclass(frozen=True)
class ReturnGoCredentials:
    """A store owner's key and the one shop, by its permanent myshopify domain, that it is used for."""

    url: str
    api_key: SecretStr
    shop: str


class ReturnGo:
    """One shop. An async context manager; makes no call before it is asked to."""

    def __init__(
        self,
        credentials: ReturnGoCredentials,
        *,
        timeout: float = 30,
        transport: httpx.AsyncBaseTransport | None = None,
        page_size: int = PAGE,
        patience: Patience | None = None,
    ) -> None:
        """`timeout` is in seconds."""
        self._credentials = credentials
        self._http = Http(timeout=timeout, transport=transport)
        self._caller = Caller(RETURNGO, lambda: credentials.url, self._secrets, patience or Patience(tries=3))
        self._page_size = page_size
        self._one_at_a_time = asyncio.Lock()
        self.calls_by_method: Counter[str] = Counter()
        """Requests sent so far, repeated ones included: each costs one of the day's calls."""
        self.last_request_id: str | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    @property
    def calls(self) -> int:
        """Requests sent so far."""
        return self.calls_by_method.total()

    @property
    def clock_ahead(self) -> timedelta | None:
        """By how much ReturnGO's clock is ahead of ours, to a second; None before the first answer."""
        return self._http.clock_ahead

    async def changed_since(
        self, since: datetime | None, statuses: Sequence[str] = ()
    ) -> AsyncIterator[tuple[Listed, ...]]:
        """Pages of returns that changed at or after `since` (aware; None: all), of `statuses` only when given.

        A row may come twice when returns change while the pages are read.
        """
        query = {"status": ",".join(statuses)} if statuses else {}
        if since is not None:
            query["rma_updated_at"] = translate.since_filter(since)
        cursors = _Cursors("/rmas")
        while cursors.more:
            page = await self._ask("/rmas", wire.RMA_PAGE, query | self._page(cursors))
            if page.rmas:
                yield tuple(translate.listed(row) for row in page.rmas)
            cursors.step(page.next_cursor if page.rmas else None)

    async def get_return(self, return_id: str) -> Return:
        """The return as it is now. Raises NotFound when this shop has none of that number."""
        call = Call("/rma/{rmaId}")
        answer = await self._answer(call, f"/rma/{quote(return_id, safe='')}", {})
        if answer.status in (400, 404):
            text = f"it has no return {return_id} in {self._credentials.shop} ({answer.status})"
            raise self._caller.refused(call, text, answer, NotFound)
        self._caller.judge(call, answer)
        found = translate.the_return(self._caller.decode(call, answer, wire.RMA), self._credentials.shop)
        if found.return_id != return_id:
            raise BadAnswer(f"ReturnGO was asked for RMA {return_id} and answered with RMA {found.return_id}.")
        return found

    def transactions_since(self, since: datetime | None) -> AsyncIterator[tuple[Transaction, ...]]:
        """Pages of transactions of all returns that changed at or after `since` (aware; None: all)."""
        return self._transactions({} if since is None else {"updated_at": translate.since_filter(since)})

    async def transactions_of(self, return_ids: Sequence[str]) -> AsyncIterator[tuple[Transaction, ...]]:
        """Pages of the transactions of these returns; rows do not say of which."""
        different = list(dict.fromkeys(return_ids))
        for start in range(0, len(different), RETURNS_AT_ONCE):
            some = different[start : start + RETURNS_AT_ONCE]
            async for page in self._transactions({"rma_ids": ",".join(some)}):
                yield page

    async def _transactions(self, query: dict[str, str]) -> AsyncIterator[tuple[Transaction, ...]]:
        cursors = _Cursors("/transactions")
        while cursors.more:
            page = await self._ask("/transactions", wire.TRANSACTION_PAGE, query | self._page(cursors))
            if page.transactions:
                yield tuple(translate.transaction(row) for row in page.transactions)
            cursors.step(page.next_cursor if page.transactions else None)

    def _page(self, cursors: _Cursors) -> dict[str, str]:
        return {"pagesize": str(self._page_size)} | ({"cursor": cursors.at} if cursors.at else {})

    async def _ask(self, path: str, shape: TypeAdapter[T], query: Mapping[str, str]) -> T:
        call = Call(path)
        answer = await self._answer(call, path, query)
        self._caller.judge(call, answer)
        return self._caller.decode(call, answer, shape)

    async def _answer(self, call: Call, path: str, query: Mapping[str, str]) -> Answer:
        async def once() -> Answer:
            self.calls_by_method[call.method] += 1
            address = self._credentials.url.rstrip("/") + path
            answer = await self._http.send("GET", address, headers=self._headers(), query=query)
            self.last_request_id = answer.request_id
            return answer

        async with self._one_at_a_time:
            answer = await self._caller.send(call, once)
        self._check_rights(answer)
        return answer

    def _headers(self) -> dict[str, str]:
        return {"x-api-key": self._credentials.api_key.get_secret_value(), "x-shop-name": self._credentials.shop}

    def _check_rights(self, answer: Answer) -> None:
        if answer.status == 401:
            raise NotAuthorised("ReturnGO refused the API key (401). Check RETURNWORKS_RETURNGO_API_KEY.")
        if answer.status == 403:
            raise NotAuthorised(
                f"ReturnGO does not let this API key see the shop {self._credentials.shop} (403). Check "
                f"RETURNWORKS_RETURNGO_SHOP (the permanent myshopify domain) and RETURNWORKS_RETURNGO_API_KEY."
            )

    def _secrets(self) -> list[str]:
        return [self._credentials.api_key.get_secret_value()]


class _Cursors:
    """Where a list goes on. It ends without a cursor, and at one that came before, which would never end."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._seen: set[str] = set()
        self.at: str | None = None
        self.more = True

    def step(self, cursor: str | None) -> None:
        self.more = cursor is not None and cursor not in self._seen
        if cursor is None:
            return
        if not self.more:
            log.warning("ReturnGO %s gave the same cursor again; the list is taken to end there", self._path)
        self._seen.add(cursor)
        self.at = cursor
