"""The month's end as a flow: one pack a month, and earlier ones watched."""

from datetime import UTC, datetime

import pytest

from deployments.setup import register_blocks
from flows.month_end import month_end_close
from returnworks.errors import ReturnworksError
from returnworks.ledger import Ledger
from returnworks.reconcile.close import Month
from returnworks.rules.lifecycle import stage_of
from returnworks.settings import read_environment
from tests.reconcile.close.faces import rma

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]


@pytest.fixture
async def served(prefect_api, installation, monkeypatch):
    for name, value in installation.items():
        monkeypatch.setenv(name, value)
    environment = read_environment()[0]
    await register_blocks(environment)
    return environment


async def test_last_months_pack_is_made_once_and_found_stale_when_a_late_fact_comes(served):
    last = Month.before(datetime.now(UTC))
    first = await month_end_close()
    assert (first["month"], first["pack"], first["stale"]) == (str(last), 1, 0)
    assert (await month_end_close())["pack"] == 1
    late = rma(created_at=last.start, approved_at=last.start)
    with Ledger.open(served.ledger_url) as ledger:
        ledger.remember_returns([(late, stage_of(late))], datetime.now(UTC))
    again = await month_end_close()
    assert (again["pack"], again["stale"]) == (1, 1)
    assert "in-transit: now 90000004" in again[f"stale {last}"]


async def test_what_is_no_month_is_said(served):
    with pytest.raises(ReturnworksError, match="write it like 2026-10"):
        await month_end_close(month="October")
