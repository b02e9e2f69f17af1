"""Whatever breaks between us and Linnworks, each effect happens once."""

import pytest

from flows.way import carry_through
from returnworks.errors import VendorUnavailable
from returnworks.rules.states import State
from returnworks.work.bridge import utc_now
from returnworks.work.posting import SETTLE_DELAY

GOOD = {"at": {"hours_ago": 2}, "returned": True, "restockable": True}
RUG = {
    "items": [{"sku": "GARISH-RUG", "title": "Garish rug", "cost": "38.00", "levels": {"Default": 4}}],
    "locations": [{"name": "Quarantine"}, {"name": "Inspection"}],
    "orders": [
        {
            "reference": "5500009001",
            "name": "MM9001",
            "postage": "3.95",
            "processed": True,
            "lines": [{"sku": "GARISH-RUG", "quantity": 1, "price": "96.00"}],
        }
    ],
    "rmas": [
        {
            "id": "90009001",
            "order": "MM9001",
            "status": "Validated",
            "lines": [
                {"sku": "GARISH-RUG", "inspected": {"at": {"hours_ago": 2}, "returned": True, "restockable": True}}
            ],
            "transactions": [{"type": "RefundToPaymentMethod", "status": "Success", "amount": "96.00", "lines": [0]}],
        }
    ],
}

WRITES = ("CreateRMABooking", "ActionRMABooking", "CreateRefund")


def _exactly_once(sandbox):
    books = sandbox.books()
    assert [(m["location"], m["change"]) for m in books["stock_moves"]] == [("Default", 1)]
    assert [(r["amount"], r["actioned"]) for r in books["refunds"]] == [("96.00", False)]
    assert len(books["bookings"]) == 1
    assert books["payouts"] == []


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("fault", ["drop_after", "error_after", "not_json", "empty_body"])
async def test_an_effect_whose_answer_is_lost_is_found_and_not_repeated(sandbox, returnworks, method, fault):
    sandbox.seed(RUG)
    sandbox.fault(fault, f"*{method}", vendor="linnworks", count=1)
    async with returnworks.bridge() as bridge:
        for _ in range(4):
            await carry_through(bridge)
        assert {record.state for record in bridge.ledger.postings()} == {State.CONFIRMED}
    _exactly_once(sandbox)


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("fault", ["drop_before", "error_before"])
async def test_an_effect_that_never_happened_is_sent_again_only_after_the_settle_delay(
    sandbox, returnworks, method, fault
):
    sandbox.seed(RUG)
    sandbox.fault(fault, f"*{method}", vendor="linnworks", count=1)
    async with returnworks.bridge() as bridge:
        for _ in range(3):
            await carry_through(bridge)
        assert State.UNKNOWN in {record.state for record in bridge.ledger.postings()}
        bridge.now = lambda: utc_now() + 2 * SETTLE_DELAY
        for _ in range(4):
            await carry_through(bridge)
        assert {record.state for record in bridge.ledger.postings()} == {State.CONFIRMED}
    _exactly_once(sandbox)


async def test_when_linnworks_is_away_nothing_is_lost_and_the_run_says_so(sandbox, returnworks):
    sandbox.seed(RUG)
    sandbox.fault("drop_before", "*", vendor="linnworks", count=1000)
    async with returnworks.bridge() as bridge:
        with pytest.raises(VendorUnavailable):
            await carry_through(bridge)
    sandbox.clear_faults()
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
    _exactly_once(sandbox)


async def test_when_returngo_falls_silent_while_returns_are_read_the_run_fails_and_the_next_one_reads_the_rest(
    sandbox, returnworks
):
    sandbox.play("a-day-in-the-shop")
    sandbox.fault("drop_before", "rma", vendor="returngo", skip=5, count=None)
    async with returnworks.bridge() as bridge:
        with pytest.raises(VendorUnavailable):
            await carry_through(bridge)
        sandbox.clear_faults()
        after = await carry_through(bridge)
        assert len(after.read.read) == 10
        assert sum(bridge.ledger.inbox_waiting().values()) == 0


async def test_while_linnworks_is_away_an_exception_says_what_waits_and_it_closes_when_it_answers(sandbox, returnworks):
    sandbox.seed(RUG)
    sandbox.fault("drop_before", "*", vendor="linnworks", count=1000)
    for _ in range(2):
        with pytest.raises(VendorUnavailable):
            async with returnworks.bridge() as bridge:
                await carry_through(bridge)
    async with returnworks.bridge() as bridge:
        (away,) = bridge.ledger.exceptions()
        assert (away.code, away.subject, str(away.owner)) == ("vendor_away", "Linnworks", "engineering")
        assert "1 to be decided upon" in away.message
        sandbox.clear_faults()
        await carry_through(bridge)
    async with returnworks.bridge() as bridge:
        assert bridge.ledger.exceptions() == []
        assert "answers again" in bridge.ledger.exception(away.id).evidence
    _exactly_once(sandbox)
