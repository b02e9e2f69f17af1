"""A shop's exceptions desk, played: things go wrong and right, people note and waive, nights file and mend."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from returnworks.ledger import HealingRecord, Ledger
from returnworks.rules.codes import NIGHT_CODES
from returnworks.rules.findings import finding
from returnworks.rules.model import Finding
from returnworks.rules.money import Money

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
