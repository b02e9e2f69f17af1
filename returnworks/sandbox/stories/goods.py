"""Stories about goods: stock that never came back, stock that came back twice, where it goes, and when."""

from __future__ import annotations

from returnworks.sandbox.acts import perform
from returnworks.sandbox.seeding import seed
from returnworks.sandbox.stories.shop import ITEMS, TORN, ago, good, paid, returned, sold
from returnworks.sandbox.stories.step import Due, Expected, Step, Story
from returnworks.sandbox.world import World

SYNC, RECONCILE = "returnworks sync", "returnworks reconcile"

# --- the first classic failure


def _jeans_on_their_way(world: World) -> list[str]:
    rma = returned(21, "MM2101", {"sku": "JEANS-32"}, status="Approved", updated=120)
    seed(world, {"items": ITEMS, "orders": [sold("MM2101", "JEANS-32")], "rmas": [rma]})
    return []


def _inspected_in_silence(world: World) -> list[str]:
    return [perform(world, "inspect", rma="90000121", at=ago(30), touch=False)]


def _nothing(_world: World) -> list[str]:
    return []


STOCK_NEVER_CAME_BACK = Story(
    "stock-never-came-back",
    "Jeans are inspected, and ReturnGO does not say that the return changed.",
    (
        Step(
            "monday", "A customer sends back a pair of jeans. The parcel is on its way.", _jeans_on_their_way, (SYNC,)
        ),
        Step(
            "tuesday",
            "The warehouse inspects the jeans, but the return's time of change stands still in ReturnGO, so that "
            "whoever asks what changed does not hear of it.",
            _inspected_in_silence,
            (SYNC,),
        ),
        Step(
            "the-night",
            "Every open return is read again, whether it says that it changed or not.",
            _nothing,
            (RECONCILE,),
        ),
        Step(
            "the-morning-after",
            "The warehouse does what the exception says.",
            _nothing,
            ("returnworks replay 90000121", RECONCILE),
        ),
    ),
    question="We inspected it days ago. Why can nobody buy it?",
    answer="The night does not trust that changes are announced: it found the jeans, gave them to the warehouse, and "
    "closed the exception when they stood in stock.",
    expected=Expected(moved={("JEANS-32", "Default"): 1}, desk=(Due("goods_missing", "warehouse"),)),
)

# --- the shelf and Linnworks differ


def _mug_back_and_booked_by_hand(world: World) -> list[str]:
    orders = [sold("MM2201", "MUG-BLUE"), sold("MM2202", "MUG-BLUE", "MUG-BLUE")]
    rmas = [
        returned(22, "MM2201", {"sku": "MUG-BLUE", "inspected": good()}, transactions=paid("12.00")),
        returned(23, "MM2202", {"sku": "MUG-BLUE", "inspected": good(35)}, transactions=paid("12.00", 34)),
    ]
    seed(world, {"items": ITEMS, "orders": orders, "rmas": rmas})
    return []


def _booked_once_more(world: World) -> list[str]:
    return [perform(world, "book_by_hand", order="MM2202", sku="MUG-BLUE", location="Default", at=ago(30))]


STOCK_DISCREPANCY = Story(
    "stock-discrepancy",
    "A clerk books a mug back that Returnworks has booked back already.",
    (
        Step("morning", "Two blue mugs came back and were found good.", _mug_back_and_booked_by_hand, (SYNC,)),
        Step(
            "noon",
            "A clerk finds one of the two mugs on the bench, does not look, and books it back by hand as well.",
            _booked_once_more,
        ),
        Step("the-night", "Linnworks has one mug more than the shelf.", _nothing, (RECONCILE,)),
    ),
    question="Linnworks says 43 mugs, the shelf holds 42. Which return is it?",
    answer="The booking that no return explains is named with its order and its owner. Returnworks does not take the "
    "unit out again: a person counts first.",
    expected=Expected(
        moved={("MUG-BLUE", "Default"): 3},
        credits={"MM2201": ("12.00",), "MM2202": ("12.00",)},
        desk=(Due("goods_duplicate", "warehouse", is_open=True),),
    ),
)

# --- where goods go

ROUTED = """\
# Where goods go, by why they came back. The first that fits decides.

[[route]]
name = "what the carrier broke is claimed from there"
reasons = ["Damaged in transit"]
disposition = "quarantine"
location = "Carrier claims"

[[route]]
name = "tea cups are hygiene goods"
sku_patterns = ["TEA-*"]
disposition = "quarantine"
location = "Hygiene check"

[[route]]
name = "good as new"
restockable = true
disposition = "sellable"
location = "Default"
"""

BROKEN = {"at": ago(36), "returned": True, "restockable": False, "reason": "Broken foot"}


def _four_reasons(world: World) -> list[str]:
    orders = [sold(f"MM230{n}", sku) for n, sku in enumerate(("LAMP-OAK", "TEA-SET", "MUG-WHITE", "GARISH-RUG"), 1)]
    rmas = [
        returned(31, "MM2301", {"sku": "LAMP-OAK", "reason": "Damaged in transit", "inspected": BROKEN}),
        returned(32, "MM2302", {"sku": "TEA-CUP", "paid": "15.00", "reason": "Wrong colour", "inspected": good()}),
        returned(33, "MM2303", {"sku": "MUG-WHITE", "reason": "Wrong colour", "inspected": good()}),
        returned(34, "MM2304", {"sku": "GARISH-RUG", "reason": "Wrong colour", "inspected": TORN}),
    ]
    places = [{"name": "Carrier claims"}, {"name": "Hygiene check"}]
    seed(world, {"locations": places, "items": ITEMS, "orders": orders, "rmas": rmas})
    return []


WAREHOUSE_BY_REASON = Story(
    "warehouse-by-reason",
    "Four returns, four reasons, four places.",
    (
        Step(
            "morning",
            "A lamp that the carrier broke, a tea cup, a mug in the wrong colour and a torn rug are inspected.",
            _four_reasons,
            ("returnworks policy check", SYNC, "returnworks policy explain 90000134"),
        ),
        Step("the-night", "Every unit is where the policy wants it.", _nothing, (RECONCILE,)),
    ),
    question="Can damaged goods go to one warehouse and good ones to another?",
    answer="The shop's own routes decided, the first that fits. No route names the torn rug, and what no route names "
    "is never sold: it went to quarantine.",
    policy=ROUTED,
    expected=Expected(
        moved={
            ("LAMP-OAK", "Carrier claims"): 1,
            ("TEA-CUP", "Hygiene check"): 1,
            ("MUG-WHITE", "Default"): 1,
            ("GARISH-RUG", "Quarantine"): 1,
        }
    ),
)

# --- a verdict that comes late


def _done_without_a_look(world: World) -> list[str]:
    rma = returned(41, "MM2401", {"sku": "LAMP-OAK"}, transactions=paid("45.00", 40), updated=40)
    seed(world, {"items": ITEMS, "orders": [sold("MM2401", "LAMP-OAK")], "rmas": [rma]})
    return []


def _looked_at_after_all(world: World) -> list[str]:
    return [perform(world, "inspect", rma="90000141", at=ago(1), status="Done")]


LATE_VALIDATION = Story(
    "late-validation",
    "A return is Done and refunded days before anybody looks at the lamp.",
    (
        Step(
            "monday",
            "CX closes the return and refunds it. Nobody has inspected the lamp.",
            _done_without_a_look,
            (SYNC, RECONCILE),
        ),
        Step("thursday", "The warehouse finds the lamp and inspects it: good as new.", _looked_at_after_all, (SYNC,)),
        Step("the-night", "All is in its place.", _nothing, (RECONCILE,)),
    ),
    question="The return is closed. Will the goods still come back into stock?",
    answer="Money and goods go their own ways: the credit stood on Monday, the lamp came back when somebody had said "
    "that it can be sold. A return that is Done stays watched.",
    expected=Expected(moved={("LAMP-OAK", "Default"): 1}, credits={"MM2401": ("45.00",)}),
)

GOODS_STORIES = (STOCK_NEVER_CAME_BACK, STOCK_DISCREPANCY, WAREHOUSE_BY_REASON, LATE_VALIDATION)
