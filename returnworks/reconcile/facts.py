"""The three sides of the comparison as rows: what should be, what we did, what is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from returnworks.rules.model import Disposition, Order
from returnworks.rules.money import Money


@dataclass(frozen=True, slots=True)
class Side:
    """One side as a whole. A side that is not fresh proves nothing: its rows come out as `cannot_tell`."""

    name: str
    as_of: datetime
    fresh: bool = True
    why: str = ""
    """Why it is not fresh."""


# --- ReturnGO: what should be


@dataclass(frozen=True, slots=True)
class ExpectedGoods:
    """Units of one SKU that one return should have brought to one location."""

    return_id: str
    order_id: str
    order_number: int | None
    sku: str
    location_id: str
    location_name: str
    disposition: Disposition
    quantity: int
    scrap_quantity: int
    due_at: datetime | None
    value: Money | None
    held: str | None = None
    """Code of the finding that holds it."""


@dataclass(frozen=True, slots=True)
class ExpectedCredit:
    """One refund that reached the customer."""

    return_id: str
    transaction_id: str
    order_id: str
    order_number: int | None
    amount: Money
    record_only: bool
    """Store credit that is shown as a liability and not credited to the order."""
    refunded_at: datetime | None
    held: str | None = None
    liability: str = ""
    """Of what is recorded only: the transaction's type, or "bonus" for what is above a credited gift card."""


@dataclass(frozen=True, slots=True)
class ExpectedExchange:
    """One exchange order that ships goods."""

    return_id: str
    channel_order_id: str
    order_name: str | None
    released_at: datetime | None
    goods_back: bool
    held: str | None = None
    units_out: int = 0
    """Exchanged units that are not back; those found missing are none that is back."""
    value_out: Money | None = None
    """What the customer had paid for those; None where it is not known in one currency."""


# --- the ledger: what we did


@dataclass(frozen=True, slots=True)
class LedgerGoods:
    reference: str
    return_id: str
    order_id: str
    sku: str
    location_id: str
    location_name: str
    quantity: int
    state: str
    phase: str
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class LedgerCredit:
    reference: str
    return_id: str
    transaction_id: str
    order_id: str
    amount: Money
    state: str
    refund_id: str | None
    linked: bool


@dataclass(frozen=True, slots=True)
class LedgerExchange:
    reference: str
    return_id: str
    channel_order_id: str
    order_id: str
    state: str


# --- Linnworks: what is


@dataclass(frozen=True, slots=True)
class ActualGoods:
    reference: str
    order_id: str
    order_number: int | None
    order_reference: str
    sku: str
    location_id: str
    location_name: str
    quantity: int
    scrap_quantity: int
    booked_at: datetime | None
    actioned_at: datetime | None


@dataclass(frozen=True, slots=True)
class ActualRefund:
    refund_id: str
    reference: str
    order_id: str
    order_number: int | None
    amount: Money
    channel_initiated: bool
    actioned: bool
    status: str
    created_at: datetime | None
    skus: tuple[str, ...] = ()
    """Of its item lines, where Linnworks says them."""


@dataclass(frozen=True, slots=True)
class ActualExchange:
    channel_order_id: str
    orders: tuple[Order, ...]


# --- the return itself


@dataclass(frozen=True, slots=True)
class ReturnUnits:
    """One return's units as ReturnGO counts them (one line is one unit), for conservation."""

    return_id: str
    approved: int
    kept: int = 0
    """No shipment required: they never come back."""
    missing: int = 0
    """Inspected, and not in the parcel."""
    travelling: int = 0
    """Not back yet."""
    sellable: int = 0
    quarantine: int = 0
    scrap: int = 0
    undecided: int = 0
    held: int = 0
    """Back, but a finding keeps them waiting."""
    waiting: int = 0
    """Back, and waiting for Linnworks within the time that is ordinary."""
    received: int = 0
    """Back under the shop's trigger: what the six above must add up to."""
    held_by: tuple[str, ...] = ()
    """Codes of the findings that hold units."""
