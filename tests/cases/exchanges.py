"""Exchanges: which order ships them, and how it is marked."""

from __future__ import annotations

from dataclasses import replace

from returnworks.rules.exchange_terms import ExchangeTerms
from returnworks.rules.model import ExchangeOrder, Kind
from returnworks.rules.policy import Policy
from tests.cases.case import Case
from tests.rules.faces import INSPECTED, NOW, around, gbp, order, released, rma, row, unit

X, Y = "710000000001", "710000000002"
SALE = order(row("MUG-BLUE", 2, "20.00"), row("GARISH-RUG"))
SHIPS = order(row("MUG-WHITE"), number=100200, processed=False)
SHIPPED = replace(SHIPS, processed=True, identifiers=("RETURNGO_EXCHANGE",))
PART = order(row("SPOON"), number=100201, processed=False)

SWAPPED = unit("1", "MUG-BLUE", None, resolution="VariantExchange")
NOT_BACK = "line 1: it is not back yet"
MARK = "mark 100200: RETURNGO_EXCHANGE, folder Exchanges"
FRESH = INSPECTED
"""So soon after the release that the order may still be on its way from the channel."""


def swap(*rows, **more):
    """One blue mug is exchanged; it is not back."""
    return rma(SWAPPED, status="Approved", exchange_orders=rows or (released(),), **more)


def there(*orders, **more):
    """Linnworks has the sale, and these orders for the exchange."""
    return around(SALE, exchange_orders={X: orders}, **more)


CASES: tuple[Case, ...] = (
    Case(
        "a released exchange whose order is in Linnworks",
        "The order is found by the channel's id and is marked; it is never created.",
        rma(unit("1", "MUG-BLUE", None), status="Approved", exchange_orders=(released(),)),
        there(SHIPS),
        posts=(MARK,),
        leaves=(NOT_BACK,),
    ),
    Case(
        "an instant exchange ships before the goods are back",
        "The marking does not wait for the goods; what is still out is said, and the night gives it a day to be back.",
        swap(),
        there(SHIPPED, covered={Kind.EXCHANGE: frozenset({X})}),
        leaves=(NOT_BACK, "100200 is marked and processed already", "1 unit(s) still out, worth 20.50 GBP"),
    ),
    Case(
        "a fee invoice beside an exchange",
        "A row of type Fee is an invoice and ships nothing.",
        swap(released(), released(Y, "Fee")),
        there(SHIPS),
        posts=(MARK,),
        leaves=(NOT_BACK, "1 fee invoice(s), which ship nothing"),
    ),
    Case(
        "an exchange that is only a draft",
        "Without an order id nothing was released, so there is nothing to mark.",
        swap(ExchangeOrder("draft-1", None, None, "Exchange")),
        around(SALE),
        leaves=(NOT_BACK, "1 exchange order(s) not released yet"),
    ),
    Case(
        "an exchange order with a name and no id",
        "Only an id names an order for certain, so a person looks.",
        swap(ExchangeOrder("draft-1", None, "EX1004-X", "Exchange")),
        around(SALE),
        holds=("exchange_without_id: EX1004-X",),
        leaves=(NOT_BACK,),
    ),
    Case(
        "the exchange order has not come from the channel yet",
        "Within the grace of 24 hours that is ordinary, and is looked at again.",
        swap(),
        there(),
        now=FRESH,
        leaves=(NOT_BACK, "has not reached Linnworks yet"),
    ),
    Case(
        "the exchange order never came from the channel",
        "After the grace somebody must download it.",
        swap(updated_at=NOW.replace(day=18)),
        there(),
        holds=(f"exchange_not_found: {X}",),
        leaves=(NOT_BACK, "has not reached Linnworks yet"),
    ),
    Case(
        "the exchange order was cancelled",
        "A cancelled order ships nothing, and no waiting brings it back: told at once.",
        swap(),
        there(replace(SHIPS, cancelled=True)),
        now=FRESH,
        holds=(f"exchange_cancelled: {X}",),
        leaves=(NOT_BACK,),
    ),
    Case(
        "Linnworks has the exchange order twice",
        "Two orders that share a line would ship twice; none is marked until all but one are stopped.",
        swap(),
        there(SHIPS, replace(SHIPS, order_id="order-100202", number=100202)),
        holds=(f"exchange_double_shipment: {X}",),
        leaves=(NOT_BACK,),
    ),
    Case(
        "Linnworks split the exchange order",
        "Parts that share no line are one exchange: each part is marked, so that none counts as a sale.",
        swap(),
        there(SHIPS, PART),
        posts=(MARK, "mark 100201: RETURNGO_EXCHANGE, folder Exchanges"),
        leaves=(NOT_BACK,),
    ),
    Case(
        "an exchange and a resend of the same mug",
        "The customer would get two; the exchange is marked all the same, as it is no sale.",
        swap(),
        around(
            SALE,
            order(row("MUG-BLUE"), number=100300, processed=False, is_resend=True),
            exchange_orders={X: (SHIPS,)},
        ),
        posts=(MARK,),
        holds=(f"exchange_double_shipment: {X}",),
        leaves=(NOT_BACK,),
    ),
    Case(
        "two exchange orders for one mug",
        "More orders than exchanged units: one of them was released twice.",
        swap(released(X), released(Y)),
        around(SALE, exchange_orders={X: (SHIPS,), Y: (replace(PART, order_id="order-100203", number=100203),)}),
        posts=(MARK, "mark 100203: RETURNGO_EXCHANGE, folder Exchanges"),
        holds=(f"exchange_double_shipment: {X}", f"exchange_double_shipment: {Y}"),
        leaves=(NOT_BACK,),
    ),
    Case(
        "one order answers to two exchanges",
        "Which exchange it ships cannot be told, so it is marked for neither.",
        rma(
            SWAPPED,
            unit("2", "MUG-BLUE", None, resolution="VariantExchange"),
            status="Approved",
            exchange_orders=(released(X), released(Y)),
        ),
        around(SALE, exchange_orders={X: (SHIPS,), Y: (SHIPS,)}),
        holds=(f"exchange_candidates: {X}", f"exchange_candidates: {Y}"),
        leaves=(NOT_BACK, "line 2: it is not back yet"),
    ),
    Case(
        "the exchange is said to be the returned order",
        "Marking the sale itself would hide a sale.",
        swap(),
        there(SALE),
        holds=(f"exchange_same_order: {X}",),
        leaves=(NOT_BACK,),
    ),
    Case(
        "an exchange that shipped before it was marked",
        "What is processed without its mark counts as a sale in every report.",
        swap(),
        there(replace(SHIPPED, identifiers=())),
        holds=(f"exchange_counted_as_sale: {X}",),
        leaves=(NOT_BACK,),
    ),
    Case(
        "an exchange order that is on hold",
        "It is marked, and somebody is told that it does not ship.",
        swap(),
        there(replace(SHIPS, on_hold=True)),
        posts=(MARK,),
        holds=(f"exchange_stuck: {X}",),
        leaves=(NOT_BACK,),
    ),
    Case(
        "an exchange order that is parked",
        "Linnworks puts no parked order into a folder, so the marking waits until it is let go.",
        swap(),
        there(replace(SHIPS, parked=True)),
        holds=(f"exchange_stuck: {X}",),
        leaves=(NOT_BACK, "is parked"),
    ),
    Case(
        "an unpaid exchange order that costs nothing",
        "Where the shop asks for it, such an order is set to paid with the marks, so that it ships.",
        swap(),
        there(replace(SHIPS, paid=False, total=gbp("0"))),
        policy=Policy(exchanges=ExchangeTerms(set_free_orders_paid=True)),
        posts=(f"{MARK}, set to paid",),
        leaves=(NOT_BACK,),
    ),
    Case(
        "an unpaid exchange order with a price difference",
        "Whether money is owed is not guessed: finance or CX decide, and the order stays unpaid.",
        swap(),
        there(replace(SHIPS, paid=False, total=gbp("5.00"))),
        policy=Policy(exchanges=ExchangeTerms(set_free_orders_paid=True)),
        posts=(MARK,),
        holds=(f"exchange_stuck: {X}",),
        leaves=(NOT_BACK,),
    ),
    Case(
        "an exchange row of a kind nobody knows",
        "An unknown kind holds that exchange; its neighbour carries on.",
        rma(
            SWAPPED,
            unit("2", "MUG-BLUE", None, resolution="VariantExchange"),
            status="Approved",
            exchange_orders=(released(X), released(Y, "Raffle")),
        ),
        around(SALE, exchange_orders={X: (SHIPS,), Y: (PART,)}),
        posts=(MARK,),
        holds=(f"exchange_kind_unknown: {Y}",),
        leaves=(NOT_BACK, "line 2: it is not back yet"),
    ),
)
