"""The shop's terms for a night: how long a difference is only timing, how much money is none, who is watched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from returnworks.reconcile.results import Family
from returnworks.rules.policy import Policy
from returnworks.rules.references import short


@dataclass(frozen=True, slots=True)
class Terms:
    policy: Policy
    moment: datetime
    """The oldest as-of time of the three sides: what happened later cannot be expected to show."""
    credits_recorded_only: bool = True
    """Whether a credit is complete when recorded; else it must be actioned too."""
    watched: frozenset[str] | None = None
    """The returns whose expectations were worked out; None means all. Of others only the ledger can speak."""

    def watches(self, return_id: str) -> bool:
        return self.watched is None or return_id in self.watched

    def looked_at(self, short_name: str) -> bool:
        """Whether a return that references show under this name was worked out (see `references.short`)."""
        return self.watched is None or short_name in _shown(self.watched)

    def clear_by(self, family: Family, event_at: datetime | None) -> datetime | None:
        """The moment from which a difference about `event_at` is a break; None when there was no event."""
        return event_at + self.grace(family) if event_at is not None else None

    def still_timing(self, family: Family, event_at: datetime | None) -> bool:
        """Whether the grace still runs; exactly at its end it is over, and without an event there is none."""
        clear_by = self.clear_by(family, event_at)
        return clear_by is not None and self.moment < clear_by

    def is_later(self, event_at: datetime | None) -> bool:
        """Whether it happened after the oldest side was read, so that the other sides cannot show it yet."""
        return event_at is not None and event_at > self.moment

    def goods_due_back(self, shipped_at: datetime | None) -> datetime | None:
        """By when the returned goods of a shipped exchange should be back, as the shop decided."""
        days = timedelta(days=self.policy.exchanges.goods_back_days)
        return shipped_at + days if shipped_at is not None else None

    def grace(self, family: Family) -> timedelta:
        """How long a difference is only timing."""
        hours = {
            Family.GOODS: self.policy.stock_grace_hours,
            Family.MONEY: self.policy.credit_grace_hours,
            Family.EXCHANGE: self.policy.exchange_grace_hours,
        }
        return timedelta(hours=hours[family])


@lru_cache(maxsize=2)
def _shown(return_ids: frozenset[str]) -> frozenset[str]:
    """These returns as references show them."""
    return frozenset(short(return_id) for return_id in return_ids)
