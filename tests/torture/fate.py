"""Where a process may die: before a write leaves, after it was answered, around every commit of the ledger.

A `Fate` is told of each such moment. It may count them, or end the process there: for good (SIGKILL), or, where
a thousand deaths must be cheap, by `Killed`, after which neither the ledger nor the wire does anything more, so
that no `finally` can tidy up what a dead process could not.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NoReturn, Self

import httpx
from sqlalchemy.orm import Session

from returnworks.ledger import Ledger, PostingRecord
from returnworks.rules.states import Event

READS = ("Get", "Search", "Authorize")


class Killed(BaseException):
    """The process is dead. No `except Exception` holds it up."""


class Fate:
    """Lets everything pass and remembers the named moments."""

    def __init__(self) -> None:
        self.moments: list[str] = []
        self.dead = False

    def at(self, moment: str) -> None:
        """The process is at `moment`; it may not come back from here."""
        self.live()
        self.moments.append(moment)
        if self.is_due():
            self.end()

    def is_due(self) -> bool:
        return False

    def live(self) -> None:
        if self.dead:
            raise Killed

    def end(self) -> NoReturn:
        self.dead = True
        raise Killed


class KilledAt(Fate):
    """Dies at its n-th moment, for good."""

    def __init__(self, moment: int) -> None:
        super().__init__()
        self._last = moment

    def is_due(self) -> bool:
        return len(self.moments) >= self._last

    def end(self) -> NoReturn:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("nobody survives SIGKILL")


class FaintsAt(KilledAt):
    """Dies at its n-th moment as far as the world can see, in a process that goes on."""

    def end(self) -> NoReturn:
        Fate.end(self)


class FatedTransport(httpx.AsyncBaseTransport):
    """A transport to Linnworks or ReturnGO with a moment before each write leaves and after it was answered."""

    def __init__(self, inner: httpx.AsyncBaseTransport, fate: Fate) -> None:
        self._inner = inner
        self._fate = fate

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._fate.live()
        method = request.url.path.rpartition("/")[2]
        writes = request.method == "POST" and not method.startswith(READS)
        if writes:
            self._fate.at(f"{method}: about to leave")
        response = await self._inner.handle_async_request(request)
        if writes:
            await response.aread()
            self._fate.at(f"{method}: done and answered")
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class FatedLedger(Ledger):
    """A ledger with a moment before and after each commit; those of the protocol have names."""

    fate: Fate
    every_commit = False
    """Also a moment before and after each other commit, and just before those that have names."""

    @classmethod
    def beside(cls, ledger: Ledger) -> Self:
        """Another worker's view of the same open database; closing it closes nothing."""
        return cls(ledger._engine)

    @contextmanager
    def _write(self, subject: str | None = None) -> Iterator[Session]:
        self.fate.live()
        with super()._write(subject) as session:
            yield session
            if self.every_commit:
                self.fate.at("about to commit")
        if self.every_commit:
            self.fate.at("committed")

    def intend(self, *args: Any, **more: Any) -> Any:
        done = super().intend(*args, **more)
        if done.new:
            self.fate.at("intent written")
        return done

    def claim(self, *args: Any, **more: Any) -> list[PostingRecord]:
        done = super().claim(*args, **more)
        if done:
            self.fate.at("order leased")
        return done

    def begin(self, reference: str, worker: str, action: str, request: dict[str, Any], now: datetime) -> int:
        done = super().begin(reference, worker, action, request, now)
        self.fate.at(f"{action.partition(',')[0]}: written down that it will be sent")
        return done

    def finish(self, attempt_id: int, event: Event, now: datetime, **more: Any) -> PostingRecord:
        done = super().finish(attempt_id, event, now, **more)
        self.fate.at(f"answer written down ({event})")
        return done

    def release(self, worker: str, order_ids: Sequence[str]) -> None:  # type: ignore[override]
        super().release(worker, order_ids)
        if order_ids:
            self.fate.at("order given back")
