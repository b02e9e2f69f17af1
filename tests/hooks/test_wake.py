"""A webhook starts the real deployment on a real Prefect server, and one that does not answer stops nothing."""

from __future__ import annotations

import asyncio

import pytest
from prefect.client.orchestration import get_client

from deployments.served import deployments
from deployments.wake import wake_intake
from returnworks.settings import read_policy
from tests.hooks.conftest import listening

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]


@pytest.fixture
def deployed(prefect_api) -> None:
    """The deployment `intake`, as `returnworks serve` makes it."""
    made = next(each for each in deployments(read_policy(None)) if each.name == "intake")
    made.apply()


async def _woken() -> list[dict[str, object]]:
    """Parameters of the runs that webhooks started."""
    async with get_client() as client:
        runs = await client.read_flow_runs()
        return [run.parameters for run in runs if "webhook" in run.tags]


async def test_a_webhook_starts_one_run_of_the_intake_that_reads_only_what_is_queued(ledger, deployed):
    before = len(await _woken())
    async with listening(ledger, wake=wake_intake) as receiver:
        for return_id in ("90000004", "90000005", "90000006"):
            assert (await receiver.post({"rmaId": return_id})).status_code == 202
        async with asyncio.timeout(20):
            while len(woken := await _woken()) == before:  # noqa: ASYNC110 - it is another program that does it
                await asyncio.sleep(0.1)
    assert len(woken) == before + 1
    assert {"poll": False} in [{"poll": run["poll"]} for run in woken]
    assert ledger.inbox_waiting() == {"webhook": 3}
