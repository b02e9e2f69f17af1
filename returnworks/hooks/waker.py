"""Waking whoever reads the inbox: at once after a quiet time, and once for many hints that come together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

Wake = Callable[[bool], Awaitable[None]]
"""Starts a reading of the inbox; the argument says whether ReturnGO must be polled first."""

PAUSE = 60.0
"""Seconds between two wakings. A poll costs some of ReturnGO's calls of the day, however many hints asked for it."""


class Waker:
    """Best effort: a waking that fails is logged, and the schedule reads the inbox as it always does."""

    def __init__(self, wake: Wake, pause: float = PAUSE) -> None:
        self._wake = wake
        self._pause = pause
        self._wanted = False
        self._poll = False
        self._task: asyncio.Task[None] | None = None

    def soon(self, *, poll: bool) -> None:
        """Wake now, or after the pause since the last time; what is asked for meanwhile is one waking."""
        self._wanted = True
        self._poll = self._poll or poll
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Wake nobody any more; what was asked for and not done is left to the schedule."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while self._wanted:
            poll, self._wanted, self._poll = self._poll, False, False
            try:
                await self._wake(poll)
            except Exception as problem:  # whatever it is, the hint is stored and the schedule will read it
                log.warning("The drain could not be woken (%s); its schedule reads the hint.", type(problem).__name__)
            await asyncio.sleep(self._pause)
