"""Thirty nights with faults, heals and waivers: the desk ties out after each one, in count, units and value."""

from __future__ import annotations

import itertools
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from returnworks.ledger import ExceptionRecord, Ledger
from returnworks.reconcile.carry_forward import NOTHING, Place, Tally
from returnworks.rules.findings import finding
from returnworks.rules.money import Money
from returnworks.work.desk.rolling import Mark, at_moment, at_night, at_now, roll
from tests.ledger.desk_life import DAY, MINUTE, Desk
from tests.ledger.faces import NOW

NIGHTS = 30


def counted(items: list[ExceptionRecord]) -> dict[Place, Tally]:
    """The desk as somebody would count it who only sees the list."""
    tallies: dict[Place, Tally] = {}
    for item in items:
        place = Place(item.code, item.value.currency if item.value else "")
        worth = Tally(1, item.units, item.value.minor if item.value else 0)
        tallies[place] = tallies.get(place, NOTHING) + worth
    return tallies


def ties(ledger: Ledger, since: Mark, until: Mark) -> None:
    rolled = roll(ledger, since, until)
    assert rolled.ties_out, f"{since.name} to {until.name}"
    assert {p: line.closing for p, line in rolled.lines.items() if line.closing} == dict(until.holds)
    assert {p: line.opening for p, line in rolled.lines.items() if line.opening} == dict(since.holds)
    assert all(line.waived.count <= line.closing.count for line in rolled.lines.values())


@pytest.mark.parametrize("seed", [1, 20260302])
def test_thirty_nights_tie_out_one_by_one_and_as_a_whole(ledger: Ledger, seed: int) -> None:
    desk = Desk(ledger, seed)
    start = before = at_moment(ledger, NOW)
    moved = 0
    for number in range(1, NIGHTS + 1):
        now = NOW + number * DAY
        desk.spend_the_day(now - DAY / 2)
        night = at_night(ledger, desk.file_a_night(now))
        open_items = ledger.exceptions()
        assert night.holds == counted(open_items)
        assert night.waived == counted([item for item in open_items if item.is_waived(now)])
        ties(ledger, before, night)
        moved += sum(bool(line.new or line.cleared) for line in roll(ledger, before, night).lines.values())
        before = night
    assert moved > NIGHTS, "nights on which nothing happened prove nothing"
    ties(ledger, start, before)
    ties(ledger, at_night(ledger, 12), before)
    ties(ledger, before, at_now(ledger, NOW + NIGHTS * DAY))


def test_what_a_night_left_is_what_the_events_tell_of_it_thirty_nights_later(ledger: Ledger) -> None:
    desk = Desk(ledger, 7)
    nights = []
    for number in range(1, 11):
        now = NOW + number * DAY
        desk.spend_the_day(now - DAY / 2)
        nights.append((desk.file_a_night(now), now))
    for night, now in nights:
        left, told = at_night(ledger, night), at_moment(ledger, now)
        assert (left.holds, left.waived, left.last_event) == (told.holds, told.waived, told.last_event)


def test_a_row_that_is_changed_behind_the_desks_back_shows_as_a_remainder(ledger: Ledger) -> None:
    ledger.see_exceptions([finding("goods_missing", "RMA 1", "So.", value=Money(500, "GBP"))], NOW)
    opening = at_moment(ledger, NOW)
    with ledger._write() as session:
        session.execute(text("UPDATE exception_item SET value_minor = 1"))
    rolled = roll(ledger, opening, at_now(ledger, NOW + DAY))
    assert not rolled.ties_out
    assert rolled.lines[Place("goods_missing", "GBP")].remainder == Tally(0, 0, -499)


def test_workers_that_race_with_clocks_that_differ_tie_out_all_the_same(database_url: str) -> None:
    def work(seed: int) -> list[int]:
        dice, nights = random.Random(seed), []
        with Ledger.open(database_url, create=False) as mine:
            for turn in range(8):
                now = NOW + dice.uniform(-5, 5) * MINUTE
                subject, worth = f"RMA {dice.randint(1, 5)}", Money(dice.randint(1, 99), "GBP")
                mine.see_exceptions([finding("goods_missing", subject, "So.", value=worth)], now)
                mine.close_exceptions([("goods_missing", f"RMA {dice.randint(1, 5)}")], "in order", now)
                if turn % 4 == 0:
                    nights.append(mine.start_night(now, now))
                    mine.keep_desk_tally(nights[-1], now)
        return nights

    with ThreadPoolExecutor(3) as pool:
        nights = [night for found in pool.map(work, range(3)) for night in found]
    with Ledger.open(database_url, create=False) as ledger:
        marks = [at_moment(ledger, NOW - DAY), *(at_night(ledger, night) for night in nights)]
        marks = [*sorted(marks, key=lambda mark: mark.last_event), at_now(ledger, NOW + DAY)]
        assert all(roll(ledger, since, until).ties_out for since, until in itertools.pairwise(marks))
