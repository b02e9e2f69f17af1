"""Inventory, Stock and Locations: items, levels, compositions, history and the one way to change a level by hand."""

from __future__ import annotations

from collections import Counter
from typing import Any

from returnworks.sandbox.arguments import (
    Args,
    flag,
    flag_in_query,
    guid,
    needed,
    optional,
    several,
    shaped,
    some_text,
    text,
    whole,
    whole_in_query,
)
from returnworks.sandbox.clock import wire_time
from returnworks.sandbox.linnworks.surface import NO_CONTENT, Method, Shape, pages
from returnworks.sandbox.refusals import Refusal, invalid
from returnworks.sandbox.warehouse import Item, Location, Move, stable_id
from returnworks.sandbox.world import World

# --- locations


def _location_row(place: Location) -> dict[str, Any]:
    return {
        "StockLocationId": place.location_id,
        "StockLocationIntId": place.int_id,
        "LocationName": place.name,
        "LocationTag": "",
        "IsFulfillmentCenter": place.fulfilment_centre,
        "IsWarehouseManaged": place.warehouse_managed,
        "IsNotTrackable": place.not_trackable,
        "CountInOrderUntilAcknowledgement": False,
        "FulfilmentCenterDeductStockWhenProcessed": False,
    }


def get_stock_locations(world: World, _: Args) -> Any:
    return [_location_row(place) for place in world.warehouse.locations.values()]


def get_warehouse_locations(world: World, _: Args) -> Any:
    places = world.warehouse.locations.values()
    return [{"LocationName": place.name, "pkStockLocationId": place.location_id} for place in places]


def add_location(world: World, args: Args) -> Any:
    """The id is Linnworks' own (whether a client's would be kept is not documented); names are unique."""
    given = args["location"]
    if world.warehouse.location_named(given["LocationName"]):
        raise Refusal(400, "Location name already exists.")
    world.warehouse.add_location(
        given["LocationName"],
        fulfilment_centre=given.get("IsFulfillmentCenter", False),
        warehouse_managed=given.get("IsWarehouseManaged", False),
        not_trackable=given.get("IsNotTrackable", False),
    )
    return NO_CONTENT


LOCATION = {
    "LocationName": needed(some_text),
    "StockLocationId": optional(guid),
    "StockLocationIntId": optional(whole),
    "IsFulfillmentCenter": optional(flag),
    "IsWarehouseManaged": optional(flag),
    "IsNotTrackable": optional(flag),
    "CountInOrderUntilAcknowledgement": optional(flag),
    "FulfilmentCenterDeductStockWhenProcessed": optional(flag),
    **{
        name: optional(text) for name in ("LocationTag", "Address1", "Address2", "City", "County", "Country", "ZipCode")
    },
}

# --- items and compositions


def get_stock_item_ids_by_sku(world: World, args: Args) -> Any:
    """Unknown and archived SKUs are just absent."""
    found = (world.warehouse.items.get(sku) for sku in args["SKUS"])
    known = [item for item in found if item and not item.archived]
    return {"Items": [{"StockItemId": item.stock_item_id, "SKU": item.sku} for item in known]}


def get_stock_item_type_info(world: World, args: Args) -> Any:
    skus, numbers = set(args.get("SKUS", ())), set(args.get("StockItemIntIds", ()))
    known = [i for i in world.warehouse.items.values() if i.sku in skus or i.int_id in numbers]
    return {"StockItemInfo": [_type_row(item) for item in known]}


def _type_row(item: Item) -> dict[str, Any]:
    return {
        "SKU": item.sku,
        "StockItemIntId": item.int_id,
        "StockItemId": item.stock_item_id,
        "IsVariationGroup": False,
        "IsCompositeParent": bool(item.composition),
        "IsArchived": item.archived,
        "InventoryTrackingType": item.tracking,
    }


def _composition_rows(world: World, parent: Item) -> list[dict[str, Any]]:
    """`LinkedStockItemId` and `SKU` are the child's, `StockItemId` is the parent's."""
    children = [(world.warehouse.items[part.sku], part.quantity) for part in parent.composition]
    return [
        {
            "LinkedStockItemId": child.stock_item_id,
            "SKU": child.sku,
            "ItemTitle": child.title,
            "Quantity": quantity,
            "PurchasePrice": child.cost,
            "InventoryTrackingType": child.tracking,
            "StockItemId": parent.stock_item_id,
            "StockItemIntId": parent.int_id,
        }
        for child, quantity in children
    ]


def get_inventory_item_compositions(world: World, args: Args) -> Any:
    return _composition_rows(world, _item(world, args["inventoryItemId"]))


def get_inventory_items_composition_by_ids(world: World, args: Args) -> Any:
    """Ids without a composition are left out."""
    found = (world.warehouse.item_by_id(stock_item_id) for stock_item_id in args["InventoryItemIds"])
    parents = [item for item in found if item and item.composition]
    return {"InventoryItemsCompositionByIds": {p.stock_item_id: _composition_rows(world, p) for p in parents}}


def _item(world: World, stock_item_id: str) -> Item:
    item = world.warehouse.item_by_id(stock_item_id)
    if item is None:
        raise invalid()
    return item


# --- levels


def _reserved(world: World) -> Counter[tuple[str, str]]:
    """Units in open orders by (stock item id, location id); for an untracked composite those of its children."""
    units: Counter[tuple[str, str]] = Counter()
    for order in world.book.orders.values():
        if order.processed or order.cancelled:
            continue
        for line in (row for top in order.lines for row in (top.children or (top,))):
            units[line.stock_item_id or "", order.location_id] += line.quantity
    return units


def _level_rows(world: World, item: Item, reserved: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    return [_level_row(world, item, place, reserved) for place in world.warehouse.locations.values()]


def _level_row(world: World, item: Item, place: Location, reserved: Counter[tuple[str, str]]) -> dict[str, Any]:
    level = world.warehouse.level(item, place.location_id)
    in_orders = reserved[item.stock_item_id, place.location_id]
    last = world.warehouse.last_move(item, place.location_id)
    return {
        "Location": {
            "StockLocationId": place.location_id,
            "StockLocationIntId": place.int_id,
            "LocationName": place.name,
            "IsFulfillmentCenter": place.fulfilment_centre,
            "IsWarehouseManaged": place.warehouse_managed,
            "BinRack": "",
        },
        "StockLevel": level,
        "StockValue": item.cost * level,
        "MinimumLevel": item.minimum_at(place.location_id),
        "InOrderBook": in_orders,
        "Due": 0,
        "JIT": False,
        "InOrders": in_orders,
        "Available": level - in_orders,
        "UnitCost": item.cost,
        "SKU": item.sku,
        "AutoAdjust": False,
        "LastUpdateDate": wire_time(last.at if last else world.now),
        "LastUpdateOperation": last.note if last else "Record insertion",
        "rowid": stable_id("level", f"{item.sku}@{place.location_id}"),
        "PendingUpdate": False,
        "StockItemPurchasePrice": item.cost,
        "StockItemId": item.stock_item_id,
        "StockItemIntId": item.int_id,
    }


def get_stock_level(world: World, args: Args) -> Any:
    return _level_rows(world, _item(world, args["stockItemId"]), _reserved(world))


def get_stock_level_batch(world: World, args: Args) -> Any:
    """Every location of every item; unknown ids are left out."""
    reserved = _reserved(world)
    found = (world.warehouse.item_by_id(stock_item_id) for stock_item_id in args["StockItemIds"])
    return [
        {"pkStockItemId": item.stock_item_id, "StockItemLevels": _level_rows(world, item, reserved)}
        for item in found
        if item
    ]


def update_stock_levels_by_sku(world: World, args: Args) -> Any:
    """Add `Level` to each level. Unknown SKUs are passed over, as a client cannot rely on being told (assumed).

    The change source becomes the history note; that is the evident purpose of the field, though not documented.
    """
    for row in args["stockLevels"]:
        _refuse_unfit(world, row)
    rows = [row for row in args["stockLevels"] if row["SKU"] in world.warehouse.items]
    note = args.get("changeSource") or "DIRECT ADJUSTMENT BY sandbox"
    for row in rows:
        item = world.warehouse.items[row["SKU"]]
        world.warehouse.move(item, row["LocationId"], row["Level"], note, world.now, world.seen_from)
    reserved = _reserved(world)
    places = world.warehouse.locations
    return [_level_row(world, world.warehouse.items[row["SKU"]], places[row["LocationId"]], reserved) for row in rows]


def _refuse_unfit(world: World, row: Args) -> None:
    item = world.warehouse.items.get(row["SKU"])
    if row["LocationId"] not in world.warehouse.locations:
        raise Refusal(400, "Location not found.")
    if item and item.computed_at(row["LocationId"]):
        raise Refusal(400, "The level of an untracked composite item cannot be changed.")
    if item and item.tracking:
        raise Refusal(400, "The level of a batched item cannot be changed without its batch.")


STOCK_LEVEL_UPDATE = {
    "SKU": needed(some_text),
    "LocationId": needed(guid),
    "Level": needed(whole),
}

# --- history


def get_item_changes_history(world: World, args: Args) -> Any:
    """As seen live, against the contract: a location is required, pages count from 1, newest first."""
    if args["pageNumber"] < 1 or args["entriesPerPage"] < 1:
        raise Refusal(400, "Value must be at least 1")
    if args["entriesPerPage"] > 200:
        raise Refusal(400, "Number must be between 1 and 200")
    item = _item(world, args["stockItemId"])
    rows = world.warehouse.history(item, args["locationId"], world.now)
    page = pages(rows, args["pageNumber"], args["entriesPerPage"])
    return page | {"Data": [_history_row(item, move) for move in page["Data"]]}


def _history_row(item: Item, move: Move) -> dict[str, Any]:
    """The row's own StockItemId came back as the zero GUID on a live account."""
    return {
        "StockItemId": "00000000-0000-0000-0000-000000000000",
        "Date": wire_time(move.at),
        "Level": move.level,
        "StockValue": item.cost * move.level,
        "Note": move.note,
        "ChangeQty": move.change,
        "ChangeValue": item.cost * move.change,
    }


IDS_BY_SKU = {"SKUS": needed(several(text))}
TYPE_INFO = {"SKUS": optional(several(text)), "StockItemIntIds": optional(several(whole))}
COMPOSITION = {"inventoryItemId": needed(guid), "getFullDetail": optional(flag_in_query)}
COMPOSITIONS = {"InventoryItemIds": needed(several(guid, most=100))}
HISTORY = {
    "stockItemId": needed(guid),
    "locationId": needed(guid),
    "entriesPerPage": needed(whole_in_query),
    "pageNumber": needed(whole_in_query),
}
UPDATE_LEVELS = {
    "stockLevels": needed(several(shaped(STOCK_LEVEL_UPDATE))),
    "changeSource": optional(text),
}

METHODS = (
    Method("Inventory/GetStockLocations", get_stock_locations),
    Method("Inventory/GetStockItemIdsBySKU", get_stock_item_ids_by_sku, Shape.WRAPPED, IDS_BY_SKU, rate=250),
    Method(
        "Inventory/GetInventoryItemsCompositionByIds",
        get_inventory_items_composition_by_ids,
        Shape.WRAPPED,
        COMPOSITIONS,
        rate=250,
    ),
    Method("Inventory/GetInventoryItemCompositions", get_inventory_item_compositions, takes=COMPOSITION, rate=250),
    Method("Stock/GetStockItemTypeInfo", get_stock_item_type_info, Shape.BARE, TYPE_INFO),
    Method(
        "Stock/GetStockLevel_Batch",
        get_stock_level_batch,
        Shape.WRAPPED,
        {"StockItemIds": needed(several(guid))},
        rate=250,
    ),
    Method("Stock/GetStockLevel", get_stock_level, takes={"stockItemId": needed(guid)}, rate=250),
    Method("Stock/GetItemChangesHistory", get_item_changes_history, takes=HISTORY, rate=250),
    Method("Stock/UpdateStockLevelsBySKU", update_stock_levels_by_sku, Shape.FLAT, UPDATE_LEVELS, writes=True),
    Method("ReturnsRefunds/GetWarehouseLocations", get_warehouse_locations),
    Method("Locations/AddLocation", add_location, Shape.FLAT, {"location": needed(shaped(LOCATION))}, writes=True),
)
