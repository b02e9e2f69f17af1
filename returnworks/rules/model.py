"""The words of the trade as values: what ReturnGO says, what Linnworks holds, what we mean to post.

Ids of vendors are opaque strings here, quantities are whole, times are aware and UTC, money is `Money`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from returnworks.rules.money import Money


class Stage(StrEnum):
    """Where a return stands. None is final: RMAs reopen, inspection and refunds may follow Done."""

    REQUESTED = "requested"
    APPROVED = "approved"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    INSPECTED = "inspected"
    SETTLED = "settled"
    CLOSED = "closed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class Disposition(StrEnum):
    """What a returned unit is good for."""

    SELLABLE = "sellable"
    QUARANTINE = "quarantine"
    SCRAP = "scrap"
    UNDECIDED = "undecided"


class Verdict(StrEnum):
    """What is known of one returned unit."""

    UNINSPECTED = "uninspected"
    RESTOCKABLE = "restockable"
    NOT_RESTOCKABLE = "not restockable"
    MISSING = "missing"
    """It does not come back: it was not in the parcel, or the customer keeps it."""


class Owner(StrEnum):
    """Whose job a difference is."""

    WAREHOUSE = "warehouse"
    FINANCE = "finance"
    CX = "cx"
    ENGINEERING = "engineering"


class Severity(StrEnum):
    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


# --- ReturnGO's side -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inspection:
    """A person looked at one unit. Exists only when ReturnGO gave a validation date."""

    at: datetime
    returned: bool
    restockable: bool
    reason: str | None = None
    """Why it did not come back, or why it cannot be sold."""


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """One ReturnGO `items[]` row: one unit."""

    line_id: str
    order_line_key: str | None
    """The sales channel's order line id (ReturnGO `shopLineItemId`), as Linnworks keeps in `ItemNumber`."""
    sku: str | None
    reason: str = ""
    extended_reason: str = ""
    resolution: str | None = None
    """ReturnGO `resolutionType`, as it came."""
    return_method: str | None = None
    """ReturnGO `returnMethod.type`, as it came, e.g. "No shipment required"."""
    paid: Money | None = None
    inspection: Inspection | None = None
    quantity: int | None = None
    """Only set when ReturnGO sent a `quantity` key, which one-row-per-unit says cannot be: the line is held."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """Money that ReturnGO reports for a return. Only status Success means that it moved."""

    transaction_id: str
    kind: str
    """ReturnGO `type`, as it came, e.g. "RefundToPaymentMethod"."""
    status: str
    amount: Money | None
    """In the order's (customer's) currency."""
    shop_amount: Money | None = None
    line_ids: tuple[str, ...] = ()
    amount_said: str = ""
    """An amount as ReturnGO gave it, where the currency cannot hold it ("10.005 GBP"); `amount` is None then."""
    external_reference: str | None = None
    external_reference_type: str | None = None
    processor: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExchangeOrder:
    """One `exchangeOrders[]` row. Released when `order_id` is set; of kind "Fee" it is an invoice, not goods."""

    draft_order_id: str | None
    order_id: str | None
    order_name: str | None
    kind: str | None


@dataclass(frozen=True, slots=True)
class Parcel:
    shipment_id: str
    status: str
    outbound: bool = False
    tracking_number: str | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """An RMA as ReturnGO shows it now, without personal data or bank details."""

    return_id: str
    shop: str
    status: str
    """ReturnGO's RMA status, as it came; unknown ones are kept and held by the rules."""
    order_id: str | None
    """The sales channel's order id."""
    order_name: str | None
    lines: tuple[ReturnLine, ...]
    transactions: tuple[Transaction, ...] = ()
    exchange_orders: tuple[ExchangeOrder, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    created_at: datetime | None = None
    updated_at: datetime | None = None
    approved_at: datetime | None = None


# --- Linnworks' side -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Location:
    location_id: str
    name: str
    fulfilment_centre: bool = False
    warehouse_managed: bool = False
    not_trackable: bool = False


@dataclass(frozen=True, slots=True)
class StockItem:
    stock_item_id: str
    sku: str
    composite: bool = False
    archived: bool = False
    tracking: str = "None"
    """Linnworks `InventoryTrackingType` as text; anything but "None" is batched or serial stock."""


@dataclass(frozen=True, slots=True)
class StockLevel:
    stock_item_id: str
    sku: str
    location_id: str
    level: int
    available: int
    minimum: int
    """-1 means that Linnworks does not track this item at this location."""


@dataclass(frozen=True, slots=True)
class StockMove:
    """One row of an item's stock history at one location, newest first as Linnworks gives them."""

    stock_item_id: str
    location_id: str
    at: datetime
    change: int
    level: int
    """Level after the change."""
    note: str


@dataclass(frozen=True, slots=True)
class Component:
    """`quantity` pieces of `sku` in one set."""

    stock_item_id: str
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of a processed order; a composite's components are `children`, quantities are line totals."""

    row_id: str
    stock_item_id: str | None
    """None when Linnworks has not linked the line to a stock item."""
    sku: str
    channel_sku: str
    channel_line_id: str
    quantity: int
    value: Money
    """What the customer paid for the whole line, tax included."""
    is_service: bool = False
    children: tuple[OrderLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    order_id: str
    number: int
    reference: str
    secondary_reference: str
    external_reference: str
    source: str
    sub_source: str
    currency: str
    processed: bool
    cancelled: bool
    paid: bool
    total: Money
    shipping: Money
    """Postage the customer paid, tax included."""
    lines: tuple[OrderLine, ...]
    location_id: str | None = None
    received_at: datetime | None = None
    processed_at: datetime | None = None
    identifiers: tuple[str, ...] = ()
    """Tags of the identifiers on the order."""
    folders: tuple[str, ...] = ()
    extended_properties: tuple[tuple[str, str], ...] = ()
    """(name, value) pairs."""
    is_resend: bool = False
    is_exchange: bool = False
    """Linnworks' own flags: True only for orders that Linnworks itself made."""
    parked: bool = False
    on_hold: bool = False
    """An open order that does not ship until somebody lets it."""


@dataclass(frozen=True, slots=True)
class BookedLine:
    row_id: str
    order_line_id: str | None
    sku: str
    quantity: int
    scrap_quantity: int
    location_id: str | None
    actioned: bool
    actioned_at: datetime | None = None
    deleted: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """An RMA header in Linnworks. It moves stock only when actioned."""

    booking_id: str
    order_id: str
    order_number: int | None
    reference: str
    status: str
    """OPEN, PROCESSED, ERROR, ERROR_ACKED or PENDING, as it came."""
    actioned: bool
    lines: tuple[BookedLine, ...]
    created_at: datetime | None = None
    actioned_at: datetime | None = None


class RefundUnit(StrEnum):
    """What a refund line refunds; the wire's own words."""

    ITEM = "Item"
    SHIPPING = "Shipping"
    SERVICE = "Service"
    ADDITIONAL = "Additional"


@dataclass(frozen=True, slots=True)
class RefundedLine:
    row_id: str
    unit: str
    order_line_id: str | None
    amount: Money
    reference: str
    actioned: bool = False
    deleted: bool = False
    error: str | None = None
    sku: str = ""
    """Of the item that it refunds; "" for postage and the like."""


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund header on an order in Linnworks: a credit when it is ours, foreign when nobody explains it."""

    refund_id: str
    order_id: str
    order_number: int | None
    reference: str
    """The external reference that its lines share, else the header's, else ""."""
    amount: Money
    status: str
    channel_initiated: bool
    actioned: bool
    lines: tuple[RefundedLine, ...]
    created_at: datetime | None = None
    actioned_at: datetime | None = None
    source: str = ""
    sub_source: str = ""
    """The sales channel of the order and its account, e.g. SHOPIFY and the store's name."""


@dataclass(frozen=True, slots=True)
class PostedReturn:
    """One row of Linnworks' returns search: a returned line on an order, whoever booked it."""

    order_id: str
    order_number: int | None
    order_reference: str
    row_type: str
    """RETURN, RETURNBOOKING, EXCHANGE, ... as it came."""
    return_reference: str
    sku: str
    quantity: int
    scrap_quantity: int
    location_id: str | None
    location_name: str
    booked_at: datetime | None
    actioned_at: datetime | None


@dataclass(frozen=True, slots=True)
class PostedRefund:
    """One row of Linnworks' refunds search: a refunded line on an order, whoever made it."""

    order_id: str
    order_number: int | None
    order_reference: str
    refund_row_id: str
    refund_reference: str
    amount: Money | None
    status: str
    created_at: datetime | None
    actioned_at: datetime | None
    source: str = ""
    sub_source: str = ""
    """The sales channel of the order and its account, e.g. SHOPIFY and the store's name."""
    sku: str = ""


# --- What we mean to post ------------------------------------------------------------------------


class Kind(StrEnum):
    """The kinds of effect that Returnworks has on Linnworks."""

    RESTOCK = "restock"
    STOCK = "stock"
    """Goods without a usable order line: the stock level itself, changed by hand only (see `work.adjusting`)."""
    CREDIT = "credit"
    EXCHANGE = "exchange"
    NOTE = "note"
    """A sentence on the original order about where its return stands: no goods, no money."""


@dataclass(frozen=True, slots=True)
class RestockLine:
    """`quantity` units of one order line come back to one location; of those, `scrap_quantity` are thrown away."""

    order_line_id: str
    stock_item_id: str
    sku: str
    location_id: str
    location_name: str
    disposition: Disposition
    quantity: int
    scrap_quantity: int = 0
    category: str = ""
    """Linnworks return category."""
    reason: str = ""
    line_ids: tuple[str, ...] = ()
    """The ReturnGO lines that these units are."""
    verdicts: tuple[tuple[str, Verdict], ...] = ()
    """What was known of each of them when this was decided."""


@dataclass(frozen=True, slots=True)
class CreditLine:
    unit: RefundUnit
    amount: Money
    order_line_id: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Posting:
    """One intended effect on Linnworks, named by `reference` before it is done.

    `covers` are the ReturnGO facts that it settles: line ids for a restock, the transaction id for a
    credit, the channel's exchange order id for an exchange, the entering of a stage for a note. No fact may be
    covered by two live postings of one kind.
    """

    reference: str
    kind: Kind
    return_id: str
    order_id: str
    covers: tuple[str, ...]
    restock: tuple[RestockLine, ...] = ()
    credit: tuple[CreditLine, ...] = ()
    amount: Money | None = None
    exchange_tag: str = ""
    exchange_folder: str = ""
    exchange_paid: bool = False
    """Whether the exchange order, which costs nothing, is set to paid."""
    note: str = ""
    """The text of an order note, its reference in it."""
    rule: str = ""
    """Which rule decided, in words."""
    due_at: datetime | None = None
    """The moment of the fact that asks for it (inspection, refund, release): the event's own time."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A doubt that stops one line and asks a person: a value, not an exception."""

    code: str
    """e.g. "unknown_location"; the exceptions desk and the runbook are keyed by it."""
    subject: str
    """What it is about: "RMA 90000004 / line 96000006"."""
    message: str
    """One sentence: what is so, and the way out."""
    owner: Owner
    severity: Severity = Severity.WARNING
    return_id: str | None = None
    covers: tuple[str, ...] = ()
    """The line ids, transaction id or exchange order id that wait for it."""
    units: int = 0
    value: Money | None = None
    since: datetime | None = None
    """When the fact happened that waits."""


@dataclass(frozen=True, slots=True)
class Liability:
    """What the shop owes in store value for a return, and what no order in Linnworks is credited with."""

    transaction_id: str
    kind: str
    """The transaction's type, as it came, e.g. "RefundToGiftCard"."""
    amount: Money
    bonus: bool = False
    """Above what the customer had paid: a gift of the shop on top of a credit."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one return should cause in Linnworks now, and what keeps the rest waiting."""

    return_id: str
    stage: Stage
    postings: tuple[Posting, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)
    """What was left alone on purpose, in words: keep-the-item, not refunded yet, missing units."""
    waits: bool = False
    """Whether something waits for Linnworks, so that deciding again later may decide otherwise."""
    again_at: datetime | None = None
    """From when on deciding again decides otherwise although nothing changed: goods are overdue from then on."""
    liabilities: tuple[Liability, ...] = ()
    """Store value that the shop owes besides what is credited."""
