"""Restock windows: goods of one order wait a little for each other, and outbound peaks are left in peace.

A window is a stretch of `minutes`, counted from midnight UTC; goods that are decided upon within it are posted
when it ends. A window that would end inside a peak ends with the peak. Windows belong to the schedules: a run by
hand does not wait for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from returnworks.rules.problems import Problem

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
A_WEEK = 7 * 24 * 60
"""In minutes."""


@dataclass(frozen=True, slots=True)
class Peak:
    """Hours in which the warehouse is busy sending goods out. From `start` (included) to `end` (not included).

    Times are the shop's own. An `end` before the `start` is on the next day. Where the clocks are put back, the
    hour that comes twice belongs to the peak both times; where they are put forward, a time that does not exist
    is taken as if they had not been (01:30 is then 02:30 on the clock), so that a peak keeps its length.
    """

    start: time
    end: time
    days: tuple[str, ...] = ()
    """The days on which it starts, as in `DAYS`; none named means every day."""
    shops: tuple[str, ...] = ()
    """The shops for whose returns it counts; none named means all."""

    def is_for(self, shop: str) -> bool:
        return not self.shops or _same(shop) in {_same(name) for name in self.shops}

    def starts_on(self, day: date) -> bool:
        return not self.days or DAYS[day.weekday()] in self.days


@dataclass(frozen=True)
class RestockWindows:
    """How long goods wait for each other, and when they wait longer."""

    minutes: int = 15
    """0 posts at once, outside the peaks."""
    by_shop: Mapping[str, int] = field(default_factory=dict)
    """Minutes for shops that differ, by the shop's name in ReturnGO."""
    peaks: tuple[Peak, ...] = ()
    time_zone: str = "UTC"
    """The time zone of the peaks, e.g. Europe/London."""

    def minutes_for(self, shop: str) -> int:
        own = {_same(name): minutes for name, minutes in self.by_shop.items()}
        return own.get(_same(shop), self.minutes)

    def closes_at(self, now: datetime, shop: str) -> datetime:
        """When goods of this shop that are decided upon `now` are to be posted: `now` itself means at once."""
        return self.after_peaks(window_end(now, self.minutes_for(shop)), shop)

    def after_peaks(self, moment: datetime, shop: str | None = None) -> datetime:
        """`moment`, or the end of the peaks that it falls into; without a shop, of those that count for all."""
        peaks = [peak for peak in self.peaks if (not peak.shops if shop is None else peak.is_for(shop))]
        last = moment + timedelta(minutes=A_WEEK)
        while moment < last and (ends := [end for peak in peaks for end in self._ends(peak, moment)]):
            moment = max(ends)
        return moment

    def _ends(self, peak: Peak, moment: datetime) -> Iterator[datetime]:
        """The ends of this peak's occurrences that `moment` falls into; at most two."""
        zone = ZoneInfo(self.time_zone)
        today = moment.astimezone(zone).date()
        for day in (today - timedelta(days=1), today):
            begin, end = _occurrence(peak, day, zone)
            if peak.starts_on(day) and begin <= moment < end:
                yield end

    def problems(self) -> tuple[Problem, ...]:
        return (*self._odd_minutes(), *self._odd_peaks(), *self._no_way_out())

    def _odd_minutes(self) -> Iterator[Problem]:
        given = {("minutes",): self.minutes} | {("by_shop", shop): minutes for shop, minutes in self.by_shop.items()}
        for where, minutes in given.items():
            if minutes < 0:
                yield Problem(where, f"is {minutes}", "A window cannot be shorter than 0 minutes.")

    def _odd_peaks(self) -> Iterator[Problem]:
        for position, peak in enumerate(self.peaks):
            if peak.start == peak.end:
                text = f"ends when it starts, at {peak.start:%H:%M}"
                yield Problem(("peaks", position), text, "Let it end at another time, or leave it out.")

    def _no_way_out(self) -> Iterator[Problem]:
        shops = sorted({shop for peak in self.peaks for shop in peak.shops})
        for shop in ("", *shops):
            if _fills_the_week([peak for peak in self.peaks if peak.is_for(shop)]):
                whose = f"of {shop} " if shop else ""
                yield Problem(("peaks",), f"{whose}leave no minute of the week", "Leave the warehouse time to restock.")
                return


def window_end(now: datetime, minutes: int) -> datetime:
    """The end of the restock window that `now` is in; `now` itself where there are no windows."""
    if minutes <= 0:
        return now
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    passed = int((now - midnight).total_seconds() // (minutes * 60))
    return midnight + timedelta(minutes=minutes * (passed + 1))


def _occurrence(peak: Peak, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The peak that starts on `day`, as moments in UTC."""
    last_day = day if peak.end > peak.start else day + timedelta(days=1)
    begin = datetime.combine(day, peak.start, zone)
    end = datetime.combine(last_day, peak.end, zone)
    return begin.astimezone(UTC), max(end.astimezone(UTC), end.replace(fold=1).astimezone(UTC))


def _fills_the_week(peaks: Sequence[Peak]) -> bool:
    """Whether these peaks together cover every minute from Monday to Sunday."""
    busy: set[int] = set()
    for peak in peaks:
        length = (_minute(peak.end) - _minute(peak.start)) % (24 * 60)
        for number, name in enumerate(DAYS):
            if not peak.days or name in peak.days:
                begin = number * 24 * 60 + _minute(peak.start)
                busy.update(minute % A_WEEK for minute in range(begin, begin + length))
    return len(busy) == A_WEEK


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _same(text: str) -> str:
    return text.strip().casefold()
