"""In shadow mode nothing is written; nights say how far we agree with people; what comes after going live is ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.one_night import one_night
from flows.way import carry_through
from returnworks.errors import Refused
from returnworks.rules.policy import BUILT_IN
from returnworks.rules.shadow_terms import ShadowTerms
from returnworks.work import going_live
from returnworks.work.adjusting import put_into_stock

LONG_AGO = 60
"""Days: before everything in the story."""


@pytest.fixture
def shop(sandbox):
    sandbox.play("a-day-in-the-shop")
    return sandbox


async def begin(returnworks, days_ago=LONG_AGO):
    """Shadow mode began before the story did."""
    async with returnworks.bridge() as bridge:
        bridge.ledger.go_shadow(bridge.now() - timedelta(days=days_ago), "anna")


def written(sandbox):
    books = sandbox.books()
    return [books["bookings"], books["refunds"]]


async def test_nothing_is_written_and_the_desk_stays_empty(returnworks, shop):
    before = written(shop)
    await begin(returnworks)
    async with returnworks.bridge() as bridge:
        way = await carry_through(bridge)
        await one_night(bridge)
        assert way.planned.claimed > 0
        assert bridge.ledger.postings() == []
        assert bridge.ledger.exceptions() == []
    assert written(shop) == before


async def test_a_night_scores_what_people_did_not_do(returnworks, shop):
    await begin(returnworks)
    async with returnworks.bridge() as bridge:
        await one_night(bridge)
        (scored,) = going_live.standing(bridge.ledger, bridge.policy).nights
    assert scored.fresh
    assert scored.scores["goods"].ours_only > 0
    assert scored.scores["money"].ours_only > 0


async def test_what_people_booked_as_we_would_have_is_agreed_upon(returnworks, shop):
    shop.act("book_by_hand", order="MM1004", sku="MUG-WHITE", location="Default")
    await begin(returnworks)
    async with returnworks.bridge() as bridge:
        await one_night(bridge)
        (scored,) = going_live.standing(bridge.ledger, bridge.policy).nights
    assert scored.scores["goods"].agreed == 1


async def test_after_going_live_what_happened_before_is_neither_posted_nor_compared(returnworks, shop):
    before = written(shop)
    await begin(returnworks)
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        going_live.go_live(bridge.ledger, bridge.policy, "anna", "the story is over", bridge.now())
    async with returnworks.bridge() as bridge:
        await carry_through(bridge, ["90000104"])
        night = (await one_night(bridge)).night
        assert bridge.ledger.postings() == []
    assert written(shop) == before
    assert night.breaks == ()


async def test_going_live_is_refused_while_something_speaks_against_it(returnworks, shop):
    await begin(returnworks)
    async with returnworks.bridge() as bridge:
        with pytest.raises(Refused, match="Not yet: 0 of 7 nights"):
            going_live.go_live(bridge.ledger, bridge.policy, "anna", "", bridge.now())
        easy = replace(BUILT_IN, shadow=ShadowTerms(nights=0, agreement_percent=0, decisions=0))
        assert going_live.go_live(bridge.ledger, easy, "anna", "", bridge.now()).live_since is not None
        with pytest.raises(Refused, match="not on"):
            going_live.go_live(bridge.ledger, easy, "anna", "", bridge.now())


async def test_stock_is_not_put_back_by_hand_either(returnworks, shop):
    await begin(returnworks)
    async with returnworks.bridge() as bridge:
        with pytest.raises(Refused, match="In shadow mode nothing is posted"):
            await put_into_stock(bridge, "90000104", "9000010401", "Default", "trial")


async def test_shadow_mode_begins_once_and_not_while_something_is_on_its_way(returnworks, shop):
    async with returnworks.bridge() as bridge:
        assert going_live.begin(bridge.ledger, "anna", bridge.now()).is_shadow
        with pytest.raises(Refused, match="on already"):
            going_live.begin(bridge.ledger, "anna", bridge.now())
