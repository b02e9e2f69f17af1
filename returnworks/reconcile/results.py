"""What the comparison says about one key: its class, both sides in words and numbers, whose job it is.

A `Result` is one row of the night: one (return, order, SKU, location) of goods, one refund, one exchange.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from returnworks.rules.codes import CODES
from returnworks.rules.findings import finding
from returnworks.rules.model import Finding, Owner, Severity
from returnworks.rules.money import Money


class Family(StrEnum):
    GOODS = "goods"
    MONEY = "money"
    EXCHANGE = "exchange"


class Class(StrEnum):
    """The words of every report, defined here once."""

    MATCHED = "matched"
    """Both systems say the same."""
    TIMING = "timing"
    """They differ, and the time since the event explains it; it clears by `clear_by` or becomes a break."""
    HELD = "held"
    """Not posted because a finding or a person holds it; that exception stands on its own."""
    CANNOT_TELL = "cannot_tell"
    """A side is not fresh, or what should be cannot be worked out: neither matched nor broken."""
    AMBIGUOUS = "ambiguous"
    """Several partners are possible and nothing decides between them."""
    MISSING = "missing"
    """Goods are back and nothing of them stands in Linnworks."""
    DUPLICATE = "duplicate"
    """The same goods or the same refund stand in Linnworks more than once."""
    QUANTITY = "quantity"
    """Some stand in Linnworks, but too few or too many."""
    LOCATION = "location"
    """They stand in Linnworks at another location."""
    DISPOSITION = "disposition"
    """Goods that must not be sold stand where goods are sold, or another number of them is scrapped."""
    LINKED = "linked"
    """A person said that this refund is the transaction's credit; it counts once."""
    GOODWILL = "goodwill"
    """A refund in Linnworks without a transaction, which a person accepted until a day."""
    ORPHAN = "orphan"
    """Stands in Linnworks without a return (goods), or under our reference without a refund (money), behind it."""
    BOOKED_NOT_ACTIONED = "booked_not_actioned"
    """Booked in Linnworks, but it has had no effect there."""
    MISSING_CREDIT = "missing_credit"
    """A refund was paid and no credit of it stands in Linnworks."""
    AMOUNT = "amount"
    """The credit differs from the refund by more than the tolerance."""
    CURRENCY = "currency"
    """The credit is in another currency than the refund."""
    FOREIGN = "foreign"
    """A refund in Linnworks that no ReturnGO transaction explains."""
    LINKED_ELSEWHERE = "linked_elsewhere"
    """The refund in Linnworks that should be this one's credit already is another one's."""
    NOT_FOUND = "not_found"
    """Linnworks has no order for the exchange."""
    UNTAGGED = "untagged"
    """The exchange order lacks the identifier."""
    UNROUTED = "unrouted"
    """The exchange order is not in the folder."""
    COUNTED_AS_SALE = "counted_as_sale"
    """The exchange order was processed without the identifier, so reports count it as a sale."""
    DOUBLE_SHIPMENT = "double_shipment"
    """Linnworks has several live orders for one exchange."""
    GOODS_OUTSTANDING = "goods_outstanding"
    """The exchange shipped and the returned goods did not come back."""


CALM = frozenset({Class.MATCHED, Class.LINKED, Class.GOODWILL, Class.TIMING, Class.HELD, Class.CANNOT_TELL})
"""Every other class is a break."""

NOT_LOOKED_AT = "the return behind our reference was not looked at"

_CODES: Mapping[tuple[Family, Class], str] = {
    (Family.GOODS, Class.MISSING): "goods_missing",
    (Family.GOODS, Class.DUPLICATE): "goods_duplicate",
    (Family.GOODS, Class.QUANTITY): "goods_quantity",
    (Family.GOODS, Class.LOCATION): "goods_location",
    (Family.GOODS, Class.DISPOSITION): "goods_disposition",
    (Family.GOODS, Class.ORPHAN): "goods_orphan",
    (Family.GOODS, Class.BOOKED_NOT_ACTIONED): "goods_booked_not_actioned",
    (Family.GOODS, Class.AMBIGUOUS): "goods_ambiguous",
    (Family.MONEY, Class.MISSING_CREDIT): "credit_missing",
    (Family.MONEY, Class.DUPLICATE): "credit_duplicate",
    (Family.MONEY, Class.AMOUNT): "credit_amount",
    (Family.MONEY, Class.CURRENCY): "credit_currency",
    (Family.MONEY, Class.ORPHAN): "credit_orphan",
    (Family.MONEY, Class.FOREIGN): "foreign_refund",
    (Family.MONEY, Class.BOOKED_NOT_ACTIONED): "credit_booked_not_actioned",
    (Family.MONEY, Class.LINKED_ELSEWHERE): "credit_linked_elsewhere",
    (Family.MONEY, Class.AMBIGUOUS): "credit_ambiguous",
    (Family.EXCHANGE, Class.NOT_FOUND): "exchange_not_found",
    (Family.EXCHANGE, Class.UNTAGGED): "exchange_untagged",
    (Family.EXCHANGE, Class.UNROUTED): "exchange_unrouted",
    (Family.EXCHANGE, Class.COUNTED_AS_SALE): "exchange_counted_as_sale",
    (Family.EXCHANGE, Class.DOUBLE_SHIPMENT): "exchange_double_shipment",
    (Family.EXCHANGE, Class.GOODS_OUTSTANDING): "exchange_goods_outstanding",
    (Family.EXCHANGE, Class.AMBIGUOUS): "exchange_ambiguous",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsFigures:
    """Units. `expected`, `booked` (the ledger) and `actual` (Linnworks) of one SKU at one location."""

    sku: str
    place: str
    """Name of the location that the units belong to, or stand at when nothing is expected."""
    actual_place: str = ""
    """Names of the locations they stand at, where there are any."""
    expected: int = 0
    booked: int = 0
    actual: int = 0
    met: int = 0
    """Of the expected ones, those at the right location, with effect: what is settled."""
    scrap_expected: int = 0
    scrap_actual: int = 0
    unactioned: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFigures:
    """What was paid, what the ledger says was credited, what stands in Linnworks."""

    transaction_id: str = ""
    expected: Money | None = None
    booked: Money | None = None
    actual: Money | None = None
    refunds: int = 0
    """Refund headers in Linnworks behind `actual`."""
    tolerance: int = 0
    """Minor units of the expected currency."""
    record_only: bool = False
    liability: str = ""
    """What of store value is owed and not credited: its type as ReturnGO says it, or "bonus" above a credit."""
    unactioned: bool = False
    """Not actioned where the shop's policy asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeFigures:
    channel_order_id: str
    orders: int = 0
    """Live orders in Linnworks."""
    tagged: bool = False
    routed: bool = False
    processed: bool = False
    goods_back: bool = False


Figures = GoodsFigures | MoneyFigures | ExchangeFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One row of the night. `expected`, `booked` and `actual` are the three sides in words."""

    family: Family
    cls: Class
    return_id: str | None
    order_id: str
    order_number: int | None
    reference: str
    subject: str
    """What it is about; with `code` the key of its exception, the same every night."""
    figures: Figures
    expected: str = ""
    booked: str = ""
    actual: str = ""
    difference: str = ""
    """The difference in one phrase; "" when there is none."""
    evidence: str = ""
    """What it could belong to, and what a person decided about it, in sentences."""
    label: str = ""
    """How it matched, or why it is what it is: within_tolerance, record_only, by order and amount, ..."""
    units: int = 0
    """Units that differ: that are wrong, or late, or wait."""
    value: Money | None = None
    """What those are worth; None where all is matched or the worth is not known."""
    event_at: datetime | None = None
    """When the fact happened that should be, else when Linnworks got what should not."""
    clear_by: datetime | None = None
    """Only of timing: from this moment on it is a break."""
    owner: Owner | None = None
    severity: Severity | None = None
    code: str = ""
    next_step: str = ""

    @property
    def is_break(self) -> bool:
        return self.cls not in CALM


def judged(result: Result, code: str = "") -> Result:
    """The result with owner, severity and next step of its class's code, or of `code` where the class has none."""
    known = CODES.get(code or _CODES.get((result.family, result.cls), ""))
    if known is None:
        return result
    return replace(
        result,
        code=known.code,
        owner=known.owner,
        severity=known.severity,
        next_step=known.next_for(result.return_id, result.order_number, result.reference),
    )


def doubted(result: Result) -> Result:
    """The same row where a side is not fresh: it proves nothing."""
    plain = replace(result, cls=Class.CANNOT_TELL, clear_by=None, label=f"looks {result.cls}")
    return judged(plain, "feed_stale")


def finding_of(result: Result) -> Finding:
    """A break as the exceptions desk opens it. KeyError for a class that is no break."""
    title = CODES[result.code].title
    sides = "; ".join(
        f"{name}: {text}"
        for name, text in (("expected", result.expected), ("ledger", result.booked), ("Linnworks", result.actual))
        if text
    )
    return finding(
        result.code,
        result.subject,
        " ".join(filter(None, [f"{title}: {result.difference or sides}.", result.evidence, result.next_step])),
        return_id=result.return_id,
        units=result.units,
        value=result.value,
        since=result.event_at,
    )


def counted(count: int, noun: str = "unit") -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
