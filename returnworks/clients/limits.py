"""The calls that a vendor allows in a minute, method by method."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

MINUTE = 61.0
"""Seconds, one more than the vendor's: a call is counted there when it arrives, which may be sooner or later than
it started here."""

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class Allowance:
    """One method's calls: at most `per_minute` in any `MINUTE`, all of them at once if nobody called before.

    A moving minute never exceeds the vendor's fixed one, wherever that begins. Callers are served in turn.
    """

    def __init__(self, per_minute: int, clock: Clock = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._starts: deque[float] = deque(maxlen=max(1, per_minute))
        """When the last `per_minute` calls started or will start, oldest first."""
        self._paused_until = 0.0

    async def take(self) -> None:
        """Return when one call may be sent now."""
        start = max(self._clock(), self._earliest())
        self._starts.append(start)
        while (wait := max(start, self._paused_until) - self._clock()) > 0:
            await self._sleep(wait)

    def pause(self, seconds: float) -> None:
        """The vendor said no more calls: nobody starts one before `seconds` have passed."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    def _earliest(self) -> float:
        full = len(self._starts) == self._starts.maxlen
        return self._starts[0] + MINUTE if full else self._clock()


class Limits:
    """An `Allowance` for every method, made when it is first called."""

    def __init__(self, scale: float = 1.0, clock: Clock = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        """`scale` multiplies every allowance: 0.5 leaves half of it to others, 100 suits a sandbox."""
        self._scale = scale
        self._clock = clock
        self._sleep = sleep
        self._by_method: dict[str, Allowance] = {}

    def of(self, method: str, per_minute: int) -> Allowance:
        if method not in self._by_method:
            calls = max(1, int(per_minute * self._scale))
            self._by_method[method] = Allowance(calls, self._clock, self._sleep)
        return self._by_method[method]
