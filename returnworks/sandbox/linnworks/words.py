"""Orders, bookings and refunds in Linnworks' words.

The customer on every order is planted: whoever finds this name, address or number in a log, a report or a
database has found a leak.
"""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from returnworks.sandbox.bookings import BookedLine, Booking
from returnworks.sandbox.clock import wire_time
from returnworks.sandbox.linnworks.surface import without_nones
from returnworks.sandbox.orderbook import Identifier, Note, Order, OrderLine, Property
from returnworks.sandbox.refundbook import Refund, RefundLine
from returnworks.sandbox.warehouse import DEFAULT_LOCATION
from returnworks.sandbox.world import World

ZERO_GUID = DEFAULT_LOCATION
TAX_RATE = Decimal(20)

PLANTED_ADDRESS = {
    "EmailAddress": "planted.person@example.com",
    "Address1": "1 Planted Street",
    "Address2": "",
    "Address3": "",
    "Town": "Plantedham",
    "Region": "",
    "PostCode": "PL4 7ED",
    "Country": "United Kingdom",
    "FullName": "Planted Person",
    "Company": "",
    "PhoneNumber": "+441632960999",
}


def net(gross: Decimal) -> Decimal:
    """Without the tax that is in it."""
    return (gross * 100 / (100 + TAX_RATE)).quantize(Decimal("0.01"), ROUND_HALF_UP)


# --- orders


def order_details(world: World, order: Order) -> dict[str, Any]:
    return without_nones(
        {
            "OrderId": order.order_id,
            "NumOrderId": order.number,
            "Processed": order.processed,
            "ProcessedDateTime": wire_time(order.processed_at) if order.processed_at else None,
            "FulfilmentLocationId": order.location_id,
            "GeneralInfo": _general_info(world, order),
            "ShippingInfo": {
                "Vendor": "Sandbox Post",
                "PostalServiceName": "Sandbox Post 48",
                "PostageCost": order.postage,
                "PostageCostExTax": net(order.postage),
                "TrackingNumber": "",
                "ManualAdjust": False,
            },
            "CustomerInfo": {
                "ChannelBuyerName": "Planted Person",
                "Address": PLANTED_ADDRESS,
                "BillingAddress": PLANTED_ADDRESS,
            },
            "TotalsInfo": _totals_info(order),
            "ExtendedProperties": [property_row(row) for row in order.properties if row.visible_at <= world.now],
            "FolderName": list(order.folders),
            "Items": [_item(world, order, line) for line in order.lines],
            "Notes": [note_row(order, note) for note in order.notes if note.visible_at <= world.now],
            "PaidDateTime": wire_time(order.received_at) if order.paid else None,
        }
    )


def _general_info(world: World, order: Order) -> dict[str, Any]:
    """Status 0 is unpaid, 1 paid, 4 resend; marker 7 is parked. HoldOrCancel on a processed order: cancelled."""
    return {
        "Status": 4 if order.is_resend else int(order.paid),
        "Marker": 7 if order.parked else 0,
        "IsParked": order.parked,
        "Notes": len(order.notes),
        "PartShipped": False,
        "Identifiers": [identifier_row(world.book.identifiers[tag]) for tag in order.tags],
        "ReferenceNum": order.reference,
        "SecondaryReference": order.secondary,
        "ExternalReferenceNum": order.external,
        "ReceivedDate": wire_time(order.received_at),
        "Source": order.source,
        "SubSource": order.sub_source,
        "SiteCode": "",
        "HoldOrCancel": order.cancelled,
        "Location": order.location_id,
        "NumItems": len(order.lines),
    }


def _totals_info(order: Order) -> dict[str, Any]:
    return {
        "Subtotal": order.total - order.postage,
        "PostageCost": order.postage,
        "PostageCostExTax": net(order.postage),
        "Tax": order.total - net(order.total),
        "TotalCharge": order.total,
        "TotalDiscount": Decimal(0),
        "Currency": order.currency,
        "CountryTaxRate": TAX_RATE,
        "ConversionRate": Decimal(1),
    }


def _item(world: World, order: Order, line: OrderLine) -> dict[str, Any]:
    """A line. The quantity of a composite's child is the line's total already, and its price is zero."""
    stock_item = world.warehouse.item_by_id(line.stock_item_id or "")
    return {
        "RowId": line.row_id,
        "OrderId": order.order_id,
        "ItemId": line.stock_item_id or ZERO_GUID,
        "StockItemId": line.stock_item_id or ZERO_GUID,
        "StockItemIntId": stock_item.int_id if stock_item else 0,
        "ItemNumber": line.channel_line_id,
        "SKU": line.sku,
        "ChannelSKU": line.channel_sku,
        "ItemSource": order.source,
        "Title": line.title,
        "ChannelTitle": line.title,
        "Quantity": line.quantity,
        "PricePerUnit": line.unit_price,
        "Discount": Decimal(0),
        "Tax": line.value - net(line.value),
        "TaxRate": TAX_RATE,
        "TaxCostInclusive": True,
        "Cost": net(line.value),
        "CostIncTax": line.value,
        "IsService": line.is_service,
        "IsUnlinked": line.stock_item_id is None,
        "InventoryTrackingType": stock_item.tracking if stock_item else 0,
        "isBatchedStockItem": bool(stock_item and stock_item.tracking),
        "BinRacks": [{"Quantity": line.quantity, "BinRack": "", "Location": order.location_id}],
        "CompositeSubItems": [_item(world, order, child) for child in line.children],
    }


def property_row(row: Property) -> dict[str, Any]:
    return {"RowId": row.row_id, "Name": row.name, "Value": row.value, "Type": row.kind}


def note_row(order: Order, note: Note) -> dict[str, Any]:
    return {
        "OrderNoteId": note.note_id,
        "OrderId": order.order_id,
        "NoteDate": wire_time(note.at),
        "Internal": note.internal,
        "Note": note.text,
        "CreatedBy": "Sandbox",
        "NoteTypeId": 0,
    }


def identifier_row(identifier: Identifier) -> dict[str, Any]:
    return {
        "IdentifierId": identifier.identifier_id,
        "IsCustom": True,
        "ImageId": ZERO_GUID,
        "ImageUrl": "",
        "Tag": identifier.tag,
        "Name": identifier.name,
    }


# --- what happened after the sale


def status(actioned: bool) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "StatusTag": "ACTIONED" if actioned else "BOOKED",
        "StatusDescription": "Actioned" if actioned else "Booked",
        "Actionable": not actioned,
        "ActionDescription": "" if actioned else "Action",
        "EditableFields": [],
    }
    return {"StatusHeader": "PROCESSED" if actioned else "OPEN", "StatusDetail": detail}


def rma_header(world: World, booking: Booking) -> dict[str, Any]:
    order = world.book.orders[booking.order_id]
    actioned = booking.looks_actioned(world.now)
    return without_nones(
        {
            "RMAHeaderId": booking.header_id,
            "RMALines": [rma_line(world, booking, line) for line in booking.standing()],
            "OrderId": order.order_id,
            "NumOrderId": order.number,
            "Status": status(actioned),
            "OrderSource": order.source,
            "OrderSubSource": order.sub_source,
            "ExternalReference": booking.reference,
            "ChannelInitiated": booking.channel_initiated,
            "CreatedDate": wire_time(booking.created_at),
            "Actioned": actioned,
            "LastActionDate": _when(booking.actioned_at, actioned),
        }
    )


def _when(at: datetime | None, shown: bool) -> str | None:
    return wire_time(at) if at and shown else None


def rma_line(world: World, booking: Booking, line: BookedLine) -> dict[str, Any]:
    actioned = booking.looks_actioned(world.now)
    return without_nones(
        {
            "RMARowId": line.row_id,
            "RMAHeaderId": booking.header_id,
            "Type": "Return",
            "Status": status(actioned),
            "ExternalReference": booking.reference,
            "CreatedDate": wire_time(booking.created_at),
            "Actioned": actioned,
            "ActionedDate": _when(line.actioned_at, actioned),
            "Deleted": line.deleted,
            "Errors": [],
            "OrderItemRowId": line.order_row,
            "ReturnItemSKU": line.sku,
            "ReturnItemTitle": line.title,
            "BatchInventoryId": line.batch,
            "ReturnLocation": line.location_id,
            "ReturnQuantity": line.quantity,
            "ScrapQuantity": line.scrap,
            "RefundAmount": line.refund,
            "ReasonCategory": line.category,
            "Reason": line.reason,
        }
    )


def refund_header(world: World, refund: Refund) -> dict[str, Any]:
    order = world.book.orders[refund.order_id]
    actioned = refund.looks_actioned(world.now)
    return without_nones(
        {
            "RefundHeaderId": refund.header_id,
            "Currency": refund.currency,
            "Amount": refund.amount,
            "RefundLines": [refund_line(world, refund, line) for line in refund.standing()],
            "RefundLink": "",
            "OrderId": order.order_id,
            "NumOrderId": order.number,
            "Status": status(actioned),
            "OrderSource": order.source,
            "OrderSubSource": order.sub_source,
            "ExternalReference": refund.reference,
            "ChannelInitiated": refund.channel_initiated,
            "CreatedDate": wire_time(refund.created_at),
            "Actioned": actioned,
            "LastActionDate": _when(refund.actioned_at, actioned),
        }
    )


def refund_line(world: World, refund: Refund, line: RefundLine) -> dict[str, Any]:
    actioned = refund.looks_actioned(world.now)
    return without_nones(
        {
            "RefundRowId": line.row_id,
            "RefundHeaderId": refund.header_id,
            "Status": status(actioned),
            "RefundedUnit": line.unit,
            "IsShippingRefund": line.unit == "Shipping",
            "IsAdditionalRefund": line.unit == "Additional",
            "IsCancellation": False,
            "RefundedItem": _refunded_item(line),
            "Errors": [],
            "Actioned": actioned,
            "ActionedDate": _when(refund.actioned_at, actioned),
            "ChannelInitiated": refund.channel_initiated,
            "Internal": not world.settings.channel_refunds,
            "Deleted": line.deleted,
            "ExternalReference": line.reference,
            "IsFreeText": bool(line.note),
            "FreeTextOrNote": line.note,
            "Amount": line.amount,
            "Quantity": line.quantity,
        }
    )


def _refunded_item(line: RefundLine) -> dict[str, Any] | None:
    if line.order_row is None:
        return None
    row = {
        "OrderItemRowId": line.order_row,
        "ReturnRowId": line.return_row_id,
        "ItemSKU": line.sku,
        "ChannelSKU": line.sku,
        "Cost": line.amount,
    }
    return without_nones(row)
