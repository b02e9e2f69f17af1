"""The flows under a real Prefect server: credentials from blocks, runs to look at, re-runs from the form."""

import pytest
from prefect.client.orchestration import get_client
from prefect.exceptions import ParameterTypeError

from deployments.served import SERVED, deployments
from deployments.setup import register_blocks
from flows.intake import intake
from flows.night import reconcile_nightly
from flows.rerun import Rerun, rerun_returns
from flows.stages import credit, exchange, restock, settle
from returnworks.errors import ConfigError
from returnworks.ledger import Ledger
from returnworks.rules.model import Kind
from returnworks.settings import read_environment, read_policy

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]


@pytest.fixture
def served(prefect_api, installation, monkeypatch):
    """This process is an installation that knows the sandbox and a Prefect server."""
    for name, value in installation.items():
        monkeypatch.setenv(name, value)
    return read_environment()[0]


async def test_without_blocks_a_flow_says_what_to_run(served):
    async with get_client() as client:
        for document in await client.read_block_documents():
            await client.delete_block_document(document.id)
    with pytest.raises(ConfigError, match="returnworks setup"):
        await intake()


async def test_a_return_goes_the_whole_way_through_the_flows(served, sandbox):
    await register_blocks(served)
    sandbox.play("a-day-in-the-shop")
    assert (await intake())["read"] == 15
    assert (await restock())["claimed"] == 0, "the restock window is still open"
    assert (await restock(at_once=True))["confirmed"] > 0
    assert (await credit())["confirmed"] > 0
    assert (await exchange())["confirmed"] == 1
    assert (await settle())["claimed"] == 0
    assert (await reconcile_nightly())["verdict"] == "in order"
    async with get_client() as client:
        keys = {artifact.key for artifact in await client.read_artifacts()}
    assert {"open-exceptions", "night"} <= keys


async def test_a_rerun_posts_only_the_chosen_return_and_only_what_is_missing(served, sandbox):
    await register_blocks(served)
    sandbox.play("a-day-in-the-shop")
    shown = await rerun_returns(Rerun(return_ids=["90000101"], reason="asked for by the warehouse"))
    assert len(shown["would_post"]["90000101"]) == 2
    assert sandbox.books()["bookings"] == []
    await rerun_returns(Rerun(return_ids=["90000101"], dry_run=False))
    await rerun_returns(Rerun(return_ids=["90000101"], dry_run=False))
    books = sandbox.books()
    assert [booking["reference"].split("-")[2] for booking in books["bookings"]] == ["90000101"]
    assert len(books["refunds"]) == 1


@pytest.mark.parametrize(("ask_again", "bookings"), [(False, 0), (True, 1)])
async def test_a_rerun_asks_again_for_what_was_held_where_it_is_told_to(served, sandbox, ask_again, bookings):
    await register_blocks(served)
    sandbox.play("a-day-in-the-shop")
    await intake()
    with Ledger.open(served.ledger_url) as ledger:
        (goods,) = ledger.postings(return_ids=["90000101"], kinds=[Kind.RESTOCK])
        ledger.hold(goods.reference, "a person looks at it", goods.created_at)
    await rerun_returns(Rerun(return_ids=["90000101"], dry_run=False, ask_again=ask_again))
    assert len(sandbox.books()["bookings"]) == bookings


@pytest.mark.parametrize("bad", [{"return_ids": []}, {"return_ids": ["RMA-1"]}, {"return_ids": ["1"], "dryrun": True}])
async def test_a_form_that_is_filled_in_wrongly_is_refused_before_anything_runs(served, bad):
    with pytest.raises((ParameterTypeError, ValueError)):
        await rerun_returns(bad)


def test_every_flow_is_deployed_under_its_own_name_by_module_path(served):
    made = deployments(read_policy(None))
    assert {deployment.name for deployment in made} == {
        *("intake", "restock", "credit", "exchange", "notes"),
        *("settle-unknowns", "reconcile-nightly", "rerun-returns", "month-end-close"),
        *("exceptions-desk", "exception-digest", "weekly-review"),
    }
    assert len(made) == len(SERVED)
    for deployment in made:
        assert deployment.entrypoint is not None
        assert deployment.entrypoint.startswith("flows.")
        deployment.apply()
