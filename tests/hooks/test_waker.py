"""Waking the drain: soon, seldom, and never in the way of the answer."""

from __future__ import annotations

import asyncio
import logging

from returnworks.hooks.waker import Waker


class Drain:
    def __init__(self) -> None:
        self.woken: list[bool] = []

    async def wake(self, poll: bool) -> None:
        self.woken.append(poll)


async def _settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0.001)


async def test_many_hints_at_once_are_two_wakings_the_first_at_once():
    drain = Drain()
    waker = Waker(drain.wake, pause=0.005)
    waker.soon(poll=False)
    await asyncio.sleep(0)
    assert drain.woken == [False]
    for poll in (False, True, False):
        waker.soon(poll=poll)
    await _settled()
    assert drain.woken == [False, True], "the second asks for the poll that one of the three wanted"
    waker.soon(poll=False)
    await _settled()
    assert drain.woken == [False, True, False]
    await waker.stop()


async def test_a_drain_that_cannot_be_woken_is_said_once_and_tried_at_the_next_hint(caplog):
    caplog.set_level(logging.WARNING)
    calls = []

    async def nobody(_poll: bool) -> None:
        calls.append(1)
        raise ConnectionError("https://user:hush-hush@prefect.example.com")

    waker = Waker(nobody, pause=0.001)
    waker.soon(poll=False)
    await _settled()
    waker.soon(poll=False)
    await _settled()
    await waker.stop()
    assert len(calls) == 2
    assert "ConnectionError" in caplog.text
    assert "hush-hush" not in caplog.text


async def test_stopping_while_nothing_runs_is_harmless():
    await Waker(Drain().wake).stop()
