from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.rules.doubts import Doubt
from returnworks.rules.model import Disposition, Inspection
from returnworks.rules.policy import Policy, Route
from returnworks.rules.routing import Routed, is_restockable, route
from returnworks.rules.soundness import problems_of
from tests.rules.faces import DAMAGED, GOOD, INSPECTED, MISSING, SHOP, unit

D = Disposition


def goes(line, policy, shop=SHOP, skus=()):
    """(disposition, location, code of the doubt or None)."""
    routed = route(line, shop, policy, skus)
    if isinstance(routed, Doubt):
        return routed.code
    return routed.disposition, routed.location, routed.doubt.code if routed.doubt else None


@pytest.mark.parametrize(
    ("inspection", "expected"),
    [
        (GOOD, (D.SELLABLE, "Default", None)),
        (DAMAGED, (D.QUARANTINE, "Quarantine", None)),
        (None, (D.UNDECIDED, "Inspection", None)),
    ],
)
def test_the_built_in_policy_sells_only_what_was_found_restockable(inspection, expected):
    assert goes(unit("1", "MUG-BLUE", inspection), Policy()) == expected


@pytest.mark.parametrize(
    ("inspection", "expected"),
    [
        (GOOD, (D.UNDECIDED, "Inspection", None)),
        (DAMAGED, (D.QUARANTINE, "Quarantine", None)),
        (None, (D.UNDECIDED, "Inspection", None)),
    ],
)
def test_what_no_route_matches_is_never_sold(inspection, expected):
    policy = Policy(routes=(Route("lamps", D.SELLABLE, "Default", restockable=True, sku_patterns=("LAMP-*",)),))
    assert goes(unit("1", "MUG-BLUE", inspection), policy) == expected


RUG = unit(
    "1",
    "GARISH-RUG",
    replace(DAMAGED, reason="Stained"),
    reason="Too garish",
    extended_reason=" > It hums",
    resolution="RefundToStoreCredit",
)


@pytest.mark.parametrize(
    ("matcher", "matches"),
    [
        ({}, True),
        ({"reasons": ("too GARISH ",)}, True),
        ({"reasons": ("It hums",)}, True),
        ({"reasons": ("> It hums",)}, True),
        ({"reasons": ("Too",)}, False),
        ({"restockable": False}, True),
        ({"restockable": True}, False),
        ({"verdict_reasons": ("stained", "torn")}, True),
        ({"verdict_reasons": ("torn",)}, False),
        ({"sku_patterns": ("garish-*",)}, True),
        ({"sku_patterns": ("*-RUG",)}, True),
        ({"sku_patterns": ("RUG",)}, False),
        ({"sku_patterns": ("WAREHOUSE-RUG",)}, True),
        ({"shops": (SHOP,)}, True),
        ({"shops": ("other.myshopify.com",)}, False),
        ({"resolutions": ("RefundToStoreCredit",)}, True),
        ({"resolutions": ("RefundToPaymentMethod",)}, False),
        ({"whole_set": False}, True),
        ({"whole_set": True}, False),
        ({"reasons": ("Too garish",), "shops": ("other.myshopify.com",)}, False),
    ],
)
def test_a_route_meets_a_unit_that_meets_all_its_matchers(matcher, matches):
    policy = Policy(routes=(Route("rugs", D.SCRAP, "Skip", **matcher),))
    found = goes(RUG, policy, skus=("WAREHOUSE-RUG",))
    assert found == ((D.SCRAP, "Skip", None) if matches else (D.QUARANTINE, "Quarantine", None))


@pytest.mark.parametrize("restockable", [True, False])
def test_a_route_that_asks_for_a_verdict_does_not_meet_uninspected_units(restockable):
    policy = Policy(routes=(Route("seen", D.QUARANTINE, "Shelf", restockable=restockable),))
    assert goes(unit("1", "MUG-BLUE", None), policy) == (D.UNDECIDED, "Inspection", None)


def test_the_first_match_wins():
    policy = Policy(routes=(Route("one", D.QUARANTINE, "First"), Route("two", D.QUARANTINE, "Second")))
    routed = route(unit("1", "MUG-BLUE"), SHOP, policy)
    assert isinstance(routed, Routed)
    assert (routed.location, routed.rule) == ("First", "route 'one'")


@pytest.mark.parametrize("how", [{"disposition": D.SCRAP}, {"disposition": D.QUARANTINE, "scrap": True}])
def test_scrap_is_booked_back_and_thrown_away(how):
    routed = route(unit("1", "MUG-BLUE", DAMAGED), SHOP, Policy(routes=(Route("bin", location="Skip", **how),)))
    assert isinstance(routed, Routed)
    assert (routed.disposition, routed.location, routed.scrap) == (D.SCRAP, "Skip", True)


@pytest.mark.parametrize(("whole_set", "place"), [(True, "Sets"), (False, "Quarantine")])
def test_whole_sets_can_go_their_own_way(whole_set, place):
    policy = Policy(routes=(Route("sets", D.QUARANTINE, "Sets", whole_set=True),))
    routed = route(unit("1", "TEA-SET", DAMAGED), SHOP, policy, whole_set=whole_set)
    assert isinstance(routed, Routed)
    assert routed.location == place


def test_a_route_gives_linnworks_its_category_and_its_own_reason():
    told = Route("torn", D.QUARANTINE, category="Faulty", reason="Torn in transit")
    routed = route(unit("1", "MUG-BLUE", DAMAGED), SHOP, Policy(routes=(told,)))
    assert isinstance(routed, Routed)
    assert (routed.route, routed.category, routed.reason) == ("torn", "Faulty", "Torn in transit")


@pytest.mark.parametrize("sku", [None, "", "  "])
def test_a_unit_without_sku_fits_no_pattern(sku):
    policy = Policy(routes=(Route("all", D.QUARANTINE, "Cage", sku_patterns=("*",)),))
    assert goes(unit("1", sku, DAMAGED), policy) == (D.QUARANTINE, "Quarantine", None)


@pytest.mark.parametrize("inspection", [DAMAGED, None, MISSING])
@pytest.mark.parametrize("how", [(D.SELLABLE, "Shop window"), (D.QUARANTINE, " default"), (D.SCRAP, "DEFAULT")])
def test_a_route_that_would_sell_what_must_not_be_sold_is_not_obeyed(inspection, how):
    disposition, location, doubt = goes(unit("1", "MUG-BLUE", inspection), Policy(routes=(Route("careless", *how),)))
    assert doubt == "route_unsafe"
    assert disposition in (D.QUARANTINE, D.UNDECIDED)
    assert location in ("Quarantine", "Inspection")


def test_a_place_where_another_route_sells_is_no_place_for_damaged_goods():
    outlet = Route("outlet", D.SELLABLE, "Outlet", restockable=True)
    assert goes(unit("1", "MUG-BLUE", DAMAGED), Policy(routes=(outlet, Route("rest", D.QUARANTINE, "outlet")))) == (
        D.QUARANTINE,
        "Quarantine",
        "route_unsafe",
    )


def test_a_policy_without_any_safe_place_holds_the_unit():
    policy = Policy(quarantine_location="Default", uninspected_location="Default")
    assert goes(unit("1", "MUG-BLUE", DAMAGED), policy) == "route_unsafe"
    assert goes(unit("1", "MUG-BLUE", None), policy) == "route_unsafe"
    assert goes(unit("1", "MUG-BLUE", None), Policy(uninspected_disposition=D.SELLABLE)) == "route_unsafe"


places = st.sampled_from(["Default", "default ", "Quarantine", "Inspection", "Outlet", "Skip", ""])
routes = st.lists(
    st.builds(
        Route,
        st.text(max_size=4),
        st.sampled_from(D),
        places,
        scrap=st.booleans(),
        restockable=st.sampled_from([None, True, False]),
        sku_patterns=st.sampled_from([(), ("MUG-*",), ("*",), ("RUG",)]),
        reasons=st.sampled_from([(), ("Does not fit",)]),
        whole_set=st.sampled_from([None, True, False]),
        category=st.sampled_from(["", "Faulty"]),
    ),
    max_size=5,
).map(tuple)
policies = st.builds(
    Policy,
    routes=routes,
    uninspected_disposition=st.sampled_from(D),
    uninspected_location=places.filter(bool),
    sellable_location=places.filter(bool),
    quarantine_location=places.filter(bool),
    undecided_location=places.filter(bool),
    scrap_location=places.filter(bool),
)
inspections = st.one_of(st.none(), st.builds(Inspection, st.just(INSPECTED), st.booleans(), st.booleans()))


@given(policies, inspections, st.booleans())
def test_no_set_of_routes_sends_an_unsellable_unit_where_goods_are_sold(policy, inspection, whole_set):
    line = unit("1", "MUG-BLUE", inspection)
    routed = route(line, SHOP, policy, whole_set=whole_set)
    if isinstance(routed, Routed) and not is_restockable(line):
        assert routed.disposition != D.SELLABLE
        assert not policy.is_sellable_place(routed.location)
        sold_at = {
            policy.sellable_location,
            *(r.location for r in policy.routes if r.disposition == D.SELLABLE and not r.scrap),
        }
        assert routed.location.strip().lower() not in {place.strip().lower() for place in sold_at if place}


@given(policies, inspections)
def test_a_policy_without_problems_never_has_to_be_disobeyed(policy, inspection):
    if problems_of(policy):
        return
    routed = route(unit("1", "MUG-BLUE", inspection), SHOP, policy)
    assert isinstance(routed, Routed)
    assert routed.doubt is None


@given(policies, inspections)
def test_goods_are_sold_only_by_a_route_that_says_so(policy, inspection):
    line = unit("1", "MUG-BLUE", inspection)
    routed = route(line, SHOP, policy)
    if isinstance(routed, Routed) and routed.disposition == D.SELLABLE:
        assert is_restockable(line)
        assert any(each.name == routed.route and each.disposition == D.SELLABLE for each in policy.routing_table)
