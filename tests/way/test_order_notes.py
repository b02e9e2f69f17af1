"""Order notes over real HTTP: each stage once on the original order, whatever happens on the way."""

from __future__ import annotations

import pytest

from flows.way import Stage as Step
from flows.way import carry_through
from returnworks.errors import VendorUnavailable
from returnworks.rules.model import Kind, Stage
from returnworks.rules.order_notes import STAGE_PROPERTY, OrderNotes
from returnworks.rules.policy import Policy
from returnworks.rules.states import State
from returnworks.work.acts import TOGETHER
from returnworks.work.ending import BACKOFF
from returnworks.work.notes import notes_to_come
from returnworks.work.posting import LEASE, SETTLE_DELAY, post_due
from returnworks.work.together import post_together

SALE = "5500009002"


def shop(*rmas, orders=1):
    sold = [{"sku": "GARISH-RUG", "quantity": 4, "price": "96.00"}]
    return {
        "items": [{"sku": "GARISH-RUG", "cost": "38.00", "levels": {"Default": 40}}],
        "locations": [{"name": "Quarantine"}, {"name": "Inspection"}],
        "orders": [
            {"reference": str(int(SALE) + n), "name": f"MM{9002 + n}", "processed": True, "lines": sold}
            for n in range(orders)
        ],
        "rmas": list(rmas),
    }


def rma(number=90009002, status="Approved", order="MM9002"):
    return {"id": str(number), "order": order, "status": status, "lines": [{"sku": "GARISH-RUG"}]}


def notes(sandbox, order=SALE):
    return sandbox.books()["orders"][order]["notes"]


def stages(sandbox):
    """The stages that the notes tell of, in order: "received (was approved)"."""
    return [text.partition(" is ")[2].partition(",")[0] for text in notes(sandbox)]


async def carry(returnworks, sandbox, status=None):
    """One run, after ReturnGO moved the return to `status`."""
    if status:
        sandbox.seed({"rmas": [rma(status=status)]})
    async with returnworks.bridge() as bridge:
        bridge.ledger.enqueue(["90009002"], "manual", bridge.now())
        return await carry_through(bridge)


async def test_each_stage_is_written_once_and_a_replay_adds_none(sandbox, returnworks):
    sandbox.seed(shop(rma()))
    for status in (None, None, "Received", None, "Done", None):
        await carry(returnworks, sandbox, status)
    assert stages(sandbox) == ["in transit", "received (was in transit)", "closed (was received)"]
    async with returnworks.bridge() as bridge:
        assert {record.state for record in bridge.ledger.postings(kinds=(Kind.NOTE,))} == {State.CONFIRMED}
        await carry_through(bridge, ["90009002"])
    assert len(notes(sandbox)) == 3


async def test_reopening_adds_one_note(sandbox, returnworks):
    sandbox.seed(shop(rma(status="Done")))
    for status in (None, "Received", "Received"):
        await carry(returnworks, sandbox, status)
    assert stages(sandbox) == ["closed", "reopened and stands at received (was closed)"]


async def test_a_ledger_that_was_lost_finds_its_notes_again(sandbox, returnworks, tmp_path):
    sandbox.seed(shop(rma()))
    await carry(returnworks, sandbox)
    returnworks.variables["RETURNWORKS_HOME"] = str(tmp_path / "another home")
    await carry(returnworks, sandbox)
    assert stages(sandbox) == ["in transit"]
    async with returnworks.bridge() as bridge:
        (attempt,) = bridge.ledger.attempts(return_id="90009002")
    assert (attempt.action, attempt.outcome) == ("look", "found")


@pytest.mark.parametrize("fault", ["drop_before", "error_before", "drop_after", "error_after"])
async def test_a_note_whose_answer_is_lost_is_looked_for_and_not_repeated(sandbox, returnworks, fault):
    sandbox.seed(shop(rma()))
    sandbox.fault(fault, "*AddOrdersNote", vendor="linnworks", count=1)
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        started = bridge.now()
        bridge.now = lambda: started + 2 * SETTLE_DELAY
        await carry_through(bridge)
        (record,) = bridge.ledger.postings()
        assert record.state == State.CONFIRMED
    assert len(notes(sandbox)) == 1


async def test_nothing_is_written_while_the_notes_of_the_order_cannot_be_read(sandbox, returnworks):
    sandbox.seed(shop(rma()))
    sandbox.fault("not_json", "*GetOrdersNotes", vendor="linnworks")
    assert not (await carry(returnworks, sandbox)).clean
    assert notes(sandbox) == []


async def test_while_linnworks_is_away_notes_wait(sandbox, returnworks):
    sandbox.seed(shop(rma()))
    async with returnworks.bridge() as bridge:
        await carry_through(bridge, stages=[Step.INTAKE])
        sandbox.fault("drop_before", "*GetOrdersNotes", vendor="linnworks", count=1000)
        with pytest.raises(VendorUnavailable):
            await post_due(bridge, Kind.NOTE)
        assert (await post_due(bridge, Kind.NOTE)).claimed == 0
        sandbox.clear_faults()
        started = bridge.now()
        bridge.now = lambda: started + BACKOFF[0]
        assert len((await post_due(bridge, Kind.NOTE)).confirmed) == 1
    assert len(notes(sandbox)) == 1


async def test_two_workers_write_a_note_once(sandbox, returnworks):
    sandbox.seed(shop(rma()))
    async with returnworks.bridge() as one, returnworks.bridge() as two:
        await carry_through(one, stages=[Step.INTAKE])
        first, second = await post_due(one, Kind.NOTE), await post_due(two, Kind.NOTE)
    assert (first.claimed, second.claimed) == (1, 0)
    assert len(notes(sandbox)) == 1


async def test_the_notes_of_many_orders_cost_two_looks_and_a_call_each(sandbox, returnworks):
    sandbox.seed(shop(*(rma(90009002 + n, order=f"MM{9002 + n % 6}") for n in range(12)), orders=6))
    async with returnworks.bridge() as bridge:
        await carry_through(bridge, stages=[Step.INTAKE])
        before = bridge.linnworks.calls.copy()
        report = await post_due(bridge, Kind.NOTE)
        assert len(report.confirmed) == 12
        assert bridge.linnworks.calls - before == {"Orders/GetOrdersNotes": 2, "Orders/AddOrdersNote": 12}


async def test_a_shop_chooses_its_stages_and_the_extended_property(sandbox, returnworks):
    returnworks.policy = Policy(notes=OrderNotes(stages=(Stage.CLOSED,), extended_property=True))
    sandbox.seed(shop(rma()))
    for status in (None, "Received", "Done"):
        await carry(returnworks, sandbox, status)
    assert stages(sandbox) == ["closed (was received)"]
    assert sandbox.books()["orders"][SALE]["properties"] == {STAGE_PROPERTY: "90009002 closed"}


async def test_looking_shows_the_notes_to_come_and_writes_none(sandbox, returnworks):
    sandbox.seed(shop(rma()))
    await carry(returnworks, sandbox)
    sandbox.seed({"rmas": [rma(status="Received")]})
    async with returnworks.bridge() as bridge:
        ret = await bridge.returngo.get_return("90009002")
        (note,) = notes_to_come(bridge, [ret])
        assert "is received (was in transit)" in note.note
        assert len(bridge.ledger.postings()) == 1
    await carry(returnworks, sandbox)
    assert note.note in notes(sandbox)


async def test_a_worker_whose_order_another_one_took_writes_nothing(sandbox, returnworks):
    sandbox.seed(shop(rma()))
    async with returnworks.bridge() as slow, returnworks.bridge() as fast:
        await carry_through(slow, stages=[Step.INTAKE])
        (record,) = slow.ledger.claim((Kind.NOTE,), slow.worker, 1, LEASE, slow.now())
        later = slow.now() + LEASE
        fast.now = lambda: later
        assert len((await post_due(fast, Kind.NOTE)).confirmed) == 1
        report = await post_together(slow, [record], TOGETHER[Kind.NOTE])
        assert (report.confirmed, report.waiting) == ((), (record.reference,))
    assert len(notes(sandbox)) == 1


async def test_without_notes_none_is_planned(sandbox, returnworks):
    returnworks.policy = Policy(notes=OrderNotes(enabled=False))
    sandbox.seed(shop(rma()))
    await carry(returnworks, sandbox)
    async with returnworks.bridge() as bridge:
        assert bridge.ledger.postings() == []
