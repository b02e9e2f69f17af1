"""Where a return stands and whether a unit counts as back.

ReturnGO's words are compared trimmed and without regard to case. Nothing here is final: RMAs reopen, inspection
and refunds may follow Done (documented), so the stage is always worked out anew from what the return shows.
"""

from __future__ import annotations

from datetime import datetime

from returnworks.rules.doubts import changed_at
from returnworks.rules.model import ExchangeOrder, Parcel, Return, ReturnLine, Stage, Transaction, Verdict
from returnworks.rules.policy import Policy, StockTrigger

KNOWN_STATUSES = ("Pending", "Approved", "Received", "Validated", "Done", "Rejected", "Canceled")
"""ReturnGO's RMA statuses (documented)."""
KNOWN_RESOLUTIONS = (
    "",
    "RefundToPaymentMethod",
    "RefundToStoreCredit",
    "RefundToGiftCard",
    "VariantExchange",
    "ProductExchange",
    "Exchange",
)
"""The first is what items out of policy have (documented); RefundToPaymentMethod is observed, the others assumed."""
KEPT_METHOD = "No shipment required"
"""The shopper keeps or donates the goods: they never come back (documented)."""

PAID_STATUSES = ("Success",)
"""Only this proves that money moved (documented)."""
WAITING_STATUSES = ("Requested", "Pending")
FAILED_STATUSES = ("Failed", "Failure", "Error", "Declined", "Canceled", "Cancelled", "Voided")
"""Assumed: ReturnGO documents no value for a failure."""

_BY_STATUS = {
    "pending": Stage.REQUESTED,
    "approved": Stage.APPROVED,
    "received": Stage.RECEIVED,
    "validated": Stage.INSPECTED,
    "done": Stage.CLOSED,
    "rejected": Stage.REJECTED,
    "canceled": Stage.CANCELLED,
    "cancelled": Stage.CANCELLED,
}
_ENDS = (Stage.CLOSED, Stage.REJECTED, Stage.CANCELLED)
_ORDER = (Stage.REQUESTED, Stage.APPROVED, Stage.IN_TRANSIT, Stage.RECEIVED, Stage.INSPECTED, Stage.SETTLED)


def same(text: str | None) -> str:
    """A vendor's word in the form in which two of them are compared."""
    return (text or "").strip().casefold()


def one_of(text: str | None, words: tuple[str, ...]) -> bool:
    return same(text) in {same(word) for word in words}


def knows_status(ret: Return) -> bool:
    return same(ret.status) in _BY_STATUS


def knows_resolution(line: ReturnLine, policy: Policy) -> bool:
    return one_of(line.resolution, KNOWN_RESOLUTIONS + policy.extra_resolutions)


def stage_of(ret: Return) -> Stage:
    """The furthest stage that status, parcels, inspections and money prove.

    An unknown status proves nothing, so then the facts alone speak.
    """
    by_status = _BY_STATUS.get(same(ret.status), Stage.REQUESTED)
    if by_status in _ENDS:
        return by_status
    return max(by_status, _by_facts(ret), key=_ORDER.index)


def _by_facts(ret: Return) -> Stage:
    if _goods_are_decided(ret) and _is_settled(ret):
        return Stage.SETTLED
    if ret.lines and any(line.inspection for line in ret.lines) and _goods_are_decided(ret):
        return Stage.INSPECTED
    if any(line.inspection for line in ret.lines) or any(arrived(parcel) for parcel in inbound(ret)):
        return Stage.RECEIVED
    if any(one_of(parcel.status, ("Shipped",)) for parcel in inbound(ret)):
        return Stage.IN_TRANSIT
    return Stage.REQUESTED


def _goods_are_decided(ret: Return) -> bool:
    return bool(ret.lines) and all(line.inspection or is_kept(line) for line in ret.lines)


def _is_settled(ret: Return) -> bool:
    return any(is_paid(row) for row in ret.transactions) or any(is_released(row) for row in ret.exchange_orders)


def is_paid(transaction: Transaction) -> bool:
    return one_of(transaction.status, PAID_STATUSES)


def is_released(row: ExchangeOrder) -> bool:
    """A replacement order exists on the channel; a row of type Fee is an invoice (documented)."""
    return bool(row.order_id) and same(row.kind) != "fee"


def is_kept(line: ReturnLine) -> bool:
    """The goods stay with the shopper."""
    return same(line.return_method) == same(KEPT_METHOD)


def is_missing(line: ReturnLine) -> bool:
    """Inspected, and it was not in the parcel."""
    return line.inspection is not None and not line.inspection.returned


def verdict(line: ReturnLine) -> Verdict:
    """What is known of this unit. The two flags of an inspection say nothing without its date (documented)."""
    if is_kept(line) or is_missing(line):
        return Verdict.MISSING
    if line.inspection is None:
        return Verdict.UNINSPECTED
    return Verdict.RESTOCKABLE if line.inspection.restockable else Verdict.NOT_RESTOCKABLE


def is_ended_early(ret: Return) -> bool:
    """Rejected or cancelled: what lies in the warehouse nevertheless is for a person to decide."""
    return _BY_STATUS.get(same(ret.status)) in (Stage.REJECTED, Stage.CANCELLED)


def inbound(ret: Return) -> tuple[Parcel, ...]:
    return tuple(parcel for parcel in ret.parcels if not parcel.outbound)


def arrived(parcel: Parcel) -> bool:
    return one_of(parcel.status, ("Received", "Validated"))


def back_since(line: ReturnLine, ret: Return, policy: Policy) -> datetime | None:
    """Since when this unit counts as back under the shop's trigger; None while it does not.

    Kept and missing units never are. An inspection has its own time; for the RMA's status ReturnGO gives none,
    so the return's last change stands for it (assumed).
    """
    if is_kept(line) or is_missing(line):
        return None
    inspected = line.inspection.at if line.inspection else None
    match policy.stock_trigger:
        case StockTrigger.ITEM_INSPECTED:
            return inspected
        case StockTrigger.RMA_RECEIVED:
            return inspected or (changed_at(ret) if has_arrived(ret) else None)
        case StockTrigger.RMA_DONE:
            return (inspected or changed_at(ret)) if same(ret.status) == "done" else None


def has_arrived(ret: Return) -> bool:
    """Received or later. Done alone does not prove it (documented): then no parcel may speak against it."""
    if same(ret.status) == "done":
        parcels = inbound(ret)
        return not parcels or any(arrived(parcel) for parcel in parcels)
    return one_of(ret.status, ("Received", "Validated"))


def is_approved(ret: Return) -> bool:
    """The customer was told to send the goods, and the return was not called off."""
    return one_of(ret.status, ("Approved", "Received", "Validated", "Done"))
