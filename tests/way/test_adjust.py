"""Goods without a usable order line: only by a person, only once, never towards sellable by guess."""

import pytest

from flows.one_night import one_night
from flows.way import carry_through
from returnworks.errors import Refused
from returnworks.rules.model import Kind
from returnworks.rules.states import State
from returnworks.work.adjusting import put_into_stock
from returnworks.work.bridge import utc_now
from returnworks.work.posting import SETTLE_DELAY, post_due
from tests.way.test_exactly_once import GOOD

TORN = {"at": {"hours_ago": 2}, "returned": True, "restockable": False, "reason": "torn"}


def _shop(verdict):
    line = {"sku": "GARISH-RUG", "id": "9000900501", "line_id": "nobody-knows", "paid": "96.00", "inspected": verdict}
    return {
        "items": [{"sku": "GARISH-RUG", "title": "Garish rug", "cost": "38.00", "levels": {"Default": 4}}],
        "locations": [{"name": "Quarantine"}, {"name": "Inspection"}],
        "rmas": [
            {"id": "90009005", "order": "MM-GONE", "order_id": "5500009005", "status": "Validated", "lines": [line]}
        ],
    }


async def _adjust(bridge, location="Default"):
    record = await put_into_stock(bridge, "90009005", "9000900501", location, "order was deleted")
    await post_due(bridge, Kind.STOCK)
    return bridge.ledger.posting(record.reference)


def _moves(sandbox):
    return [(move["location"], move["change"]) for move in sandbox.books()["stock_moves"]]


async def test_a_unit_of_an_unknown_order_waits_for_a_person_and_is_then_put_into_stock_once(sandbox, returnworks):
    sandbox.seed(_shop(GOOD))
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        assert _moves(sandbox) == []
        assert [item.code for item in bridge.ledger.exceptions()] == ["order_not_found"]
        assert (await _adjust(bridge)).state == State.CONFIRMED
        assert (await _adjust(bridge)).state == State.CONFIRMED
        await carry_through(bridge, ["90009005"])
        assert (await one_night(bridge)).night.counts()["goods"] == {"matched": 1}
        assert bridge.ledger.exceptions() == []
    assert _moves(sandbox) == [("Default", 1)]


async def test_an_order_that_turns_up_later_gives_no_second_restock(sandbox, returnworks):
    sandbox.seed(_shop(GOOD))
    async with returnworks.bridge() as bridge:
        await _adjust(bridge)
        order = {"reference": "5500009005", "name": "MM-GONE", "processed": True}
        line = {"sku": "GARISH-RUG", "quantity": 1, "price": "96.00", "line_id": "nobody-knows"}
        sandbox.seed({"orders": [order | {"lines": [line]}]})
        await carry_through(bridge, ["90009005"])
        assert (await one_night(bridge)).night.breaks == ()
    assert _moves(sandbox) == [("Default", 1)]
    assert sandbox.books()["bookings"] == []


@pytest.mark.parametrize("fault", ["drop_after", "error_after", "drop_before", "error_before"])
async def test_a_lost_answer_is_looked_up_in_the_stock_history(sandbox, returnworks, fault):
    sandbox.seed(_shop(GOOD))
    sandbox.fault(fault, "*UpdateStockLevelsBySKU", vendor="linnworks", count=1)
    async with returnworks.bridge() as bridge:
        assert (await _adjust(bridge)).state == State.UNKNOWN
        bridge.now = lambda: utc_now() + 2 * SETTLE_DELAY
        for _ in range(3):
            await carry_through(bridge)
        assert {record.state for record in bridge.ledger.postings()} == {State.CONFIRMED}
    assert _moves(sandbox) == [("Default", 1)]


async def test_a_change_that_nobody_signed_asks_a_person_instead_of_being_sent_again(sandbox, returnworks):
    sandbox.seed(_shop(GOOD))
    sandbox.fault("drop_before", "*UpdateStockLevelsBySKU", vendor="linnworks", count=1)
    async with returnworks.bridge() as bridge:
        record = await _adjust(bridge)
        line = record.posting.restock[0]
        assert record.state == State.UNKNOWN
        await bridge.linnworks.change_stock(line.sku, line.location_id, 1, "DIRECT ADJUSTMENT BY somebody")
        bridge.now = lambda: utc_now() + 2 * SETTLE_DELAY
        for _ in range(3):
            await carry_through(bridge)
        assert bridge.ledger.posting(record.reference).state == State.UNKNOWN
        assert "posting_unknown" in {item.code for item in bridge.ledger.exceptions()}
    assert _moves(sandbox) == [("Default", 1)]


async def test_what_was_not_found_restockable_cannot_be_put_where_goods_are_sold(sandbox, returnworks):
    sandbox.seed(_shop(TORN))
    async with returnworks.bridge() as bridge:
        with pytest.raises(Refused, match="not found restockable"):
            await _adjust(bridge)
        assert (await _adjust(bridge, "Quarantine")).state == State.CONFIRMED
    assert _moves(sandbox) == [("Quarantine", 1)]
