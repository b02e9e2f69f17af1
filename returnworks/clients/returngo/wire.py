"""ReturnGO's words, typed: what comes back from its four reads. We write nothing there.

The documentation and what was seen differ, so nearly everything may be null or absent, ids are text or numbers and
truth is `true`, `1` or `"1"`. Names, addresses, comments, media links and bank details are not read at all.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter

from returnworks.clients.words import CamelAnswer, Id, Many, Moment, OptionalId, Text


def _tidy(value: Any) -> Any:
    """Truth as it was seen: booleans and 0/1. "" is nothing; pydantic takes "true", "0" and the like."""
    return None if isinstance(value, str) and not value.strip() else value


Truth = Annotated[bool | None, BeforeValidator(_tidy)]


class Amount(CamelAnswer):
    amount: Decimal | None = None
    """Major units, in the order's (the customer's) currency (inferred from the names)."""
    currency: Text = ""
    shop_amount: Decimal | None = None
    shop_currency: Text = ""


class Event(CamelAnswer):
    event_name: Text = ""
    """RMA_CREATED (documented), RMA_APPROVED (observed); there is none for receipt."""
    event_date: Moment = None


class Summary(CamelAnswer):
    """A row of `GET /rmas`, and the head of an RMA."""

    rma_id: Id
    status: str
    """Pending, Approved, Received, Validated, Done, Rejected, Canceled (documented); others are kept as they come."""
    order_name: OptionalId = Field(None, alias="order_name")
    events: Many[Event] = ()


class OrderDetails(CamelAnswer):
    order_id: OptionalId = None
    """The sales channel's order id."""
    order_name: OptionalId = Field(None, alias="order_name")


class Shipment(CamelAnswer):
    shipment_id: Id
    status: str
    tracking_number: OptionalId = None
    is_outbound: Truth = None


class Validation(CamelAnswer):
    """`itemValidationStatusResponse`: a person looked at the item."""

    is_returned: Truth = None
    is_restockable: Truth = None
    """Both flags say nothing while the date is empty: nobody has looked yet (observed)."""
    last_validation_date: Moment = None
    non_restockable_reason: Text = ""
    non_returned_reason: Text = ""


class ReturnMethod(CamelAnswer):
    type: Text = ""
    """"No shipment required" never comes back (documented)."""


class Item(CamelAnswer):
    returned_item_id: Id
    """ReturnGO's id of this row: one unit (inferred: no quantity is documented)."""
    shop_line_item_id: OptionalId = None
    """The sales channel's id of the order line."""
    sku: OptionalId = None
    paid_price: Amount | None = None
    return_reason: Text = ""
    extended_reason: Text = ""
    """Seen with " > " in front, which is not part of it."""
    resolution_type: OptionalId = None
    return_method: ReturnMethod | None = None
    item_validation_status_response: Validation | None = None
    quantity: int | None = None
    """Not documented. Read so that its appearance is noticed."""


class ExchangeOrder(CamelAnswer):
    draft_order_id: OptionalId = None
    order_id: OptionalId = None
    """Set when the draft was released (inferred)."""
    order_name: OptionalId = None
    type: OptionalId = None
    """"Fee" (documented) is an invoice, not goods."""


class Transaction(CamelAnswer):
    id: Id
    type: str
    status: str
    """Requested (documented), Success (observed). Only Success says that money moved."""
    external_reference_id: OptionalId = None
    external_reference_type: OptionalId = None
    amount: Amount | None = None
    processor: OptionalId = None
    return_item_ids: Many[Id] = ()
    created_at: Moment = None
    last_updated: Moment = None


class Rma(CamelAnswer):
    """`GET /rma/{rmaId}`."""

    rma_summary: Summary
    order_details: OrderDetails | None = None
    shipments: Many[Shipment] = ()
    items: Many[Item]
    exchange_orders: Many[ExchangeOrder] = ()
    transactions: Many[Transaction] = ()
    created_at: Moment = None
    last_updated: Moment = None
    """Does not move when a parcel does (observed once)."""


class RmaPage(CamelAnswer):
    rmas: Many[Summary]
    next_cursor: OptionalId = Field(None, alias="next_cursor")


class TransactionPage(CamelAnswer):
    transactions: Many[Transaction]
    """Rows do not say to which RMA they belong (documented): `returnItemIds` or the `rma_ids` filter do."""
    next_cursor: OptionalId = Field(None, alias="next_cursor")


RMA = TypeAdapter(Rma)
RMA_PAGE = TypeAdapter(RmaPage)
TRANSACTION_PAGE = TypeAdapter(TransactionPage)
