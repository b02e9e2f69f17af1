"""Goods: which units come back into stock, where, and what waits for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from returnworks.rules.model import (
    Disposition,
    Inspection,
    Kind,
    Location,
    Parcel,
    Posting,
    Return,
    ReturnLine,
    StockItem,
)
from returnworks.rules.planning import OrderContext, plan
from returnworks.rules.policy import BUILT_IN, Policy, StockTrigger
from returnworks.rules.routes import Route
from tests.cases.case import Case
from tests.rules.faces import (
    DAMAGED,
    DEFAULT,
    GOOD,
    INSPECTED,
    INSPECTION,
    LOCATIONS,
    MISSING,
    NOW,
    around,
    booked,
    order,
    rma,
    row,
    unit,
)

SALE = order(row("MUG-BLUE", 3), row("GARISH-RUG"))
RECEIVED_COUNTS = Policy(stock_trigger=StockTrigger.RMA_RECEIVED)
DONE_COUNTS = Policy(stock_trigger=StockTrigger.RMA_DONE)


def mug(line_id: str = "1", verdict: Inspection | None = GOOD, **more: Any) -> ReturnLine:
    return unit(line_id, "MUG-BLUE", verdict, **more)


def rug(line_id: str = "2", verdict: Inspection | None = GOOD, **more: Any) -> ReturnLine:
    return unit(line_id, "GARISH-RUG", verdict, **more)


def after(ret: Return, context: OrderContext, policy: Policy = BUILT_IN) -> tuple[Posting, ...]:
    """What was booked when the return still looked like `ret`."""
    return tuple(made for made in plan(ret, context, policy, NOW).postings if made.kind == Kind.RESTOCK)


def since_then(ret: Return, context: OrderContext, policy: Policy = BUILT_IN) -> OrderContext:
    """The same Linnworks once `ret` is booked."""
    posted = after(ret, context, policy)
    covered = frozenset(fact for made in posted for fact in made.covers)
    return replace(context, posted=posted, covered={Kind.RESTOCK: covered})


def plain_item(sku: str, **more: Any) -> dict[str, StockItem]:
    return {f"item-{sku}": StockItem(f"item-{sku}", sku, **more)}


TRIGGERS = (
    Case(
        "a restockable mug and a chipped one",
        "Inspected units go by their verdict: restockable to the sellable location, others to quarantine.",
        rma(mug("1"), mug("2", DAMAGED)),
        around(SALE),
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable), 1 × MUG-BLUE → Quarantine (quarantine)",),
    ),
    Case(
        "a mug that arrived and that nobody inspected",
        "The default trigger is the unit's own inspection; the return's status alone moves nothing.",
        rma(mug(verdict=None), status="Received"),
        around(SALE),
        leaves=("line 1: it is not back yet",),
    ),
    Case(
        "a shop without item validation",
        "With the trigger rma_received, arrival counts; goods that nobody looked at are put aside, never sold.",
        rma(mug(verdict=None), status="Received"),
        around(SALE),
        RECEIVED_COUNTS,
        posts=("restock 100123: 1 × MUG-BLUE → Inspection (undecided)",),
    ),
    Case(
        "a shop that inspects some units only",
        "Where a verdict is known it decides, whatever the trigger; the others are put aside.",
        rma(mug("1"), mug("2", None), status="Received"),
        around(SALE),
        RECEIVED_COUNTS,
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable), 1 × MUG-BLUE → Inspection (undecided)",),
    ),
    Case(
        "an approved return at a shop without item validation",
        "Approved is not received.",
        rma(mug(verdict=None), status="Approved"),
        around(SALE),
        RECEIVED_COUNTS,
        leaves=("line 1: it is not back yet",),
    ),
    Case(
        "done, while the parcel is still under way",
        "Done alone does not prove that goods arrived: a parcel that speaks against it wins.",
        rma(mug(verdict=None), status="Done", parcels=(Parcel("p1", "Shipped"),)),
        around(SALE),
        RECEIVED_COUNTS,
        leaves=("line 1: it is not back yet",),
    ),
    Case(
        "a shop that counts only what is done, before it is",
        "With the trigger rma_done an inspected unit waits for Done.",
        rma(mug(), status="Validated"),
        around(SALE),
        DONE_COUNTS,
        leaves=("line 1: it is not back yet",),
    ),
    Case(
        "a shop that counts only what is done, when it is",
        "At Done each unit goes by its own verdict.",
        rma(mug("1", DAMAGED), mug("2"), status="Done"),
        around(SALE),
        DONE_COUNTS,
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable), 1 × MUG-BLUE → Quarantine (quarantine)",),
    ),
    Case(
        "inspected after Done",
        "No status is final: an inspection after Done restocks like any other.",
        rma(mug(), status="Done"),
        around(SALE),
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable)",),
    ),
    Case(
        "half of a return in the parcel",
        "Each unit is back by itself: what was inspected is booked, the rest waits for its own parcel.",
        rma(mug("1"), rug("2", None), status="Received"),
        around(SALE),
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable)",),
        leaves=("line 2: it is not back yet",),
    ),
    Case(
        "an empty place in the parcel",
        "A unit that was inspected as not returned never restocks.",
        rma(mug("1"), rug("2", MISSING)),
        around(SALE),
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable)",),
        leaves=("line 2: it was not in the parcel (empty parcel)",),
    ),
    Case(
        "the customer keeps the rug",
        "No shipment required: nothing comes back, whatever the status says.",
        rma(rug(verdict=None, return_method="No shipment required"), status="Done"),
        around(SALE),
        RECEIVED_COUNTS,
        leaves=("line 2: the customer keeps it",),
    ),
    Case(
        "a return that was reopened",
        "What is booked stays booked; only the new unit is.",
        rma(mug("1"), mug("2"), status="Received"),
        since_then(rma(mug("1"), status="Done"), around(SALE)),
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable)",),
    ),
    Case(
        "a rejected return whose goods are here",
        "Goods of a return that was called off are for a person: reopen it, or send them back.",
        rma(mug("1"), rug("2", None), status="Rejected"),
        around(SALE),
        holds=("ended_but_back: 1",),
        leaves=("line 2: the return is Rejected",),
    ),
    Case(
        "a status that nobody knows",
        "An unknown status holds all goods of the return until somebody says what it means.",
        rma(mug("1"), rug("2"), status="Teleported"),
        around(SALE),
        holds=("unknown_status: 1, 2",),
    ),
)

ASIDE = since_then(rma(mug(verdict=None), status="Received"), around(SALE), RECEIVED_COUNTS)
SOLD = since_then(rma(mug()), around(SALE))

LATER = (
    Case(
        "a verdict that comes after the goods were put aside",
        "The booking was right for what was known and stays; the warehouse is asked to transfer the unit.",
        rma(mug(verdict=GOOD), status="Received"),
        ASIDE,
        RECEIVED_COUNTS,
        holds=("inspected_after_restock: 1",),
    ),
    Case(
        "a late verdict that changes nothing",
        "A unit that already lies where its verdict belongs asks for nothing.",
        rma(mug(verdict=DAMAGED), status="Received"),
        since_then(
            rma(mug(verdict=None), status="Received"),
            around(SALE),
            replace(RECEIVED_COUNTS, uninspected_location="Quarantine"),
        ),
        replace(RECEIVED_COUNTS, uninspected_location="Quarantine"),
    ),
    Case(
        "sold as restockable, found chipped later",
        "A corrected verdict is never reversed by itself: the warehouse takes the unit out of sale.",
        rma(mug(verdict=DAMAGED)),
        SOLD,
        holds=("verdict_corrected: 1",),
    ),
    Case(
        "booked back, and said to be missing later",
        "Stock that is not there is for the warehouse to count.",
        rma(mug(verdict=MISSING)),
        SOLD,
        holds=("verdict_corrected: 1",),
    ),
    Case(
        "quarantined, and found good later",
        "Put aside is safe; the finding asks for the transfer to where it can be sold.",
        rma(mug(verdict=GOOD)),
        since_then(rma(mug(verdict=DAMAGED)), around(SALE)),
        holds=("inspected_after_restock: 1",),
    ),
    Case(
        "a new policy after the goods were booked",
        "A change of the policy moves nothing that is booked: only a verdict does.",
        rma(mug()),
        SOLD,
        Policy(routes=(Route("mugs apart", Disposition.QUARANTINE, "Inspection", sku_patterns=("MUG-*",)),)),
    ),
    Case(
        "goods that do not arrive for thirty days",
        "After `patience.arrival_days` somebody asks the customer; the value is what was paid for the unit.",
        rma(mug(verdict=None), status="Approved", approved_at=NOW - timedelta(days=30)),
        around(SALE),
        holds=("goods_not_arrived: 1",),
        leaves=("line 1: it is not back yet",),
    ),
    Case(
        "goods that have a day left to arrive",
        "Within the patience of the policy, waiting is ordinary.",
        rma(mug(verdict=None), status="Approved", approved_at=NOW - timedelta(days=29)),
        around(SALE),
        leaves=("line 1: it is not back yet",),
    ),
    Case(
        "one of two units was never inspected",
        "Fourteen days after the first inspection the warehouse is asked what became of the other unit.",
        rma(mug("1", replace(GOOD, at=NOW - timedelta(days=14))), rug("2", None), status="Validated"),
        around(SALE),
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable)",),
        holds=("goods_not_inspected: 2",),
        leaves=("line 2: it is not back yet",),
    ),
    Case(
        "a shop that never asks",
        "Patience of 0 days asks nobody.",
        rma(mug(verdict=None), status="Approved", approved_at=NOW - timedelta(days=300)),
        around(SALE),
        replace(BUILT_IN, patience=replace(BUILT_IN.patience, arrival_days=0)),
        leaves=("line 1: it is not back yet",),
    ),
)

DENTED = replace(DAMAGED, reason="Dented")

ROUTES = (
    Case(
        "dented goods are scrapped",
        "A route for a verdict's reason books the unit back and writes it off, with Linnworks' category.",
        rma(mug("1", DENTED), mug("2", DAMAGED)),
        around(SALE),
        Policy(
            routes=(
                Route("dents", Disposition.SCRAP, restockable=False, verdict_reasons=("dented",), category="Damaged"),
            )
        ),
        posts=(
            "restock 100123: 1 × MUG-BLUE → Quarantine (quarantine), "
            "1 × MUG-BLUE → Quarantine (scrap, 1 scrapped, category Damaged)",
        ),
    ),
    Case(
        "rugs go to the cleaner first",
        "A route for a SKU pattern sends even good rugs elsewhere; first match wins.",
        rma(mug("1"), rug("2")),
        around(SALE, locations=(*LOCATIONS, Location("loc-cleaner", "Cleaner"))),
        Policy(
            routes=(
                Route("rugs are washed", Disposition.UNDECIDED, "Cleaner", sku_patterns=("*-RUG",)),
                Route("good goods are sold", Disposition.SELLABLE, restockable=True),
            )
        ),
        posts=("restock 100123: 1 × GARISH-RUG → Cleaner (undecided), 1 × MUG-BLUE → Default (sellable)",),
    ),
    Case(
        "restockable, and no route for it",
        "What no route names waits for a decision, never where goods are sold.",
        rma(mug()),
        around(SALE),
        Policy(routes=(Route("rugs only", Disposition.SELLABLE, restockable=True, sku_patterns=("*-RUG",)),)),
        posts=("restock 100123: 1 × MUG-BLUE → Inspection (undecided)",),
    ),
    Case(
        "exchanged goods are looked at again",
        "A route for a resolution.",
        rma(mug("1", resolution="VariantExchange"), mug("2")),
        around(SALE),
        Policy(
            routes=(
                Route("exchanges", Disposition.UNDECIDED, resolutions=("VariantExchange",)),
                Route("good goods are sold", Disposition.SELLABLE, restockable=True),
            )
        ),
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable), 1 × MUG-BLUE → Inspection (undecided)",),
    ),
    Case(
        "a careless route",
        "A route that would sell what was not found restockable is not obeyed, and a person is told.",
        rma(mug(verdict=DAMAGED)),
        around(SALE),
        Policy(routes=(Route("everything is fine", Disposition.SELLABLE),)),
        posts=("restock 100123: 1 × MUG-BLUE → Quarantine (quarantine)",),
        holds=("route_unsafe: 1",),
    ),
    Case(
        "an account without a quarantine",
        "A location that Linnworks does not have holds only the units that need it.",
        rma(mug("1"), mug("2", DAMAGED)),
        around(SALE, locations=(DEFAULT, INSPECTION)),
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable)",),
        holds=("unknown_location: 2",),
    ),
    Case(
        "a quarantine that a fulfilment centre manages",
        "Stock that another system keeps is not ours to change.",
        rma(mug(verdict=DAMAGED)),
        around(SALE, locations=(DEFAULT, Location("loc-fc", "Quarantine", fulfilment_centre=True))),
        holds=("location_managed: 1",),
    ),
)

FIRST = order(row("MUG-BLUE", 2, row_id="first"), number=100123)
SECOND = order(row("MUG-BLUE", 1, row_id="second"), number=100124)
OTHERS = after(rma(mug("7"), mug("8"), return_id="90000003"), around(SALE))

ORDERS = (
    Case(
        "an order that Linnworks has not processed yet",
        "Goods of an open order wait; within 72 hours that is ordinary.",
        rma(mug()),
        around(replace(SALE, processed=False)),
        leaves=("wait until order 100123 is processed",),
    ),
    Case(
        "an order that stays unprocessed",
        "After 72 hours the wait is somebody's job.",
        rma(mug(verdict=replace(GOOD, at=NOW - timedelta(hours=72)))),
        around(replace(SALE, processed=False)),
        holds=("order_not_processed: 1",),
        leaves=("wait until order 100123 is processed",),
    ),
    Case(
        "an order that Linnworks does not know",
        "One finding for the return; nothing is guessed.",
        rma(mug("1"), rug("2")),
        around(),
        holds=("order_not_found: 1, 2",),
    ),
    Case(
        "a cancelled order",
        "Goods of a cancelled order are for a person.",
        rma(mug()),
        around(replace(SALE, cancelled=True)),
        holds=("order_cancelled: 1",),
    ),
    Case(
        "a sale that Linnworks split into two orders",
        "Each unit goes back to the order that holds its line: one booking per order.",
        rma(mug("1"), rug("2")),
        around(order(row("MUG-BLUE"), number=100123), order(row("GARISH-RUG"), number=100124)),
        posts=(
            "restock 100123: 1 × MUG-BLUE → Default (sellable)",
            "restock 100124: 1 × GARISH-RUG → Default (sellable)",
        ),
    ),
    Case(
        "a line that Linnworks split over two orders",
        "Equal parts of one sold line are filled one after the other, by order number.",
        rma(mug("1"), mug("2"), mug("3")),
        around(SECOND, FIRST),
        posts=(
            "restock 100123: 2 × MUG-BLUE → Default (sellable)",
            "restock 100124: 1 × MUG-BLUE → Default (sellable)",
        ),
    ),
    Case(
        "four mugs back, three were sold",
        "What is more than was sold is held; its neighbours carry on.",
        rma(*(mug(str(n)) for n in range(1, 5))),
        around(SALE),
        posts=("restock 100123: 3 × MUG-BLUE → Default (sellable)",),
        holds=("more_than_sold: 4",),
    ),
    Case(
        "another return of the same order came first",
        "What other returns were given counts before it shows in Linnworks.",
        rma(mug("1"), mug("2")),
        around(SALE, restocked_for_others=OTHERS),
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable)",),
        holds=("more_than_sold: 2",),
    ),
    Case(
        "another return's booking that Linnworks shows already",
        "A booking and the posting that made it count once.",
        rma(mug("1")),
        around(
            SALE,
            restocked_for_others=OTHERS,
            bookings=(booked(OTHERS[0].reference, "row-MUG-BLUE", 2, SALE),),
        ),
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable)",),
    ),
    Case(
        "somebody booked two mugs back by hand",
        "A booking that is not ours takes its room too.",
        rma(mug("1"), mug("2")),
        around(SALE, bookings=(booked("R100123", "row-MUG-BLUE", 2, SALE),)),
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable)",),
        holds=("more_than_sold: 2",),
    ),
    Case(
        "batched stock",
        "A return cannot choose the batch, so a person books it.",
        rma(mug("1"), rug("2")),
        around(SALE, items=plain_item("GARISH-RUG", tracking="OrderedBatch")),
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable)",),
        holds=("item_tracked: 2",),
    ),
    Case(
        "an archived item",
        "Held until somebody unarchives it.",
        rma(rug()),
        around(SALE, items=plain_item("GARISH-RUG", archived=True)),
        holds=("item_archived: 2",),
    ),
    Case(
        "an order line without a stock item",
        "Held until somebody links it.",
        rma(rug()),
        around(order(row("GARISH-RUG", stock_item_id=None))),
        holds=("line_unlinked: 2",),
    ),
    Case(
        "a line that carries a quantity",
        "One line is taken to be one unit; a quantity means that this is not so, and the line is held.",
        rma(mug("1"), rug("2", quantity=2)),
        around(SALE),
        posts=("restock 100123: 1 × MUG-BLUE → Default (sellable)",),
        holds=("unexpected_quantity: 2",),
    ),
    Case(
        "a line that ReturnGO names twice",
        "A line counts once, and a doubled one not at all until somebody looked.",
        rma(mug("1"), mug("1"), rug("2")),
        around(SALE),
        posts=("restock 100123: 1 × GARISH-RUG → Default (sellable)",),
        holds=("line_duplicate: 1",),
    ),
    Case(
        "a resolution that nobody knows",
        "Held until the policy names it or somebody corrects it.",
        rma(mug("1", resolution="Raffle")),
        around(SALE),
        holds=("unknown_resolution: 1",),
    ),
    Case(
        "a SKU that is not on the order",
        "Nothing is matched by likeness.",
        rma(unit("1", "MUG-BLEU", order_line_key=None)),
        around(SALE),
        holds=("line_not_found: 1",),
    ),
    Case(
        "one SKU on two order lines, and no line id",
        "What fits several lines is not guessed.",
        rma(mug("1", order_line_key=None)),
        around(order(row("MUG-BLUE", key="L1"), row("MUG-BLUE", key="L2", row_id="second"))),
        holds=("line_ambiguous: 1",),
    ),
    Case(
        "gift wrapping",
        "A service has no stock.",
        rma(unit("1", "GIFT-WRAP")),
        around(order(row("GIFT-WRAP", is_service=True))),
        leaves=("line 1: GIFT-WRAP is a service",),
    ),
    Case(
        "units that were inspected on different days",
        "Units of one return on one order that are planned together are one booking, due since the first of them.",
        rma(mug("1", replace(GOOD, at=INSPECTED - timedelta(days=1))), rug("2")),
        around(SALE),
        posts=("restock 100123: 1 × GARISH-RUG → Default (sellable), 1 × MUG-BLUE → Default (sellable)",),
    ),
)
