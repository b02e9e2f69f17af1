from dataclasses import replace

import pytest

from returnworks.rules.model import Disposition
from returnworks.rules.policy import BUILT_IN, BUILT_IN_ROUTES, CompositePolicy, Policy, Route, StoreCredit
from returnworks.rules.soundness import problems_of
from returnworks.rules.windows import RestockWindows

D = Disposition


def test_the_built_in_policy_is_sound_and_needs_nothing():
    assert Policy() == BUILT_IN
    assert problems_of(BUILT_IN) == ()
    assert BUILT_IN.routing_table == BUILT_IN_ROUTES


@pytest.mark.parametrize(
    "change",
    [
        {"sellable_location": "Main"},
        {"routes": (Route("bin", D.SCRAP),)},
        {"store_credit": StoreCredit.CREDIT},
        {"tolerance_minor": {"GBP": 1}},
        {"composite_overrides": {"TEA-SET": CompositePolicy.PARENT}},
        {"watch_days": 31},
    ],
)
def test_every_change_makes_another_version_and_undoing_it_the_old_one(change):
    changed = replace(BUILT_IN, **change)
    assert changed.version != BUILT_IN.version
    assert replace(changed, **{key: getattr(BUILT_IN, key) for key in change}).version == BUILT_IN.version


def test_a_version_is_short_and_does_not_depend_on_the_order_of_a_table():
    one = Policy(tolerance_minor={"GBP": 1, "EUR": 2})
    two = Policy(tolerance_minor={"EUR": 2, "GBP": 1})
    assert one.version == two.version
    assert len(one.version) == 12


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"uninspected_disposition": D.SELLABLE}, "uninspected_disposition"),
        ({"uninspected_location": "default"}, "uninspected_location"),
        ({"quarantine_location": "Default"}, "quarantine_location"),
        ({"undecided_location": " DEFAULT "}, "undecided_location"),
        ({"scrap_location": "Default"}, "scrap_location"),
        ({"routes": (Route("r", D.SELLABLE, "Outlet"),)}, "routes.0.disposition"),
        ({"routes": (Route("r", D.SELLABLE, "Outlet", restockable=False),)}, "routes.0.disposition"),
        ({"routes": (Route("r", D.SELLABLE, "Outlet", scrap=True, restockable=True),)}, "routes.0.scrap"),
        ({"routes": (Route("r", D.QUARANTINE, "Default"),)}, "routes.0.location"),
        ({"routes": (Route("r", D.SCRAP), Route("r", D.QUARANTINE))}, "routes.1.name"),
        ({"restock_windows": RestockWindows(minutes=-1)}, "restock_windows.minutes"),
        ({"watch_days": -1}, "watch_days"),
        ({"credit_grace_hours": -1}, "credit_grace_hours"),
        ({"tolerance_minor": {"GBP": -1}}, "tolerance_minor.GBP"),
    ],
)
def test_what_cannot_be_meant_is_named_by_its_key(change, key):
    problems = problems_of(replace(BUILT_IN, **change))
    assert any(str(problem).startswith(f"{key} ") for problem in problems), [str(problem) for problem in problems]


def test_zero_waits_and_a_selling_route_for_restockable_goods_are_sound():
    outlet = Route("outlet", D.SELLABLE, "Outlet", restockable=True)
    assert problems_of(Policy(restock_windows=RestockWindows(minutes=0), watch_days=0, routes=(outlet,))) == ()


def test_overrides_of_sets_are_found_whatever_the_case():
    policy = Policy(composite_overrides={" tea-set": CompositePolicy.PARENT})
    assert policy.composite_policy("TEA-SET") == CompositePolicy.PARENT
    assert policy.composite_policy("HAMPER") == CompositePolicy.COMPONENTS


def test_there_is_no_tolerance_unless_a_currency_has_one():
    policy = Policy(tolerance_minor={"GBP": 2})
    assert (policy.tolerance("GBP"), policy.tolerance("EUR")) == (2, 0)
