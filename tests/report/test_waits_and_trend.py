"""How long goods took until they could be sold, and which breaks come back night after night."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from returnworks.report import PastNight, render_html
from returnworks.report.trend import NIGHTS, class_trend
from returnworks.report.waits import Waits, waits_of, waits_plot, waits_said
from tests.report.faces import NOW, morning, quiet_morning

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("length", "step"),
    [(-MINUTE, 0), (HOUR - MINUTE, 0), (HOUR, 1), (4 * HOUR, 2), (DAY, 3), (3 * DAY, 4), (90 * DAY, 4)],
)
def test_a_wait_is_counted_in_its_step(length, step):
    counts = waits_of([length]).counts
    assert [place for place, number in enumerate(counts) if number] == [step]


def test_half_and_nine_of_ten_are_told_and_do_not_depend_on_the_order():
    lengths = [n * MINUTE for n in range(1, 11)]
    waits = waits_of(lengths[::-1])
    assert (waits.half_within, waits.most_within, waits.longest) == (5 * MINUTE, 9 * MINUTE, 10 * MINUTE)
    assert waits_said(waits) == "Half within 5 minutes, nine of ten within 9 minutes, the longest 10 minutes."


def test_where_nothing_went_back_for_sale_nothing_is_drawn():
    assert waits_of([]) == Waits()
    assert waits_plot(Waits()) is None


def past(days, **goods):
    return PastNight(NOW - days * DAY, {"goods": goods, "money": {}, "exchange": {}})


def test_each_class_that_broke_has_a_row_and_calm_ones_have_none():
    trend = class_trend(replace(quiet_morning(), past=(past(2, missing=3, matched=9), past(1, timing=4))))
    shown = [(row.name, [cell.shown for cell in row.cells]) for row in trend.rows]
    assert shown == [("all breaks", ["3", "", ""]), ("goods · missing", ["3", "", ""])]


@pytest.mark.parametrize(("count", "shade"), [(0, 0), (1, 1), (2, 1), (3, 2), (10, 3), (30, 4), (999, 4)])
def test_more_breaks_are_darker(count, shade):
    trend = class_trend(replace(quiet_morning(), past=(past(2, quantity=1), past(1, quantity=count))))
    assert trend.rows[1].cells[1].shade == shade


def test_a_night_that_could_not_tell_shows_so():
    trend = class_trend(replace(quiet_morning(), past=(past(2, missing=1), past(1, cannot_tell=7))))
    assert [cell.shown for cell in trend.rows[0].cells] == ["1", "?", ""]


def test_two_weeks_are_shown():
    nights = tuple(past(days, missing=1) for days in range(1, 30))
    assert len(class_trend(replace(quiet_morning(), past=nights)).rows[0].cells) == NIGHTS


def test_without_earlier_nights_there_is_no_trend():
    assert class_trend(morning()) is None or morning().past


def test_the_page_shows_both():
    page = render_html(replace(morning(), past=(past(1, missing=2),), waits=waits_of([HOUR, 2 * HOUR])))
    assert "From back to sellable" in page
    assert "Breaks by class, night by night" in page
