"""Orders, OpenOrders and the processed orders search: finding an order, and marking and routing it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from returnworks.sandbox.arguments import (
    Args,
    anything,
    flag,
    guid,
    moment,
    needed,
    one_of,
    optional,
    several,
    shaped,
    some_text,
    text,
    whole,
)
from returnworks.sandbox.clock import wire_time
from returnworks.sandbox.linnworks.surface import Method, Shape, pages, without_nones
from returnworks.sandbox.linnworks.words import identifier_row, net, note_row, order_details, property_row
from returnworks.sandbox.orderbook import Note, Order, Property
from returnworks.sandbox.refusals import Refusal, invalid
from returnworks.sandbox.world import World


def _order(world: World, order_id: str) -> Order:
    order = world.book.orders.get(order_id)
    if order is None:
        raise invalid()
    return order


def _known(world: World, order_ids: list[str]) -> list[Order]:
    return [world.book.orders[order_id] for order_id in order_ids if order_id in world.book.orders]


# --- finding


def get_order_details_by_reference_id(world: World, args: Args) -> Any:
    """Reference, secondary or external reference; open and processed alike; at most 50."""
    return [order_details(world, order) for order in world.book.find(args["ReferenceId"])[:50]]


def get_orders_by_id(world: World, args: Args) -> Any:
    return [order_details(world, order) for order in _known(world, args["pkOrderIds"])]


def search_processed_orders(world: World, args: Args) -> Any:
    """Live facts: a date field is needed, and at least 20 rows a page."""
    if args["ResultsPerPage"] < 20:
        raise Refusal(400, "Number must be between 20 and 500")
    if args["PageNumber"] < 1:
        raise Refusal(400, "Value must be at least 1")
    found = [order for order in world.book.orders.values() if order.processed and _is_wanted(order, args)]
    backwards = args.get("SearchSorting", {}).get("SortDirection") == "DESC"
    found.sort(key=lambda order: order.number, reverse=backwards)
    page = pages(found, args["PageNumber"], args["ResultsPerPage"])
    return {"ProcessedOrders": page | {"Data": [_processed_row(world, order) for order in page["Data"]]}}


def _is_wanted(order: Order, args: Args) -> bool:
    at = order.processed_at if args["DateField"] == "processed" else order.received_at
    if at is None or args["DateField"] == "cancelled":
        return False
    in_time = args.get("FromDate", at) <= at <= args.get("ToDate", at)
    return in_time and _mentions(order, args.get("SearchTerm", "")) and _passes(order, args)


def _mentions(order: Order, term: str) -> bool:
    words = [*order.references(), str(order.number), *(line.sku.casefold() for line in order.lines)]
    return not term or any(term.casefold() in word for word in words)


def _passes(order: Order, args: Args) -> bool:
    fields = {
        "Source": [order.source],
        "SubSource": [order.sub_source],
        "ItemIdentifier": [line.sku for line in order.lines],
    }
    return all(row["SearchTerm"] in fields[row["SearchField"]] for row in args.get("SearchFilters", ()))


def _processed_row(world: World, order: Order) -> dict[str, Any]:
    return without_nones(
        {
            "pkOrderID": order.order_id,
            "nOrderId": order.number,
            "nStatus": 4 if order.is_resend else int(order.paid),
            "dReceivedDate": wire_time(order.received_at),
            "dProcessedOn": wire_time(order.processed_at) if order.processed_at else None,
            "dPaidOn": wire_time(order.received_at) if order.paid else None,
            "ReferenceNum": order.reference,
            "SecondaryReference": order.secondary,
            "ExternalReference": order.external,
            "Source": order.source,
            "SubSource": order.sub_source,
            "fTotalCharge": order.total,
            "fPostageCost": order.postage,
            "PostageCostExTax": net(order.postage),
            "Subtotal": order.total - order.postage,
            "fTax": order.total - net(order.total),
            "TotalDiscount": Decimal(0),
            "cCurrency": order.currency,
            "HoldOrCancel": order.cancelled,
            "IsResend": order.is_resend,
            "IsExchange": order.is_exchange,
            "FolderCollection": ",".join(order.folders),
            "FulfilmentLocationName": world.warehouse.locations[order.location_id].name,
            "cFullName": "Planted Person",
            "cEmailAddress": "planted.person@example.com",
            "cPostCode": "PL4 7ED",
        }
    )


SEARCH_FILTER = {
    "SearchField": needed(one_of("Source", "SubSource", "ItemIdentifier")),
    "SearchTerm": needed(text),
}
SEARCH = {
    "SearchTerm": optional(text),
    "SearchFilters": optional(several(shaped(SEARCH_FILTER))),
    "DateField": needed(one_of("processed", "payment", "cancelled", "received")),
    "FromDate": optional(moment),
    "ToDate": optional(moment),
    "PageNumber": needed(whole),
    "ResultsPerPage": needed(whole),
    "SearchSorting": optional(shaped({"SortField": optional(text), "SortDirection": optional(one_of("ASC", "DESC"))})),
}

# --- folders


def _folder_rows(world: World) -> list[dict[str, Any]]:
    return [{"pkFolderId": guid_, "FolderName": name} for name, guid_ in world.book.folders.items()]


def get_available_folders(world: World, _: Args) -> Any:
    return _folder_rows(world)


def set_available_folders(world: World, args: Args) -> Any:
    """Replaces the whole list: what is not sent is gone."""
    world.book.folders.clear()
    for row in args["folders"]:
        world.book.add_folder(row["FolderName"])
    return _folder_rows(world)


def assign_to_folder(world: World, args: Args) -> Any:
    """The orders that are in the folder now. Locked, parked and processed orders are passed over."""
    if args["folder"] not in world.book.folders:
        raise Refusal(400, "Folder not found.")
    fit = [o for o in _known(world, args["orderIds"]) if not (o.processed or o.locked or o.parked)]
    for order in fit:
        if args["folder"] not in order.folders:
            order.folders.append(args["folder"])
    return [order.order_id for order in fit]


FOLDER = {"pkFolderId": optional(guid), "FolderName": needed(some_text)}


def change_status(world: World, args: Args) -> Any:
    """Unpaid (0) and paid (1) of open orders; the others are not played."""
    if args["status"] not in (0, 1):
        raise Refusal(400, "The sandbox plays only unpaid and paid.")
    changed = [order for order in _known(world, args["orderIds"]) if not order.processed]
    for order in changed:
        order.paid = args["status"] == 1
    return [order.order_id for order in changed]


# --- identifiers


def get_identifiers(world: World, _: Args) -> Any:
    return [identifier_row(identifier) for identifier in world.book.identifiers.values()]


def save_identifier(world: World, args: Args) -> Any:
    given = args["Identifier"]
    return identifier_row(world.book.save_identifier(given["Tag"], given["Name"]))


def assign_order_identifier(world: World, args: Args) -> Any:
    """Set semantics: orders that carry the tag already, and processed ones, are not changed."""
    if args["Tag"] not in world.book.identifiers:
        raise Refusal(400, "Identifier not found.")
    changed = []
    for order in _known(world, args["OrderIds"]):
        if not order.processed and args["Tag"] not in order.tags:
            order.tags.append(args["Tag"])
            changed.append(order.order_id)
    rest = [order_id for order_id in args["OrderIds"] if order_id not in changed]
    return {"Changed": changed, "NotChanged": rest}


def get_identifiers_by_order_ids(world: World, args: Args) -> Any:
    return [
        {"fkOrderId": order.order_id, **identifier_row(world.book.identifiers[tag])}
        for order in _known(world, args["OrderIds"])
        for tag in order.tags
    ]


IDENTIFIER = {
    "Tag": needed(some_text),
    "Name": needed(some_text),
    "IdentifierId": optional(whole),
    "IsCustom": optional(flag),
    "ImageId": optional(guid),
    "ImageUrl": optional(anything),
}

# --- extended properties and notes


def get_extended_properties(world: World, args: Args) -> Any:
    rows = _order(world, args["orderId"]).properties
    return [property_row(row) for row in rows if row.visible_at <= world.now]


def add_extended_properties(world: World, args: Args) -> Any:
    """Skips what is there with the same name and value. Processed orders take them too (not documented)."""
    order = _order(world, args["OrderId"])
    there = {(row.name, row.value) for row in order.properties}
    new = [row for row in args["ExtendedProperties"] if (row["Name"], row["Value"]) not in there]
    for row in new:
        kind = row.get("Type", "Order")
        order.properties.append(Property(str(uuid4()), row["Name"], row["Value"], kind, world.seen_from))
    return {"ExtendedPropertiesInserted": len(new), "Errors": []}


def get_order_notes(world: World, args: Args) -> Any:
    order = _order(world, args["orderId"])
    return [note_row(order, note) for note in order.notes if note.visible_at <= world.now]


def get_orders_notes(world: World, args: Args) -> Any:
    """By order id. Orders without notes are named too (not documented)."""
    wanted = {order_id: {"orderId": order_id} for order_id in args["orderIds"] if order_id in world.book.orders}
    return {order_id: get_order_notes(world, asked) for order_id, asked in wanted.items()}


def add_orders_note(world: World, args: Args) -> Any:
    """Appends, to open and processed orders alike; the same text twice makes two notes."""
    orders = [_order(world, order_id) for order_id in args["OrderIds"]]
    rows = []
    for order in orders:
        internal = args.get("IsInternal", False)
        note = Note(str(uuid4()), args["NoteText"], internal, world.now, world.seen_from)
        order.notes.append(note)
        rows.append(note_row(order, note))
    return {"OrderNotes": rows}


EXTENDED_PROPERTY = {"Name": needed(some_text), "Value": needed(text), "Type": optional(text)}
ADD_PROPERTIES = {
    "OrderId": needed(guid),
    "ExtendedProperties": needed(several(shaped(EXTENDED_PROPERTY))),
}
ADD_NOTE = {
    "OrderIds": needed(several(guid)),
    "NoteText": needed(some_text),
    "IsInternal": optional(flag),
    "IsProcessingNote": optional(flag),
}
ORDER_IDS = {"OrderIds": needed(several(guid))}

METHODS = (
    Method(
        "Orders/GetOrderDetailsByReferenceId",
        get_order_details_by_reference_id,
        takes={"ReferenceId": needed(some_text)},
        rate=250,
    ),
    Method("Orders/GetOrdersById", get_orders_by_id, Shape.FLAT, {"pkOrderIds": needed(several(guid))}, rate=250),
    Method("ProcessedOrders/SearchProcessedOrders", search_processed_orders, Shape.WRAPPED, SEARCH),
    Method("Orders/GetAvailableFolders", get_available_folders),
    Method(
        "Orders/SetAvailableFolders",
        set_available_folders,
        Shape.FLAT,
        {"folders": needed(several(shaped(FOLDER)))},
        writes=True,
    ),
    Method(
        "Orders/AssignToFolder",
        assign_to_folder,
        Shape.FLAT,
        {"orderIds": needed(several(guid)), "folder": needed(some_text)},
        rate=250,
        writes=True,
    ),
    Method("OpenOrders/GetIdentifiers", get_identifiers),
    Method(
        "OpenOrders/SaveIdentifier",
        save_identifier,
        Shape.BARE,
        {"Identifier": needed(shaped(IDENTIFIER))},
        writes=True,
    ),
    Method(
        "OpenOrders/AssignOrderIdentifier",
        assign_order_identifier,
        Shape.BARE,
        {**ORDER_IDS, "Tag": needed(some_text)},
        rate=250,
        writes=True,
    ),
    Method("OpenOrders/GetIdentifiersByOrderIds", get_identifiers_by_order_ids, Shape.BARE, ORDER_IDS),
    Method("Orders/GetExtendedProperties", get_extended_properties, takes={"orderId": needed(guid)}, rate=250),
    Method("Orders/AddExtendedProperties", add_extended_properties, Shape.WRAPPED, ADD_PROPERTIES, writes=True),
    Method("Orders/GetOrderNotes", get_order_notes, takes={"orderId": needed(guid)}, rate=250),
    Method("Orders/GetOrdersNotes", get_orders_notes, Shape.FLAT, {"orderIds": needed(several(guid))}),
    Method(
        "Orders/ChangeStatus",
        change_status,
        Shape.FLAT,
        {"orderIds": needed(several(guid)), "status": needed(whole)},
        writes=True,
    ),
    Method("Orders/AddOrdersNote", add_orders_note, Shape.BARE, ADD_NOTE, writes=True),
)
