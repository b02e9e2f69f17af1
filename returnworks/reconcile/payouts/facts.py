"""A refund that ReturnGO reports as one side of the payout leg, and what the other side, the exports, cover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from returnworks.rules.money import Money


@dataclass(frozen=True, slots=True)
class PaidRefund:
    """A Success refund of ReturnGO that should be in a payout."""

    transaction_id: str
    return_id: str
    order: str
    """The order's name, as the shopper sees it."""
    amount: Money
    """In the order's currency, above zero."""
    paid_at: datetime
    reference: str = ""
    """ReturnGO `externalReferenceId`: the sales channel's refund id (inferred from its type's name)."""
    credit: str = ""
    """How tonight's comparison judges its credit in Linnworks, in one word; empty where it did not look."""


NO_GAP = timedelta(days=3)
"""Exports whose ends are no farther apart belong together: on quiet days a gateway writes no row."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """What an export covers: from its earliest row to its latest."""

    start: datetime
    end: datetime


def merged(periods: Iterable[Period]) -> list[Period]:
    """Periods that overlap or follow one another as one, oldest first."""
    found: list[Period] = []
    for period in sorted(periods):
        if found and period.start <= found[-1].end + NO_GAP:
            found[-1] = Period(found[-1].start, max(found[-1].end, period.end))
        else:
            found.append(period)
    return found
