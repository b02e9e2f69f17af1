"""The calls of a minute, on a clock that the test moves."""

from __future__ import annotations

import asyncio

import pytest

from returnworks.clients.limits import MINUTE, Limits


@pytest.fixture
def limits(waits):
    return Limits(1.0, lambda: waits.now, waits.sleep)


async def test_the_whole_minute_may_be_spent_at_once_and_not_one_call_more(limits, waits):
    allowance = limits.of("Stock/Get", 150)
    for _ in range(150):
        await allowance.take()
    assert waits.slept == []
    await allowance.take()
    assert waits.slept == [MINUTE]


async def test_no_sixty_seconds_ever_hold_more_than_the_allowance(limits, waits):
    allowance = limits.of("Stock/Get", 3)
    starts = []
    for gap in [0, 10, 40, 0, 0, 25, 1, 0, 59, 0, 0, 0, 61, 0]:
        waits.now += gap
        await allowance.take()
        starts.append(waits.now)
    assert all(later - earlier >= 60 for earlier, later in zip(starts, starts[3:], strict=False))


async def test_methods_have_allowances_of_their_own(limits, waits):
    await limits.of("A", 1).take()
    await limits.of("B", 1).take()
    assert waits.slept == []
    await limits.of("A", 1).take()
    assert waits.slept == [MINUTE]


async def test_those_who_wait_together_are_let_through_one_after_the_other(limits, waits):
    allowance = limits.of("A", 1)
    await asyncio.gather(*(allowance.take() for _ in range(4)))
    assert waits.now - 1000 >= 180


async def test_a_pause_holds_everybody(limits, waits):
    allowance = limits.of("A", 150)
    allowance.pause(30)
    allowance.pause(10)
    await allowance.take()
    assert waits.slept == [30]


@pytest.mark.parametrize(("scale", "calls"), [(0.5, 5), (1.0, 10), (2.0, 20), (0.01, 1)])
async def test_a_scale_leaves_room_for_others_but_never_nothing(waits, scale, calls):
    allowance = Limits(scale, lambda: waits.now, waits.sleep).of("A", 10)
    for _ in range(calls):
        await allowance.take()
    assert waits.slept == []
    await allowance.take()
    assert waits.slept == [MINUTE]
