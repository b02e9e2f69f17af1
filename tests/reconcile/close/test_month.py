"""A month is the shop's own, to the minute, across the change of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from returnworks.reconcile.close import BadMonth, Month


def test_a_month_begins_and_ends_at_the_shops_midnight():
    october = Month.of("2026-10", "Europe/London")
    assert october.start == datetime(2026, 9, 30, 23, 0, tzinfo=UTC)
    assert october.end == datetime(2026, 11, 1, 0, 0, tzinfo=UTC)


def test_what_happens_at_its_end_belongs_to_the_next():
    october = Month.of("2026-10")
    last = october.end - timedelta(microseconds=1)
    assert (october.holds(last), october.holds(october.end), october.next.holds(october.end)) == (True, False, True)


@pytest.mark.parametrize(
    ("text", "previous", "following"), [("2026-01", "2025-12", "2026-02"), ("2026-12", "2026-11", "2027-01")]
)
def test_years_turn(text, previous, following):
    month = Month.of(text)
    assert (str(month), str(month.previous), str(month.next)) == (text, previous, following)


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (datetime(2026, 10, 31, 23, 30, tzinfo=UTC), "2026-09"),
        (datetime(2026, 11, 1, tzinfo=UTC), "2026-10"),
        (datetime(2026, 1, 5, tzinfo=UTC), "2025-12"),
    ],
)
def test_the_last_month_that_is_over(moment, month):
    assert str(Month.before(moment, "Europe/London")) == month


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "26-10", "2026-10-01", "October"])
def test_anything_else_is_no_month(text):
    with pytest.raises(BadMonth, match="write it like 2026-10"):
        Month.of(text)
