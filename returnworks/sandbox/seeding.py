"""What a tester may put into the sandbox, in one plain JSON document.

    {
      "locations": [{"name": "Quarantine", "fulfilment_centre": false, "warehouse_managed": false}],
      "items": [{
          "sku": "MUG-BLUE", "title": "Blue mug", "cost": "3.10",
          "levels": {"Default": 10},                   units by location name
          "composition": {"TEA-CUP": 2},               pieces by child SKU: makes it a composite
          "minimum": -1,                               -1: not tracked; composites default to it, others to 0
          "minimums": {"Quarantine": 0},               where a location differs
          "tracking": 0,                               anything but 0: batched or serial stock
          "archived": false}],
      "folders": ["Exchanges"],
      "identifiers": [{"tag": "RETURNGO_EXCHANGE", "name": "ReturnGO exchange"}],
      "orders": [{
          "reference": "5500001001",                   the channel's order id
          "name": "MM1001",                            the secondary reference ("secondary" is the same)
          "external": "", "number": 100001, "currency": "GBP", "source": "SHOPIFY", "sub_source": "mugs-and-more",
          "postage": "3.95", "location": "Default", "tags": [], "folders": [],
          "received_at": TIME, "processed": true, "processed_at": TIME, "paid": true,
          "cancelled": false, "parked": false, "locked": false, "is_resend": false, "is_exchange": false,
          "lines": [{
              "sku": "MUG-BLUE", "quantity": 2, "price": "12.00",      price of one, tax included
              "line_id": "8800001", "channel_sku": "...", "linked": true, "service": false,
              "children": {"TEA-CUP": 2}}]}],          per set, where it was not today's composition
      "rmas": [...],                                   see `rma_forms`
      "webhooks": [{"id": "1", "url": "https://...", "eventName": "RMA_CREATED"}]
    }

Every part is optional. TIME is ISO 8601 with an offset or {"hours_ago": 30}. What is there already under the
same key (SKU, location name, order reference with source, RMA id, webhook id) is replaced; an order that is
replaced keeps its tags, folders, notes and properties. Seeding writes no stock history. Nothing is kept of a
document with an error.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from returnworks.sandbox.documents import Doc, DocumentError
from returnworks.sandbox.orderbook import Order, OrderLine
from returnworks.sandbox.rma_forms import read_rma
from returnworks.sandbox.warehouse import Item, Part, stable_id
from returnworks.sandbox.world import World


def seed(world: World, document: Any) -> dict[str, int]:
    """Put it all in and say how many of each. Raises `DocumentError` and changes nothing if it is not right."""
    doc = Doc(document, "", world.now)
    doc.only("locations", "items", "folders", "identifiers", "orders", "rmas", "webhooks")
    before = _Before(world)
    try:
        _put_in(world, doc)
    except DocumentError:
        before.restore(world)
        raise
    return {name: len(value) for name, value in doc.value.items()}


def _put_in(world: World, doc: Doc) -> None:
    for part in doc.docs("locations"):
        _put_location(world, part)
    parts = list(doc.docs("items"))
    for part in parts:
        world.warehouse.add_item(_item(world, part))
    for part in parts:
        _check_composition(world, part)
    for name in doc.texts("folders"):
        world.book.add_folder(name)
    for part in doc.docs("identifiers"):
        world.book.save_identifier(part.text("tag"), part.text("name", part.text("tag")))
    for part in doc.docs("orders"):
        world.book.add(_order(world, part))
    for part in doc.docs("rmas"):
        world.shop.put(read_rma(world, part))
    for part in doc.docs("webhooks"):
        part.only("id", "url", "eventName")
        world.shop.register({name: part.text(name) for name in ("id", "url", "eventName")})


class _Before:
    """What was there, as everything that is seeded replaces and nothing is changed in place."""

    def __init__(self, world: World) -> None:
        self.locations, self.items = dict(world.warehouse.locations), dict(world.warehouse.items)
        self.orders, self.folders = dict(world.book.orders), dict(world.book.folders)
        self.identifiers = dict(world.book.identifiers)
        self.rmas, self.webhooks = dict(world.shop.rmas), list(world.shop.webhooks)

    def restore(self, world: World) -> None:
        world.warehouse.locations, world.shop.rmas = self.locations, self.rmas
        world.warehouse.restore_items(self.items)
        world.book.restore_orders(self.orders)
        world.book.folders, world.book.identifiers = self.folders, self.identifiers
        world.shop.webhooks = self.webhooks


# --- the warehouse


def _put_location(world: World, doc: Doc) -> None:
    doc.only("name", "fulfilment_centre", "warehouse_managed", "not_trackable")
    known = world.warehouse.location_named(doc.text("name"))
    world.warehouse.add_location(
        doc.text("name"),
        location_id=known.location_id if known else None,
        fulfilment_centre=doc.flag("fulfilment_centre", False),
        warehouse_managed=doc.flag("warehouse_managed", False),
        not_trackable=doc.flag("not_trackable", False),
    )


def _item(world: World, doc: Doc) -> Item:
    doc.only("sku", "title", "cost", "levels", "composition", "minimum", "minimums", "tracking", "archived")
    sku = doc.text("sku")
    known = world.warehouse.items.get(sku)
    composition = tuple(Part(child, pieces) for child, pieces in doc.counts("composition").items())
    if any(part.quantity < 1 for part in composition):
        raise doc.wrong("composition", "must have 1 or more of each child")
    return Item(
        stock_item_id=stable_id("item", sku),
        int_id=known.int_id if known else world.warehouse.next_int_id(),
        sku=sku,
        title=doc.text("title", sku),
        composition=composition,
        tracking=doc.whole("tracking", 0),
        archived=doc.flag("archived", False),
        cost=doc.amount("cost", Decimal(0)),
        levels=_by_location(world, doc, "levels"),
        minimums=_by_location(world, doc, "minimums"),
        minimum=doc.whole("minimum", -1 if composition else 0),
    )


def _by_location(world: World, doc: Doc, name: str) -> dict[str, int]:
    return {_location_id(world, doc, name, place): units for place, units in doc.counts(name).items()}


def _location_id(world: World, doc: Doc, name: str, place: str) -> str:
    location = world.warehouse.location_named(place)
    if location is None:
        raise doc.wrong(name, f"there is no location {place!r}")
    return location.location_id


def _check_composition(world: World, doc: Doc) -> None:
    for child in doc.counts("composition"):
        if child not in world.warehouse.items:
            raise doc.wrong("composition", f"there is no item {child!r}")


# --- orders


def _order(world: World, doc: Doc) -> Order:
    doc.only(*ORDER_KEYS)
    reference, source = doc.text("reference"), doc.text("source", "SHOPIFY")
    order_id = stable_id("order", f"{source}/{reference}")
    known = world.book.orders.get(order_id)
    number = doc.whole("number", known.number if known else world.book.next_number())
    received = doc.moment("received_at", world.now - timedelta(days=10))
    shipped = doc.moment("processed_at", received + timedelta(days=1))
    order = Order(
        order_id=order_id,
        number=number,
        reference=reference,
        secondary=doc.text("secondary", doc.text("name", "")),
        external=doc.text("external", ""),
        source=source,
        sub_source=doc.text("sub_source", world.credentials.shop.partition(".")[0]),
        currency=doc.text("currency", "GBP"),
        lines=tuple(_line(world, part, order_id, number, n) for n, part in enumerate(doc.docs("lines"), 1)),
        received_at=received,
        processed_at=shipped if doc.flag("processed", True) else None,
        location_id=_location_id(world, doc, "location", doc.text("location", "Default")),
        postage=doc.amount("postage", Decimal(0)),
        paid=doc.flag("paid", True),
    )
    for flag in FLAGS:
        setattr(order, flag, doc.flag(flag, False))
    _decorate(world, order, doc, known)
    return order


FLAGS = ("cancelled", "parked", "locked", "is_resend", "is_exchange")
ORDER_KEYS = (
    "reference",
    "name",
    "secondary",
    "external",
    "number",
    "currency",
    "source",
    "sub_source",
    "postage",
    "location",
    "tags",
    "folders",
    "received_at",
    "processed",
    "processed_at",
    "paid",
    "lines",
    *FLAGS,
)


def _decorate(world: World, order: Order, doc: Doc, known: Order | None) -> None:
    """Tags, folders, notes and properties: those of the order that is replaced, and the document's own."""
    if known:
        order.tags, order.folders = list(known.tags), list(known.folders)
        order.notes, order.properties = list(known.notes), list(known.properties)
    for tag in doc.texts("tags"):
        if tag not in world.book.identifiers:
            raise doc.wrong("tags", f"there is no identifier {tag!r}")
    order.tags += [tag for tag in doc.texts("tags") if tag not in order.tags]
    order.folders += [name for name in doc.texts("folders") if name not in order.folders]


def _line(world: World, doc: Doc, order_id: str, number: int, place: int) -> OrderLine:
    doc.only("sku", "quantity", "price", "line_id", "channel_sku", "linked", "service", "children")
    sku, quantity = doc.text("sku"), doc.whole("quantity", 1, least=1)
    item = world.warehouse.items.get(sku) if doc.flag("linked", True) else None
    if item is None and doc.flag("linked", True) and not doc.flag("service", False):
        raise doc.wrong("sku", f'there is no item {sku!r}; an unlinked line says "linked": false')
    row_id = stable_id("row", f"{order_id}/{place}")
    return OrderLine(
        row_id=row_id,
        stock_item_id=item.stock_item_id if item else None,
        sku=sku,
        title=item.title if item else sku,
        channel_sku=doc.text("channel_sku", sku),
        channel_line_id=doc.text("line_id", f"88{number}{place:03d}"),
        quantity=quantity,
        unit_price=doc.amount("price", Decimal(0)),
        is_service=doc.flag("service", False),
        children=_children(world, doc, item, row_id, quantity),
    )


def _children(world: World, doc: Doc, item: Item | None, row_id: str, sets: int) -> tuple[OrderLine, ...]:
    pieces = doc.counts("children") or {part.sku: part.quantity for part in item.composition} if item else {}
    rows = []
    for sku, each in pieces.items():
        child = world.warehouse.items.get(sku)
        if child is None or each < 1:
            raise doc.wrong("children", f"there is no item {sku!r}, or not 1 or more of it")
        child_row = stable_id("row", f"{row_id}/{sku}")
        rows.append(OrderLine(child_row, child.stock_item_id, sku, child.title, sku, "", each * sets, Decimal(0)))
    return tuple(rows)
