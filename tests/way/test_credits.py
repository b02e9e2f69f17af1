"""Credits the whole way: what stands on the order already decides what is posted, and nothing is posted twice."""

from __future__ import annotations

from flows.way import carry_through, queue_changes
from returnworks.reconcile.night import assess
from returnworks.reconcile.results import Class, Family
from returnworks.rules.model import CreditLine, Kind, RefundUnit
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy, StoreCredit
from returnworks.work.intake import read_queued
from returnworks.work.night.gather import gather
from returnworks.work.planning import plan_due
from returnworks.work.posting import post_due

LAMP = {"sku": "LAMP-OAK", "title": "Oak lamp", "cost": "17.50", "levels": {"Default": 8}}
BACK = {"sku": "LAMP-OAK", "inspected": {"at": {"hours_ago": 41}, "returned": True, "restockable": True}}
GIFT = {"type": "RefundToGiftCard"}


def lamps(quantity=1):
    """An order of lamps at 45.00, without postage."""
    return {
        "reference": "5500000001",
        "name": "MM2001",
        "processed_at": {"hours_ago": 200},
        "received_at": {"hours_ago": 220},
        "postage": "0.00",
        "lines": [{"sku": "LAMP-OAK", "quantity": quantity, "price": "45.00"}],
    }


def returned(number, *transactions):
    return {
        "id": f"900002{number:02d}",
        "order": "MM2001",
        "status": "Done",
        "created_at": {"hours_ago": 100},
        "updated_at": {"hours_ago": 40},
        "lines": [BACK],
        "transactions": [{"at": {"hours_ago": 40}, **row} for row in transactions],
    }


def shop(sandbox, *returns, quantity=1):
    sandbox.seed({"items": [LAMP], "orders": [lamps(quantity)], "rmas": list(returns)})


def credits(sandbox):
    """Every refund on the order as (amount, [(unit, amount)]), the smallest first."""
    rows = sandbox.books()["refunds"]
    return sorted((row["amount"], [(line["unit"], line["amount"]) for line in row["lines"]]) for row in rows)


def codes(bridge):
    return {item.code for item in bridge.ledger.exceptions()}


async def night(bridge):
    await queue_changes(bridge)
    return assess((await gather(bridge)).inputs)


async def test_two_returns_of_one_order_decided_together_share_what_it_has(sandbox, returnworks):
    shop(sandbox, returned(1, {"amount": "45.00"}), returned(2, {"amount": "50.00"}), quantity=2)
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        done = await night(bridge)
    assert credits(sandbox) == [
        ("45.00", [("Item", "45.00")]),
        ("50.00", [("Item", "45.00"), ("Additional", "5.00")]),
    ]
    assert {row.cls for row in done.of(Family.MONEY)} == {Class.MATCHED}
    assert done.remainders == ()


async def test_a_second_return_of_the_only_unit_takes_nothing_from_the_credit_that_was_planned_first(
    sandbox, returnworks
):
    first, second = returned(1, {"amount": "40.00"}), returned(2, {"amount": "10.00"})
    shop(sandbox, first, second)
    async with returnworks.bridge() as bridge:
        for return_id in (first["id"], second["id"]):
            bridge.ledger.enqueue([return_id], "manual", bridge.now())
            await read_queued(bridge, only=[return_id])
            await plan_due(bridge, only=[return_id])
        await carry_through(bridge)
    assert credits(sandbox) == [("10.00", [("Additional", "10.00")]), ("40.00", [("Item", "40.00")])]


async def test_a_credit_whose_room_is_taken_before_it_is_sent_is_decided_anew(sandbox, returnworks):
    shop(sandbox, returned(1, {"amount": "45.00"}))
    async with returnworks.bridge() as bridge:
        await queue_changes(bridge)
        await read_queued(bridge)
        await plan_due(bridge)
        (record,) = bridge.ledger.postings(kinds=(Kind.CREDIT,))
        clerks = CreditLine(RefundUnit.ITEM, Money(2000, "GBP"), record.posting.credit[0].order_line_id)
        await bridge.linnworks.create_credit(record.order_id, "by a clerk", (clerks,))
        report = await post_due(bridge, Kind.CREDIT)
        assert report.waiting == (record.reference,)
        assert len(credits(sandbox)) == 1
        await carry_through(bridge)
    assert credits(sandbox) == [
        ("20.00", [("Item", "20.00")]),
        ("45.00", [("Item", "25.00"), ("Additional", "20.00")]),
    ]


async def test_a_refund_that_the_channel_brought_is_linked_and_not_posted(sandbox, returnworks):
    shop(sandbox, returned(1, {"amount": "45.00"}))
    sandbox.act("refund_by_hand", order="MM2001", amount="45.00", channel_initiated=True)
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        (record,) = bridge.ledger.postings(kinds=(Kind.CREDIT,))
    assert record.linked
    assert len(credits(sandbox)) == 1


async def test_what_the_channel_brought_twice_waits_for_a_person(sandbox, returnworks):
    shop(sandbox, returned(1, {"amount": "45.00"}))
    for _ in range(2):
        sandbox.act("refund_by_hand", order="MM2001", amount="45.00", channel_initiated=True)
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        assert codes(bridge) == {"refund_match_unclear"}
        assert bridge.ledger.postings(kinds=(Kind.CREDIT,)) == []
    assert len(credits(sandbox)) == 2


async def test_two_equal_payments_take_the_two_refunds_that_the_channel_brought(sandbox, returnworks):
    shop(sandbox, returned(1, {"amount": "45.00"}), returned(2, {"amount": "45.00"}), quantity=2)
    for _ in range(2):
        sandbox.act("refund_by_hand", order="MM2001", amount="45.00", channel_initiated=True)
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        records = bridge.ledger.postings(kinds=(Kind.CREDIT,))
        assert codes(bridge) == set()
    assert [record.linked for record in records] == [True, True]
    assert len({record.vendor_id for record in records}) == 2
    assert len(credits(sandbox)) == 2


async def test_a_gift_card_above_the_price_is_credited_without_its_bonus_which_the_night_names(sandbox, returnworks):
    shop(sandbox, returned(1, {"amount": "50.00", **GIFT}))
    returnworks.policy = Policy(store_credit=StoreCredit.CREDIT)
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        done = await night(bridge)
    assert credits(sandbox) == [("45.00", [("Item", "45.00")])]
    assert [(each.kind, str(each.amount)) for each in done.liabilities] == [("bonus", "5.00 GBP")]
    assert {row.cls for row in done.of(Family.MONEY)} == {Class.MATCHED}
    assert done.remainders == ()


async def test_store_credit_that_is_only_recorded_is_a_liability_of_the_night(sandbox, returnworks):
    shop(sandbox, returned(1, {"amount": "49.50", "type": "RefundToStoreCredit"}))
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        done = await night(bridge)
    assert credits(sandbox) == []
    assert [(each.kind, str(each.amount), each.refunds) for each in done.liabilities] == [
        ("RefundToStoreCredit", "49.50 GBP", 1)
    ]
    assert done.breaks == ()
