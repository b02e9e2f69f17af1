"""The desk under a real Prefect server: the form acts, the digest tells what is new once, the week is published."""

from datetime import UTC, datetime, timedelta

import pytest
from prefect.client.orchestration import get_client
from prefect.exceptions import ParameterTypeError

from blocks import ALERT_WEBHOOK, AlertWebhook
from deployments.setup import register_blocks
from flows.desk import Act, DeskRequest, exception_digest, exceptions_desk, weekly_review
from returnworks.errors import Refused
from returnworks.ledger import Ledger
from returnworks.rules.findings import finding
from returnworks.rules.money import Money
from returnworks.settings import read_environment
from tests.clients.vendor import Reply, running

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]

POLICY = """
[[escalation.step]]
name = "three days old"
after_days = 3
tell = "head of finance"
"""


@pytest.fixture
async def served(prefect_api, installation, monkeypatch, tmp_path):
    """An installation under Prefect, with a policy of its own and no alert webhook yet."""
    (tmp_path / "returnworks.toml").write_text(POLICY)
    for name, value in (installation | {"RETURNWORKS_CONFIG": str(tmp_path / "returnworks.toml")}).items():
        monkeypatch.setenv(name, value)
    environment = read_environment()[0]
    await register_blocks(environment)
    return environment


@pytest.fixture
def desk(served):
    """Two exceptions in the ledger: an old credit of finance's, and goods of the warehouse's."""
    now = datetime.now(UTC)
    found = [
        finding("credit_missing", "RMA 1", "So.", value=Money(123450, "GBP"), since=now - timedelta(days=4)),
        finding("goods_missing", "RMA 2", "So.", units=2, since=now - timedelta(hours=5)),
    ]
    with Ledger.open(served.ledger_url) as ledger:
        ledger.see_exceptions(found, now - timedelta(minutes=5))
        yield ledger


@pytest.fixture
async def chat(desk):
    async with running() as server:
        server.tell("/hook", *[Reply({})] * 9)
        await AlertWebhook(url=server.url + "/hook").save(ALERT_WEBHOOK, overwrite=True)
        yield server
    async with get_client() as client:
        for document in await client.read_block_documents():
            if document.name == ALERT_WEBHOOK:
                await client.delete_block_document(document.id)


def whats(ledger, item):
    return [(event.what, event.who) for event in ledger.exception_events(item)][1:]


async def test_the_form_acts_on_every_exception_it_names(desk):
    soon = datetime.now(UTC).date() + timedelta(days=7)
    await exceptions_desk(DeskRequest(exception_ids=[1, 2], action=Act.NOTE, who="mia", text="asked the shop"))
    await exceptions_desk(DeskRequest(exception_ids=[1], action=Act.ASSIGN, who="mia", assignee="night shift"))
    await exceptions_desk(DeskRequest(exception_ids=[2], action=Act.WAIVE, who="tom", text="recount", until=soon))
    await exceptions_desk(DeskRequest(exception_ids=[2], action=Act.UNWAIVE, who="mia"))
    assert whats(desk, 1) == [("noted", "mia"), ("assigned", "mia")]
    assert whats(desk, 2) == [("noted", "mia"), ("waived", "tom"), ("unwaived", "mia")]


async def test_one_that_is_not_there_fails_the_run_and_keeps_no_other_from_it(desk):
    with pytest.raises(Refused, match="404"):
        await exceptions_desk(DeskRequest(exception_ids=[404, 1], who="mia", text="looked at"))
    assert whats(desk, 1) == [("noted", "mia")]


@pytest.mark.parametrize(
    "bad",
    [
        {"exception_ids": [], "who": "mia", "text": "x"},
        {"exception_ids": [1], "who": "", "text": "x"},
        {"exception_ids": [1], "who": "mia", "text": "  "},
        {"exception_ids": [1], "who": "mia", "action": "waive", "text": "recount"},
        {"exception_ids": [1], "who": "mia", "action": "close", "text": "done"},
        {"exception_ids": [1], "who": "mia", "text": "x", "untill": "2026-03-02"},
    ],
)
async def test_a_form_that_is_filled_in_wrongly_is_refused_before_anything_is_done(desk, bad):
    with pytest.raises((ParameterTypeError, ValueError)):
        await exceptions_desk(bad)
    assert whats(desk, 1) == []


async def test_the_digest_tells_what_is_new_once_and_then_nothing(desk, chat):
    assert (await exception_digest())["lines"] == 4
    assert (await exception_digest())["lines"] == 0
    (seen,) = chat.seen
    lines = seen.body["text"].splitlines()
    assert lines[0] == "Returnworks: 2 open exceptions, 0 closed since the last digest."
    assert lines[1] == "warehouse: 1 open, 1 new, oldest 5 hours (goods_missing #2)"
    assert lines[2] == (
        "finance: 1 open, 1 new, £1,234.50, oldest 4 days (credit_missing #1), biggest £1,234.50 (credit_missing #1)"
    )
    assert lines[3] == "for head of finance: credit_missing #1 is 4 days old, £1,234.50 (three days old)"
    assert whats(desk, 1) == [("told", "")]


async def test_what_chat_did_not_take_is_told_next_time(desk, chat):
    chat.tell("/hook", Reply(status=503), *[Reply({})] * 3)
    assert (await exception_digest())["lines"] == 4
    assert whats(desk, 1) == []
    await exception_digest()
    assert [event.what for event in desk.exception_events(1)] == ["opened", "told"]


async def test_the_week_is_published_with_its_trend(desk):
    assert await weekly_review() == {"ties_out": True, "reopened": 0, "waivers_expiring": 0, "healings": 0}
    async with get_client() as client:
        found = {artifact.key: artifact.data for artifact in await client.read_artifacts()}
    assert "| Finance | GBP | 0 · 0.00 GBP | 1 · 1,234.50 GBP |" in str(found["weekly-review"])
    assert "goods_missing" in str(found["weekly-trend"])
