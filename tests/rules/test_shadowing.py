"""Routes that nothing reaches are found exactly: neither a live route is refused nor a dead one kept."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from returnworks.rules import globs
from returnworks.rules.model import Disposition, Verdict
from returnworks.rules.routes import Route
from returnworks.rules.routing import Unit, deciding_route, fits
from returnworks.rules.shadowing import unreachable

D = Disposition


@pytest.mark.parametrize(
    ("pattern", "others", "covered"),
    [
        ("MUG-*", ["*"], True),
        ("*", ["MUG-*"], False),
        ("mug-*", ["MUG-*"], True),
        ("MUG-?", ["MUG-*"], True),
        ("MUG-*", ["MUG-?"], False),
        ("MUG-BLUE", ["MUG-*", "RUG"], True),
        ("MUG-[AB]", ["MUG-A"], False),
        ("MUG-[AB]", ["MUG-A", "MUG-B"], True),
        ("MUG-[A-F]", ["MUG-[A-C]", "MUG-[D-F]"], True),
        ("MUG-[A-F]", ["MUG-[A-C]", "MUG-[E-F]"], False),
        ("MUG-[!A]", ["MUG-[A]"], False),
        ("MUG-?", ["MUG-[!A]", "MUG-[A]"], True),
        ("*", ["*?"], True),
        ("*", ["?", "??*"], True),
        ("*", ["??*"], False),
        ("*-BLUE", ["MUG-*", "RUG-*"], False),
        ("M*-BLUE", ["M*", "*-RED"], True),
        ("[", ["[*"], True),
        ("MUG", [], False),
    ],
)
def test_a_pattern_is_covered_when_the_others_leave_no_sku(pattern, others, covered):
    assert globs.is_covered(pattern, others) is covered


patterns = st.text("ab*?[]!-", min_size=1, max_size=5).filter(str.strip)


@given(patterns, st.lists(patterns, max_size=3), st.text("abc", min_size=1, max_size=4))
def test_no_sku_escapes_patterns_that_are_said_to_cover(pattern, others, sku):
    if globs.is_covered(pattern, others) and fnmatchcase(sku, pattern):
        assert any(fits(other, sku) for other in others)


@given(patterns, st.lists(patterns, max_size=3))
def test_what_is_said_to_be_uncovered_has_a_sku_that_escapes(pattern, others):
    """Tried with every SKU of up to five characters, which is long enough for such short patterns."""
    assume(not globs.is_covered(pattern, others))
    skus = [""]
    for _ in range(6):
        skus = [sku + letter for sku in skus for letter in "ab-![]?*c"]
        if any(fits(pattern, sku) and not any(fits(other, sku) for other in others) for sku in skus):
            return
        if len(skus) > 60_000:
            break
    raise AssertionError(f"no SKU fits {pattern!r} and none of {others}")


def _routes(*matchers):
    return [Route(str(n), D.QUARANTINE, **each) for n, each in enumerate(matchers)]


@pytest.mark.parametrize(
    ("matchers", "found"),
    [
        ([{}], {}),
        ([{}, {}], {1: (0,)}),
        ([{}, {"reasons": ("Torn",)}], {1: (0,)}),
        ([{"reasons": ("Torn",)}, {}], {}),
        ([{"reasons": ("Torn", "Stained")}, {"reasons": ("stained ",)}], {1: (0,)}),
        ([{"reasons": ("Torn",)}, {"reasons": ("Torn", "Stained")}], {}),
        ([{"restockable": True}, {"restockable": False}, {}], {}),
        ([{"restockable": True}, {"restockable": False}, {"verdict_reasons": ("chipped",)}], {2: (0, 1)}),
        ([{"whole_set": True}, {"whole_set": False}, {"shops": ("a",)}], {2: (0, 1)}),
        ([{"whole_set": True}, {"shops": ("a",)}], {}),
        ([{"sku_patterns": ("*",)}, {}], {1: (0,)}),
        ([{"sku_patterns": ("MUG-*",)}, {"sku_patterns": ("MUG-BLUE", "RUG")}], {}),
        ([{"sku_patterns": ("MUG-*",)}, {"shops": ("b",)}, {"sku_patterns": ("MUG-BLUE",)}], {2: (0,)}),
        ([{"sku_patterns": ("MUG-*",), "restockable": True}, {"sku_patterns": ("MUG-BLUE",)}], {}),
        (
            [
                {"sku_patterns": ("MUG-*",), "restockable": True},
                {"resolutions": ("Exchange",)},
                {"sku_patterns": ("M*",), "restockable": False},
                {"sku_patterns": ("MUG-*",), "verdict_reasons": ("chipped",)},
            ],
            {3: (0, 2)},
        ),
    ],
)
def test_a_route_is_unreachable_when_earlier_ones_leave_it_nothing(matchers, found):
    assert unreachable(_routes(*matchers)) == found


words = st.sampled_from([(), ("a",), ("b",), ("a", "b")])
matchers = st.fixed_dictionaries(
    {
        "restockable": st.sampled_from([None, True, False]),
        "whole_set": st.sampled_from([None, True, False]),
        "reasons": words,
        "verdict_reasons": words,
        "shops": words,
        "sku_patterns": st.sampled_from([(), ("*",), ("a*",), ("?",), ("a", "b*"), ("*b",)]),
    }
)
WORDS = ("", "a", "b", "c")
UNITS = [
    Unit(verdict, (reason,), verdict_reason if verdict != Verdict.UNINSPECTED else "", (sku,), shop, "", whole)
    for verdict in (Verdict.UNINSPECTED, Verdict.RESTOCKABLE, Verdict.NOT_RESTOCKABLE)
    for reason in WORDS
    for verdict_reason in WORDS
    for sku in ("a", "b", "c", "ab", "bb", "cb", "ac", "bc", "cc")
    for shop in WORDS
    for whole in (True, False)
]


@given(st.lists(matchers, min_size=1, max_size=4))
def test_a_route_is_called_unreachable_exactly_when_no_unit_at_all_reaches_it(given_matchers):
    routes = _routes(*given_matchers)
    reached = {deciding_route(unit, routes) for unit in UNITS}
    assert set(unreachable(routes)) == {n for n, route in enumerate(routes) if route not in reached}
