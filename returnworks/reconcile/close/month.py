"""A calendar month in the shop's own time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


class BadMonth(ValueError):
    """Not a month, or one that is not over yet."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    number: int
    """1 to 12."""
    zone: str = "UTC"

    @classmethod
    def of(cls, text: str, zone: str = "UTC") -> Month:
        """`Month.of("2026-10", "Europe/London")`; BadMonth for anything else."""
        found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text.strip())
        if found is None:
            raise BadMonth(f"{text!r} is not a month; write it like 2026-10.")
        return cls(int(found[1]), int(found[2]), zone)

    @classmethod
    def before(cls, moment: datetime, zone: str = "UTC") -> Month:
        """The last month that was over at `moment`."""
        local = moment.astimezone(ZoneInfo(zone))
        return cls(local.year - 1, 12, zone) if local.month == 1 else cls(local.year, local.month - 1, zone)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def start(self) -> datetime:
        """The first moment of the month, in UTC."""
        return datetime(self.year, self.number, 1, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first moment after the month, in UTC: what happened before it belongs to the month."""
        return self.next.start

    @property
    def next(self) -> Month:
        return Month(self.year + 1, 1, self.zone) if self.number == 12 else Month(self.year, self.number + 1, self.zone)

    @property
    def previous(self) -> Month:
        return Month(self.year - 1, 12, self.zone) if self.number == 1 else Month(self.year, self.number - 1, self.zone)

    def holds(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment < self.end
