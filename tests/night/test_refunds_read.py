"""Refunds are read as lists; an order is asked by itself only where no list shows what should stand there."""

from datetime import timedelta

import pytest

from flows.way import carry_through
from returnworks.clients.linnworks import wire
from returnworks.rules.money import Money
from returnworks.work.night import actual
from returnworks.work.night.calls import CallSheet

SHOPIFY = {("SHOPIFY", "mugs-and-more")}
LIST, ASK = wire.BOOKED_REFUNDS.name, wire.REFUND_HEADERS.name


async def read(bridge, sought, channels=SHOPIFY, days=(30, 0)):
    sheet = CallSheet(bridge.linnworks.calls)
    span = actual.Span(bridge.now() - timedelta(days=days[0]), bridge.now() - timedelta(days=days[1], minutes=-1))
    rows = await actual.refunds(bridge, span, sought, channels, sheet)
    return rows, sheet.calls(bridge.linnworks.calls).made


async def credited(sandbox, bridge):
    """The shop's first evening, and every credit that was made in it."""
    sandbox.play("a-day-in-the-shop")
    await carry_through(bridge)
    records = [record for record in bridge.ledger.postings() if record.kind == "credit"]
    assert len(records) > 2
    return [actual.Sought(r.order_id, frozenset({r.reference, r.vendor_id}), r.amount) for r in records]


async def test_credits_that_the_list_shows_take_no_call_of_their_own(sandbox, returnworks):
    async with returnworks.bridge() as bridge:
        sought = await credited(sandbox, bridge)
        rows, made = await read(bridge, sought)
    assert (made.get(LIST), made.get(ASK, 0)) == (1, 0)
    assert {one.order_id for one in sought} <= {row.order_id for row in rows}


async def test_only_the_order_whose_credit_no_list_shows_is_asked(sandbox, returnworks):
    async with returnworks.bridge() as bridge:
        sought = await credited(sandbox, bridge)
        gone = actual.Sought(sought[0].order_id, frozenset({"RW-C-1-AAAAAAAA"}), Money(1, "GBP"))
        rows, made = await read(bridge, [*sought, gone])
    assert made.get(ASK) == 1
    assert len({row.refund_id for row in rows}) == len(rows)


async def test_a_refund_that_is_only_booked_by_hand_is_seen_on_an_order_without_any_return(sandbox, returnworks):
    sandbox.play("a-day-in-the-shop")
    sandbox.act("refund_by_hand", order="MM1001", amount="7.00")
    async with returnworks.bridge() as bridge:
        rows, _ = await read(bridge, [])
        other_channel, _ = await read(bridge, [], channels={("EBAY", "another")})
        long_ago, _ = await read(bridge, [], days=(60, 30))
    assert [row.amount for row in rows] == [Money(700, "GBP")]
    assert other_channel == long_ago == []


async def test_a_list_longer_than_the_orders_to_ask_is_left_alone(sandbox, returnworks):
    sandbox.play("a-day-in-the-shop")
    for pence in range(1, 52):
        sandbox.act("refund_by_hand", order="MM1001", amount=f"0.{pence:02d}")
    async with returnworks.bridge() as bridge:
        (order,) = await bridge.linnworks.orders_by_reference("MM1001")
        rows, made = await read(bridge, [actual.Sought(order.order_id, frozenset({"x"}), Money(1, "GBP"))])
    assert (made[LIST], made[ASK]) == (1, 1)
    assert len(rows) == 51


@pytest.mark.parametrize("headers", [0, 49, 50, 51, 101])
async def test_every_booked_refund_is_on_the_list_once(sandbox, returnworks, headers):
    sandbox.play("a-day-in-the-shop")
    for pence in range(1, headers + 1):
        sandbox.act("refund_by_hand", order="MM1001", amount=str(pence / 100))
    async with returnworks.bridge() as bridge:
        found = await bridge.linnworks.booked_refunds(at_most=9)
    assert found is not None
    assert sorted(row.amount.minor for row in found) == list(range(1, headers + 1))
    assert {(row.source, row.sub_source) for row in found} <= SHOPIFY
