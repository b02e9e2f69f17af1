"""Sets by arithmetic of its own: what was posted for a set against what the sale and the levels say."""

from dataclasses import replace

import pytest

from returnworks.ledger import PostingRecord
from returnworks.rules.model import Component, Disposition, Kind, Posting, RestockLine, Return, ReturnLine, StockLevel
from returnworks.rules.states import State
from returnworks.work.night.composites import posted_sets, rows_of
from tests.rules.faces import DEFAULT, NOW, RETURN_ID, SHOP, order, row, tea_set

SALE = order(tea_set(2), row("MUG"))
TODAY = {
    "item-TEA-SET": tuple(
        Component(f"item-{sku}", sku, pieces) for sku, pieces in (("TEA-CUP", 2), ("TEA-SAUCER", 2), ("TEA-POT", 1))
    )
}


def returned(*skus):
    lines = tuple(ReturnLine(f"{n}", f"key-{sku}", sku) for n, sku in enumerate(skus, 1))
    return Return(RETURN_ID, SHOP, "Done", "700000000004", "EX1004", lines)


def posted(*lines, state=State.CONFIRMED):
    """(SKU, quantity, the return's lines that these units are) each."""
    restock = tuple(
        RestockLine(
            order_line_id=f"row-{sku}",
            stock_item_id=f"item-{sku}",
            sku=sku,
            location_id=DEFAULT.location_id,
            location_name=DEFAULT.name,
            disposition=Disposition.SELLABLE,
            quantity=quantity,
            line_ids=ids,
        )
        for sku, quantity, ids in lines
    )
    posting = Posting("RW-R-1", Kind.RESTOCK, RETURN_ID, SALE.order_id, ("1",), restock=restock)
    return PostingRecord(
        reference=posting.reference,
        kind=Kind.RESTOCK,
        return_id=RETURN_ID,
        order_id=SALE.order_id,
        state=state,
        phase="action",
        posting=posting,
        policy_version="",
        not_before=None,
        vendor_id="7",
        linked=False,
        reason="",
        tries=1,
        sent_at=NOW,
        next_try_at=None,
        created_at=NOW,
        updated_at=NOW,
        confirmed_at=NOW,
    )


def level(sku, available, minimum=0):
    return StockLevel(f"item-{sku}", sku, DEFAULT.location_id, available, available, minimum)


def look(ret, record, *, today=TODAY, levels=()):
    return rows_of(posted_sets([SALE], [record]), [ret], today, levels)


WHOLE = posted(("TEA-CUP", 2, ("1",)), ("TEA-SAUCER", 2, ("1",)), ("TEA-POT", 1, ("1",)))


def test_a_whole_set_is_all_its_pieces():
    rows = look(returned("TEA-SET"), WHOLE)
    assert [(row.sku, row.due_pieces, row.posted_pieces, row.excess_pieces) for row in rows] == [
        ("TEA-CUP", 2, 2, 0),
        ("TEA-SAUCER", 2, 2, 0),
        ("TEA-POT", 1, 1, 0),
    ]


@pytest.mark.parametrize(
    ("returned_skus", "quantity", "ids", "due", "excess"),
    [
        (("TEA-CUP",), 1, ("1",), 1, 0),
        (("TEA-SET", "TEA-CUP"), 3, ("1", "2"), 3, 0),
        (("TEA-SET", "TEA-SET"), 4, ("1", "2"), 4, 0),
        (("TEA-SET",), 1, ("1",), 2, 0),
        (("TEA-SET", "TEA-SET", "TEA-CUP"), 5, ("1", "2", "3"), 5, 1),
    ],
)
def test_pieces_due_are_whole_sets_and_single_pieces_and_never_more_than_were_sold(
    returned_skus, quantity, ids, due, excess
):
    [row] = look(returned(*returned_skus), posted(("TEA-CUP", quantity, ids)))
    assert (row.due_pieces, row.posted_pieces, row.excess_pieces) == (due, quantity, excess)


def test_a_set_that_is_booked_as_a_set_is_counted_in_sets():
    [row] = look(returned("TEA-SET"), posted(("TEA-SET", 1, ("1",))))
    assert (row.due_pieces, row.posted_pieces, row.sale_per_set, row.now_per_set) == (1, 1, None, None)


def test_what_is_no_set_or_does_not_stand_is_not_looked_at():
    assert look(returned("MUG"), posted(("MUG", 1, ("1",)))) == ()
    assert look(returned("TEA-SET"), replace(WHOLE, state=State.PLANNED)) == ()


@pytest.mark.parametrize(("pieces", "now"), [(2, 2), (3, 3), (None, 0)])
def test_a_set_that_is_made_otherwise_today_shows_both_numbers(pieces, now):
    parts = [part for part in TODAY["item-TEA-SET"] if part.sku != "TEA-CUP"]
    parts += [Component("item-TEA-CUP", "TEA-CUP", pieces)] if pieces else []
    [cups] = look(returned("TEA-CUP"), posted(("TEA-CUP", 1, ("1",))), today={"item-TEA-SET": tuple(parts)})
    assert (cups.sale_per_set, cups.now_per_set) == (2, now)


@pytest.mark.parametrize(("cups", "sets"), [(7, 3), (6, 3), (5, 2), (1, 0)])
def test_an_untracked_set_is_available_as_often_as_its_scarcest_component_makes_it(cups, sets):
    levels = [level("TEA-SET", 3, minimum=-1), level("TEA-CUP", cups), level("TEA-SAUCER", 8), level("TEA-POT", 4)]
    [*_, at_default] = look(returned("TEA-SET"), WHOLE, levels=levels)
    assert (at_default.place, at_default.parent_available, at_default.component_sets) == ("Default", 3, sets)


def test_a_tracked_set_has_a_level_of_its_own_and_is_not_compared():
    rows = look(returned("TEA-SET"), WHOLE, levels=[level("TEA-SET", 3, minimum=0)])
    assert all(row.parent_available is None for row in rows)
