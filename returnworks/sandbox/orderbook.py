"""Linnworks' orders, with their notes, folders, identifiers and extended properties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from returnworks.sandbox.warehouse import DEFAULT_LOCATION, stable_id


@dataclass(slots=True)
class OrderLine:
    """One line of an order. A composite's children carry the line's total quantity and no price."""

    row_id: str
    stock_item_id: str | None
    """None: Linnworks has not linked the line to a stock item."""
    sku: str
    title: str
    channel_sku: str
    channel_line_id: str
    quantity: int
    unit_price: Decimal
    """What the customer paid for one, tax included."""
    is_service: bool = False
    children: tuple[OrderLine, ...] = ()

    @property
    def value(self) -> Decimal:
        return self.unit_price * self.quantity

    def ratio(self, child: OrderLine) -> int:
        """How many of the child are in one of this line."""
        return child.quantity // self.quantity


@dataclass(slots=True)
class Note:
    note_id: str
    text: str
    internal: bool
    at: datetime
    visible_at: datetime


@dataclass(slots=True)
class Property:
    row_id: str
    name: str
    value: str
    kind: str
    visible_at: datetime


@dataclass(slots=True)
class Order:
    order_id: str
    number: int
    reference: str
    secondary: str
    external: str
    source: str
    sub_source: str
    currency: str
    lines: tuple[OrderLine, ...]
    received_at: datetime
    processed_at: datetime | None = None
    paid: bool = True
    cancelled: bool = False
    parked: bool = False
    locked: bool = False
    is_resend: bool = False
    is_exchange: bool = False
    location_id: str = DEFAULT_LOCATION
    postage: Decimal = Decimal(0)
    folders: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    properties: list[Property] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def processed(self) -> bool:
        return self.processed_at is not None

    @property
    def total(self) -> Decimal:
        return sum((line.value for line in self.lines), Decimal(0)) + self.postage

    @property
    def name(self) -> str:
        """The channel's order name as ReturnGO writes it: without the hash."""
        return (self.secondary or self.reference).lstrip("#")

    def rows(self) -> Iterator[tuple[OrderLine, OrderLine | None]]:
        """Every row that can be returned, with its parent if it is a component."""
        for line in self.lines:
            yield line, None
            for child in line.children:
                yield child, line

    def row(self, row_id: str) -> tuple[OrderLine, OrderLine | None] | None:
        return next((pair for pair in self.rows() if pair[0].row_id == row_id), None)

    def references(self) -> set[str]:
        return {text.casefold() for text in (self.reference, self.secondary, self.external) if text}


@dataclass(slots=True)
class Identifier:
    identifier_id: int
    tag: str
    name: str


class OrderBook:
    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.folders: dict[str, str] = {}
        """Folder name -> folder GUID."""
        self.identifiers: dict[str, Identifier] = {}
        """By tag."""
        self._by_reference: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, order: Order) -> None:
        """A new order, or one that replaces the order with the same id."""
        if order.order_id in self.orders:
            self._forget(self.orders[order.order_id])
        self.orders[order.order_id] = order
        for text in order.references():
            self._by_reference[text].append(order.order_id)

    def _forget(self, order: Order) -> None:
        for text in order.references():
            self._by_reference[text].remove(order.order_id)

    def restore_orders(self, orders: dict[str, Order]) -> None:
        self.orders = {}
        self._by_reference.clear()
        for order in orders.values():
            self.add(order)

    def find(self, reference: str) -> list[Order]:
        """By channel reference, secondary or external reference, whole and case-insensitive."""
        return [self.orders[order_id] for order_id in self._by_reference.get(reference.casefold(), ())]

    def named(self, reference: str) -> Order | None:
        """The first order with that reference, with or without the hash of a channel's order name."""
        found = self.find(reference) or self.find(f"#{reference}")
        return found[0] if found else None

    def next_number(self) -> int:
        return max((order.number for order in self.orders.values()), default=100000) + 1

    def add_folder(self, name: str) -> None:
        self.folders.setdefault(name, stable_id("folder", name))

    def save_identifier(self, tag: str, name: str) -> Identifier:
        """Saving a tag that is there changes its name."""
        known = self.identifiers.get(tag)
        number = known.identifier_id if known else len(self.identifiers) + 1
        self.identifiers[tag] = Identifier(number, tag, name)
        return self.identifiers[tag]
