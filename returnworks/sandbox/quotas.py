"""How often a vendor may be called: Linnworks counts per method and minute, ReturnGO per key and day."""

from __future__ import annotations

from datetime import date, datetime, timedelta


class MinuteQuotas:
    """A window opens with the first call of a method and admits its limit; then it is 429 until it closes.

    Whether the vendor's window is fixed or sliding is not documented.
    """

    def __init__(self) -> None:
        self._windows: dict[str, tuple[datetime, int]] = {}

    def admit(self, method: str, limit: int, window_seconds: float, now: datetime) -> float:
        """0.0 and one call counted; or the seconds until the window closes, and nothing counted."""
        opened, used = self._windows.get(method, (now, 0))
        closes = opened + timedelta(seconds=window_seconds)
        if now >= closes:
            opened, used, closes = now, 0, now + timedelta(seconds=window_seconds)
        if used >= limit:
            return (closes - now).total_seconds()
        self._windows[method] = (opened, used + 1)
        return 0.0

    def forget(self) -> None:
        self._windows.clear()


class DailyQuota:
    """Counts calls per UTC day (the hour of the reset is assumed)."""

    def __init__(self) -> None:
        self._day: date | None = None
        self.used = 0

    def admit(self, limit: int, now: datetime) -> bool:
        if now.date() != self._day:
            self._day, self.used = now.date(), 0
        if self.used >= limit:
            return False
        self.used += 1
        return True

    def forget(self) -> None:
        self._day = None
