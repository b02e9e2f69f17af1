"""Stories about tea sets and exchanges: what comes back of a set, and what goes out in place of what came back."""

from __future__ import annotations

from returnworks.sandbox.acts import perform
from returnworks.sandbox.seeding import seed
from returnworks.sandbox.stories.goods import RECONCILE, SYNC
from returnworks.sandbox.stories.shop import ITEMS, ago, good, paid, released, returned, sold
from returnworks.sandbox.stories.step import Due, Expected, Step, Story
from returnworks.sandbox.world import World


def _nothing(_world: World) -> list[str]:
    return []


# --- the third classic failure


def _one_in_time_one_too_late(world: World) -> list[str]:
    orders = [
        sold("MM4101", "JEANS-32"),
        sold("MM4102", "JEANS-34"),
        sold("MM4191", "JEANS-34", received=31, processed=False, postage="0.00"),
        sold("MM4192", "JEANS-32", received=31, processed=False, postage="0.00"),
    ]
    first = {"sku": "JEANS-32", "resolution": "VariantExchange", "inspected": good()}
    second = {"sku": "JEANS-34", "resolution": "VariantExchange", "inspected": good()}
    rmas = [
        returned(61, "MM4101", first, exchange_orders=released("MM4191")),
        returned(62, "MM4102", second, exchange_orders=released("MM4192")),
    ]
    seed(world, {"items": ITEMS, "orders": orders, "rmas": rmas})
    return [perform(world, "process", order="MM4192", at=ago(26))]


EXCHANGE_COUNTED_AS_SALE = Story(
    "exchange-counted-as-sale",
    "Two exchanges: one is marked before it ships, one was despatched before anybody could.",
    (
        Step(
            "morning",
            "Two customers swap their jeans. The second parcel has left the house already.",
            _one_in_time_one_too_late,
            (SYNC,),
        ),
        Step("the-night", "Every exchange order is looked at.", _nothing, (RECONCILE,)),
    ),
    question="Why are our sales higher than our till?",
    answer="The first order is marked and lies in its folder, so reports leave it out. The second can be marked no "
    "more: CX is told which order to take out of the sales, and whose exchange it is.",
    expected=Expected(
        moved={("JEANS-32", "Default"): 1, ("JEANS-34", "Default"): 1},
        marked=("MM4191",),
        desk=(Due("exchange_counted_as_sale", "cx", is_open=True),),
    ),
)

# --- the fourth classic failure


def _one_cup(world: World) -> list[str]:
    cup = {"sku": "TEA-CUP", "paid": "15.00", "reason": "Faulty glaze", "inspected": good()}
    rma = returned(63, "MM4201", cup, transactions=paid("15.00"))
    seed(world, {"items": ITEMS, "orders": [sold("MM4201", "TEA-SET", "TEA-SET")], "rmas": [rma]})
    return []


def _whole_set_by_hand(world: World) -> list[str]:
    return [perform(world, "book_by_hand", order="MM4201", sku="TEA-SET", location="Default", at=ago(26))]


COMPONENT_CAME_BACK = Story(
    "component-came-back",
    "One cup of a tea set came back; a clerk books a whole set.",
    (
        Step("morning", "A cup with a faulty glaze comes back out of two tea sets.", _one_cup, (SYNC,)),
        Step("noon", "A clerk sees the order, and books a whole tea set back by hand.", _whole_set_by_hand),
        Step("the-night", "Five pieces are in stock that nobody has.", _nothing, (RECONCILE,)),
    ),
    question="One cup came back. Why can we sell a whole tea set more?",
    answer="Returnworks booked one cup, on the order's own line of the cup. The set that was booked beside it belongs "
    "to no return, and is the warehouse's to take out.",
    expected=Expected(
        moved={("TEA-CUP", "Default"): 3, ("TEA-SAUCER", "Default"): 2, ("TEA-POT", "Default"): 1},
        credits={"MM4201": ("15.00",)},
        desk=(Due("goods_orphan", "warehouse", is_open=True),),
    ),
)

# --- bundles, both ways


def _whole_set(world: World) -> list[str]:
    rma = returned(64, "MM4301", {"sku": "TEA-SET", "inspected": good()}, transactions=paid("80.00"))
    seed(world, {"items": ITEMS, "orders": [sold("MM4301", "TEA-SET")], "rmas": [rma]})
    return []


WHOLE_SET_CAME_BACK = Story(
    "whole-set-came-back",
    "A tea set comes back under its own SKU; its pieces go to their shelves.",
    (
        Step("morning", "A whole tea set is inspected and refunded.", _whole_set, (SYNC,)),
        Step("the-night", "Pieces and sets agree.", _nothing, (RECONCILE,)),
    ),
    question="We sell the set under one SKU. Which stock goes up?",
    answer="That of its pieces, by what the set was made of when it was sold. The set has no stock of its own: one "
    "more can be sold because its pieces are there.",
    expected=Expected(
        moved={("TEA-CUP", "Default"): 2, ("TEA-SAUCER", "Default"): 2, ("TEA-POT", "Default"): 1},
        credits={"MM4301": ("80.00",)},
    ),
)


def _most_of_a_set(world: World) -> list[str]:
    saucers = [{"sku": "TEA-SAUCER", "paid": "10.00", "inspected": good()} for _ in range(2)]
    pot = {"sku": "TEA-POT", "paid": "30.00", "inspected": good()}
    rma = returned(65, "MM4401", *saucers, pot, transactions=paid("50.00"))
    seed(world, {"items": ITEMS, "orders": [sold("MM4401", "TEA-SET")], "rmas": [rma]})
    return []


def _the_cups_follow(world: World) -> list[str]:
    cups = [{"sku": "TEA-CUP", "paid": "15.00", "inspected": good(30)} for _ in range(2)]
    late = returned(66, "MM4401", *cups, updated=0, transactions=paid("30.00", 29))
    return [perform(world, "arrive", **late)]


PIECES_MAKE_A_SET = Story(
    "pieces-make-a-set",
    "Two returns bring back what was one tea set.",
    (
        Step("morning", "The pot and the saucers of a set come back.", _most_of_a_set, (SYNC,)),
        Step("a-week-later", "The cups follow, under a return of their own.", _the_cups_follow, (SYNC,)),
        Step("the-night", "The set is whole again.", _nothing, (RECONCILE,)),
    ),
    question="The set came back in two parcels. Can we sell it again?",
    answer="Each piece went back to its own stock, once, whichever return it came with, and never more pieces than "
    "were sold. The set can be sold again since its last cup is there.",
    expected=Expected(
        moved={("TEA-CUP", "Default"): 2, ("TEA-SAUCER", "Default"): 2, ("TEA-POT", "Default"): 1},
        credits={"MM4401": ("30.00", "50.00")},
    ),
)

SET_STORIES = (EXCHANGE_COUNTED_AS_SALE, COMPONENT_CAME_BACK, WHOLE_SET_CAME_BACK, PIECES_MAKE_A_SET)
