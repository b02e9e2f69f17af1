"""A night asks again for what is missing on both sides, within its caps, and makes no second effect of anything."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta

import pytest

from flows.one_night import one_night
from flows.way import carry_through, queue_changes
from returnworks.reconcile.night import assess
from returnworks.rules.findings import finding
from returnworks.rules.healing import Caps, HealClass, Healing, HealMode
from returnworks.rules.model import Kind
from returnworks.rules.policy import Policy, StockTrigger
from returnworks.rules.states import Event, State
from returnworks.work.bridge import utc_now
from returnworks.work.healing import heal
from returnworks.work.night.gather import gather
from tasks.drain import drain
from tasks.intake import plan_due, read_queued
from tests.way.test_exactly_once import RUG

MISSING = Healing(HealMode.ON, (HealClass.MISSING_POSTING,))
BEFORE = Policy(stock_trigger=StockTrigger.RMA_DONE)
"""Under which the rug was not due yet: nothing of it was ever planned, and nothing about its return changes."""


def shop(*hours):
    """One return per age, each of one rug that was inspected so many hours ago."""
    seed = copy.deepcopy(RUG)
    order, rma = seed["orders"][0], seed["rmas"][0]
    seed["orders"], seed["rmas"] = [], []
    for number, age in enumerate(hours, 1):
        name, line = f"MM900{number}", copy.deepcopy(rma["lines"][0])
        line["inspected"]["at"] = {"hours_ago": age}
        seed["orders"].append({**order, "reference": f"550000900{number}", "name": name})
        seed["rmas"].append({**rma, "id": f"9000900{number}", "order": name, "lines": [line], "transactions": []})
    return seed


async def _under(returnworks, policy, work):
    returnworks.policy = policy
    async with returnworks.bridge() as bridge:
        return await work(bridge)


async def _night(bridge):
    return assess((await gather(bridge)).inputs)


async def _read_only(bridge):
    """The returns are read and decided upon under the old policy."""
    await queue_changes(bridge)
    await carry_through(bridge)


@pytest.fixture
def missing(sandbox, returnworks):
    """A shop whose rugs are back since these hours, and whose new policy nobody has decided by."""

    async def seeded(*hours, **policy):
        sandbox.seed(shop(*hours))
        await _under(returnworks, BEFORE, _read_only)
        returnworks.policy = Policy(**({"healing": MISSING} | policy))

    return seeded


def outcomes(healings):
    return [(healing.outcome, healing.return_id) for healing in healings]


async def test_nothing_is_mended_unless_the_shop_asks_for_it(returnworks, missing):
    await missing(48, healing=Healing())
    async with returnworks.bridge() as bridge:
        night = await _night(bridge)
        assert [row.code for row in night.breaks] == ["goods_missing"]
        assert await heal(bridge, night) == ()


async def test_a_missing_posting_is_asked_for_again_posted_once_and_closed_by_the_next_night(
    sandbox, returnworks, missing
):
    await missing(48)
    async with returnworks.bridge() as bridge:
        first = await one_night(bridge)
        (mended,) = first.filed.moved.healed
        assert (mended.outcome, mended.subject, mended.units) == ("healed", "RMA 90009001", 1)
        assert sandbox.books()["bookings"] == [], "the night itself posts nothing"
        await carry_through(bridge)
        second = await one_night(bridge)
        assert [item.code for item in second.filed.closed] == ["goods_missing"]
        assert second.filed.moved.healed == ()
        assert second.filed.moved.ties_out
        events = [event.what for event in bridge.ledger.exception_events(first.filed.opened[0].id)]
        (kept,) = bridge.ledger.healings(utc_now() - timedelta(hours=1))
    assert events == ["opened", "healed", "closed"]
    assert kept.postings == mended.postings
    books = sandbox.books()
    assert [(move["location"], move["change"]) for move in books["stock_moves"]] == [("Default", 1)]
    assert len(books["bookings"]) == 1
    assert "mended" in first.filed.report.read_text()


async def test_a_dry_run_says_what_it_would_mend_and_mends_nothing(returnworks, missing):
    await missing(48, healing=replace(MISSING, mode=HealMode.DRY_RUN))
    async with returnworks.bridge() as bridge:
        night = await _night(bridge)
        (would,) = await heal(bridge, night)
        assert (would.outcome, len(would.postings), would.units) == ("would_heal", 1, 1)
        assert goods(bridge) == []
        (done,) = await heal(bridge, night, HealMode.ON)
        assert (done.outcome, done.postings) == ("healed", would.postings)


async def test_what_is_mended_twice_in_one_night_is_planned_once(returnworks, missing):
    await missing(48)
    async with returnworks.bridge() as bridge:
        night = await _night(bridge)
        await heal(bridge, night)
        (again,) = await heal(bridge, night)
        assert again.outcome == "left"
        assert "is planned already" in again.why
        assert len(goods(bridge)) == 1


async def test_over_the_cap_the_oldest_is_mended_and_the_rest_is_left_with_its_reason(returnworks, missing):
    await missing(48, 99, 72, healing=replace(MISSING, caps=Caps(count=2)))
    async with returnworks.bridge() as bridge:
        night = await _night(bridge)
        first = await heal(bridge, night)
        assert outcomes(first) == [("healed", "90009002"), ("healed", "90009003"), ("left", "90009001")]
        assert "cap of 2 healings is used up" in first[-1].why
        bridge.ledger.write_healings(first, None, utc_now())
        later = await heal(bridge, night)
        assert {row.outcome for row in later} == {"left"}, "two runs of one night share its caps"


async def test_what_the_ledger_holds_as_done_is_a_persons_and_not_mended(returnworks, missing):
    """Somebody deleted the booking in Linnworks, and why is not for a program to guess."""
    await missing(48)
    async with returnworks.bridge() as bridge:
        night = await _night(bridge)
        await heal(bridge, night)
        (record,) = bridge.ledger.claim([Kind.RESTOCK], "w", 9, timedelta(minutes=1), utc_now(), ignore_window=True)
        for event in (Event.ADVANCE, Event.CONFIRM):
            attempt = bridge.ledger.begin(record.reference, "w", "book", {}, utc_now())
            bridge.ledger.finish(attempt, event, utc_now(), vendor_id="gone")
        (left,) = await heal(bridge, await _night(bridge))
        assert left.outcome == "left"
        assert f"{record.reference} is confirmed" in left.why
        assert [row.state for row in goods(bridge)] == [State.CONFIRMED]


async def test_an_order_that_cannot_be_read_keeps_no_neighbour_from_being_mended(sandbox, returnworks, missing):
    await missing(48, 50)
    async with returnworks.bridge() as bridge:
        night = await _night(bridge)
        sandbox.fault("not_json", "*GetRMAHeadersByOrderId", vendor="linnworks", count=2)
        assert outcomes(await heal(bridge, night)) == [("healed", "90009001"), ("failed", "90009002")]


async def test_a_vendor_that_does_not_answer_fails_no_night(sandbox, returnworks, missing):
    await missing(48)
    async with returnworks.bridge() as bridge:
        night = await _night(bridge)
        sandbox.fault("drop_before", "*", vendor="linnworks", count=1000)
        (failed,) = await heal(bridge, night)
        assert failed.outcome == "failed"
        assert goods(bridge) == []


async def test_a_night_that_cannot_tell_mends_nothing(returnworks, missing):
    await missing(48)
    async with returnworks.bridge() as bridge:
        night = await _night(bridge)
        sides = tuple(replace(side, fresh=side.name != "ReturnGO") for side in night.sides)
        assert await heal(bridge, replace(night, sides=sides)) == ()


async def test_a_posting_that_was_put_off_for_long_is_made_due(sandbox, returnworks):
    sandbox.seed(shop(48))
    returnworks.policy = Policy(healing=Healing(HealMode.ON, (HealClass.STALE_POSTING,)))
    async with returnworks.bridge() as bridge:
        await queue_changes(bridge)
        await drain(read_queued, bridge)
        await drain(plan_due, bridge)
        (record,) = goods(bridge)
        bridge.ledger.put_off(record.reference, utc_now() + timedelta(days=30))
        night = await _night(bridge)
        assert await heal(bridge, night) == (), "it was planned just now"
        (mended,) = await heal(bridge, replace(night, as_of=night.as_of + timedelta(hours=24)))
        assert (mended.outcome, mended.postings) == ("healed", (record.reference,))
        await carry_through(bridge)
        assert [row.state for row in goods(bridge)] == [State.CONFIRMED]
    assert len(sandbox.books()["bookings"]) == 1


async def test_a_return_with_an_exception_that_nobody_read_for_long_is_read_again(sandbox, returnworks):
    sandbox.seed(shop(48))
    returnworks.policy = Policy(healing=Healing(HealMode.ON, (HealClass.STALE_RETURN,), stale_hours=1))
    async with returnworks.bridge() as bridge:
        await _read_only(bridge)
        night = await _night(bridge)
        (item,) = _an_exception(bridge)
        assert await heal(bridge, night) == (), "it was read just now"
        later = replace(night, as_of=night.as_of + timedelta(hours=2))
        (mended,) = await heal(bridge, later)
        assert (mended.outcome, mended.what, mended.units) == ("healed", "stale_return", 0)
        assert mended.about == ((item.code, item.subject),)
        assert bridge.ledger.inbox_waiting() == {"manual": 1}


def goods(bridge):
    return bridge.ledger.postings(kinds=[Kind.RESTOCK])


def _an_exception(bridge):
    return bridge.ledger.see_exceptions(
        [finding("goods_orphan", "RMA 90009001", "So.", return_id="90009001")], utc_now()
    ).opened
