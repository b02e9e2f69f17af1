"""How numbers, money, times and ages are said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from returnworks.reconcile.results import Class
from returnworks.report import words
from returnworks.rules.money import Money


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (124000, "GBP", "£1,240.00"),
        (-350, "EUR", "−€3.50"),
        (5, "USD", "$0.05"),
        (12000, "CHF", "120.00 CHF"),
        (1500, "JPY", "1,500 JPY"),
        (1234, "KWD", "1.234 KWD"),
        (0, "GBP", "£0.00"),
    ],
)
def test_money_is_said_with_all_its_minor_units(minor, currency, said):
    assert words.money(Money(minor, currency)) == said


def test_sums_are_kept_apart_by_currency_and_what_has_no_value_adds_nothing():
    found = words.purse([Money(1, "GBP"), None, Money(2, "EUR"), Money(3, "GBP")])
    assert found == [Money(2, "EUR"), Money(4, "GBP")]
    assert words.moneys([None, None]) == ""


@pytest.mark.parametrize(
    ("parts", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_are_said_with_an_and(parts, said):
    assert words.listed(parts) == said


def test_times_are_said_in_utc():
    summer = datetime(2026, 7, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert words.long_moment(summer) == "Tuesday 30 Jun 2026, 23:30 UTC"
    assert words.moment(datetime(2026, 1, 2, 3, 4, tzinfo=UTC)) == "2 Jan 2026, 03:04"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=-5), "under a minute"),
        (timedelta(seconds=59), "under a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=45), "45 days"),
    ],
)
def test_a_span_is_said_in_its_largest_unit(length, said):
    assert words.span(length) == said


def test_every_class_has_a_word_without_underscores():
    assert all("_" not in words.class_word(cls) for cls in Class)
    assert words.class_word("booked_not_actioned") == "booked, not actioned"


def test_a_checked_amount_says_its_unit():
    assert words.column_word("actual_minor") == "actual in minor units"
    assert words.column_word("actual_units") == "actual units"


def test_what_stands_between_backticks_is_a_command():
    assert words.spoken("Run `a b`, then `c`.") == [
        ("Run ", False),
        ("a b", True),
        (", then ", False),
        ("c", True),
        (".", False),
    ]
