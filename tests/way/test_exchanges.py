"""Exchanges over real HTTP: marked many at a time, each once, and none because of its neighbour."""

from __future__ import annotations

from collections import Counter

import pytest

from flows.one_night import one_night
from flows.way import Stage, carry_through
from returnworks.rules.exchange_terms import ExchangeTerms
from returnworks.rules.model import Kind
from returnworks.rules.order_notes import OrderNotes
from returnworks.rules.policy import Policy
from returnworks.rules.states import State
from returnworks.work.posting import SETTLE_DELAY, post_due

QUIET = OrderNotes(enabled=False)


def sale(number, **more):
    line = {"sku": "GARISH-RUG", "quantity": 1, "price": "96.00"}
    return {"reference": f"5500{number}", "name": f"MM{number}", "processed": True, "lines": [line], **more}


def swapped(number, ships):
    released = {"draft": "7", "order_id": f"5500{ships}", "order_name": f"MM{ships}", "type": "Exchange"}
    line = {"sku": "GARISH-RUG", "resolution": "VariantExchange"}
    return {
        "id": f"9000{number}",
        "order": f"MM{number}",
        "status": "Approved",
        "lines": [line],
        "exchange_orders": [released],
    }


def shop(*numbers, **odd):
    """A sale and its exchange order for each number; `odd` is how the exchange order of the first one is."""
    orders = [sale(n) for n in numbers]
    orders += [sale(n + 1000, processed=False, **(odd if n == numbers[0] else {})) for n in numbers]
    return {
        "items": [{"sku": "GARISH-RUG", "cost": "38.00", "levels": {"Default": 40}}],
        "orders": orders,
        "rmas": [swapped(n, n + 1000) for n in numbers],
    }


def marked(sandbox):
    """Numbers of the exchange orders that bear all three marks, each once."""
    orders = sandbox.books()["orders"]
    return {
        int(reference) - 55001000
        for reference, order in orders.items()
        if (order["tags"], order["folders"]) == (["RETURNGO_EXCHANGE"], ["Exchanges"]) and order["properties"]
    } - {0}


def codes(bridge):
    return Counter(item.code for item in bridge.ledger.exceptions())


@pytest.fixture
def quiet(returnworks):
    returnworks.policy = Policy(notes=QUIET)
    return returnworks


async def test_many_exchanges_share_their_calls(sandbox, quiet):
    sandbox.seed(shop(1001, 1002, 1003, 1004, 1005))
    async with quiet.bridge() as bridge:
        await carry_through(bridge, stages=[Stage.INTAKE])
        before = bridge.linnworks.calls.copy()
        report = await post_due(bridge, Kind.EXCHANGE)
        spent = bridge.linnworks.calls - before
    assert len(report.confirmed) == 5
    assert spent == {
        "Orders/GetOrdersById": 2,
        "OpenOrders/GetIdentifiers": 1,
        "OpenOrders/SaveIdentifier": 1,
        "Orders/GetAvailableFolders": 2,
        "Orders/SetAvailableFolders": 1,
        "OpenOrders/AssignOrderIdentifier": 1,
        "Orders/AssignToFolder": 1,
        "Orders/AddExtendedProperties": 5,
    }
    assert len(marked(sandbox)) == 5


@pytest.mark.parametrize("method", ["AssignOrderIdentifier", "AssignToFolder", "AddExtendedProperties"])
@pytest.mark.parametrize("fault", ["drop_after", "error_before"])
async def test_a_lost_answer_in_the_middle_leaves_every_exchange_marked_in_the_end(sandbox, quiet, method, fault):
    sandbox.seed(shop(1001, 1002, 1003))
    sandbox.fault(fault, f"*{method}", vendor="linnworks", count=1)
    async with quiet.bridge() as bridge:
        await carry_through(bridge)
        started = bridge.now()
        bridge.now = lambda: started + 2 * SETTLE_DELAY
        await carry_through(bridge)
        assert {record.state for record in bridge.ledger.postings()} == {State.CONFIRMED}
    assert len(marked(sandbox)) == 3


async def test_an_order_that_linnworks_passes_over_is_refused_alone(sandbox, quiet):
    sandbox.seed(shop(1001, 1002, 1003, locked=True))
    async with quiet.bridge() as bridge:
        report = (await carry_through(bridge)).posted["exchange"]
        assert (len(report.confirmed), len(report.refused)) == (2, 1)
        (refused,) = bridge.ledger.postings(states=[State.REFUSED])
        assert "locked or parked" in refused.reason
        assert codes(bridge) == {"posting_refused": 1}
    assert len(marked(sandbox)) == 2


async def test_a_refusal_is_told_until_the_posting_stands_and_the_next_night_closes_it(sandbox, quiet):
    sandbox.seed(shop(1001, 1002, 1003, locked=True))
    async with quiet.bridge() as bridge:
        await carry_through(bridge)
        (refused,) = bridge.ledger.postings(states=[State.REFUSED])
        await one_night(bridge)
        assert codes(bridge)["posting_refused"] == 1
        sandbox.seed({"orders": [sale(2001, processed=False)]})
        bridge.ledger.retry([refused.return_id], bridge.now())
        await carry_through(bridge, [refused.return_id])
        await one_night(bridge)
        assert "posting_refused" not in codes(bridge)


@pytest.mark.parametrize(("odd", "neighbours"), [({"parked": True}, 1), ({"cancelled": True}, 2), ({"paid": False}, 2)])
async def test_an_order_that_does_not_ship_is_told_until_it_does(sandbox, quiet, odd, neighbours):
    sandbox.seed(shop(1001, 1002, **odd))
    async with quiet.bridge() as bridge:
        await carry_through(bridge)
        assert codes(bridge) == {"exchange_stuck": 1}
        assert len(marked(sandbox)) == neighbours
        sandbox.seed({"orders": [sale(2001, processed=False)]})
        await carry_through(bridge, ["90001001"])
        assert codes(bridge) == {}


@pytest.mark.parametrize(("price", "stuck"), [("0.00", 0), ("96.00", 1)])
async def test_a_free_order_is_set_to_paid_where_the_shop_asks_for_it(sandbox, returnworks, price, stuck):
    returnworks.policy = Policy(notes=QUIET, exchanges=ExchangeTerms(set_free_orders_paid=True))
    lines = [{"sku": "GARISH-RUG", "quantity": 1, "price": price}]
    sandbox.seed(shop(1001, paid=False, lines=lines))
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        assert codes(bridge)["exchange_stuck"] == stuck
        (order,) = await bridge.linnworks.orders_by_reference("55002001")
        assert order.paid is not bool(stuck)
        assert bridge.linnworks.calls["Orders/ChangeStatus"] == 1 - stuck
        await carry_through(bridge, ["90001001"])
        assert bridge.linnworks.calls["Orders/ChangeStatus"] == 1 - stuck
