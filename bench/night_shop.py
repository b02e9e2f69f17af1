"""A big shop for the night's benchmark: what both vendors hold and what the ledger remembers, made in memory.

Everything is done the product's own way, only without HTTP: returns and orders are read by the clients' own
translation, postings are planned by the rules, and what was posted stands in the sandbox's books. A few of each
are left out or taken away again, so that the night has differences to look up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from returnworks.clients.linnworks import translate as linnworks
from returnworks.clients.linnworks import wire as linnworks_wire
from returnworks.clients.returngo import translate as returngo
from returnworks.clients.returngo import wire as returngo_wire
from returnworks.ledger import Ledger
from returnworks.ledger.payloads import POSTING
from returnworks.ledger.tables import AttemptRow, PostingCoverRow, PostingRow
from returnworks.rules.context import OrderContext
from returnworks.rules.lifecycle import stage_of
from returnworks.rules.model import Kind, Location, Order, Posting, Return, StockItem
from returnworks.rules.planning import plan
from returnworks.rules.policy import BUILT_IN
from returnworks.rules.states import State, last_phase
from returnworks.sandbox.bookings import BookedLine
from returnworks.sandbox.documents import Doc
from returnworks.sandbox.linnworks.words import order_details
from returnworks.sandbox.orderbook import Order as PlayedOrder
from returnworks.sandbox.orderbook import OrderLine
from returnworks.sandbox.refundbook import RefundLine
from returnworks.sandbox.rma_forms import read_rma
from returnworks.sandbox.vendor import json_response
from returnworks.sandbox.warehouse import Item, stable_id
from returnworks.sandbox.world import World
from returnworks.work.intake import MONEY_POLL, POLL, SWEEP

SKUS = 2_000
OPEN_SHARE = 0.015
"""Returns on their way: a night reads each of them again, one of the 2,000 calls a day each."""
EXCHANGE_SHARE = 0.005
LOST_SHARE = 0.002
"""Bookings, and as many credits, that somebody took away in Linnworks: the night has to look for each."""
PRICE = Decimal("12.50")


@dataclass
class BigShop:
    world: World
    lines: int = 0
    open_lines: int = 0
    returns: list[Return] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    postings: list[tuple[Posting, str]] = field(default_factory=list)
    """What was posted, with the vendor's id of it."""
    lost: list[str] = field(default_factory=list)
    """References that no longer stand in Linnworks."""


def build(lines: int, seed: int = 20261124) -> BigShop:
    """A shop with so many returned lines of the last four weeks, one to three of them a return."""
    chance, world = Random(seed), World()
    world.book.save_identifier("RETURNGO_EXCHANGE", "ReturnGO exchange")
    world.book.add_folder("Exchanges")
    for number in range(SKUS):
        sku = f"SKU-{number:05d}"
        world.warehouse.add_item(Item(stable_id("item", sku), 1000 + number, sku, sku))
    shop = BigShop(world)
    number = 0
    while shop.lines < lines:
        number += 1
        _one_return(shop, number, min(chance.randint(1, 3), lines - shop.lines), chance)
    return shop


def _one_return(shop: BigShop, number: int, units: int, chance: Random) -> None:
    world = shop.world
    at = world.now - timedelta(hours=chance.uniform(48, 24 * 27))
    sale = _sale(world, number, units, at, chance)
    travelling = chance.random() < OPEN_SHARE
    document = read_rma(world, Doc(_form(number, sale, travelling, at, chance), "", world.now))
    world.shop.put(document)
    ret = returngo.the_return(returngo_wire.RMA.validate_python(_as_sent(document)), world.credentials.shop)
    order = linnworks.order(linnworks_wire.OrderDetails.model_validate(_as_sent(order_details(world, sale))))
    shop.returns.append(ret)
    shop.orders.append(order)
    shop.lines += units
    shop.open_lines += units if travelling else 0
    if "exchange" in sale.external:
        _exchange_order(world, number, at)
    for posting in _planned(world, ret, order):
        _post(shop, sale, posting, at, chance)


def _sale(world: World, number: int, units: int, at: datetime, chance: Random) -> PlayedOrder:
    order_id = stable_id("order", f"SHOPIFY/{5_500_000_000 + number}")
    rows = []
    for place, choice in enumerate(chance.sample(range(SKUS), units), 1):
        sku = f"SKU-{choice:05d}"
        row_id, item_id = stable_id("row", f"{order_id}/{place}"), stable_id("item", sku)
        rows.append(OrderLine(row_id, item_id, sku, sku, sku, f"88{number:07d}{place}", 1, PRICE))
    sale = PlayedOrder(
        order_id=order_id,
        number=100_000 + number,
        reference=str(5_500_000_000 + number),
        secondary=f"BIG{number}",
        external="exchange" if chance.random() < EXCHANGE_SHARE else "",
        source="SHOPIFY",
        sub_source="mugs-and-more",
        currency="GBP",
        lines=tuple(rows),
        received_at=at - timedelta(days=9),
        processed_at=at - timedelta(days=8),
    )
    world.book.add(sale)
    return sale


def _form(number: int, sale: PlayedOrder, travelling: bool, at: datetime, chance: Random) -> dict[str, Any]:
    """The RMA in the sandbox's short form: on its way, or inspected, done and paid back."""
    looked_at = {"at": at.isoformat(), "returned": True, "restockable": chance.random() < 0.9, "reason": None}
    lines = [{"sku": row.sku, **({} if travelling else {"inspected": looked_at})} for row in sale.lines]
    paid = {"type": "RefundToPaymentMethod", "status": "Success", "amount": str(PRICE * len(lines))}
    exchanged = {"draft": f"D{number}", "order_id": str(7_700_000_000 + number), "order_name": f"X{number}"}
    form: dict[str, Any] = {
        "id": str(90_000_000 + number),
        "order": sale.reference,
        "status": "Approved" if travelling else "Done",
        "created_at": (at - timedelta(days=5)).isoformat(),
        "updated_at": at.isoformat(),
        "lines": lines,
    }
    if "exchange" in sale.external:
        form["exchange_orders"] = [{**exchanged, "type": "Exchange"}]
    elif not travelling:
        form["transactions"] = [{**paid, "at": at.isoformat(), "lines": list(range(len(lines)))}]
    return form


def _exchange_order(world: World, number: int, at: datetime) -> None:
    sku = f"SKU-{number % SKUS:05d}"
    order_id = stable_id("order", f"exchange {number}")
    row = OrderLine(stable_id("row", order_id), stable_id("item", sku), sku, sku, sku, f"99{number}", 1, Decimal(0))
    order = PlayedOrder(
        order_id=order_id,
        number=2_000_000 + number,
        reference=str(7_700_000_000 + number),
        secondary=f"X{number}",
        external="",
        source="SHOPIFY",
        sub_source="mugs-and-more",
        currency="GBP",
        lines=(row,),
        received_at=at,
        folders=["Exchanges"],
        tags=["RETURNGO_EXCHANGE"],
    )
    world.book.add(order)


def _planned(world: World, ret: Return, order: Order) -> Iterator[Posting]:
    places = tuple(Location(place.location_id, place.name) for place in world.warehouse.locations.values())
    items = {row.stock_item_id: StockItem(row.stock_item_id, row.sku) for row in order.lines if row.stock_item_id}
    made = plan(ret, OrderContext(orders=(order,), locations=places, items=items), BUILT_IN, world.now)
    return (posting for posting in made.postings if posting.kind in (Kind.RESTOCK, Kind.CREDIT))


def _post(shop: BigShop, sale: PlayedOrder, posting: Posting, at: datetime, chance: Random) -> None:
    """As it was posted an hour after the fact; a few of them were taken away later."""
    world, done = shop.world, at + timedelta(hours=1)
    lost = chance.random() < LOST_SHARE
    if lost:
        shop.lost.append(posting.reference)
        shop.postings.append((posting, f"gone-{len(shop.lost)}"))
        return
    if posting.kind == Kind.RESTOCK:
        rows = [BookedLine(row.order_line_id, row.location_id, row.quantity) for row in posting.restock]
        booking = world.bookings.book(
            sale, rows, reference=posting.reference, channel_initiated=False, at=done, seen=done
        )
        world.bookings.action(sale, booking, again=False, at=done, seen=done)
        shop.postings.append((posting, str(booking.header_id)))
        return
    parts = [
        RefundLine(line.unit.value, line.amount.decimal, line.order_line_id, reference=posting.reference)
        for line in posting.credit
    ]
    refund = world.refunds.create(sale, parts, channel_initiated=True, at=done, seen=done)
    shop.postings.append((posting, str(refund.header_id)))


def remember(shop: BigShop, url: str) -> None:
    """The ledger as weeks of work would have left it."""
    now = shop.world.now - timedelta(hours=2)
    with Ledger.open(url) as ledger:
        ledger.remember_returns([(ret, stage_of(ret)) for ret in shop.returns], now, now + timedelta(days=30))
        ledger.mark_planned({ret.return_id: None for ret in shop.returns}, now)
        ledger.remember_orders({order.reference: (order,) for order in shop.orders}, now)
        for mark in (POLL, MONEY_POLL, SWEEP):
            ledger.set_watermark(mark, now)
        with Session(ledger._writing) as session, session.begin():
            for row, some in ((PostingRow, _rows(shop)), (PostingCoverRow, _covers(shop)), (AttemptRow, _tries(shop))):
                session.execute(insert(row), list(some))


def _rows(shop: BigShop) -> Iterator[dict[str, Any]]:
    for posting, vendor_id in shop.postings:
        done = _done(posting)
        yield {
            "reference": posting.reference,
            "kind": posting.kind.value,
            "return_id": posting.return_id,
            "order_id": posting.order_id,
            "state": State.CONFIRMED.value,
            "phase": last_phase(posting.kind),
            "payload": POSTING.dump(posting),
            "amount_minor": posting.amount.minor if posting.amount else None,
            "currency": posting.amount.currency if posting.amount else None,
            "rule": posting.rule,
            "policy_version": BUILT_IN.version,
            "due_at": posting.due_at,
            "vendor_id": vendor_id,
            "linked": False,
            "reason": "",
            "tries": 1,
            "sent_at": done,
            "created_at": done,
            "updated_at": done,
            "confirmed_at": done,
        }


def _covers(shop: BigShop) -> Iterator[dict[str, Any]]:
    for posting, _ in shop.postings:
        for fact in posting.covers:
            yield {"reference": posting.reference, "kind": posting.kind.value, "fact_id": fact, "live": True}


def _tries(shop: BigShop) -> Iterator[dict[str, Any]]:
    for posting, _ in shop.postings:
        done = _done(posting)
        yield {
            "reference": posting.reference,
            "phase": last_phase(posting.kind),
            "started_at": done,
            "finished_at": done,
            "worker": "bench",
            "action": "as it was",
            "request": {},
            "outcome": "confirmed",
        }


def _done(posting: Posting) -> datetime:
    assert posting.due_at is not None, "what was posted had its moment"
    return posting.due_at + timedelta(hours=1)


def _as_sent(document: Any) -> Any:
    """As it leaves over the wire."""
    return json.loads(bytes(json_response(document).body))
