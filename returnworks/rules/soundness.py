"""What a policy must not ask for: goods sold unseen, contradictions, routes that nothing reaches, odd numbers."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields

from returnworks.rules.lifecycle import KNOWN_RESOLUTIONS, one_of, same
from returnworks.rules.model import Disposition, Location
from returnworks.rules.policy import Policy
from returnworks.rules.problems import Problem
from returnworks.rules.routes import Route
from returnworks.rules.shadowing import same_matchers, same_outcome, unreachable

PLACES = ("quarantine_location", "undecided_location", "scrap_location", "uninspected_location")
"""The policy's own places for goods that must not be sold."""


def problems_of(policy: Policy) -> tuple[Problem, ...]:
    """What cannot be meant; nothing for a sound policy."""
    checks = (_unsafe_places, _unsafe_routes, _names, _resolutions, _unreachable, _odd_numbers, _in_groups)
    return tuple(problem for check in checks for problem in check(policy))


def unknown_locations(policy: Policy, locations: Iterable[Location]) -> tuple[Problem, ...]:
    """Places that the policy names and Linnworks does not have, or where it takes no returned goods back."""
    by_name: dict[str, Location] = {same(location.name): location for location in locations}
    known = sorted(location.name for location in by_name.values())
    found = []
    for where, name in _named_places(policy):
        place = by_name.get(same(name))
        if place is None:
            text = f"is {name!r}, and Linnworks has no such location"
            found.append(Problem(where, text, _nearest(name, known, "Make it in Linnworks, or name one of")))
        elif place.fulfilment_centre or place.warehouse_managed or place.not_trackable:
            text = f"is {name!r}, where Linnworks does not keep the stock itself"
            found.append(Problem(where, text, "Name a location whose stock Linnworks keeps."))
    return tuple(found)


def unknown_categories(policy: Policy, categories: Iterable[str]) -> tuple[Problem, ...]:
    """Return categories that a route names and the Linnworks account does not have."""
    known = sorted(categories)
    return tuple(
        Problem(
            ("routes", position, "category"),
            f"is {route.category!r}, and Linnworks has no such return category",
            _nearest(route.category, known, "Add it in Linnworks, or name one of"),
        )
        for position, route in enumerate(policy.routes)
        if route.category and not one_of(route.category, tuple(known))
    )


def _named_places(policy: Policy) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where the policy names a location, and its name."""
    for field in ("sellable_location", *PLACES):
        yield (field,), getattr(policy, field)
    for position, route in enumerate(policy.routes):
        if route.location:
            yield ("routes", position, "location"), route.location


def _nearest(given: str, known: list[str], otherwise: str) -> str:
    near = difflib.get_close_matches(given, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"{otherwise} {', '.join(known) or 'none that exist'}."


def _unsafe_places(policy: Policy) -> Iterator[Problem]:
    if policy.uninspected_disposition == Disposition.SELLABLE:
        text = "is 'sellable', but goods that nobody looked at are never sold"
        yield Problem(("uninspected_disposition",), text, "Make it undecided, quarantine or scrap.")
    for field in PLACES:
        place = getattr(policy, field)
        if policy.is_sellable_place(place):
            yield Problem((field,), f"is {place!r}, where goods are sold", "Name another location.")


def _unsafe_routes(policy: Policy) -> Iterator[Problem]:
    for position, route in enumerate(policy.routes):
        where = ("routes", position)
        if route.scrap and route.disposition == Disposition.SELLABLE:
            yield Problem((*where, "scrap"), "scraps goods that the same route sells", "Choose one of the two.")
        elif route.sells and route.restockable is not True:
            text = "sells goods that were not found restockable"
            yield Problem((*where, "disposition"), text, "Add restockable = true, or do not sell them.")
        elif not route.sells and route.location and policy.is_sellable_place(route.location):
            text = f"is {route.location!r}, where goods are sold"
            yield Problem((*where, "location"), text, "Name another location.")


def _names(policy: Policy) -> Iterator[Problem]:
    times = Counter(same(route.name) for route in policy.routes)
    seen: set[str] = set()
    for position, route in enumerate(policy.routes):
        if same(route.name) in seen:
            text = f"is {route.name!r}, the name of {times[same(route.name)]} routes"
            yield Problem(("routes", position, "name"), text, "Give each route its own name.")
        seen.add(same(route.name))


def _resolutions(policy: Policy) -> Iterator[Problem]:
    """A line whose resolution nobody knows is held, so a route that names one never sees it."""
    known = KNOWN_RESOLUTIONS + policy.extra_resolutions
    for position, route in enumerate(policy.routes):
        for number, word in enumerate(route.resolutions):
            if not one_of(word, known):
                text = f"is {word!r}, and lines with an unknown resolution are held"
                remedy = _nearest(word, [text for text in known if text], "Add it to extra_resolutions, or name one of")
                yield Problem(("routes", position, "resolutions", number), text, remedy)


def _unreachable(policy: Policy) -> Iterator[Problem]:
    for position, earlier in unreachable(policy.routes).items():
        route, others = policy.routes[position], [policy.routes[n] for n in earlier]
        yield Problem(("routes", position), _why_unreachable(route, others), _way_to_reach(route, others))


def _why_unreachable(route: Route, others: list[Route]) -> str:
    names = " and ".join(repr(other.name) for other in others)
    if len(others) == 1 and same_matchers(route, others[0]):
        differs = "says the same as" if same_outcome(route, others[0]) else "contradicts"
        return f"{differs} {names}, which matches the same goods and comes first"
    return f"is never reached: {names} before it {'takes' if len(others) == 1 else 'take'} everything that it matches"


def _way_to_reach(route: Route, others: list[Route]) -> str:
    if len(others) == 1 and same_matchers(route, others[0]):
        return "Keep one of the two."
    return "Put the narrower route first, or leave this one out."


def _odd_numbers(policy: Policy) -> Iterator[Problem]:
    for field in fields(policy):
        value = getattr(policy, field.name)
        if field.name.endswith(("_minutes", "_days", "_hours")) and value < 0:
            yield Problem((field.name,), f"is {value}", "It cannot be less than 0.")
    for currency, minor in policy.tolerance_minor.items():
        if minor < 0:
            yield Problem(("tolerance_minor", currency), f"is {minor}", "It cannot be less than 0.")


def _in_groups(policy: Policy) -> Iterator[Problem]:
    """What the groups of settings say about themselves."""
    for field in fields(policy):
        check = getattr(getattr(policy, field.name), "problems", None)
        if check is not None:
            yield from (problem.inside(field.name) for problem in check())
