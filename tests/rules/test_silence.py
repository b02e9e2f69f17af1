"""Silence is an alarm when it is longer than the shop is used to, or when a feed stopped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.rules.silence import ENOUGH, Signals, SilencePolicy, habit, limit, listen

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POLICY = SilencePolicy()


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def every(gap: float, count: int = 40, last: datetime = MONDAY) -> list[datetime]:
    return [last - hours(gap) * number for number in range(count)]


def codes(**heard) -> list[str]:
    return [alarm.code for alarm in listen(Signals(**({"now": MONDAY} | heard)), POLICY)]


@pytest.mark.parametrize(
    ("gap", "silent", "alarm"),
    [(1, 24, False), (1, 24.1, True), (20, 30, False), (20, 30.1, True), (60, 90, False), (60, 90.1, True)],
)
def test_a_silence_is_an_alarm_when_it_is_half_as_long_again_as_usual_and_longer_than_a_day(gap, silent, alarm):
    changes = every(gap, last=MONDAY - hours(silent))
    assert codes(changes=changes) == (["silence_changes"] if alarm else [])


def test_weekends_are_part_of_the_habit():
    friday, monday = MONDAY - timedelta(days=2.6), MONDAY
    assert habit([*every(1, last=friday), *every(1, 5, last=monday)]) > timedelta(days=2)


@pytest.mark.parametrize(("count", "hours_allowed"), [(ENOUGH - 1, 72), (ENOUGH, 24)])
def test_a_shop_without_a_habit_has_three_days(count, hours_allowed):
    assert limit(every(1, count), POLICY) == hours(hours_allowed)


def test_a_shop_that_never_had_anything_raises_no_alarm():
    assert codes() == []


@pytest.mark.parametrize(("ago", "alarm"), [(3, []), (3.1, ["silence_poll"])])
def test_a_poll_that_stopped_is_an_alarm(ago, alarm):
    assert codes(polled=MONDAY - hours(ago)) == alarm


def test_a_poll_that_stopped_explains_the_rest():
    old = every(1, last=MONDAY - timedelta(days=9))
    assert codes(polled=MONDAY - hours(99), changes=old, webhooks=old) == ["silence_poll"]


def test_webhooks_that_stopped_are_told_apart_from_changes():
    assert codes(changes=every(1), webhooks=every(1, last=MONDAY - timedelta(days=2))) == ["silence_webhooks"]


def test_an_alarm_counts_from_the_last_sign_of_life():
    last = MONDAY - timedelta(days=3)
    (alarm,) = listen(Signals(now=MONDAY, changes=every(1, last=last)), POLICY)
    assert alarm.since == last
    assert "3 days 0 hours" in alarm.message


def test_a_gap_in_ids_that_follow_one_another_is_named():
    ids = [number for number in range(90000001, 90000101) if number != 90000050]
    (alarm,) = listen(Signals(now=MONDAY, ids=ids), POLICY)
    assert (alarm.code, "90000050" in alarm.message) == ("ids_missing", True)


def test_ids_that_do_not_follow_one_another_say_nothing():
    assert codes(ids=list(range(90000001, 90001000, 7))) == []


def test_a_few_ids_say_nothing():
    assert codes(ids=[1, 2, 4]) == []


@given(st.lists(st.integers(0, 600), min_size=ENOUGH, max_size=60))
def test_a_shop_that_is_as_quiet_as_ever_raises_no_alarm(drawn):
    changes = [MONDAY - hours(gap) for gap in drawn]
    usual = habit(changes)
    assert codes(now=max(changes) + usual, changes=changes) == []
