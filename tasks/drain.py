"""Working a chunk at a time until nothing is due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, Self, TypeVar


class Report(Protocol):
    """What a chunk did; `claimed` is 0 when there was nothing left to do."""

    @property
    def claimed(self) -> int: ...

    def __add__(self, other: Self) -> Self: ...


R = TypeVar("R", bound=Report)


async def drain(work: Callable[..., Awaitable[R]], *args: Any, **kwargs: Any) -> R:
    """Call `work` until a chunk claims nothing; the sum of the reports.

    It ends because work that could not be done is put off to a later time, never left due.
    """
    report = await work(*args, **kwargs)
    done = report
    while report.claimed:
        report = await work(*args, **kwargs)
        done = done + report
    return done
