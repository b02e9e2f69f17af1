from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.rules.composites import explode, per_set
from returnworks.rules.doubts import Doubt
from tests.rules.faces import row, tea_set


def pieces(line, units):
    exploded = explode(line, units)
    return exploded.code if isinstance(exploded, Doubt) else {child.sku: count for child, count in exploded}


@pytest.mark.parametrize(
    ("sets", "back", "expected"),
    [
        (1, 1, {"TEA-CUP": 2, "TEA-SAUCER": 2, "TEA-POT": 1}),
        (3, 1, {"TEA-CUP": 2, "TEA-SAUCER": 2, "TEA-POT": 1}),
        (3, 2, {"TEA-CUP": 4, "TEA-SAUCER": 4, "TEA-POT": 2}),
    ],
)
def test_a_set_comes_apart_into_what_one_set_held_at_the_sale(sets, back, expected):
    assert pieces(tea_set(sets), back) == expected


@pytest.mark.parametrize(("cups", "clear"), [(3, False), (4, True), (5, False), (6, True)])
def test_components_that_do_not_divide_by_the_sets_are_refused(cups, clear):
    line = tea_set(2)
    line = replace(line, children=(replace(line.children[0], quantity=cups), *line.children[1:]))
    assert (pieces(line, 1) != "composite_uneven") is clear


def test_a_line_of_no_sets_is_refused():
    assert pieces(replace(tea_set(1), quantity=0), 1) == "composite_uneven"


def test_a_set_inside_a_set_is_refused_clearly():
    hamper = row("HAMPER", 1, children=(tea_set(1), row("GARISH-RUG")))
    doubt = per_set(hamper)
    assert isinstance(doubt, Doubt)
    assert doubt.code == "nested_composite"
    assert "HAMPER" in doubt.message


@given(st.integers(1, 50), st.lists(st.integers(1, 20), min_size=1, max_size=6), st.data())
def test_all_sets_back_are_all_components_back(sets, per, data):
    children = tuple(row(f"C{n}", count * sets, "0") for n, count in enumerate(per))
    line = row("SET", sets, children=children)
    some = data.draw(st.integers(0, sets))
    back, rest = pieces(line, some), pieces(line, sets - some)
    assert {c.sku: c.quantity for c in children} == {sku: back[sku] + rest[sku] for sku in back}
