"""One step of the work: a Prefect task inside a flow run, the same function with the same patience outside.

The CLI runs flows in process, without a server (`flow.fn`). A step then runs as a plain coroutine and is
retried for the same reasons; inside a flow run Prefect retries it and shows each try.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

import stamina

from returnworks.errors import VendorUnavailable

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = (2, 10, 30)
"""Seconds before the tries after the first, when a vendor does not answer."""


def step(name: str) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]:
    """Make a coroutine function a step. Only "nobody answered" is retried: every step looks before it writes."""

    def wrap(work: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        in_process = stamina.retry(on=VendorUnavailable, attempts=2, wait_initial=1.0, timeout=30)(work)
        as_task = functools.cache(lambda: _as_task(name, work))

        @functools.wraps(work)
        async def run(*args: P.args, **kwargs: P.kwargs) -> T:
            chosen = as_task() if _inside_a_flow_run() else in_process
            return await chosen(*args, **kwargs)

        return run

    return wrap


def _inside_a_flow_run() -> bool:
    """Prefect is asked only where it was imported before: who runs no flow does not wait for its import."""
    if "prefect" not in sys.modules:
        return False
    from prefect.context import FlowRunContext

    return FlowRunContext.get() is not None


def _as_task(name: str, work: Callable[..., Any]) -> Any:
    from prefect import task
    from prefect.cache_policies import NO_CACHE

    return task(
        name=name,
        retries=len(PATIENCE),
        retry_delay_seconds=list(PATIENCE),
        retry_condition_fn=_nobody_answered,
        cache_policy=NO_CACHE,
        persist_result=False,
    )(work)


def _nobody_answered(_task: object, _run: object, state: Any) -> bool:
    return isinstance(state.data, VendorUnavailable)
