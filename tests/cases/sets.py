"""Sets: what comes back when a composite was sold, whole, in pieces, over several returns."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from returnworks.rules.model import Component, Inspection, ReturnLine, StockItem
from returnworks.rules.policy import CompositePolicy, Policy
from tests.cases.case import Case
from tests.cases.goods import after, since_then
from tests.rules.faces import DAMAGED, GOOD, around, booked, order, rma, row, tea_set, unit

SALE = order(tea_set(2))
AS_SETS = Policy(composites=CompositePolicy.PARENT)
TRACKED_AT_DEFAULT = frozenset({("item-TEA-SET", "loc-default")})


def whole(line_id: str, verdict: Inspection | None = GOOD) -> ReturnLine:
    return unit(line_id, "TEA-SET", verdict)


def pieces(cups: int = 0, saucers: int = 0, pots: int = 0, *, first: int = 1, **more: Any) -> tuple[ReturnLine, ...]:
    """So many pieces of the set's order line, with line ids counted from `first`."""
    ids = count(first)
    skus = ["TEA-CUP"] * cups + ["TEA-SAUCER"] * saucers + ["TEA-POT"] * pots
    return tuple(unit(str(next(ids)), sku, order_line_key="key-TEA-SET", **more) for sku in skus)


CUPS_BEFORE = after(rma(*pieces(cups=2, first=71), return_id="90000003"), around(SALE))
TODAY = {"item-TEA-SET": (Component("item-TEA-CUP", "TEA-CUP", 4), Component("item-TEA-POT", "TEA-POT", 1))}

CASES: tuple[Case, ...] = (
    Case(
        "a whole set comes back",
        "By default a set goes back as its components, as it was made up at the sale; an untracked parent follows.",
        rma(whole("1")),
        around(SALE),
        posts=(
            "restock 100123: 2 × TEA-CUP → Default (sellable), 1 × TEA-POT → Default (sellable), "
            "2 × TEA-SAUCER → Default (sellable)",
        ),
    ),
    Case(
        "a whole set that cannot be sold",
        "One verdict for the set is the verdict for all its pieces.",
        rma(whole("1", DAMAGED)),
        around(SALE),
        posts=(
            "restock 100123: 2 × TEA-CUP → Quarantine (quarantine), 1 × TEA-POT → Quarantine (quarantine), "
            "2 × TEA-SAUCER → Quarantine (quarantine)",
        ),
    ),
    Case(
        "one cup of a set",
        "A component goes back to its own stock.",
        rma(*pieces(cups=1)),
        around(SALE),
        posts=("restock 100123: 1 × TEA-CUP → Default (sellable)",),
    ),
    Case(
        "a whole set and a cup of another",
        "Pieces of one row at one place are booked together.",
        rma(whole("1"), *pieces(cups=1, first=2)),
        around(SALE),
        posts=(
            "restock 100123: 3 × TEA-CUP → Default (sellable), 1 × TEA-POT → Default (sellable), "
            "2 × TEA-SAUCER → Default (sellable)",
        ),
    ),
    Case(
        "the pieces of a set, one by one",
        "With the policy `components`, pieces are pieces; together they make the parent available once more.",
        rma(*pieces(2, 2, 1)),
        around(SALE),
        posts=(
            "restock 100123: 2 × TEA-CUP → Default (sellable), 1 × TEA-POT → Default (sellable), "
            "2 × TEA-SAUCER → Default (sellable)",
        ),
    ),
    Case(
        "a tracked set comes back whole",
        "With the policy `parent`, a set goes back to its own stock where Linnworks tracks it.",
        rma(whole("1")),
        around(SALE, tracked_parents=TRACKED_AT_DEFAULT),
        AS_SETS,
        posts=("restock 100123: 1 × TEA-SET → Default (sellable)",),
    ),
    Case(
        "tracked at one location and not at another",
        "The good set goes back as a set; the chipped one is held, as its place knows no such set.",
        rma(whole("1"), whole("2", DAMAGED)),
        around(SALE, tracked_parents=TRACKED_AT_DEFAULT),
        AS_SETS,
        posts=("restock 100123: 1 × TEA-SET → Default (sellable)",),
        holds=("composite_parent_untracked: 2",),
    ),
    Case(
        "the pieces of a tracked set, all in one return",
        "Everything of a set is there, at one place and in one condition, and nothing of it is booked: it is a set.",
        rma(*pieces(2, 2, 1)),
        around(SALE, tracked_parents=TRACKED_AT_DEFAULT),
        AS_SETS,
        posts=("restock 100123: 1 × TEA-SET → Default (sellable)",),
        leaves=("the pieces of 1 whole TEA-SET go back to Default as the set",),
    ),
    Case(
        "the pieces of a tracked set, and a cup too many",
        "The pieces with the first line ids make the set; the odd one stays a piece.",
        rma(*pieces(3, 2, 1)),
        around(SALE, tracked_parents=TRACKED_AT_DEFAULT),
        AS_SETS,
        posts=("restock 100123: 1 × TEA-CUP → Default (sellable), 1 × TEA-SET → Default (sellable)",),
        leaves=("the pieces of 1 whole TEA-SET go back to Default as the set",),
    ),
    Case(
        "a tracked set with its pot missing",
        "A set that is not whole is pieces.",
        rma(*pieces(2, 2)),
        around(SALE, tracked_parents=TRACKED_AT_DEFAULT),
        AS_SETS,
        posts=("restock 100123: 2 × TEA-CUP → Default (sellable), 2 × TEA-SAUCER → Default (sellable)",),
    ),
    Case(
        "a tracked set with a chipped cup",
        "Pieces in different condition make no set: each goes where its own verdict says.",
        rma(*pieces(1, 2, 1), *pieces(cups=1, first=5, inspection=DAMAGED)),
        around(SALE, tracked_parents=TRACKED_AT_DEFAULT),
        AS_SETS,
        posts=(
            "restock 100123: 1 × TEA-CUP → Default (sellable), 1 × TEA-CUP → Quarantine (quarantine), "
            "1 × TEA-POT → Default (sellable), 2 × TEA-SAUCER → Default (sellable)",
        ),
    ),
    Case(
        "the pieces of a set that is not tracked there",
        "Pieces need no tracked parent, so nothing is held: they go back as pieces.",
        rma(*pieces(2, 2, 1)),
        around(SALE),
        AS_SETS,
        posts=(
            "restock 100123: 2 × TEA-CUP → Default (sellable), 1 × TEA-POT → Default (sellable), "
            "2 × TEA-SAUCER → Default (sellable)",
        ),
        leaves=("Linnworks does not track TEA-SET at Default",),
    ),
    Case(
        "the rest of a set in a second parcel of the same return",
        "The cups are booked as pieces already and stay so: what is booked is never undone.",
        rma(*pieces(2, 2, 1)),
        since_then(rma(*pieces(cups=2)), around(SALE, tracked_parents=TRACKED_AT_DEFAULT), AS_SETS),
        AS_SETS,
        posts=("restock 100123: 1 × TEA-POT → Default (sellable), 2 × TEA-SAUCER → Default (sellable)",),
        leaves=("1 whole TEA-SET came back to Default; each booking stands by itself, so they stay pieces",),
    ),
    Case(
        "two returns that make a set between them",
        "Each return is booked by itself, so its pieces stay pieces, and the plan says that a whole set lies there.",
        rma(*pieces(0, 2, 1)),
        around(SALE, restocked_for_others=CUPS_BEFORE, tracked_parents=TRACKED_AT_DEFAULT),
        AS_SETS,
        posts=("restock 100123: 1 × TEA-POT → Default (sellable), 2 × TEA-SAUCER → Default (sellable)",),
        leaves=("1 whole TEA-SET came back to Default; each booking stands by itself, so they stay pieces",),
    ),
    Case(
        "a second whole set in pieces, after a cup of the first",
        "Once a piece of an order line is booked as a piece, all of that line's pieces are.",
        rma(*pieces(2, 2, 1)),
        around(
            SALE,
            bookings=(booked("R100123", "row-TEA-CUP", 1, SALE),),
            tracked_parents=TRACKED_AT_DEFAULT,
        ),
        AS_SETS,
        posts=(
            "restock 100123: 2 × TEA-CUP → Default (sellable), 1 × TEA-POT → Default (sellable), "
            "2 × TEA-SAUCER → Default (sellable)",
        ),
        leaves=("stay pieces: pieces of it are booked back already",),
    ),
    Case(
        "more cups than the sets held",
        "Two sets held four cups; the fifth is held.",
        rma(*pieces(cups=5)),
        around(SALE),
        posts=("restock 100123: 4 × TEA-CUP → Default (sellable)",),
        holds=("more_than_sold: 5",),
    ),
    Case(
        "a whole set of which a cup came back before",
        "A set cannot come back whole when a piece of it did.",
        rma(whole("1"), whole("2")),
        around(SALE, bookings=(booked("R100123", "row-TEA-CUP", 1, SALE),)),
        posts=(
            "restock 100123: 2 × TEA-CUP → Default (sellable), 1 × TEA-POT → Default (sellable), "
            "2 × TEA-SAUCER → Default (sellable)",
        ),
        holds=("more_than_sold: 2",),
    ),
    Case(
        "a cup that was sold alone and in a set, with its line id",
        "The original order line decides.",
        rma(unit("1", "TEA-CUP", order_line_key="L-alone"), *pieces(cups=1, first=2)),
        around(order(tea_set(2), row("TEA-CUP", key="L-alone", row_id="alone"))),
        posts=("restock 100123: 1 × TEA-CUP → Default (sellable), 1 × TEA-CUP → Default (sellable)",),
    ),
    Case(
        "a cup that was sold alone and in a set, without a line id",
        "What could be either is not guessed.",
        rma(unit("1", "TEA-CUP", order_line_key=None)),
        around(order(tea_set(2), row("TEA-CUP", key="L-alone", row_id="alone"))),
        holds=("line_ambiguous: 1",),
    ),
    Case(
        "a set that is made up differently since the sale",
        "What was sold is what goes back; the plan tells the difference.",
        rma(whole("1")),
        around(SALE, compositions=TODAY),
        posts=(
            "restock 100123: 2 × TEA-CUP → Default (sellable), 1 × TEA-POT → Default (sellable), "
            "2 × TEA-SAUCER → Default (sellable)",
        ),
        leaves=("is 4 × TEA-CUP, 1 × TEA-POT today; what was sold goes back",),
    ),
    Case(
        "a set that is no set any more",
        "The order still knows what was sold.",
        rma(*pieces(cups=1)),
        around(SALE, compositions={"item-TEA-SET": ()}),
        posts=("restock 100123: 1 × TEA-CUP → Default (sellable)",),
        leaves=("is no set any more today",),
    ),
    Case(
        "a hamper with a tea set inside",
        "A set inside a set is refused clearly.",
        rma(unit("1", "HAMPER")),
        around(order(row("HAMPER", children=(tea_set(1), row("GARISH-RUG"))))),
        holds=("nested_composite: 1",),
    ),
    Case(
        "components that do not divide by the sets",
        "Seven cups in two sets are no composition that can be taken apart.",
        rma(whole("1")),
        around(
            order(replace(tea_set(2), children=(replace(tea_set(2).children[0], quantity=7), *tea_set(2).children[1:])))
        ),
        holds=("composite_uneven: 1",),
    ),
    Case(
        "a set whose order does not say what was in it",
        "Today's composition is no proof of what was sold.",
        rma(unit("1", "TEA-SET")),
        around(
            order(row("TEA-SET")),
            items={"item-TEA-SET": StockItem("item-TEA-SET", "TEA-SET", composite=True)},
        ),
        holds=("composite_unread: 1",),
    ),
    Case(
        "one batched piece in a set",
        "A set that cannot be booked whole is not booked in part.",
        rma(whole("1")),
        around(SALE, items={"item-TEA-POT": StockItem("item-TEA-POT", "TEA-POT", tracking="SellByDate")}),
        holds=("item_tracked: 1",),
    ),
)
