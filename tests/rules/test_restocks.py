from dataclasses import replace
from datetime import timedelta

import pytest

from returnworks.rules.model import Disposition, Inspection, Kind, Location, StockItem
from returnworks.rules.policy import CompositePolicy, Policy, Route, StockTrigger
from returnworks.rules.references import reference
from returnworks.rules.restocks import plan_restocks
from tests.rules.faces import (
    DAMAGED,
    DEFAULT,
    GOOD,
    INSPECTED,
    INSPECTION,
    LOCATIONS,
    MISSING,
    NOW,
    QUARANTINE,
    RETURN_ID,
    SHOP,
    around,
    gbp,
    order,
    rma,
    row,
    tea_set,
    unit,
)

SALE = order(row("MUG-BLUE", 3), row("GARISH-RUG"), row("GIFT-WRAP", is_service=True))
MUG, RUG = unit("1", "MUG-BLUE"), unit("2", "GARISH-RUG")


def restocked(ret, context, policy=None, now=NOW):
    return plan_restocks(ret, context, policy or Policy(), now)


def moves(part):
    """What the postings book: (row, location name, quantity, of which scrap), posting by posting."""
    return [
        [(line.order_line_id, line.location_name, line.quantity, line.scrap_quantity) for line in posting.restock]
        for posting in part.postings
    ]


def codes(part):
    return [finding.code for finding in part.findings]


# --- What is posted ------------------------------------------------------------------------------


def test_all_units_of_a_return_on_one_order_are_one_booking():
    ret = rma(MUG, RUG, unit("3", "MUG-BLUE"), unit("4", "MUG-BLUE", DAMAGED))
    part = restocked(ret, around(SALE))
    (posting,) = part.postings
    assert posting.kind == Kind.RESTOCK
    assert posting.reference == reference(Kind.RESTOCK, RETURN_ID, ["1", "2", "3", "4"])
    assert (posting.order_id, posting.covers, posting.due_at) == (SALE.order_id, ("1", "2", "3", "4"), INSPECTED)
    assert moves(part) == [
        [
            ("row-GARISH-RUG", "Default", 1, 0),
            ("row-MUG-BLUE", "Default", 2, 0),
            ("row-MUG-BLUE", "Quarantine", 1, 0),
        ]
    ]
    assert [line.line_ids for line in posting.restock] == [("2",), ("1", "3"), ("4",)]
    assert not part.findings


def test_a_split_sale_has_one_booking_per_order():
    mugs, rugs = order(row("MUG-BLUE"), number=1), order(row("GARISH-RUG"), number=2)
    part = restocked(rma(MUG, RUG), around(mugs, rugs))
    assert [(posting.order_id, posting.covers) for posting in part.postings] == [
        ("order-1", ("1",)),
        ("order-2", ("2",)),
    ]


def test_units_that_are_posted_are_not_posted_again():
    part = restocked(rma(MUG, RUG), around(SALE, covered={Kind.RESTOCK: frozenset({"1"})}))
    assert [posting.covers for posting in part.postings] == [("2",)]
    assert restocked(rma(MUG), around(SALE, covered={Kind.RESTOCK: frozenset({"1"})})).postings == ()


def test_scrap_is_part_of_the_quantity():
    policy = Policy(routes=(Route("bin", Disposition.SCRAP, "Quarantine", restockable=False, category="Broken"),))
    part = restocked(rma(unit("1", "MUG-BLUE", DAMAGED), unit("3", "MUG-BLUE", DAMAGED)), around(SALE), policy)
    assert moves(part) == [[("row-MUG-BLUE", "Quarantine", 2, 2)]]
    assert part.postings[0].restock[0].category == "Broken"


def test_reasons_of_joined_units_are_each_named_once():
    units = (
        unit("1", "MUG-BLUE", reason="Too blue"),
        unit("3", "MUG-BLUE", reason="Too blue"),
        unit("4", "MUG-BLUE", reason=""),
    )
    assert restocked(rma(*units), around(SALE)).postings[0].restock[0].reason == "Too blue"
    other = unit("5", "MUG-BLUE", reason="Not blue")
    assert restocked(rma(units[0], other, units[2]), around(SALE)).postings[0].restock[0].reason == "Too blue; Not blue"


def test_a_posting_is_due_since_its_first_unit_is_back():
    early = Inspection(INSPECTED - timedelta(days=1), returned=True, restockable=True)
    ret = rma(MUG, unit("3", "MUG-BLUE", early))
    assert restocked(ret, around(SALE)).postings[0].due_at == early.at


def test_a_shop_without_inspection_puts_goods_aside_when_they_arrive():
    ret = rma(unit("1", "MUG-BLUE", None), status="Received")
    assert restocked(ret, around(SALE)).postings == ()
    part = restocked(ret, around(SALE), Policy(stock_trigger=StockTrigger.RMA_RECEIVED))
    assert moves(part) == [[("row-MUG-BLUE", "Inspection", 1, 0)]]
    assert part.postings[0].restock[0].disposition == Disposition.UNDECIDED


# --- What is left alone --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "status", "why"),
    [
        (unit("1", "MUG-BLUE", None), "Received", "not back yet"),
        (unit("1", "MUG-BLUE", MISSING), "Validated", "not in the parcel (empty parcel)"),
        (unit("1", "MUG-BLUE", GOOD, return_method="no shipment required"), "Done", "keeps it"),
        (unit("1", "MUG-BLUE", None), "Rejected", "Rejected"),
        (unit("1", "GIFT-WRAP"), "Validated", "service"),
    ],
)
def test_units_that_do_not_come_back_are_noted_and_not_restocked(line, status, why):
    part = restocked(rma(line, status=status), around(SALE))
    assert (part.postings, part.findings) == ((), ())
    assert why in part.notes[0]


# --- What is held, while its neighbour carries on -------------------------------------------------

HELD = [
    ({"line": {"quantity": 1}}, "unexpected_quantity"),
    ({"line": {"quantity": 2, "inspection": None}}, "unexpected_quantity"),
    ({"line": {"resolution": "Raffle"}}, "unknown_resolution"),
    ({"line": {"sku": "LAMP-OAK", "order_line_key": None}}, "line_not_found"),
    ({"row": {"stock_item_id": None}}, "line_unlinked"),
    ({"item": {"archived": True}}, "item_archived"),
    ({"item": {"tracking": "OrderedBatch"}}, "item_tracked"),
    ({"item": {"composite": True}}, "composite_unread"),
    ({"row": {"quantity": 0}}, "more_than_sold"),
]


@pytest.mark.parametrize(("change", "code"), HELD, ids=[code for _, code in HELD])
def test_a_doubtful_unit_is_held_and_its_neighbour_is_not(change, code):
    rug = row("GARISH-RUG", **change.get("row", {}))
    item = replace(StockItem("item-GARISH-RUG", "GARISH-RUG"), **change.get("item", {}))
    line = replace(RUG, **change.get("line", {}))
    part = restocked(rma(MUG, line), around(order(row("MUG-BLUE"), rug), items={"item-GARISH-RUG": item}))
    assert codes(part) == [code]
    (found,) = part.findings
    assert (found.covers, found.units, found.value, found.return_id) == (("2",), 1, gbp("20.50"), RETURN_ID)
    assert found.subject == f"RMA {RETURN_ID} / line 2"
    assert found.since == INSPECTED
    assert [posting.covers for posting in part.postings] == [("1",)]


def test_a_unit_whose_stock_item_is_not_known_is_held():
    context = replace(around(SALE), items={"item-MUG-BLUE": StockItem("item-MUG-BLUE", "MUG-BLUE")})
    part = restocked(rma(MUG, RUG), context)
    assert (codes(part), [posting.covers for posting in part.postings]) == (["item_unknown"], [("1",)])


def test_a_resolution_that_the_policy_adds_is_not_held():
    line = replace(RUG, resolution="Raffle")
    assert codes(restocked(rma(line), around(SALE), Policy(extra_resolutions=("Raffle",)))) == []


def test_an_unknown_resolution_is_nobodys_job_before_the_unit_is_back():
    line = replace(RUG, resolution="Raffle", inspection=None)
    assert codes(restocked(rma(line), around(SALE))) == []


def test_a_line_that_is_named_twice_is_held():
    part = restocked(rma(MUG, MUG, RUG), around(SALE))
    assert (codes(part), [posting.covers for posting in part.postings]) == (["line_duplicate"], [("2",)])


def test_an_unknown_status_holds_all_goods():
    part = restocked(rma(MUG, RUG, status="Teleported"), around(SALE))
    assert (codes(part), part.postings) == (["unknown_status"], ())
    assert part.findings[0].covers == ("1", "2")
    assert part.findings[0].value == gbp("41.00")


@pytest.mark.parametrize("status", ["Rejected", "Canceled"])
def test_goods_of_a_return_that_was_called_off_are_for_a_person(status):
    part = restocked(rma(MUG, unit("2", "GARISH-RUG", None), status=status), around(SALE))
    assert (codes(part), part.findings[0].covers, part.postings) == (["ended_but_back"], ("1",), ())


@pytest.mark.parametrize(
    ("places", "code"),
    [
        ((DEFAULT, INSPECTION), "unknown_location"),
        ((*LOCATIONS, Location("other", "quarantine ")), "location_ambiguous"),
        ((DEFAULT, replace(QUARANTINE, fulfilment_centre=True)), "location_managed"),
        ((DEFAULT, replace(QUARANTINE, warehouse_managed=True)), "location_managed"),
        ((DEFAULT, replace(QUARANTINE, not_trackable=True)), "location_managed"),
        ((DEFAULT, replace(QUARANTINE, name=" QUARANTINE")), None),
    ],
)
def test_a_location_that_cannot_be_used_holds_only_the_units_that_need_it(places, code):
    part = restocked(rma(MUG, unit("2", "GARISH-RUG", DAMAGED)), around(SALE, locations=places))
    assert codes(part) == ([code] if code else [])
    assert part.postings[0].covers == (("1",) if code else ("1", "2"))
    if code:
        assert "quarantine_location" in part.findings[0].message
        assert "Quarantine" in part.findings[0].message or "quarantine" in part.findings[0].message


@pytest.mark.parametrize(("sku", "pattern"), [("MUG-BLUE", "*"), ("SHOP-MUG", "MUG-*")], ids=["any", "Linnworks' SKU"])
def test_an_unsafe_route_is_told_and_stays_told_after_the_goods_are_safe(sku, pattern):
    policy = Policy(routes=(Route("careless", Disposition.SELLABLE, "Default", sku_patterns=(pattern,)),))
    ret = rma(unit("1", sku, DAMAGED, order_line_key=SALE.lines[0].channel_line_id))
    part = restocked(ret, around(SALE), policy)
    assert (codes(part), moves(part)) == (["route_unsafe"], [[("row-MUG-BLUE", "Quarantine", 1, 0)]])
    later = restocked(ret, around(SALE, covered={Kind.RESTOCK: frozenset({"1"})}), policy)
    assert (codes(later), later.postings) == (["route_unsafe"], ())
    mended = restocked(ret, around(SALE, covered={Kind.RESTOCK: frozenset({"1"})}))
    assert codes(mended) == []


# --- The order is not there ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("orders", "code"),
    [((), "order_not_found"), ((replace(SALE, cancelled=True),), "order_cancelled")],
)
def test_goods_without_an_order_are_one_finding_for_the_return(orders, code):
    part = restocked(rma(MUG, RUG), around(*orders))
    assert (codes(part), part.postings) == ([code], ())
    assert (part.findings[0].covers, part.findings[0].units) == (("1", "2"), 2)


def test_nobody_asks_for_an_order_before_goods_are_back():
    assert codes(restocked(rma(unit("1", "MUG-BLUE", None)), around())) == []


def test_a_return_that_names_no_order_says_so():
    part = restocked(rma(MUG, order_id=None, order_name=None), around())
    assert "names no order" in part.findings[0].message


@pytest.mark.parametrize(("hours", "held"), [(71, False), (72, True), (73, True)])
def test_goods_of_an_open_order_wait_72_hours_before_they_are_an_exception(hours, held):
    now = INSPECTED + timedelta(hours=hours)
    part = restocked(rma(MUG, RUG), around(replace(SALE, processed=False)), now=now)
    assert part.postings == ()
    assert part.waits
    assert codes(part) == (["order_not_processed"] if held else [])
    if held:
        assert part.findings[0].since == INSPECTED


# --- Sets ----------------------------------------------------------------------------------------

SET = unit("1", "TEA-SET")
CUP = unit("2", "TEA-CUP", order_line_key="key-TEA-SET")


def test_a_whole_set_goes_back_as_its_components():
    part = restocked(rma(SET), around(order(tea_set(2))))
    assert moves(part) == [
        [("row-TEA-CUP", "Default", 2, 0), ("row-TEA-POT", "Default", 1, 0), ("row-TEA-SAUCER", "Default", 2, 0)]
    ]
    assert part.postings[0].covers == ("1",)


def test_one_component_goes_back_to_its_own_stock_and_joins_the_ones_of_a_set():
    assert moves(restocked(rma(CUP), around(order(tea_set(2))))) == [[("row-TEA-CUP", "Default", 1, 0)]]
    joined = restocked(rma(SET, CUP), around(order(tea_set(2))))
    assert moves(joined)[0][0] == ("row-TEA-CUP", "Default", 3, 0)


@pytest.mark.parametrize(
    "by", [{"composites": CompositePolicy.PARENT}, {"composite_overrides": {"tea-set": CompositePolicy.PARENT}}]
)
def test_a_set_goes_back_as_a_set_only_where_linnworks_tracks_it(by):
    sale = order(tea_set(2))
    tracked = frozenset({("item-TEA-SET", "loc-default")})
    assert codes(restocked(rma(SET), around(sale), Policy(**by))) == ["composite_parent_untracked"]
    part = restocked(rma(SET), around(sale, tracked_parents=tracked), Policy(**by))
    assert moves(part) == [[("row-TEA-SET", "Default", 1, 0)]]
    elsewhere = frozenset({("item-TEA-SET", "loc-quarantine")})
    assert codes(restocked(rma(SET), around(sale, tracked_parents=elsewhere), Policy(**by))) == [
        "composite_parent_untracked"
    ]


def test_one_batched_component_holds_the_whole_set_and_nothing_else():
    items = {"item-TEA-POT": StockItem("item-TEA-POT", "TEA-POT", tracking="SellByDate")}
    part = restocked(rma(SET, replace(RUG, line_id="9")), around(order(tea_set(2), row("GARISH-RUG")), items=items))
    assert (codes(part), [posting.covers for posting in part.postings]) == (["item_tracked"], [("9",)])


def test_a_set_inside_a_set_is_refused():
    hamper = order(row("HAMPER", 1, children=(tea_set(1), row("GARISH-RUG"))))
    assert codes(restocked(rma(unit("1", "HAMPER")), around(hamper))) == ["nested_composite"]
    assert codes(restocked(rma(unit("1", "TEA-SET", order_line_key="key-HAMPER")), around(hamper))) == [
        "nested_composite"
    ]


def test_a_component_that_is_itself_a_set_in_linnworks_is_refused():
    items = {"item-TEA-CUP": StockItem("item-TEA-CUP", "TEA-CUP", composite=True)}
    assert codes(restocked(rma(CUP), around(order(tea_set(2)), items=items))) == ["nested_composite"]
    assert codes(restocked(rma(SET), around(order(tea_set(2)), items=items))) == ["nested_composite"]


def test_a_route_can_ask_for_the_shop_and_the_linnworks_sku():
    by_sku = Route("rugs", Disposition.QUARANTINE, "Inspection", sku_patterns=("GARISH-*",), shops=(SHOP,))
    line = unit("1", "CHANNEL-RUG", order_line_key="key-GARISH-RUG")
    assert moves(restocked(rma(line), around(SALE), Policy(routes=(by_sku,)))) == [
        [("row-GARISH-RUG", "Inspection", 1, 0)]
    ]
