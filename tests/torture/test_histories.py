"""Whatever happens, and in whatever order: once at rest, the books say what the history says."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returnworks.ledger import Ledger
from tests.torture.deeds import history
from tests.torture.histories import Arrive, Break, Deed, Die, Inspect, Refund, Run, live


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    file = tmp_path_factory.mktemp("histories") / "ledger.sqlite3"
    with Ledger.open(f"sqlite:///{file}") as opened:
        yield opened


def _assert_exactly_once(ledger: Ledger, deeds: list[Deed], luck: int = 0) -> None:
    outcome = asyncio.run(live(deeds, ledger, luck))
    assert outcome.exact, outcome


NIGHTLY = os.environ.get("RETURNWORKS_TORTURE_PROFILE") == "nightly"
LONGEST = 40 if NIGHTLY else 30
"""Deeds of one history."""
SETTINGS = settings(
    max_examples=2000 if NIGHTLY else 100,
    derandomize=not NIGHTLY,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@SETTINGS
@given(seed=st.integers(0, 2**32 - 1), length=st.integers(5, LONGEST))
def test_every_history_ends_with_exact_books(ledger, seed, length):
    _assert_exactly_once(ledger, history(seed, length), luck=seed)


# --- histories that taught us something


@pytest.mark.parametrize("moment", range(28, 46, 2))
def test_a_verdict_that_is_corrected_after_a_worker_died_with_the_plan_is_the_one_that_is_posted(ledger, moment):
    torn_after_all = [Inspect(0, 0, "good"), Die(moment), Inspect(0, 0, "torn"), Run(1)]
    _assert_exactly_once(ledger, [Arrive(0, (0,)), *torn_after_all])


def test_a_worker_that_has_not_read_the_correction_posts_nothing_while_another_one_reads_it(ledger):
    """Seed 1293: the return waits to be read again, so what was planned from the old reading stays unsent."""
    deeds = [Arrive(1, (0, 2, 2)), Inspect(17, 2, "good"), Die(18), Inspect(16, 59, "torn"), Run(2)]
    for luck in range(8):
        _assert_exactly_once(ledger, deeds, luck)


def test_a_plan_from_an_old_reading_that_is_written_late_is_decided_once_more_before_it_is_sent(ledger):
    """Seed 1000: one worker decided on the old reading and wrote its plan down after the other read the new one."""
    before = [Inspect(4, 29, "good"), Refund(31, 12, True), Inspect(58, 18, "torn"), Die(95)]
    for luck in range(998, 1003):
        _assert_exactly_once(ledger, [Arrive(1, (0, 1, 1)), *before, Inspect(56, 8, "missing"), Run(2)], luck)


@pytest.mark.parametrize("seed", [6313, 6357])
def test_what_could_not_be_read_or_decided_is_not_posted_from_what_was_known_before(ledger, seed):
    """6313: Linnworks' items could not be read when the verdict changed. 6357: the return itself could not be."""
    _assert_exactly_once(ledger, history(seed, 30), luck=seed)


def test_what_linnworks_refused_is_taken_over_by_what_the_corrected_return_asks_for(ledger):
    """Seed 1408: two units were refused together, one of them was missing after all, the other is booked alone."""
    refused = Break("errors_in_200", "linnworks", "*RMABooking", count=3, skip=0)
    deeds = [Inspect(21, 33, "good"), Inspect(58, 44, "good"), refused, Run(1), Inspect(15, 46, "missing"), Run(1)]
    _assert_exactly_once(ledger, [Arrive(1, (0, 0)), *deeds])


@pytest.mark.parametrize("skip", range(4))
def test_a_booking_that_linnworks_lists_twice_is_one_booking_and_needs_nobody(ledger, skip):
    doubled = Break("duplicate_rows", "linnworks", "*GetRMAHeadersByOrderId", count=20, skip=skip)
    outcome = asyncio.run(live([Arrive(0, (0,)), Inspect(0, 0, "good"), doubled, Run(1), Run(1)], ledger))
    assert outcome.exact
    assert outcome.tally.replays == 0


@pytest.mark.parametrize("seed", [30280])
def test_a_verdict_that_becomes_again_what_it_was_is_not_overtaken_by_a_plan_from_in_between(ledger, seed):
    """Two workers: one decides upon the older reading while the other one reads what was so before it."""
    _assert_exactly_once(ledger, history(seed, 25), luck=seed)
