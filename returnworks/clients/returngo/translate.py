"""Between ReturnGO's words and ours; nothing else in the program knows both.

Money is exact: an amount that is finer than its currency, beyond the dust of a double, is never rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from returnworks.clients.http import redacted
from returnworks.clients.returngo import wire
from returnworks.errors import BadAnswer
from returnworks.rules.model import ExchangeOrder, Inspection, Parcel, Return, ReturnLine, Transaction
from returnworks.rules.money import MINOR_DIGITS, Money

APPROVED = "RMA_APPROVED"

DUST = Decimal("0.000001")
"""Of a minor unit: what a double leaves behind, e.g. 0.30000000000000004."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of ReturnGO's list of returns: enough to know what to read."""

    return_id: str
    status: str
    order_name: str | None


def listed(row: wire.Summary) -> Listed:
    return Listed(row.rma_id, row.status, row.order_name)


def money(amount: Decimal | None, currency: str, place: str) -> Money | None:
    """Exact minor units; None when amount or currency is missing. `place` names the field when it is not believed."""
    if amount is None or not currency:
        return None
    exact = _exact(amount, currency)
    if exact is None:
        raise BadAnswer(f"ReturnGO says {amount} {currency} in {place}, which is finer than the currency.")
    return exact


def _exact(amount: Decimal | None, currency: str) -> Money | None:
    """The amount in minor units, the dust of a double aside; None when there is none or it is finer than that."""
    if amount is None or not currency or not amount.is_finite():
        return None
    scaled = amount.scaleb(MINOR_DIGITS.get(currency, 2))
    whole = scaled.to_integral_value(ROUND_HALF_EVEN)
    return None if abs(scaled - whole) > DUST else Money(int(whole), currency)


def the_return(rma: wire.Rma, shop: str) -> Return:
    """An RMA without personal data. Raises BadAnswer where it cannot be believed."""
    summary, order = rma.rma_summary, rma.order_details or wire.OrderDetails()
    about = f"RMA {summary.rma_id}"
    return Return(
        return_id=summary.rma_id,
        shop=shop,
        status=summary.status,
        order_id=order.order_id,
        order_name=order.order_name or summary.order_name,
        lines=tuple(return_line(item, about) for item in rma.items),
        transactions=tuple(transaction(row) for row in rma.transactions),
        exchange_orders=tuple(exchange_order(row) for row in rma.exchange_orders),
        parcels=tuple(parcel(row) for row in rma.shipments),
        created_at=rma.created_at,
        updated_at=rma.last_updated,
        approved_at=approved_at(summary.events),
    )


def approved_at(events: Iterable[wire.Event]) -> datetime | None:
    """The first approval; a return that is reopened may have several."""
    return min((e.event_date for e in events if e.event_name == APPROVED and e.event_date), default=None)


def return_line(item: wire.Item, about: str) -> ReturnLine:
    place = f"{about} / line {item.returned_item_id}"
    paid = item.paid_price
    return ReturnLine(
        line_id=item.returned_item_id,
        order_line_key=item.shop_line_item_id,
        sku=item.sku,
        reason=_reason(item.return_reason),
        extended_reason=_reason(item.extended_reason).removeprefix(">").strip(),
        resolution=item.resolution_type,
        return_method=item.return_method.type or None if item.return_method else None,
        paid=money(paid.amount, paid.currency, f"paidPrice of {place}") if paid else None,
        inspection=inspection(item.item_validation_status_response, place),
        quantity=item.quantity,
    )


def inspection(said: wire.Validation | None, place: str) -> Inspection | None:
    """None while nobody has looked. Looked at, but not said whether it came back: not believed."""
    if said is None or said.last_validation_date is None:
        return None
    if said.is_returned is None:
        raise BadAnswer(
            f"ReturnGO says that {place} was validated, but not whether it came back (isReturned is empty)."
        )
    reason = said.non_restockable_reason if said.is_returned else said.non_returned_reason
    return Inspection(
        at=said.last_validation_date,
        returned=said.is_returned,
        restockable=said.is_returned and bool(said.is_restockable),
        reason=_reason(reason) or None,
    )


def _reason(text: str) -> str:
    """A reason on one line. A person may have typed it, so e-mail addresses, IBANs and telephones are taken out."""
    return redacted(text)


def transaction(row: wire.Transaction) -> Transaction:
    """An amount that its currency cannot hold is kept as it was said, so that the rest of the return carries on."""
    paid = row.amount or wire.Amount()
    amount = _exact(paid.amount, paid.currency)
    odd = amount is None and paid.amount is not None and bool(paid.currency)
    return Transaction(
        transaction_id=row.id,
        kind=row.type,
        status=row.status,
        amount=amount,
        amount_said=f"{paid.amount} {paid.currency}" if odd else "",
        shop_amount=_exact(paid.shop_amount, paid.shop_currency),
        line_ids=row.return_item_ids,
        external_reference=row.external_reference_id,
        external_reference_type=row.external_reference_type,
        processor=row.processor,
        created_at=row.created_at,
        updated_at=row.last_updated,
    )


def exchange_order(row: wire.ExchangeOrder) -> ExchangeOrder:
    return ExchangeOrder(row.draft_order_id, row.order_id, row.order_name, row.type)


def parcel(row: wire.Shipment) -> Parcel:
    return Parcel(row.shipment_id, row.status, bool(row.is_outbound), row.tracking_number)


def since_filter(moment: datetime) -> str:
    """`moment` (aware) and later, as ReturnGO's date filters take it: UTC without offset, whole seconds."""
    return f"gte:{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
