"""An exception is as old as its event, in whole days, and each age has exactly one bucket."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.rules.ageing import Ageing, age_days

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (0, "0–1 days"),
        (1, "0–1 days"),
        (2, "2–3 days"),
        (3, "2–3 days"),
        (4, "4–7 days"),
        (7, "4–7 days"),
        (8, "8–14 days"),
        (14, "8–14 days"),
        (15, "15–30 days"),
        (30, "15–30 days"),
        (31, "31+ days"),
        (9999, "31+ days"),
    ],
)
def test_each_age_has_its_bucket(days, bucket):
    assert Ageing().bucket(days) == bucket


@pytest.mark.parametrize(
    ("passed", "days"),
    [
        (timedelta(hours=-5), 0),
        (timedelta(0), 0),
        (timedelta(hours=23, minutes=59), 0),
        (timedelta(days=1), 1),
        (timedelta(days=1, hours=23), 1),
        (timedelta(days=40), 40),
    ],
)
def test_an_age_is_the_whole_days_since_the_event(passed, days):
    assert age_days(NOW - passed, NOW) == days


def test_a_shop_has_its_own_buckets():
    weekly = Ageing((7, 14))
    assert weekly.buckets == ("0–7 days", "8–14 days", "15+ days")
    assert weekly.counted([3, 8, 8, 99]) == {"0–7 days": 1, "8–14 days": 2, "15+ days": 1}


@pytest.mark.parametrize(
    ("limits", "sound"), [((1,), True), ((0, 1), True), ((), False), ((7, 7), False), ((7, 3), False), ((-1, 3), False)]
)
def test_buckets_rise(limits, sound):
    assert (Ageing(limits).problems() == ()) is sound


@given(st.lists(st.integers(0, 400), max_size=30), st.sets(st.integers(0, 90), min_size=1, max_size=6))
def test_no_age_is_lost_and_none_counts_twice(ages, limits):
    assert sum(Ageing(tuple(sorted(limits))).counted(ages).values()) == len(ages)
