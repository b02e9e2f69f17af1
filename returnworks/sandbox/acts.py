"""What people do in the two systems while nobody calls an API: the moves that stories are made of.

Every act takes the world and a `Doc` of arguments, and gives back a sentence about what happened. TIME is as in
`seeding`; `touch` false keeps an RMA's `lastUpdated` where it was; `status` may be one that the vendor never
documented.

    arrive        {rma in short form}                          a shopper asks for a return
    inspect       {rma, at, returned, restockable, reason, lines: [0], touch, status}
    set_status    {rma, status, parcel, at, touch}
    refund        {rma, amount, type, status, at, lines, touch}    a transaction appears
    import_order  {order as in `seeding`}                      the sales channel's order arrives in Linnworks
    process       {order, at}                                  the order is despatched, its goods leave the shelf
    edit_credit   {order, amount}                              a clerk changes the refund that stands on an order
    book_by_hand  {order, sku, quantity, location, reference, at}    a clerk books goods back and actions it
    refund_by_hand {order, amount, reference, at, channel_initiated}    a clerk records a refund of no RMA
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from returnworks.sandbox.bookings import BookedLine
from returnworks.sandbox.documents import Doc, DocumentError
from returnworks.sandbox.orderbook import Order
from returnworks.sandbox.refundbook import RefundLine
from returnworks.sandbox.refusals import NotPossible
from returnworks.sandbox.rma_forms import PARCELS, inspected, transaction
from returnworks.sandbox.seeding import seed
from returnworks.sandbox.shop import Document, touch
from returnworks.sandbox.world import World

Act = Callable[[World, Doc], str]


def perform(world: World, name: str, /, **arguments: Any) -> str:
    """Raises `DocumentError` for an act that is unknown, ill described or not possible."""
    act = ACTS.get(name)
    if act is None:
        raise DocumentError(f"act: {name!r} is none of {', '.join(ACTS)}")
    try:
        return act(world, Doc(arguments, "", world.now))
    except NotPossible as no:
        raise DocumentError(f"{name}: {no}") from no


# --- in ReturnGO


def arrive(world: World, doc: Doc) -> str:
    seed(world, {"rmas": [doc.value]})
    return f"RMA {doc.value.get('id')} was asked for."


def inspect(world: World, doc: Doc) -> str:
    """A verdict on the units; the RMA becomes Validated unless `status` says otherwise."""
    doc.only("rma", "at", "returned", "restockable", "reason", "lines", "touch", "status")
    rma, at = _rma(world, doc), doc.moment("at", world.now)
    returned = doc.flag("returned", True)
    restockable = doc.flag("restockable", returned)
    places = doc.value.get("lines") or range(len(rma["items"]))
    for place in places:
        item = rma["items"][place]
        verdict = inspected(item["returnedItemId"], at, returned, restockable, doc.value.get("reason"))
        item["itemValidationStatusResponse"] = verdict
    _move_on(world, rma, doc, default="Validated")
    return f"RMA {doc.text('rma')} was inspected."


def set_status(world: World, doc: Doc) -> str:
    doc.only("rma", "status", "parcel", "at", "touch")
    rma = _rma(world, doc)
    for shipment in rma["shipments"] if doc.has("parcel") else ():
        shipment["status"] = doc.choice("parcel", PARCELS, "Shipped")
    _move_on(world, rma, doc, default=rma["rmaSummary"]["status"])
    return f"RMA {doc.text('rma')} is {rma['rmaSummary']['status']}."


def refund(world: World, doc: Doc) -> str:
    doc.only("rma", "amount", "type", "status", "at", "lines", "touch", "currency")
    rma, number = _rma(world, doc), doc.text("rma")
    given = {name: value for name, value in doc.value.items() if name not in ("rma", "touch")}
    row = transaction(
        Doc(given, "", world.now),
        number,
        len(rma["transactions"]),
        [item["returnedItemId"] for item in rma["items"]],
        world.book.named(rma["rmaSummary"]["order_name"] or ""),
    )
    rma["transactions"].append(row)
    if doc.flag("touch", True):
        touch(rma, doc.moment("at", world.now))
    return f"RMA {number} has a transaction of {doc.amount('amount')}, {row['status']}."


def _rma(world: World, doc: Doc) -> Document:
    rma = world.shop.rma(doc.text("rma"))
    if rma is None:
        raise doc.wrong("rma", "there is no such RMA")
    return rma


def _move_on(world: World, rma: Document, doc: Doc, default: str) -> None:
    """A new status, and the time of change: now, however long ago the deed itself is said to have been."""
    rma["rmaSummary"]["status"] = doc.text("status", default)
    if doc.flag("touch", True):
        touch(rma, world.now)


# --- in Linnworks


def import_order(world: World, doc: Doc) -> str:
    seed(world, {"orders": [doc.value]})
    return f"Order {doc.value.get('name') or doc.value.get('reference')} arrived in Linnworks."


def process(world: World, doc: Doc) -> str:
    doc.only("order", "at")
    order = _order(world, doc)
    if order.processed:
        raise doc.wrong("order", "is processed already")
    world.process(order, doc.moment("at", world.now))
    return f"Order {order.name} was despatched."


def edit_credit(world: World, doc: Doc) -> str:
    """The first refund that stands on the order gets another total, on its largest line."""
    doc.only("order", "amount")
    order, amount = _order(world, doc), doc.amount("amount")
    standing = world.refunds.of_order(order.order_id)
    if not standing:
        return f"There is no credit on order {order.name}, so nothing was changed."
    header = standing[0]
    largest = max(header.standing(), key=lambda line: line.amount)
    before = header.amount
    changed = replace(largest, amount=largest.amount + amount - before)
    world.refunds.change(order, header, {largest.row_id: changed})
    return f"The credit on order {order.name} was changed from {before:.2f} to {amount:.2f}."


def book_by_hand(world: World, doc: Doc) -> str:
    doc.only("order", "sku", "quantity", "location", "reference", "at")
    order, at = _order(world, doc), doc.moment("at", world.now)
    row = next((row for row, _ in order.rows() if row.sku == doc.text("sku")), None)
    place = world.warehouse.location_named(doc.text("location", "Default"))
    if row is None or place is None:
        raise doc.wrong("", "the order has no such SKU, or there is no such location")
    reference = doc.text("reference", world.bookings.own_reference())
    line = BookedLine(row.row_id, place.location_id, doc.whole("quantity", 1), category="Other")
    booking = world.bookings.book(order, [line], reference=reference, channel_initiated=False, at=at, seen=at)
    world.bookings.action(order, booking, again=False, at=at, seen=at)
    return f"{line.quantity} x {row.sku} of order {order.name} went back to {place.name} by hand."


def refund_by_hand(world: World, doc: Doc) -> str:
    doc.only("order", "amount", "reference", "at", "channel_initiated")
    order, at = _order(world, doc), doc.moment("at", world.now)
    line = RefundLine("Additional", doc.amount("amount"), reference=doc.text("reference", ""), note="Goodwill")
    initiated = doc.flag("channel_initiated", False)
    world.refunds.create(order, [line], channel_initiated=initiated, at=at, seen=at)
    return f"A refund of {line.amount} was recorded on order {order.name} by hand."


def _order(world: World, doc: Doc) -> Order:
    order = world.book.named(doc.text("order"))
    if order is None:
        raise doc.wrong("order", "there is no such order in Linnworks")
    return order


ACTS: dict[str, Act] = {
    "arrive": arrive,
    "inspect": inspect,
    "set_status": set_status,
    "refund": refund,
    "import_order": import_order,
    "process": process,
    "edit_credit": edit_credit,
    "book_by_hand": book_by_hand,
    "refund_by_hand": refund_by_hand,
}
