"""The fewest calls of a night are counted from what it learned: full pages, full batches, one for each odd thing."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from returnworks.clients.linnworks import wire
from returnworks.work.night.calls import Calls, CallSheet

END = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "booked", "actioned", "calls"),
    [
        (30, 0, 0, 2),
        (30, 1, 200, 2),
        (30, 0, 201, 3),
        (30, 401, 201, 5),
        (89, 0, 0, 2),
        (90, 0, 0, 4),
        (90, 0, 1000, 7),
    ],
)
def test_a_search_takes_its_full_pages_and_at_least_one_for_each_date_and_quarter(days, booked, actioned, calls):
    sheet = CallSheet(Counter())
    sheet.search(END - timedelta(days=days), END, booked=booked, actioned=actioned)
    assert sheet.calls(Counter()).least == {wire.HISTORY.name: calls}


@pytest.mark.parametrize(("headers", "calls"), [(0, 1), (50, 1), (51, 2)])
def test_the_list_of_booked_refunds_takes_its_pages_and_at_least_one(headers, calls):
    sheet = CallSheet(Counter())
    sheet.booked_refunds(headers)
    assert sheet.calls(Counter()).least == {wire.BOOKED_REFUNDS.name: calls}


@pytest.mark.parametrize(
    ("things", "calls"), [(0, {}), (100, {wire.ITEM_TYPES.name: 1}), (101, {wire.ITEM_TYPES.name: 2})]
)
def test_batches_are_full_ones(things, calls):
    sheet = CallSheet(Counter())
    sheet.batches(wire.ITEM_TYPES, things)
    assert sheet.calls(Counter()).least == calls


def test_only_calls_since_the_sheet_was_begun_count():
    sheet = CallSheet(Counter({wire.LOCATIONS.name: 1, wire.HISTORY.name: 3}))
    sheet.session()
    sheet.each(wire.RMA_HEADERS, 2)
    calls = sheet.calls(Counter({wire.LOCATIONS.name: 1, wire.HISTORY.name: 5, wire.RMA_HEADERS.name: 2}))
    assert calls.made == {wire.RMA_HEADERS.name: 2, wire.HISTORY.name: 2}
    assert calls.least == {wire.AUTHORISE.name: 1, wire.RMA_HEADERS.name: 2}
    assert str(calls) == "4 of at least 3"


def test_the_slowest_method_says_how_long_the_limits_make_it_take():
    assert Calls(made={wire.HISTORY.name: 300, wire.ORDERS_BY_REFERENCE.name: 250}).minutes() == 2
    assert Calls().minutes() == 0
