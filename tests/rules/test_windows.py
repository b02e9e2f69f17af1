"""When goods are posted: windows, immediate mode, outbound peaks in shop time, and the clocks that change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.rules.windows import DAYS, Peak, RestockWindows, window_end

SHOP = "mugs-and-more.myshopify.com"
LONDON = "Europe/London"


def at(text: str) -> datetime:
    """A moment in UTC on 2026-11-20 (a Friday), or "day hour" in full."""
    return datetime.fromisoformat(text if "-" in text else f"2026-11-20 {text}").replace(tzinfo=UTC)


def peak(start: str, end: str, **more) -> Peak:
    return Peak(time.fromisoformat(start), time.fromisoformat(end), **more)


@pytest.mark.parametrize(
    ("minutes", "now", "ends"),
    [
        (15, "12:00:00", "12:15"),
        (15, "12:14:59", "12:15"),
        (15, "12:15:00", "12:30"),
        (15, "23:50:00", "2026-11-21 00:00"),
        (60, "12:01:00", "13:00"),
        (1440, "12:01:00", "2026-11-21 00:00"),
        (1, "12:00:59", "12:01"),
        (0, "12:07:31", "12:07:31"),
    ],
)
def test_a_window_ends_at_the_next_multiple_of_its_minutes_and_none_means_at_once(minutes, now, ends):
    assert window_end(at(now), minutes) == at(ends)


@pytest.mark.parametrize(
    ("shop", "ends"),
    [(SHOP, "12:15"), ("outlet.myshopify.com", "12:07"), (" OUTLET.myshopify.com", "12:07"), ("bulk", "13:00")],
)
def test_a_shop_can_have_a_window_of_its_own(shop, ends):
    windows = RestockWindows(by_shop={"outlet.myshopify.com": 0, "bulk": 60})
    assert windows.closes_at(at("12:07"), shop) == at(ends)


@pytest.mark.parametrize(
    ("now", "posted"),
    [
        ("12:50", "13:00"),
        ("13:44", "13:45"),
        ("13:45", "16:30"),  # its window ends where the peak begins
        ("14:00", "16:30"),
        ("16:14", "16:30"),
        ("16:15", "16:30"),  # its window ends where the peak ends
        ("16:30", "16:45"),
    ],
)
def test_a_window_that_would_end_inside_a_peak_ends_with_it(now, posted):
    assert RestockWindows(peaks=(peak("14:00", "16:30"),)).closes_at(at(now), SHOP) == at(posted)


@pytest.mark.parametrize(
    ("now", "posted"), [("13:59", "13:59"), ("14:00", "16:30"), ("16:29", "16:30"), ("16:30", "16:30")]
)
def test_even_what_is_posted_at_once_waits_for_the_end_of_a_peak(now, posted):
    assert RestockWindows(minutes=0, peaks=(peak("14:00", "16:30"),)).closes_at(at(now), SHOP) == at(posted)


@pytest.mark.parametrize(
    ("now", "posted"),
    [
        ("2026-11-20 21:59", "2026-11-20 21:59"),
        ("2026-11-20 22:00", "2026-11-21 02:00"),
        ("2026-11-21 01:59", "2026-11-21 02:00"),
        ("2026-11-21 02:00", "2026-11-21 02:00"),
        ("2026-11-21 22:00", "2026-11-21 22:00"),  # a Saturday: it starts on Fridays only
        ("2026-11-20 01:00", "2026-11-20 01:00"),  # the night from Thursday
    ],
)
def test_a_peak_over_midnight_belongs_to_the_day_on_which_it_starts(now, posted):
    windows = RestockWindows(minutes=0, peaks=(peak("22:00", "02:00", days=("fri",)),))
    assert windows.closes_at(at(now), SHOP) == at(posted)


@pytest.mark.parametrize(
    ("peaks", "posted"),
    [
        ((peak("11:00", "13:00"), peak("12:30", "14:00")), "14:00"),
        ((peak("11:00", "13:00"), peak("13:00", "14:00")), "14:00"),
        ((peak("11:00", "13:00"), peak("13:01", "14:00")), "13:00"),
        ((peak("11:00", "15:00"), peak("12:30", "14:00")), "15:00"),
    ],
)
def test_peaks_that_overlap_or_touch_are_one(peaks, posted):
    for order in (peaks, peaks[::-1]):
        assert RestockWindows(minutes=0, peaks=order).closes_at(at("12:00"), SHOP) == at(posted)


def test_a_peak_can_count_for_some_shops_only():
    windows = RestockWindows(minutes=0, peaks=(peak("11:00", "13:00", shops=("Bulk",)),))
    assert windows.closes_at(at("12:00"), "bulk ") == at("13:00")
    assert windows.closes_at(at("12:00"), SHOP) == at("12:00")
    assert windows.after_peaks(at("12:00")) == at("12:00"), "it does not hold what belongs to no shop in particular"


SPRING, AUTUMN = "2027-03-28", "2026-10-25"
"""In London the clocks go from 01:00 to 02:00, and from 02:00 back to 01:00 (both at 01:00 UTC)."""


@pytest.mark.parametrize(
    ("hours", "now", "posted"),
    [
        # summer and winter time: the same hours on the clock
        (("14:00", "16:00"), "2026-07-01 13:00", "2026-07-01 15:00"),
        (("14:00", "16:00"), "2026-11-20 13:00", "2026-11-20 13:00"),
        (("14:00", "16:00"), "2026-11-20 14:00", "2026-11-20 16:00"),
        # the clocks are put forward within the peak: it ends by the clock, an hour shorter
        (("00:00", "04:00"), f"{SPRING} 00:30", f"{SPRING} 03:00"),
        # it begins, or ends, at a time that does not exist
        (("01:30", "04:00"), f"{SPRING} 01:29", f"{SPRING} 01:29"),
        (("01:30", "04:00"), f"{SPRING} 01:30", f"{SPRING} 03:00"),
        (("00:30", "01:30"), f"{SPRING} 00:45", f"{SPRING} 01:30"),
        # the clocks are put back within the peak: it ends by the clock, an hour longer
        (("00:00", "04:00"), f"{AUTUMN} 00:00", f"{AUTUMN} 04:00"),
        (("00:00", "04:00"), "2026-10-24 22:59", "2026-10-24 22:59"),
        (("00:00", "04:00"), "2026-10-24 23:00", f"{AUTUMN} 04:00"),
        # the hour that comes twice belongs to the peak both times
        (("01:15", "01:45"), f"{AUTUMN} 00:15", f"{AUTUMN} 01:45"),
        (("01:15", "01:45"), f"{AUTUMN} 01:15", f"{AUTUMN} 01:45"),
        (("01:15", "01:45"), f"{AUTUMN} 01:45", f"{AUTUMN} 01:45"),
        (("00:30", "01:30"), f"{AUTUMN} 01:29", f"{AUTUMN} 01:30"),
        # over midnight into the day of the change
        (("22:00", "03:00"), "2027-03-27 22:00", f"{SPRING} 02:00"),
        (("22:00", "03:00"), "2026-10-24 21:00", f"{AUTUMN} 03:00"),
    ],
)
def test_peaks_go_by_the_clock_on_the_wall_also_when_it_is_changed(hours, now, posted):
    windows = RestockWindows(minutes=0, peaks=(peak(*hours),), time_zone=LONDON)
    assert windows.closes_at(at(now), SHOP) == at(posted)


times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
peaks = st.builds(Peak, times, times, st.lists(st.sampled_from(DAYS), max_size=3, unique=True).map(tuple))
windows = st.builds(
    RestockWindows,
    st.sampled_from([0, 1, 15, 45, 1440]),
    st.just({}),
    st.lists(peaks.filter(lambda each: each.start != each.end), max_size=3).map(tuple),
    st.sampled_from(["UTC", LONDON, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
moments = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: at("2026-01-01 00:00") + timedelta(minutes=minutes))


@given(windows, moments)
def test_goods_are_never_posted_early_nor_inside_a_peak_and_always_within_a_week(given_windows, now):
    posted = given_windows.closes_at(now, SHOP)
    assert now <= posted
    if given_windows.problems():
        return
    assert given_windows.after_peaks(posted, SHOP) == posted
    assert posted - now <= timedelta(days=9)
    wall = posted.astimezone(ZoneInfo(given_windows.time_zone))
    for each in given_windows.peaks:
        if each.start < each.end and each.starts_on(wall.date()):
            assert not each.start <= wall.time() < each.end


@given(windows, moments)
def test_goods_that_come_later_are_never_posted_sooner(given_windows, now):
    later = now + timedelta(minutes=7)
    assert given_windows.closes_at(now, SHOP) <= given_windows.closes_at(later, SHOP)


@pytest.mark.parametrize(
    ("broken", "key"),
    [
        (RestockWindows(minutes=-1), "minutes"),
        (RestockWindows(by_shop={"bulk": -1}), "by_shop.bulk"),
        (RestockWindows(peaks=(peak("10:00", "10:00"),)), "peaks.0"),
        (RestockWindows(peaks=(peak("10:00", "22:00"), peak("22:00", "10:00"))), "peaks"),
        (RestockWindows(peaks=(peak("10:00", "22:00"), peak("21:00", "10:00", shops=("bulk",)))), "peaks"),
    ],
)
def test_windows_that_cannot_be_meant_are_named(broken, key):
    (problem,) = broken.problems()
    assert str(problem).startswith(f"{key} ")


def test_windows_that_leave_a_minute_are_sound():
    assert RestockWindows(peaks=(peak("10:00", "22:00"), peak("22:01", "10:00"))).problems() == ()
    assert RestockWindows(peaks=(peak("10:00", "22:00"), peak("22:00", "10:00", days=("mon",)))).problems() == ()
