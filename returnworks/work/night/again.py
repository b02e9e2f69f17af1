"""A past night once more: nothing is asked of a vendor, and nothing is written but the report's files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from returnworks import __version__
from returnworks.ledger import NotInLedger
from returnworks.reconcile.night import Night
from returnworks.report import CheckShown, OpenItem
from returnworks.work.bridge import Bridge
from returnworks.work.night.between import between
from returnworks.work.night.file import verdict_of
from returnworks.work.night.paper import hashes, lay_down, printed
from returnworks.work.night.recalled import Recalled, filed_night, only_since

When = int | date | datetime
"""A night by its number, the last night of a day (UTC), or a moment (aware)."""


@dataclass(frozen=True, slots=True)
class Again:
    """A night that was done again."""

    title: str
    verdict: str
    same: bool | None
    """Whether its report is byte for byte what was filed; None where nothing was filed of just this."""
    whence: str
    open_items: tuple[OpenItem, ...]
    report: Path


async def recall(bridge: Bridge, when: When, since: datetime | None = None) -> Recalled:
    """What the night of `when` had read; of a moment between nights, what was known and last read by then.

    `since` leaves out returns that had not changed since. Of today it tells what is known by now. LedgerError where
    the readings were let go or damaged, NotInLedger for what has not come yet.
    """
    now = bridge.now()
    if not isinstance(when, int) and _first_moment(when) > now:
        raise NotInLedger(f"{when} has not come yet. Name a night, a day or a moment (UTC) of the past.")
    night_id = _night_of(bridge, when)
    if night_id is not None:
        found = filed_night(bridge.ledger, night_id)
    else:
        found = await between(bridge, min(_moment(when), now))
    return only_since(found, since) if since else found


def write_again(bridge: Bridge, night: Night, checks: Sequence[CheckShown], recalled: Recalled) -> Again:
    """The report, beside the one that was filed, with the one line that says when this was done again."""
    shown, filed = recalled.shown, recalled.filed
    same = hashes(printed(night, checks, shown)) == dict(filed.reports) if filed else None
    now = bridge.now()
    line = f"Done again on {now:%Y-%m-%d %H:%M:%S} UTC by Returnworks {__version__}, {recalled.whence}"
    stem = (
        f"again-{now:%Y%m%dT%H%M%S}-night-{filed.night_id:04d}"
        if filed
        else f"again-{now:%Y%m%dT%H%M%S}-as-of-{night.as_of:%Y%m%dT%H%M%S}"
    )
    report = lay_down(printed(night, checks, shown, rerun=line), bridge.environment.reports, stem)
    verdict = verdict_of(night, checks, shown.open_items)
    return Again(shown.title, verdict, same, recalled.whence, shown.open_items, report)


def _night_of(bridge: Bridge, when: When) -> int | None:
    """The night that is meant; None for a moment at which none was filed, and a day without any."""
    if isinstance(when, int):
        return when
    end = _moment(when)
    if isinstance(when, datetime):
        start = when.replace(microsecond=0)
        end = start + timedelta(seconds=1)
    else:
        start = end - timedelta(days=1)
    filed = [night.id for night in bridge.ledger.nights_between(start, end) if night.finished_at is not None]
    return filed[-1] if filed else None


def _first_moment(when: date | datetime) -> datetime:
    return when if isinstance(when, datetime) else datetime.combine(when, time(), UTC)


def _moment(when: date | datetime | int) -> datetime:
    """The moment itself, or the end of the day in UTC."""
    assert not isinstance(when, int), "a night's number is no moment"
    if isinstance(when, datetime):
        return when
    return _first_moment(when) + timedelta(days=1)
