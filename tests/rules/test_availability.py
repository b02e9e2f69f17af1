"""What comes back and how many sets can then be sold: by the components or by the set's own stock, place by place."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.rules.availability import CompositeItem, effects_on_sets
from returnworks.rules.model import Component, StockLevel
from tests.cases.goods import after
from tests.cases.sets import AS_SETS, SALE, TRACKED_AT_DEFAULT, pieces, whole
from tests.rules.faces import DAMAGED, around, rma

CUP, SAUCER, POT = (Component(f"item-{sku}", sku, n) for sku, n in (("TEA-CUP", 2), ("TEA-SAUCER", 2), ("TEA-POT", 1)))
TEA_SET = CompositeItem("item-TEA-SET", "TEA-SET", (CUP, SAUCER, POT))
UNTRACKED = -1


def level(sku, available, place="loc-default", minimum=0):
    return StockLevel(f"item-{sku}", sku, place, available, available, minimum)


def effects(posted, *levels, sets=(TEA_SET,)):
    found = effects_on_sets(posted, sets, levels)
    return [(effect.location, effect.before, effect.after, effect.tracked) for effect in found]


STOCK = (level("TEA-CUP", 5), level("TEA-SAUCER", 9), level("TEA-POT", 1), level("TEA-SET", 1, minimum=UNTRACKED))


def test_an_untracked_set_can_be_sold_once_more_when_a_whole_one_is_back():
    assert effects(after(rma(whole("1")), around(SALE)), *STOCK) == [("Default", 1, 2, False)]


@pytest.mark.parametrize(
    ("back", "then"), [(pieces(cups=1), 1), (pieces(cups=3), 1), (pieces(pots=1), 2), (pieces(pots=2, cups=1), 3)]
)
def test_the_scarcest_component_decides(back, then):
    assert effects(after(rma(*back), around(SALE)), *STOCK) == [("Default", 1, then, False)]


def test_a_tracked_set_has_stock_of_its_own_that_its_components_do_not_change():
    tracked = (*STOCK[:3], level("TEA-SET", 7))
    assert effects(after(rma(whole("1")), around(SALE)), *tracked) == [("Default", 7, 7, True)]
    as_set = after(rma(whole("1")), around(SALE, tracked_parents=TRACKED_AT_DEFAULT), AS_SETS)
    assert effects(as_set, *tracked) == [("Default", 7, 8, True)]


def test_each_location_counts_for_itself():
    posted = after(rma(*pieces(cups=1), *pieces(cups=1, first=2, inspection=DAMAGED)), around(SALE))
    aside = (level("TEA-CUP", 1, "loc-quarantine"), level("TEA-SET", 4, "loc-quarantine"))
    assert effects(posted, *STOCK, *aside) == [("Default", 1, 1, False), ("Quarantine", 4, 4, True)]


def test_a_component_without_a_level_makes_no_set():
    posted = after(rma(*pieces(cups=2, saucers=2)), around(SALE))
    assert effects(posted) == [("Default", 0, 0, False)]


def test_scrapped_units_leave_again():
    (posting,) = after(rma(whole("1")), around(SALE))
    rows = tuple(replace(row, scrap_quantity=row.quantity) for row in posting.restock)
    assert effects((replace(posting, restock=rows),), *STOCK) == [("Default", 1, 1, False)]


def test_a_set_whose_components_do_not_come_back_and_one_that_is_no_set_any_more_are_not_shown():
    posted = after(rma(*pieces(cups=1)), around(SALE))
    other = CompositeItem("item-HAMPER", "HAMPER", (Component("item-JAM", "JAM", 1),))
    no_more = replace(TEA_SET, components=())
    assert effects(posted, *STOCK, sets=(other, no_more)) == []


@given(st.integers(0, 2), st.lists(st.integers(0, 30), min_size=3, max_size=3))
def test_whole_sets_that_come_back_can_all_be_sold(sets, stock):
    posted = after(rma(*(whole(str(n)) for n in range(sets))), around(SALE))
    levels = [level(part.sku, n) for part, n in zip(TEA_SET.components, stock, strict=True)]
    for effect in effects_on_sets(posted, (TEA_SET,), levels):
        assert effect.after == effect.before + sets
