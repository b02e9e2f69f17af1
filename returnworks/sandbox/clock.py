"""The sandbox's own time, which a tester can push forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Real UTC time plus whatever was added by `advance` since the last `reset`."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def reset(self) -> None:
        self._ahead = timedelta()

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("time only goes forward")
        self._ahead += timedelta(seconds=seconds)


def wire_time(moment: datetime) -> str:
    """Linnworks' way with dates: UTC with milliseconds and a Z (seen on history rows; assumed elsewhere)."""
    utc = moment.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


def iso_time(moment: datetime) -> str:
    """ReturnGO's way with dates: whole seconds with the offset +00:00 (observed)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
