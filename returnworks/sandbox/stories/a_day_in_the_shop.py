"""A day in a shop that sells mugs, jeans, a rug nobody keeps and a tea set.

Morning: everything a return can be. Midday: two answers get lost after the vendor wrote. Evening: the four
classic failures. Morning after: finance puts one of them right.
"""

from __future__ import annotations

from returnworks.sandbox.acts import perform
from returnworks.sandbox.faults import Fault
from returnworks.sandbox.seeding import seed
from returnworks.sandbox.stories.shop import (
    ITEMS,
    NEVER_CAME,
    TORN,
    Form,
    ago,
    good,
    paid,
    released,
    returned,
    sold,
)
from returnworks.sandbox.stories.step import Step, Story
from returnworks.sandbox.world import World

ORDERS: list[Form] = [
    sold("MM1001", "LAMP-OAK"),
    sold("MM1002", "GARISH-RUG"),
    sold("MM1003", "MUG-BLUE", "MUG-BLUE"),
    sold("MM1004", "MUG-WHITE", "JEANS-32") | {"name": "#MM1004"},
    sold("MM1005", "LAMP-OAK"),
    sold("MM1006", "MUG-BLUE"),
    sold("MM1007", "JEANS-34"),
    sold("MM1008", "TEA-SET", "TEA-SET"),
    sold("MM1009", "JEANS-32"),
    sold("MM1010", "MUG-WHITE"),
    sold("MM1011", "JEANS-32"),
    sold("MM1012", "LAMP-OAK"),
    sold("MM1013", "MUG-WHITE"),
    sold("MM1014", "GARISH-RUG"),
    sold("MM1015", "JEANS-34"),
    sold("MM1101", "JEANS-34", received=31, processed=False, postage="0.00"),
]


def refunds_and_verdicts() -> list[Form]:
    return [
        returned(1, "MM1001", {"sku": "LAMP-OAK", "inspected": good()}, transactions=paid("45.00")),
        returned(
            2,
            "MM1002",
            {"sku": "GARISH-RUG", "reason": "Item damaged", "inspected": TORN},
            transactions=paid("96.00", 35),
        ),
        returned(
            3,
            "MM1003",
            {"sku": "MUG-BLUE", "inspected": good(35)},
            {"sku": "MUG-BLUE", "inspected": NEVER_CAME},
            status="Validated",
            transactions=paid("12.00", 34, lines=[0]),
        ),
        returned(4, "MM1004", {"sku": "MUG-WHITE", "inspected": good(38)}, transactions=paid("11.00", 37)),
        returned(5, "MM1004", {"sku": "JEANS-32", "inspected": good(36)}, transactions=paid("60.00", 35)),
    ]


def goods_without_money_and_money_without_goods() -> list[Form]:
    keep = {"sku": "MUG-BLUE", "reason": "Item damaged", "method": "No shipment required"}
    credit = {"sku": "JEANS-34", "resolution": "RefundToStoreCredit", "inspected": good(32)}
    return [
        returned(6, "MM1005", {"sku": "LAMP-OAK"}, status="Approved", updated=30, transactions=paid("45.00", 30)),
        returned(7, "MM1006", keep, parcel=None, transactions=paid("12.00")),
        returned(8, "MM1007", credit, transactions=paid("66.00", 31, type="RefundToStoreCredit")),
        returned(
            9,
            "MM1008",
            {"sku": "TEA-CUP", "paid": "15.00", "reason": "Faulty glaze", "inspected": good(33)},
            transactions=paid("15.00", 32),
        ),
    ]


def exchanges_and_waiting_ones() -> list[Form]:
    swap = {"sku": "JEANS-32", "resolution": "VariantExchange", "inspected": good(31)}
    fee = [
        *paid("11.00", 32, lines=[0]),
        *paid("4.50", 32, type="InvoicePayment", lines=[]),
    ]
    return [
        returned(10, "MM1009", swap, exchange_orders=released("MM1101")),
        returned(
            11,
            "MM1010",
            {"sku": "MUG-WHITE", "inspected": good()},
            transactions=fee,
            exchange_orders=released("MM1102", "Fee"),
        ),
        returned(12, "MM1011", {"sku": "JEANS-32"}, status="Approved", updated=120),
        returned(
            13,
            "MM1012",
            {"sku": "LAMP-OAK"},
            status="Received",
            transactions=paid("45.00", status="Requested"),
        ),
        returned(14, "MM1013", {"sku": "MUG-WHITE"}, status="Approved", updated=50),
        returned(15, "MM1014", {"sku": "GARISH-RUG"}, status="Received", updated=31),
    ]


def morning(world: World) -> list[str]:
    rmas = [
        *refunds_and_verdicts(),
        *goods_without_money_and_money_without_goods(),
        *exchanges_and_waiting_ones(),
    ]
    seed(world, {"items": ITEMS, "orders": ORDERS, "rmas": rmas})
    return []


# --- the day goes on

RMA_SIMPLE, ORDER_SIMPLE = "90000101", "MM1001"
RMA_SILENT = "90000112"
ORDER_TEA = "MM1008"


def midday(world: World) -> list[str]:
    for method in ("ReturnsRefunds/CreateRMABooking", "ReturnsRefunds/CreateRefund"):
        world.faults.add(Fault("drop_after", "linnworks", method))
    return [
        perform(world, "inspect", rma="90000114", at=ago(2)),
        perform(world, "refund", rma="90000114", amount="11.00", at=ago(1.5)),
        perform(world, "inspect", rma="90000115", at=ago(2)),
        perform(world, "refund", rma="90000115", amount="96.00", at=ago(1.5)),
    ]


def evening(world: World) -> list[str]:
    new_pair = sold("MM1103", "JEANS-32", received=26, processed=False, postage="0.00")
    swap = {"sku": "JEANS-34", "resolution": "VariantExchange", "inspected": good(27)}
    return [
        perform(world, "inspect", rma=RMA_SILENT, at=ago(30), touch=False),
        perform(world, "edit_credit", order=ORDER_SIMPLE, amount="40.00"),
        perform(world, "import_order", **new_pair),
        perform(world, "process", order="MM1103", at=ago(25)),
        perform(world, "arrive", **returned(16, "MM1015", swap, updated=0, exchange_orders=released("MM1103"))),
        perform(world, "book_by_hand", order=ORDER_TEA, sku="TEA-SET", location="Default", at=ago(26)),
    ]


def morning_after(world: World) -> list[str]:
    return [perform(world, "edit_credit", order=ORDER_SIMPLE, amount="45.00")]


A_DAY_IN_THE_SHOP = Story(
    "a-day-in-the-shop",
    "Fifteen returns, two lost answers, four classic failures, one correction.",
    (
        Step(
            "morning",
            "Fifteen returns are on the desk: refunds, a torn rug, a mug that never came, a tea cup out of a "
            "set, an exchange, a store credit, one refunded before it arrived, one to keep.",
            morning,
        ),
        Step(
            "midday",
            "Two more returns are inspected and refunded. Linnworks will write the next booking and the next "
            "credit, and drop the line before it answers.",
            midday,
        ),
        Step(
            "evening",
            "Four things go wrong: jeans were inspected and ReturnGO's clock for them stood still; a clerk changed "
            "a credit from 45.00 to 40.00; an exchange order was despatched without its mark, so it counts as a "
            "sale; a whole tea set was booked back by hand though one cup came.",
            evening,
        ),
        Step(
            "morning-after",
            "Finance puts the credit back to 45.00. The other three are still open.",
            morning_after,
        ),
    ),
)
