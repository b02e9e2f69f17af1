"""Windows on the way: schedules wait for them and for peaks, a run by hand does not; one order is posted together."""

from datetime import datetime, time, timedelta

import pytest

from returnworks.rules.model import Kind
from returnworks.rules.policy import Policy
from returnworks.rules.windows import Peak, RestockWindows
from returnworks.work.bridge import utc_now
from returnworks.work.intake import read_queued
from returnworks.work.planning import plan_due
from returnworks.work.posting import post_due

BACK = {"sku": "GARISH-RUG", "inspected": {"at": {"hours_ago": 2}, "returned": True, "restockable": True}}
TWO_RUGS = {
    "items": [{"sku": "GARISH-RUG", "title": "Garish rug", "cost": "38.00", "levels": {"Default": 4}}],
    "locations": [{"name": "Quarantine"}, {"name": "Inspection"}],
    "orders": [
        {
            "reference": "5500009001",
            "name": "MM9001",
            "processed": True,
            "lines": [{"sku": "GARISH-RUG", "quantity": 2, "price": "96.00"}],
        }
    ],
    "rmas": [
        {"id": rma, "order": "MM9001", "status": "Validated", "lines": [BACK]} for rma in ("90009001", "90009002")
    ],
}
LATE_MORNING = Peak(time(10), time(11))


def at(clock: str) -> datetime:
    """A moment of today, UTC."""
    return datetime.combine(utc_now().date(), time.fromisoformat(clock), utc_now().tzinfo)


async def arrive(bridge, clock, *return_ids):
    """These returns are read and decided upon."""
    bridge.now = lambda: at(clock)
    bridge.ledger.enqueue(return_ids, "manual", bridge.now())
    await read_queued(bridge, only=return_ids)
    await plan_due(bridge, only=return_ids)


async def post(bridge, clock, **how):
    """How many bookings one run makes."""
    bridge.now = lambda: at(clock)
    return len((await post_due(bridge, Kind.RESTOCK, **how)).confirmed)


@pytest.mark.parametrize(
    ("windows", "decided", "too_early", "in_time"),
    [
        (RestockWindows(), "09:01", "09:14:59", "09:15"),
        (RestockWindows(minutes=60), "09:01", "09:59:59", "10:00"),
        (RestockWindows(peaks=(LATE_MORNING,)), "09:50", "10:59:59", "11:00"),
        (RestockWindows(minutes=0, peaks=(LATE_MORNING,)), "10:01", "10:59:59", "11:00"),
        (RestockWindows(peaks=(LATE_MORNING,)), "09:40", "10:00", "11:00"),  # it closed before the peak, and was missed
    ],
)
async def test_a_schedule_waits_for_the_window_and_the_peak(sandbox, returnworks, windows, decided, too_early, in_time):
    sandbox.seed(TWO_RUGS)
    returnworks.policy = Policy(restock_windows=windows)
    async with returnworks.bridge() as bridge:
        await arrive(bridge, decided, "90009001")
        assert await post(bridge, too_early) == 0
        assert await post(bridge, in_time) == 1


@pytest.mark.parametrize("windows", [RestockWindows(), RestockWindows(peaks=(LATE_MORNING,))])
async def test_a_run_by_hand_waits_for_nothing(sandbox, returnworks, windows):
    sandbox.seed(TWO_RUGS)
    returnworks.policy = Policy(restock_windows=windows)
    async with returnworks.bridge() as bridge:
        await arrive(bridge, "10:01", "90009001")
        assert await post(bridge, "10:01", at_once=True) == 1


async def test_a_shop_without_windows_posts_at_once(sandbox, returnworks):
    sandbox.seed(TWO_RUGS)
    shop = sandbox.credentials["shop"]
    returnworks.policy = Policy(restock_windows=RestockWindows(by_shop={shop.upper(): 0}))
    async with returnworks.bridge() as bridge:
        await arrive(bridge, "10:01", "90009001")
        assert await post(bridge, "10:01") == 1


async def test_the_first_window_that_closes_on_an_order_closes_it_for_all_its_returns(sandbox, returnworks):
    sandbox.seed(TWO_RUGS)
    async with returnworks.bridge() as bridge:
        await arrive(bridge, "10:01", "90009001")
        await arrive(bridge, "10:15", "90009002")
        closing = [record.not_before for record in bridge.ledger.postings(kinds=[Kind.RESTOCK])]
        assert closing == [at("10:15"), at("10:30")]
        assert await post(bridge, "10:16") == 2
    moments = [move["at"] for move in sandbox.books()["stock_moves"]]
    assert max(map(_moment, moments)) - min(map(_moment, moments)) < timedelta(minutes=5)


def _moment(text):
    return datetime.fromisoformat(text)
