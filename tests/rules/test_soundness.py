"""What a policy must not ask for, as far as Linnworks' own names are concerned."""

import pytest

from returnworks.rules.model import Disposition, Location
from returnworks.rules.policy import BUILT_IN, Policy, changed_settings
from returnworks.rules.routes import Route
from returnworks.rules.soundness import problems_of, unknown_categories, unknown_locations
from returnworks.rules.windows import RestockWindows
from tests.rules.faces import LOCATIONS

D = Disposition


def told(problems):
    return [(problem.where, problem.remedy) for problem in problems]


@pytest.mark.parametrize("spelling", ["Cage", "cage", " CAGE "])
def test_a_place_that_linnworks_has_is_known_whatever_the_case(spelling):
    policy = Policy(routes=(Route("r", D.QUARANTINE, spelling),))
    assert unknown_locations(policy, (*LOCATIONS, Location("loc-cage", "Cage"))) == ()


def test_a_place_that_linnworks_lacks_is_named_with_the_nearest():
    policy = Policy(quarantine_location="Quarantain", routes=(Route("r", D.QUARANTINE, "Attic"),))
    assert told(unknown_locations(policy, LOCATIONS)) == [
        (("quarantine_location",), "Did you mean 'Quarantine'?"),
        (("routes", 0, "location"), "Make it in Linnworks, or name one of Default, Inspection, Quarantine."),
    ]


@pytest.mark.parametrize("how", ["fulfilment_centre", "warehouse_managed", "not_trackable"])
def test_a_place_whose_stock_others_keep_takes_no_returns(how):
    managed = [Location(place.location_id, place.name, **{how: place.name == "Quarantine"}) for place in LOCATIONS]
    assert told(unknown_locations(BUILT_IN, managed)) == [
        (("quarantine_location",), "Name a location whose stock Linnworks keeps."),
        (("scrap_location",), "Name a location whose stock Linnworks keeps."),
    ]


def test_a_category_that_the_account_lacks_is_named_with_the_nearest():
    routes = tuple(Route(name, D.QUARANTINE, category=name) for name in ("faulty", "Falty", "Torn", ""))
    assert told(unknown_categories(Policy(routes=routes), ("Faulty", "Other"))) == [
        (("routes", 1, "category"), "Did you mean 'Faulty'?"),
        (("routes", 2, "category"), "Add it in Linnworks, or name one of Faulty, Other."),
    ]
    assert unknown_categories(BUILT_IN, ()) == ()


def test_a_resolution_that_the_shop_uses_besides_is_known():
    routes = (Route("r", D.QUARANTINE, resolutions=("Donate",)),)
    assert [problem.where for problem in problems_of(Policy(routes=routes))] == [("routes", 0, "resolutions", 0)]
    assert problems_of(Policy(routes=routes, extra_resolutions=("donate",))) == ()


def test_two_policies_differ_in_the_settings_that_were_changed():
    other = Policy(watch_days=5, restock_windows=RestockWindows(minutes=0), routes=(Route("r", D.SCRAP),))
    assert changed_settings(BUILT_IN.document(), other.document()) == (
        "restock_windows.minutes",
        "routes",
        "watch_days",
    )
    assert changed_settings(other.document(), other.document()) == ()
