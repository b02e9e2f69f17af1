"""RMAs in short form, and what they look like in ReturnGO's own shape.

A document with `rmaSummary` is taken as it is. Anything else is the short form:

    {
      "id": "90000101",
      "order": "MM1001",                    a Linnworks order's name or reference; an unknown one is the bare name
      "order_id": "5500001001",             only needed for an unknown order
      "status": "Done", "created_at": TIME, "updated_at": TIME, "approved": true,
      "parcel": "Shipped",                  the shipment's status; default by the RMA's; null: no shipment
      "lines": [{                           one per unit
          "sku": "MUG-BLUE",                default for the rest: the order's line with this SKU or component
          "id": "9000010101", "line_id": "8800001", "paid": "12.00",
          "reason": "Changed my mind", "extended_reason": "",
          "resolution": "RefundToPaymentMethod", "method": "Ship with pre-paid label",
          "inspected": {"at": TIME, "returned": true, "restockable": true, "reason": null},
          "extra": {"quantity": 2}}],       keys as they are
      "transactions": [{
          "type": "RefundToPaymentMethod", "status": "Success", "amount": "12.00", "at": TIME,
          "id": "9000010151", "lines": [0], "currency": "GBP", "shop_amount": "12.00", "shop_currency": "GBP"}],
      "exchange_orders": [{"draft": "...", "order_id": "...", "order_name": "MM1101", "type": "Exchange"}]
    }

The vendor is untidy, and so is this: booleans come as 0, 1, true and false, some keys are absent, some texts are null,
an answer may be an empty object. The customer and the bank account are planted, to be found where they must not be.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from returnworks.sandbox.clock import iso_time
from returnworks.sandbox.documents import Doc
from returnworks.sandbox.orderbook import Order, OrderLine
from returnworks.sandbox.shop import STATUSES, Document
from returnworks.sandbox.world import World

PARCEL_OF = {
    "Pending": "Pending",
    "Approved": "Shipped",
    "Received": "Received",
    "Validated": "Validated",
    "Done": "Validated",
    "Rejected": "Canceled",
    "Canceled": "Canceled",
}
PARCELS = ("Pending", "LabelCreated", "Shipped", "Received", "Validated", "Canceled")
NO_SHIPMENT = "No shipment required"
PLANTED_IBAN = "GB33BUKB20201555555555"
PLANTED_ADDRESS = {
    "name": "Planted Person",
    "street1": "1 Planted Street",
    "street2": "",
    "city": "Plantedham",
    "state": None,
    "zip": "PL4 7ED",
    "country": "GB",
    "phone": "+441632960999",
    "email": "planted.person@example.com",
}
PLANTED_USER = {
    "userFirstName": "Planted",
    "userLastName": "Person",
    "userEmailAddress": "planted.person@example.com",
    "userRole": "Owner",
}


def read_rma(world: World, doc: Doc) -> Document:
    """One RMA in the vendor's shape. Raises `DocumentError`."""
    return _as_it_is(doc) if doc.has("rmaSummary") else _from_short_form(world, doc)


def _as_it_is(doc: Doc) -> Document:
    summary = doc.doc("rmaSummary")
    if not str(summary.value.get("rmaId", "")).isdigit():
        raise summary.wrong("rmaId", "must be digits")
    list(doc.docs("items"))
    for part in doc.docs("transactions"):
        if not str(part.value.get("id", "")).isdigit():
            raise part.wrong("id", "must be digits")
    return {"items": [], "transactions": [], "createdAt": None, "lastUpdated": None, **doc.value}


def _from_short_form(world: World, doc: Doc) -> Document:
    doc.only(
        "id",
        "order",
        "order_id",
        "status",
        "created_at",
        "updated_at",
        "approved",
        "parcel",
        "lines",
        "transactions",
        "exchange_orders",
    )
    number = doc.text("id")
    if not (number.isascii() and number.isdigit()):
        raise doc.wrong("id", "must be digits")
    order = world.book.named(doc.text("order"))
    created = doc.moment("created_at", doc.now - timedelta(days=6))
    items = [_item(part, number, n, order) for n, part in enumerate(doc.docs("lines"), 1)]
    item_ids = [item["returnedItemId"] for item in items]
    parcel = _parcel(doc, number)
    transactions = list(doc.docs("transactions"))
    return {
        "rmaSummary": _summary(doc, number, order, created),
        "orderDetails": {
            "orderId": order.reference if order else doc.text("order_id", ""),
            "order_name": order.name if order else doc.text("order"),
        },
        "shipments": [parcel] if parcel else [],
        "items": items,
        "comments": [_comment(created)],
        "exchangeOrders": [_exchange_order(part) for part in doc.docs("exchange_orders")],
        "exchangeItems": [],
        "cancellationFee": 0,
        "transactions": [transaction(part, number, n, item_ids, order) for n, part in enumerate(transactions)],
        "createdAt": iso_time(created),
        "lastUpdated": iso_time(doc.moment("updated_at", created)),
        "isOutOfPolicy": 0,
    }


def _summary(doc: Doc, number: str, order: Order | None, created: datetime) -> Document:
    status = doc.choice("status", STATUSES, "Approved")
    names = ["RMA_CREATED"] + ["RMA_APPROVED"] * doc.flag("approved", status not in ("Pending", "Rejected"))
    events = [
        {
            "eventName": name,
            "eventDate": iso_time(created + timedelta(minutes=5 * place)),
            "triggeredVia": "Dashboard" if place else "Return Portal",
            "storeLocationId": "online",
            "userDetails": PLANTED_USER if place else None,
        }
        for place, name in enumerate(names)
    ]
    order_name = order.name if order else doc.text("order")
    return {"rmaId": number, "status": status, "order_name": order_name, "events": events}


def _parcel(doc: Doc, number: str) -> Document | None:
    if "parcel" in doc.value and doc.value["parcel"] is None:
        return None
    return {
        "shipmentId": f"95{number}",
        "status": doc.choice("parcel", PARCELS, PARCEL_OF[doc.choice("status", STATUSES, "Approved")]),
        "carrierName": "Sandbox Post",
        "requestedServiceLevel": None,
        "actualServiceLevel": None,
        "trackingNumber": f"SB{number}",
        "trackingURL": f"https://carrier.example.com/track/SB{number}",
        "labelURL": "undefined",
        "customerAddress": PLANTED_ADDRESS,
        "returnAddress": {"name": "Returns", "street1": "2 Warehouse Road", "city": "Mugford", "country": "GB"},
        "isOutbound": False,
    }


def _comment(created: datetime) -> Document:
    return {
        "commentType": "system",
        "triggeredBy": "Planted Person",
        "htmlText": "Request <strong>SUBMITTED</strong> by planted.person@example.com",
        "datetime": iso_time(created),
    }


def _exchange_order(doc: Doc) -> Document:
    doc.only("draft", "order_id", "order_name", "type")
    return {
        "draftOrderId": doc.value.get("draft"),
        "orderId": doc.value.get("order_id"),
        "orderName": doc.value.get("order_name"),
        "type": doc.text("type", "Exchange"),
    }


# --- items


def _item(doc: Doc, number: str, place: int, order: Order | None) -> Document:
    doc.only("sku", "id", "line_id", "paid", "reason", "extended_reason", "resolution", "method", "inspected", "extra")
    sku = doc.text("sku")
    line = _line_of(order, sku)
    whole = line if line and line.sku == sku else None
    paid = doc.amount("paid", whole.unit_price if whole else Decimal(0))
    currency = order.currency if order else "GBP"
    item_id = doc.text("id", f"{number}{place:02d}")
    item: Document = {
        "shopLineItemId": doc.text("line_id", line.channel_line_id if line else "") or None,
        "shopProductId": f"81{number}",
        "variantId": f"82{number}",
        "returnedItemId": item_id,
        "fullName": sku.replace("-", " ").title(),
        "productName": sku.partition("-")[0].title(),
        "image": None,
        "sku": sku,
        "paidPrice": money(paid, currency),
        "paidTax": money(round(paid / 6, 2), currency),
        "taxIncluded": True,
        "returnReason": doc.text("reason", "Changed my mind"),
        "resolutionName": "As the shopper wished",
        "policyRuleName": "Standard 30 days",
        "isAutoApprove": place % 2,
        "resolutionType": doc.text("resolution", "RefundToPaymentMethod"),
        "restockingFee": 0,
        "returnFee": None,
        "shipmentFee": 0.0,
        "shipmentId": None if doc.text("method", "") == NO_SHIPMENT else f"95{number}",
        "extendedReason": doc.text("extended_reason", " > Not needed"),
        "returnMethod": {"type": doc.text("method", "Ship with pre-paid label"), "name": None},
        "itemValidationStatusResponse": inspection(doc, item_id),
        "exchangeItems": None,
        "followUpQuestions": [{"type": "Text", "name": "Tell us more", "answer": {}}],
    }
    item.update(_sometimes(item_id), **doc.value.get("extra", {}))
    return item


def _sometimes(item_id: str) -> Document:
    """Keys that were seen to be absent on some items."""
    return {"barcode": None, "variantName": "One size"} if _odd(item_id) else {}


def _odd(item_id: str) -> bool:
    return bool(item_id) and ord(item_id[-1]) % 2 == 1


def _line_of(order: Order | None, sku: str) -> OrderLine | None:
    """The order line with this SKU, else the one with it as a component."""
    lines: Sequence[OrderLine] = order.lines if order else ()
    own = [line for line in lines if sku in (line.sku, line.channel_sku)]
    sets = [line for line in lines if any(child.sku == sku for child in line.children)]
    return next(iter([*own, *sets]), None)


def inspection(doc: Doc, item_id: str) -> Document:
    """Before anybody looked, both flags read false and the date is null: that is what the vendor sends."""
    if not doc.has("inspected"):
        return dict.fromkeys(INSPECTION) | {"isRestockable": False, "isReturned": False}
    seen = doc.doc("inspected")
    seen.only("at", "returned", "restockable", "reason")
    returned = seen.flag("returned", True)
    restockable = seen.flag("restockable", returned)
    return inspected(item_id, seen.moment("at", doc.now), returned, restockable, seen.value.get("reason"))


INSPECTION = (
    "isRestockable",
    "isReturned",
    "nonRestockableReason",
    "nonReturnedReason",
    "storeLocationId",
    "lastValidationDate",
    "lastValidatedBy",
    "thirdPartyName",
    "userDetails",
)


def inspected(item_id: str, at: datetime, returned: bool, restockable: bool, reason: Any) -> Document:
    """A verdict; half of them come with 1 and 0 for true and false, and without the item's id."""
    tidy = _odd(item_id)
    verdict: Document = {"returnedItemId": item_id} if tidy else {}
    return verdict | {
        "isRestockable": restockable if tidy else int(restockable),
        "isReturned": returned if tidy else int(returned),
        "nonRestockableReason": reason if returned and not restockable else None,
        "nonReturnedReason": reason if not returned else None,
        "storeLocationId": "online",
        "lastValidationDate": iso_time(at),
        "lastValidatedBy": "Planted Person",
        "thirdPartyName": None,
        "userDetails": PLANTED_USER,
    }


# --- money


def money(amount: Decimal, currency: str, shop: Decimal | None = None, shop_currency: str = "GBP") -> Document:
    """`amount` in the order's currency; the shop's own currency beside it."""
    return {
        "amount": amount,
        "currency": currency,
        "shopAmount": amount if shop is None else shop,
        "shopCurrency": shop_currency,
    }


def transaction(doc: Doc, number: str, place: int, item_ids: Sequence[str], order: Order | None) -> Document:
    """Its id is a text here and an integer in the list of transactions (observed)."""
    doc.only("type", "status", "amount", "at", "id", "lines", "currency", "shop_amount", "shop_currency")
    kind, at = doc.text("type", "RefundToPaymentMethod"), doc.moment("at", doc.now)
    amount = doc.amount("amount")
    currency = doc.text("currency", order.currency if order else "GBP")
    shop_amount = doc.amount("shop_amount", amount)
    number_text = doc.text("id", f"{number}{place + 51:02d}")
    if not number_text.isdigit():
        raise doc.wrong("id", "must be digits")
    by_platform = kind == "RefundToPaymentMethod"
    return {
        "id": number_text,
        "type": kind,
        "externalReferenceId": f"71{number_text}" if by_platform else None,
        "externalReferenceType": "PlatformRefundId" if by_platform else None,
        "amount": money(amount, currency, shop_amount, doc.text("shop_currency", "GBP")),
        "status": doc.text("status", "Success"),
        "processor": "Shopify" if by_platform else "ReturnGO",
        "bankAccountDetails": {"iban": PLANTED_IBAN, "firstName": "Planted", "lastName": "Person"},
        "returnItemIds": _items_of(doc, item_ids),
        "createdAt": iso_time(at),
        "lastUpdated": iso_time(at),
    }


def _items_of(doc: Doc, item_ids: Sequence[str]) -> list[str]:
    """`lines` are places among the RMA's lines; all of them if it is not there."""
    places = doc.value.get("lines")
    if places is None:
        return list(item_ids)
    if not isinstance(places, list) or not all(isinstance(n, int) and 0 <= n < len(item_ids) for n in places):
        raise doc.wrong("lines", "must be a list of places among the RMA's lines")
    return [item_ids[place] for place in places]
