"""Time for tests that wait for hours: it moves when somebody sleeps or pushes it, for us and for the sandbox alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from returnworks.sandbox.clock import Clock

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TICK = timedelta(milliseconds=1)


class Watch:
    """A clock that stands still between looks, so that a history runs the same way every time."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> datetime:
        """Each look is a millisecond later than the one before: no two things happen at once."""
        self._now += TICK
        return self._now

    def monotonic(self) -> float:
        return (self.now() - START).total_seconds()

    def push(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Waiting costs no time of ours; others get their turn."""
        self.push(seconds)
        await asyncio.sleep(0)


class AheadWatch:
    """Real time plus `ahead`; whoever sleeps pushes it, and `tell` (the sandbox's clock) with it."""

    def __init__(self, ahead: timedelta = timedelta(), tell: Callable[[float], None] = lambda _: None) -> None:
        self.ahead = ahead
        self._tell = tell

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        return self.now().timestamp()

    def push(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)
        self._tell(seconds)

    async def sleep(self, seconds: float) -> None:
        self.push(seconds)
        await asyncio.sleep(0)


class SandboxClock(Clock):
    """The sandbox's clock shows what our watch shows."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def now(self) -> datetime:
        return self._watch.now()

    def advance(self, seconds: float) -> None:
        self._watch.push(seconds)
