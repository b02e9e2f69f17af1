"""Stories about money: credits that differ, refunds of every kind, refunds that no return explains."""

from __future__ import annotations

from returnworks.sandbox.acts import perform
from returnworks.sandbox.faults import Fault
from returnworks.sandbox.seeding import seed
from returnworks.sandbox.stories.goods import RECONCILE, SYNC
from returnworks.sandbox.stories.shop import ITEMS, NEVER_CAME, Form, ago, good, paid, returned, sold
from returnworks.sandbox.stories.step import Due, Expected, Step, Story
from returnworks.sandbox.world import World


def _nothing(_world: World) -> list[str]:
    return []


# --- the second classic failure


def _lamp_refunded(world: World) -> list[str]:
    rma = returned(51, "MM3101", {"sku": "LAMP-OAK", "inspected": good()}, transactions=paid("45.00"))
    seed(world, {"items": ITEMS, "orders": [sold("MM3101", "LAMP-OAK")], "rmas": [rma]})
    return []


def _clerk_changes_the_credit(world: World) -> list[str]:
    return [perform(world, "edit_credit", order="MM3101", amount="40.00")]


def _finance_puts_it_back(world: World) -> list[str]:
    return [perform(world, "edit_credit", order="MM3101", amount="45.00")]


REFUND_AND_CREDIT_DIFFER = Story(
    "refund-and-credit-differ",
    "A customer got 45.00 back; a clerk changes the credit in Linnworks to 40.00.",
    (
        Step("morning", "A lamp came back and 45.00 were refunded.", _lamp_refunded, (SYNC,)),
        Step("noon", "A clerk takes five pounds off for postage, in Linnworks only.", _clerk_changes_the_credit),
        Step("the-night", "What was paid and what is credited are compared to the penny.", _nothing, (RECONCILE,)),
        Step("the-morning-after", "Finance puts the credit back.", _finance_puts_it_back, (RECONCILE,)),
    ),
    question="The customer got 45.00. Why do the books say 40.00?",
    answer="Finance was told the amount, the order and what to do. Returnworks changed nothing by itself, and closed "
    "the exception on the evidence that both sides agree.",
    expected=Expected(
        moved={("LAMP-OAK", "Default"): 1},
        credits={"MM3101": ("45.00",)},
        desk=(Due("credit_amount", "finance"),),
    ),
)

# --- every kind of refund


def _six_refunds(world: World) -> list[str]:
    orders = [
        sold("MM3201", "LAMP-OAK"),
        sold("MM3202", "MUG-BLUE", "MUG-BLUE"),
        sold("MM3203", "JEANS-34"),
        sold("MM3204", "MUG-WHITE"),
        sold("MM3205", "GARISH-RUG"),
    ]
    seed(world, {"items": ITEMS, "orders": orders, "rmas": _their_returns()})
    return []


def _their_returns() -> list[Form]:
    credit = {"sku": "JEANS-34", "resolution": "RefundToStoreCredit", "inspected": good()}
    twice = [*paid("20.00", 34), *paid("25.00", 33)]
    return [
        returned(52, "MM3201", {"sku": "LAMP-OAK", "inspected": good()}, transactions=twice),
        returned(
            53,
            "MM3202",
            {"sku": "MUG-BLUE", "inspected": good(35)},
            {"sku": "MUG-BLUE", "inspected": NEVER_CAME},
            transactions=paid("12.00", 34, lines=[0]),
        ),
        returned(54, "MM3203", credit, transactions=paid("66.00", type="RefundToStoreCredit")),
        returned(55, "MM3204", {"sku": "MUG-WHITE", "inspected": good()}, transactions=paid("11.00", status="Failed")),
        returned(
            56, "MM3205", {"sku": "GARISH-RUG", "inspected": good()}, transactions=paid("96.00", status="Requested")
        ),
    ]


REFUND_RECONCILIATION = Story(
    "refund-reconciliation",
    "Two refunds on one return, a part refund, a store credit, a failed refund and one that is only asked for.",
    (
        Step("morning", "Five returns with every kind of refund are on the desk.", _six_refunds, (SYNC,)),
        Step("the-night", "Refunds and credits are matched one to one.", _nothing, (RECONCILE,)),
    ),
    question="Do the refunds in ReturnGO and the credits in Linnworks add up?",
    answer="Each refund that was paid has one credit of its amount. Store credit is owed, not credited. What failed or "
    "was only asked for is no refund yet; the failed one is CX's to pay again.",
    expected=Expected(
        moved={
            ("LAMP-OAK", "Default"): 1,
            ("MUG-BLUE", "Default"): 1,
            ("JEANS-34", "Default"): 1,
            ("MUG-WHITE", "Default"): 1,
            ("GARISH-RUG", "Default"): 1,
        },
        credits={"MM3201": ("20.00", "25.00"), "MM3202": ("12.00",)},
        desk=(Due("refund_failed", "cx", is_open=True),),
    ),
)

# --- a refund that ReturnGO knows nothing of


def _refunded_by_hand(world: World) -> list[str]:
    orders = [sold("MM3301", "MUG-WHITE"), sold("MM3302", "LAMP-OAK")]
    rma = returned(50, "MM3302", {"sku": "LAMP-OAK", "inspected": good()}, transactions=paid("45.00"))
    seed(world, {"items": ITEMS, "orders": orders, "rmas": [rma]})
    return [perform(world, "refund_by_hand", order="MM3301", amount="5.00", at=ago(30))]


REFUND_MADE_INSIDE_LINNWORKS = Story(
    "refund-made-inside-linnworks",
    "CX gives a customer five pounds back in Linnworks. ReturnGO never hears of it.",
    (
        Step(
            "morning",
            "A customer complains about a scratch; CX refunds 5.00 in Linnworks. Beside it, a lamp comes back as "
            "usual.",
            _refunded_by_hand,
            (SYNC,),
        ),
        Step("the-night", "There is a refund in Linnworks that no return explains.", _nothing, (RECONCILE,)),
        Step(
            "the-morning-after",
            "CX says that it was goodwill, for a month; then somebody looks at it again.",
            _nothing,
            ("returnworks refunds accept 3001 --reason 'goodwill for a scratch' --until DATE", RECONCILE),
        ),
    ),
    question="Somebody refunded an order in Linnworks. Who, and for what?",
    answer="It is named with its order and its value, and it is somebody's job: link it to a return, accept it as "
    "goodwill with a reason and a last day, or have the missing return made.",
    expected=Expected(
        moved={("LAMP-OAK", "Default"): 1},
        credits={"MM3301": ("5.00",), "MM3302": ("45.00",)},
        desk=(Due("foreign_refund", "cx"),),
    ),
)

# --- money without goods


def _kept(world: World) -> list[str]:
    keep = {"sku": "MUG-BLUE", "reason": "Item damaged", "method": "No shipment required"}
    rma = returned(57, "MM3401", keep, parcel=None, transactions=paid("12.00"))
    seed(world, {"items": ITEMS, "orders": [sold("MM3401", "MUG-BLUE")], "rmas": [rma]})
    return []


KEEP_THE_ITEM = Story(
    "keep-the-item",
    "A mug arrived chipped. The customer is paid and keeps it.",
    (
        Step("morning", "CX refunds the mug; it is not worth its postage.", _kept, (SYNC,)),
        Step("the-night", "A credit without goods is nothing to worry about here.", _nothing, (RECONCILE,)),
    ),
    question="We let the customer keep it. Will Returnworks wait for the goods for ever?",
    answer="The money was credited. ReturnGO says that nothing is sent back, so nothing is expected and nothing is put "
    "into stock.",
    expected=Expected(credits={"MM3401": ("12.00",)}),
)

# --- two returns on one order


def _two_on_one(world: World) -> list[str]:
    order = sold("MM3501", "MUG-WHITE", "JEANS-32")
    first = returned(58, "MM3501", {"sku": "MUG-WHITE", "inspected": good(38)}, transactions=paid("11.00", 37))
    second = returned(59, "MM3501", {"sku": "JEANS-32", "inspected": good(36)}, transactions=paid("60.00", 35))
    seed(world, {"items": ITEMS, "orders": [order], "rmas": [first, second]})
    return []


TWO_RETURNS_ON_ONE_ORDER = Story(
    "two-returns-on-one-order",
    "A customer sends back a mug, and a week later the jeans of the same order.",
    (
        Step("morning", "Both returns are inspected and refunded.", _two_on_one, (SYNC, SYNC)),
        Step("the-night", "Each return has its own booking and its own credit.", _nothing, (RECONCILE,)),
    ),
    question="Two returns on one order: does one swallow the other?",
    answer="Each has its own reference in Linnworks. What the first took from the order is counted before the second "
    "is posted, and a second run adds nothing.",
    expected=Expected(
        moved={("MUG-WHITE", "Default"): 1, ("JEANS-32", "Default"): 1},
        credits={"MM3501": ("11.00", "60.00")},
    ),
)

# --- a vendor that falls silent


def _answers_get_lost(world: World) -> list[str]:
    for method in ("ReturnsRefunds/CreateRMABooking", "ReturnsRefunds/CreateRefund"):
        world.faults.add(Fault("drop_after", "linnworks", method))
    rma = returned(60, "MM3601", {"sku": "GARISH-RUG", "inspected": good()}, transactions=paid("96.00"))
    seed(world, {"items": ITEMS, "orders": [sold("MM3601", "GARISH-RUG")], "rmas": [rma]})
    return []


VENDOR_FALLS_SILENT = Story(
    "vendor-falls-silent",
    "Linnworks books the goods and the money, and the line drops before it says so.",
    (
        Step(
            "morning",
            "A rug came back and 96.00 were refunded. Linnworks will write the booking and the credit, and not answer.",
            _answers_get_lost,
            (SYNC,),
        ),
        Step(
            "noon",
            "Nobody knows whether it was done. Returnworks looks before it sends anything again.",
            _nothing,
            (SYNC, SYNC),
        ),
        Step("the-night", "One booking, one credit.", _nothing, (RECONCILE,)),
    ),
    question="The connection broke in the middle. Did the customer get two credits?",
    answer="What got no answer is looked up by its reference; what stands is confirmed, and only what is proven absent "
    "is sent again.",
    expected=Expected(
        moved={("GARISH-RUG", "Default"): 1},
        credits={"MM3601": ("96.00",)},
        writes={"ReturnsRefunds/CreateRMABooking": 1, "ReturnsRefunds/CreateRefund": 1},
    ),
)

MONEY_STORIES = (
    REFUND_AND_CREDIT_DIFFER,
    REFUND_RECONCILIATION,
    REFUND_MADE_INSIDE_LINNWORKS,
    KEEP_THE_ITEM,
    TWO_RETURNS_ON_ONE_ORDER,
    VENDOR_FALLS_SILENT,
)
