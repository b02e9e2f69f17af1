"""A day under a Prefect server, good and bad, in a process of its own: `python -m tests.safety.day_under_prefect`.

Arguments: the sandbox's control address and the address of a vendor that repeats whatever it was sent. The
environment says the rest. Prints how many flow runs failed, which some must.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

import httpx

from deployments.setup import register_blocks
from flows.desk import Act, DeskRequest, exception_digest, exceptions_desk, weekly_review
from flows.intake import intake
from flows.night import reconcile_nightly
from flows.rerun import Rerun, rerun_returns
from flows.stages import credit, exchange, restock, settle
from returnworks.errors import ReturnworksError
from returnworks.rules.healing import HealMode
from returnworks.settings import Environment, read_environment

Run = Callable[[], Awaitable[object]]


async def all_day(control: str) -> None:
    """The story's morning and its end, each with all flows after it; then the night, a dry run and a re-run."""
    async with httpx.AsyncClient(base_url=control, timeout=30, trust_env=False) as shop:
        told = (await shop.post("/play", json={"story": "a-day-in-the-shop"})).json()
        await _all_flows()
        while told["number"] < told["of"]:
            told = (await shop.post("/step")).json()
        await _all_flows()
    await reconcile_nightly(heal=HealMode.DRY_RUN)
    await exceptions_desk(DeskRequest(exception_ids=[1], action=Act.NOTE, who="mia", text="looked at"))
    await exception_digest()
    await weekly_review()
    for dry_run in (True, False):
        await rerun_returns(Rerun(return_ids=["90000101"], dry_run=dry_run, reason="for a test"))


async def _all_flows() -> None:
    await intake(sweep=True)
    for run in (settle, credit, exchange):
        await run()
    await restock(at_once=True)


async def bad_days(environment: Environment, echo: str) -> int:
    """Wrong keys, and vendors that repeat keys and shoppers; the number of runs that failed."""
    wrong = environment.returngo_api_key.__class__("wrong-but-still-a-secret")
    troubles = (
        {"returngo_api_key": wrong},
        {"linnworks_token": wrong},
        {"returngo_url": echo},
        {"linnworks_auth_url": echo},
    )
    failed = 0
    for trouble in troubles:
        await register_blocks(environment.model_copy(update=trouble))
        failed += await _failing(lambda: rerun_returns(Rerun(return_ids=["90000101"], dry_run=False)))
        failed += await _failing(intake)
    return failed + await _failing(reconcile_nightly)


async def _failing(run: Run) -> int:
    try:
        await run()
    except ReturnworksError:
        return 1
    return 0


async def main(control: str, echo: str) -> None:
    environment, _ = read_environment()
    await register_blocks(environment)
    await all_day(control)
    print("failed runs:", await bad_days(environment, echo))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
