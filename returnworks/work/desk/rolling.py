"""The desk's roll-forward from the ledger: from a night or a day to another one, or to now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from returnworks.ledger import DeskItem, DeskLine, DeskTally, Ledger, NightRecord, NotInLedger
from returnworks.reconcile.carry_forward import (
    Happened,
    Place,
    RollForward,
    Standing,
    Tally,
    Worth,
    roll_forward,
    standing,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One moment at the desk, and what it held."""

    name: str
    """As people say it: "night 12", "2026-11-01 00:00", "now"."""
    at: datetime
    last_event: int
    """The last event that had happened."""
    holds: Standing
    waived: Standing


def at_night(ledger: Ledger, night_id: int) -> Mark:
    """What the night wrote down; of a night that wrote nothing, what the events say. NotInLedger for none."""
    night = ledger.night(night_id)
    if night is None:
        raise NotInLedger(f"There is no night {night_id}. Name another one, or a day such as 2026-11-01.")
    tally = ledger.desk_tally(night_id)
    return _written(tally) if tally else at_moment(ledger, _end_of(night), f"night {night_id}")


def at_moment(ledger: Ledger, moment: datetime, name: str = "") -> Mark:
    """What the desk held then, told from its events."""
    last = ledger.last_desk_event(moment)
    items = ledger.desk_then(last, moment)
    return _mark(name or f"{moment:%Y-%m-%d %H:%M}", moment, last, items)


def at_now(ledger: Ledger, now: datetime) -> Mark:
    """What the desk holds now, from the exceptions themselves and not from their events."""
    last, items = ledger.desk_now(now)
    return _mark("now", now, last, items)


def latest_night(ledger: Ledger, before: datetime) -> Mark | None:
    """The last night that was filed before `before`."""
    tally = ledger.desk_tally_at(before)
    return _written(tally) if tally else None


def roll(ledger: Ledger, since: Mark, until: Mark) -> RollForward:
    """From one mark to a later one. What no event explains is the remainder."""
    events = [
        Happened(event.exception_id, event.code, event.what, Worth(event.units, event.value))
        for event in ledger.desk_events(since.last_event, until.last_event)
    ]
    changed = {event.exception_id for event in events if event.what == "changed"}
    before = {
        item.exception_id: Worth(item.units, item.value)
        for item in ledger.desk_then(since.last_event, since.at, sorted(changed))
    }
    return roll_forward(since.holds, events, before, until.holds, until.waived)


def _end_of(night: NightRecord) -> datetime:
    return night.finished_at or night.started_at


def _mark(name: str, at: datetime, last_event: int, items: Iterable[DeskItem]) -> Mark:
    known = [(item, Worth(item.units, item.value)) for item in items]
    holds = standing((item.code, worth) for item, worth in known)
    waived = standing((item.code, worth) for item, worth in known if item.waived)
    return Mark(name, at, last_event, holds, waived)


def _written(tally: DeskTally) -> Mark:
    holds = _of_lines(tally.lines, lambda line: Tally(line.count, line.units, line.minor))
    waived = _of_lines(tally.lines, lambda line: Tally(line.waived_count, line.waived_units, line.waived_minor))
    return Mark(f"night {tally.night_id}", tally.at, tally.last_event, holds, waived)


def _of_lines(lines: Iterable[DeskLine], tally_of: Callable[[DeskLine], Tally]) -> dict[Place, Tally]:
    return {Place(line.code, line.currency): tally for line in lines if (tally := tally_of(line))}
