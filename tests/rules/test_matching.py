from dataclasses import replace

import pytest

from returnworks.rules.doubts import Doubt
from returnworks.rules.matching import Matched, beyond_sold, find_order_line, match_lines
from returnworks.rules.model import Kind
from returnworks.rules.references import reference
from tests.cases.goods import after
from tests.rules.faces import MISSING, RETURN_ID, around, booked, order, rma, row, tea_set, unit


def where(match):
    """The row a unit was matched to, or the code of the doubt."""
    return match.code if isinstance(match, Doubt) else match.row.row_id


def rows_of(ret, context):
    return {line_id: where(match) for line_id, match in match_lines(ret, context).items()}


def test_the_channels_line_id_decides_even_against_the_sku():
    sale = order(row("MUG-BLUE", key="L1"), row("GARISH-RUG", key="L2"))
    assert where(find_order_line(unit("1", "MUG-BLUE", order_line_key="L2"), (sale,))) == "row-GARISH-RUG"


@pytest.mark.parametrize(
    ("sku", "found"),
    [
        ("MUG-BLUE", "row-MUG-BLUE"),
        (" mug-blue ", "row-MUG-BLUE"),
        ("CHANNEL-RUG", "row-GARISH-RUG"),
        ("MUG", "line_not_found"),
        ("MUG-BLUE-2", "line_not_found"),
        ("", "line_not_found"),
        (None, "line_not_found"),
    ],
)
@pytest.mark.parametrize("key", [None, "", "nobody knows it"])
def test_without_a_line_id_only_the_exact_sku_decides(sku, key, found):
    sale = order(row("MUG-BLUE"), row("GARISH-RUG", channel_sku="CHANNEL-RUG"))
    assert where(find_order_line(unit("1", sku, order_line_key=key), (sale,))) == found


def test_one_sku_on_two_lines_is_not_guessed():
    sale = order(row("MUG-BLUE", key="L1"), row("MUG-BLUE", key="L2", row_id="second"))
    assert where(find_order_line(unit("1", "MUG-BLUE", order_line_key=None), (sale,))) == "line_ambiguous"
    assert where(find_order_line(unit("1", "MUG-BLUE", order_line_key="L2"), (sale,))) == "second"


def test_of_a_split_sale_the_order_that_holds_the_line_is_meant():
    first, second = order(row("MUG-BLUE"), number=1), order(row("GARISH-RUG"), number=2)
    match = find_order_line(unit("1", "GARISH-RUG"), (first, second))
    assert isinstance(match, Matched)
    assert match.order is second


def test_the_units_of_a_split_line_fill_its_orders_one_after_the_other():
    first = order(row("MUG-BLUE", 2, row_id="a"), number=1)
    second = order(row("MUG-BLUE", 1, row_id="b"), number=2)
    ret = rma(*(unit(str(n), "MUG-BLUE") for n in range(1, 5)))
    assert rows_of(ret, around(second, first)) == {"1": "a", "2": "a", "3": "b", "4": "more_than_sold"}


def test_cancelled_orders_are_passed_over():
    gone, kept = order(row("MUG-BLUE"), number=1, cancelled=True), order(row("MUG-BLUE", row_id="kept"), number=2)
    assert where(find_order_line(unit("1", "MUG-BLUE"), (gone, kept))) == "kept"
    assert where(find_order_line(unit("1", "MUG-BLUE"), (gone,))) == "order_cancelled"


# --- Sets ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sku", "found"),
    [
        ("TEA-SET", "row-TEA-SET"),
        ("TEA-CUP", "row-TEA-CUP"),
        (None, "row-TEA-SET"),
        ("TEA-SPOON", "line_ambiguous"),
    ],
)
def test_a_line_id_of_a_set_means_the_set_or_the_component_that_is_named(sku, found):
    line = unit("1", sku, order_line_key="key-TEA-SET")
    assert where(find_order_line(line, (order(tea_set()),))) == found


def test_a_component_is_found_by_its_sku_alone():
    line = unit("1", "TEA-POT", order_line_key=None)
    match = find_order_line(line, (order(tea_set(), row("MUG-BLUE")),))
    assert where(match) == "row-TEA-POT"
    assert match.order_line.sku == "TEA-SET"
    assert not match.is_whole_set


@pytest.mark.parametrize(
    ("key", "found"), [("key-TEA-SET", "row-TEA-CUP"), ("L-alone", "alone"), (None, "line_ambiguous")]
)
def test_a_sku_sold_alone_and_in_a_set_is_what_its_order_line_says(key, found):
    sale = order(tea_set(), row("TEA-CUP", key="L-alone", row_id="alone"))
    assert where(find_order_line(unit("1", "TEA-CUP", order_line_key=key), (sale,))) == found


def test_a_set_with_the_sku_of_its_own_component_is_not_guessed():
    both = replace(tea_set(), channel_sku="TEA-CUP")
    assert (
        where(find_order_line(unit("1", "TEA-CUP", order_line_key="key-TEA-SET"), (order(both),))) == "line_ambiguous"
    )


# --- Room: never more back than sold -------------------------------------------------------------


@pytest.mark.parametrize(("sold", "doubted"), [(1, ["2", "3"]), (2, ["3"]), (3, [])])
def test_more_units_than_were_sold_are_held(sold, doubted):
    ret = rma(*(unit(str(n), "MUG-BLUE") for n in (3, 1, 2)))
    found = rows_of(ret, around(order(row("MUG-BLUE", sold))))
    assert [line_id for line_id, where in sorted(found.items()) if where == "more_than_sold"] == doubted


def test_what_others_booked_takes_room_and_what_we_booked_for_this_return_does_not():
    sale = order(row("MUG-BLUE", 2))
    ret = rma(unit("1", "MUG-BLUE"), unit("2", "MUG-BLUE"))
    ours = booked(reference(Kind.RESTOCK, RETURN_ID, ["1"]), "row-MUG-BLUE", 1, sale)
    theirs = booked("R100123", "row-MUG-BLUE", 1, sale)
    deleted = booked("R100124", "row-MUG-BLUE", 2, sale, deleted=True)
    assert rows_of(ret, around(sale, bookings=(ours, deleted)))["2"] == "row-MUG-BLUE"
    assert rows_of(ret, around(sale, bookings=(ours, theirs)))["2"] == "more_than_sold"


def test_units_that_are_posted_have_their_room_before_new_ones():
    ret = rma(unit("1", "MUG-BLUE"), unit("2", "MUG-BLUE"))
    context = around(order(row("MUG-BLUE", 1)), covered={Kind.RESTOCK: frozenset({"2"})})
    assert rows_of(ret, context) == {"1": "more_than_sold", "2": "row-MUG-BLUE"}


def test_a_missing_unit_takes_no_room_from_one_that_is_here():
    ret = rma(unit("1", "MUG-BLUE", MISSING), unit("2", "MUG-BLUE"))
    assert rows_of(ret, around(order(row("MUG-BLUE", 1))))["2"] == "row-MUG-BLUE"


def test_a_component_can_come_back_as_often_as_all_sets_hold_it():
    cups = [unit(str(n), "TEA-CUP", order_line_key="key-TEA-SET") for n in range(1, 6)]
    found = rows_of(rma(*cups), around(order(tea_set(2))))
    assert [found[str(n)] for n in (4, 5)] == ["row-TEA-CUP", "more_than_sold"]


def test_a_set_cannot_come_back_whole_when_a_component_of_it_did():
    one_cup = unit("1", "TEA-CUP", order_line_key="key-TEA-SET")
    sets = [unit(n, "TEA-SET") for n in ("2", "3")]
    found = rows_of(rma(one_cup, *sets), around(order(tea_set(2))))
    assert found == {"1": "row-TEA-CUP", "2": "row-TEA-SET", "3": "more_than_sold"}


def test_a_set_that_was_booked_whole_uses_up_its_components():
    sale = order(tea_set(1))
    pot = unit("1", "TEA-POT", order_line_key="key-TEA-SET")
    assert rows_of(rma(pot), around(sale, bookings=(booked("R1", "row-TEA-SET", 1, sale),))) == {"1": "more_than_sold"}
    assert rows_of(rma(pot), around(sale, bookings=(booked("R1", "row-TEA-CUP", 2, sale),))) == {"1": "row-TEA-POT"}


@pytest.mark.parametrize(("by_others", "sku"), [(0, ""), (1, ""), (2, "MUG-BLUE"), (3, "MUG-BLUE")])
def test_a_posting_that_others_left_no_units_for_names_the_sku(by_others, sku):
    sale = order(row("MUG-BLUE", 3))
    (posting,) = after(rma(unit("1", "MUG-BLUE"), unit("2", "MUG-BLUE")), around(sale))
    theirs = booked("R100123", "row-MUG-BLUE", by_others, sale)
    ours = booked(posting.reference, "row-MUG-BLUE", 2, sale)
    assert beyond_sold(posting, sale, (theirs, ours)) == sku


def test_a_set_in_pieces_is_beyond_what_was_sold_when_one_of_its_pieces_is():
    sale = order(tea_set(1))
    (posting,) = after(rma(unit("1", "TEA-SET")), around(sale))
    assert beyond_sold(posting, sale, (booked("R1", "row-TEA-POT", 1, sale),)) == "TEA-POT"
    assert beyond_sold(posting, sale, (booked("R1", "row-TEA-POT", 1, sale, deleted=True),)) == ""
