"""What the close is worked out from: returns as they stood, what was posted, and what was open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from returnworks.reconcile.carry_forward import RollForward
from returnworks.reconcile.close.month import Month
from returnworks.rules.model import Owner, Return
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class CreditFact:
    """A credit that stands in Linnworks."""

    reference: str
    return_id: str
    transaction_id: str
    amount: Money
    at: datetime
    """When it was confirmed."""
    linked: bool
    """The sales channel brought it; nothing was posted."""


@dataclass(frozen=True, slots=True)
class GoodsFact:
    """Units of one SKU that were put back at one location."""

    reference: str
    return_id: str
    sku: str
    location: str
    disposition: str
    units: int
    scrapped: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ExchangeFact:
    """An exchange order that was marked in Linnworks, so that it is no sale."""

    reference: str
    return_id: str
    channel_order: str
    """The sales channel's id of the exchange order."""
    order_id: str
    """Linnworks' id of it."""
    state: str
    at: datetime | None
    """When it was marked; None while it is not."""


@dataclass(frozen=True, slots=True)
class ClosingItem:
    """An exception that was open at the month's end, and what it was worth then."""

    id: int
    code: str
    owner: Owner
    subject: str
    return_id: str | None
    event_at: datetime
    units: int
    value: Money | None
    waived: bool


@dataclass(frozen=True, slots=True)
class NightFact:
    night_id: int
    as_of: datetime
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFacts:
    month: Month
    policy: Policy
    opening: tuple[Return, ...] = ()
    """Returns as they stood when the month began."""
    closing: tuple[Return, ...] = ()
    """Returns as they stood when it ended."""
    credits: tuple[CreditFact, ...] = ()
    """Of these returns, whenever they were recorded, up to the month's end."""
    goods: tuple[GoodsFact, ...] = ()
    """Of the month."""
    exchanges: tuple[ExchangeFact, ...] = ()
    """Exchange orders that were released in the month."""
    items: tuple[ClosingItem, ...] = ()
    forward: RollForward
    nights: tuple[NightFact, ...] = ()
    """Nights that looked at a moment of the month."""
