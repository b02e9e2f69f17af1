"""A night mends the oldest first, never more than its caps, and says why it left the rest."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.rules.healing import Candidate, Caps, HealClass, Healing, HealMode, Spent, choose
from returnworks.rules.money import Money

NOW = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
EVERY = tuple(HealClass)


def candidate(name="a", days=1, cls=HealClass.MISSING_POSTING, units=1, money=()):
    return Candidate(cls, name, f"RMA {name}", "It is due.", NOW - timedelta(days=days), units=units, money=money)


def healing(classes=EVERY, **caps):
    return Healing(HealMode.ON, classes, Caps(**({"money_minor": {"GBP": 10000}} | caps)))


def names(chosen):
    return [one.return_id for one in chosen.picked], [(one.return_id, why) for one, why in chosen.left]


def test_nothing_is_mended_unless_its_class_is_switched_on():
    assert Healing().mode == HealMode.OFF
    picked, left = names(choose([candidate()], Healing(HealMode.ON), Spent()))
    assert picked == []
    assert left == [("a", "missing_posting is not switched on in the policy")]


def test_the_oldest_is_mended_first_and_ties_go_by_the_return():
    found = [candidate("c", 1), candidate("b", 9), candidate("a", 9)]
    assert names(choose(found, healing(count=2), Spent())) == (
        ["a", "b"],
        [("c", "the night's cap of 2 healings is used up")],
    )


@pytest.mark.parametrize(("units", "fits"), [(49, True), (50, True), (51, False)])
def test_units_up_to_the_cap_are_mended_and_one_more_is_not(units, fits):
    assert bool(choose([candidate(units=units)], healing(units=50), Spent()).picked) is fits


@pytest.mark.parametrize(
    ("money", "fits"),
    [
        ((Money(10000, "GBP"),), True),
        ((Money(10001, "GBP"),), False),
        ((Money(6000, "GBP"), Money(4001, "GBP")), False),
        ((Money(1, "EUR"),), False),
        ((), True),
    ],
)
def test_money_up_to_the_cap_of_its_currency_is_mended_and_other_currencies_are_not(money, fits):
    assert bool(choose([candidate(money=money)], healing(), Spent()).picked) is fits


def test_one_that_does_not_fit_is_left_and_a_younger_one_that_fits_is_mended():
    found = [candidate("big", 9, units=60), candidate("small", 1)]
    picked, left = names(choose(found, healing(), Spent()))
    assert picked == ["small"]
    assert left == [("big", "60 units do not fit: 0 of the night's 50 are used")]


def test_two_runs_of_one_night_share_its_caps():
    spent = Spent()
    choose([candidate("first")], healing(count=1), spent)
    assert names(choose([candidate("second")], healing(count=1), spent))[0] == []


@pytest.mark.parametrize(("mode", "classes", "sound"), [("on", EVERY, True), ("on", (), False), ("dry_run", (), True)])
def test_healing_that_is_on_names_what_it_mends(mode, classes, sound):
    assert (Healing(HealMode(mode), classes).problems() == ()) is sound


AMOUNTS = st.lists(st.builds(Money, st.integers(0, 9000), st.sampled_from(["GBP", "EUR"])), max_size=2).map(tuple)
FOUND = st.lists(
    st.builds(
        candidate,
        name=st.text("abc", min_size=1, max_size=3),
        days=st.integers(0, 40),
        cls=st.sampled_from(HealClass),
        units=st.integers(0, 30),
        money=AMOUNTS,
    ),
    max_size=15,
    unique_by=lambda one: (one.since, one.return_id, one.cls),
)


@given(FOUND, st.integers(0, 6), st.integers(0, 60), st.randoms(use_true_random=False))
def test_no_order_of_arrival_and_no_list_gets_past_the_caps(found, count, units, random):
    caps = healing(count=count, units=units, money_minor={"GBP": 10000})
    chosen = choose(found, caps, Spent())
    assert len(chosen.picked) <= count
    assert sum(one.units for one in chosen.picked) <= units
    amounts = [amount for one in chosen.picked for amount in one.money]
    assert sum(amount.minor for amount in amounts) <= 10000
    assert {amount.currency for amount in amounts} <= {"GBP"}
    assert len(chosen.picked) + len(chosen.left) == len(found)
    shuffled = list(found)
    random.shuffle(shuffled)
    assert choose(shuffled, caps, Spent()) == chosen
