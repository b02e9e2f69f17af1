"""Thirty nights with faults, heals and waivers: the desk ties out after each one, in count, units and value."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from returnworks.ledger import ExceptionRecord, HealingRecord, Ledger
from returnworks.reconcile.carry_forward import NOTHING, Place, Tally
from returnworks.rules.codes import NIGHT_CODES
from returnworks.rules.findings import finding
from returnworks.rules.model import Finding
from returnworks.rules.money import Money
from returnworks.work.desk.rolling import Mark, at_moment, at_night, at_now, roll
from tests.ledger.faces import NOW

NIGHTS = 30
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
CODES = ("goods_missing", "goods_quantity", "credit_missing", "credit_amount", "foreign_refund", "feed_stale")


class Shop:
    """A shop in which things go wrong at random, as a night sees them."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.faults: dict[tuple[str, str], Finding] = {}

    def live_a_day(self, now: datetime) -> None:
        for _ in range(self.dice.randint(0, 6)):
            self._go_wrong(now)
        for place in [place for place in self.faults if self.dice.random() < 0.3]:
            if self.dice.random() < 0.5:
                del self.faults[place]
            else:
                self.faults[place] = self._fault(*place, now)

    def mend(self, place: tuple[str, str]) -> None:
        self.faults.pop(place, None)

    def _go_wrong(self, now: datetime) -> None:
        place = (self.dice.choice(CODES), f"RMA {self.dice.randint(1, 25)}")
        self.faults[place] = self._fault(*place, now)

    def _fault(self, code: str, subject: str, now: datetime) -> Finding:
        worth = self.dice.choice([None, *(Money(self.dice.randint(1, 90000), c) for c in ("GBP", "EUR", "JPY"))])
        since = now - timedelta(hours=self.dice.randint(0, 400))
        return_id = subject.split()[1]
        return finding(
            code, subject, "So it is.", return_id=return_id, units=self.dice.randint(0, 4), value=worth, since=since
        )


class Desk:
    """The ledger's desk, and what the same people would have counted by hand."""

    def __init__(self, ledger: Ledger, seed: int) -> None:
        self.ledger, self.shop, self.dice = ledger, Shop(seed), random.Random(-seed)

    def spend_the_day(self, now: datetime) -> None:
        """People note, assign, waive and think again; waivers expire; a worker finds something between nights."""
        for item in self.ledger.exceptions():
            act = self.dice.random()
            if act < 0.2:
                self.ledger.waive(item.id, now + self.dice.randint(1, 5) * DAY, "agreed", now)
            elif act < 0.25:
                self.ledger.unwaive(item.id, now)
            elif act < 0.35:
                self.ledger.note(item.id, "looked at", now)
        self.shop.live_a_day(now)
        if self.shop.faults and self.dice.random() < 0.5:
            self.ledger.see_exceptions([self.dice.choice(list(self.shop.faults.values()))], now + MINUTE)

    def file_a_night(self, now: datetime) -> int:
        night = self.ledger.start_night(now, now)
        self.ledger.end_waivers(now)
        found = list(self.shop.faults.values())
        self.ledger.see_exceptions(found, now, night)
        fresh = self.dice.random() < 0.85
        if fresh:
            self.ledger.close_absent(NIGHT_CODES, self.shop.faults, "in order", now)
        self._heal(night, now)
        self.ledger.keep_desk_tally(night, now)
        self.ledger.finish_night(night, "breaks", now)
        return night

    def _heal(self, night: int, now: datetime) -> None:
        """What is mended tonight is gone from tomorrow's findings, and stands open until they say so."""
        for item in self.ledger.exceptions(code="goods_missing")[: self.dice.randint(0, 2)]:
            about = ((item.code, item.subject),)
            healed = HealingRecord("missing_posting", "healed", item.return_id or "", item.subject, "Due.", about=about)
            self.ledger.write_healings([healed], night, now)
            self.shop.mend((item.code, item.subject))


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
        from sqlalchemy import text

        session.execute(text("UPDATE exception_item SET value_minor = 1"))
    rolled = roll(ledger, opening, at_now(ledger, NOW + DAY))
    assert not rolled.ties_out
    assert rolled.lines[Place("goods_missing", "GBP")].remainder == Tally(0, 0, -499)
