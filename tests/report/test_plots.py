"""Plots: lengths are to scale, what is not nothing can be seen, and parts fill the whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from returnworks.report.plots import WIDTH, bar_plot, scaled, stacked
from returnworks.report.sums import money_plots
from tests.report.faces import broken_night, stale_night


def test_bars_are_to_scale_and_the_longest_is_as_wide_as_the_drawing():
    assert [bar.length for bar in bar_plot([("a", 10, ""), ("b", 5, ""), ("c", 0, "")]).bars] == [WIDTH, WIDTH // 2, 0]


def test_one_of_many_can_still_be_seen():
    assert scaled(1, 100_000, WIDTH) > 0


def test_nothing_has_no_length_even_of_nothing():
    assert scaled(0, 0, WIDTH) == scaled(0, 5, WIDTH) == 0
    assert bar_plot([]).height == 0


@given(st.lists(st.integers(-50, 10**9), min_size=1, max_size=8))
def test_segments_lie_end_to_end_and_fill_the_bar(numbers):
    segments = stacked([("part", number, str(number), "") for number in numbers])
    run = 0
    for segment in segments:
        assert (segment.x, segment.length >= 0) == (run, True)
        run += segment.length
    assert run == (WIDTH if any(number > 0 for number in numbers) else 0)


def test_the_money_plot_names_what_was_refunded_and_where_it_is():
    [plot] = money_plots(broken_night())
    assert (plot.currency, plot.refunded) == ("GBP", "£164.00")
    assert [(part.name, part.shown) for part in plot.segments] == [
        ("credited", "£102.50"),
        ("record only", "£20.50"),
        ("within its time", "£20.50"),
        ("open", "£20.50"),
    ]


def test_money_that_cannot_be_told_is_not_shown_as_open():
    [plot] = money_plots(stale_night())
    assert ("open", "£0.00") in [(part.name, part.shown) for part in plot.segments]
    assert any(part.name == "cannot tell" for part in plot.segments)
