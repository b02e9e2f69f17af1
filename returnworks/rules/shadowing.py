"""Routes that no unit can ever reach, because earlier ones take everything that they match. Decided exactly.

A route is reached as soon as one unit meets it and none before it. Matchers only ever ask for more, so among the
units that meet a route those with nothing beyond what it asks for are the ones to try: one of each text that it
names, or none where it names none, and for the SKU every one that fits one of its patterns.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from returnworks.rules import globs
from returnworks.rules.lifecycle import same
from returnworks.rules.model import Verdict
from returnworks.rules.routes import Route
from returnworks.rules.routing import Unit, misses

EVERY_SKU = ("*",)


def unreachable(routes: Sequence[Route]) -> dict[int, tuple[int, ...]]:
    """The positions of routes that decide about no unit, each with the earlier ones that leave it nothing."""
    found: dict[int, tuple[int, ...]] = {}
    for position, route in enumerate(routes):
        earlier = list(range(position))
        alone = next((n for n in earlier if _takes_all(route, [routes[n]])), None)
        if alone is not None:
            found[position] = (alone,)
        elif _takes_all(route, [routes[n] for n in earlier]):
            found[position] = _needed(route, routes, earlier)
    return found


def same_matchers(one: Route, other: Route) -> bool:
    """Whether two routes meet exactly the same units, as far as their own words say."""
    return _matchers(one) == _matchers(other)


def same_outcome(one: Route, other: Route) -> bool:
    """Whether two routes do the same with a unit that meets them."""
    return _outcome(one) == _outcome(other)


def _needed(route: Route, routes: Sequence[Route], earlier: list[int]) -> tuple[int, ...]:
    """The same without those that the others make superfluous; the first ones stay."""
    needed = list(earlier)
    for n in reversed(earlier):
        fewer = [m for m in needed if m != n]
        if _takes_all(route, [routes[m] for m in fewer]):
            needed = fewer
    return tuple(needed)


def _takes_all(route: Route, earlier: Sequence[Route]) -> bool:
    """Whether every unit that meets `route` meets one of `earlier`."""
    for unit in _barest_units(route):
        patterns = [pattern for other in earlier if _meets_but_for_sku(other, unit) for pattern in _skus(other)]
        if not all(globs.is_covered(own, patterns) for own in _skus(route)):
            return False
    return True


def _barest_units(route: Route) -> Iterator[Unit]:
    """Units that meet `route`, whatever their SKU, and have nothing that it does not ask for."""
    kinds = itertools.product(
        _verdicts(route),
        route.reasons or ("",),
        route.verdict_reasons or ("",),
        route.shops or ("",),
        route.resolutions or ("",),
        (True, False) if route.whole_set is None else (route.whole_set,),
    )
    for verdict, reason, verdict_reason, shop, resolution, whole_set in kinds:
        yield Unit(verdict, (reason,), verdict_reason, (), shop, resolution, whole_set)


def _verdicts(route: Route) -> tuple[Verdict, ...]:
    """The verdicts that meet it; a reason of the warehouse's proves that somebody looked."""
    if route.restockable is not None:
        return (Verdict.RESTOCKABLE if route.restockable else Verdict.NOT_RESTOCKABLE,)
    inspected = (Verdict.NOT_RESTOCKABLE, Verdict.RESTOCKABLE)
    return inspected if route.verdict_reasons else (Verdict.UNINSPECTED, *inspected)


def _meets_but_for_sku(route: Route, unit: Unit) -> bool:
    return all(miss.matcher == "sku_patterns" for miss in misses(route, unit))


def _skus(route: Route) -> tuple[str, ...]:
    return route.sku_patterns or EVERY_SKU


def _matchers(route: Route) -> tuple[object, ...]:
    lists = (route.reasons, route.verdict_reasons, route.sku_patterns, route.shops, route.resolutions)
    return (route.restockable, route.whole_set, *(frozenset(map(same, texts)) for texts in lists))


def _outcome(route: Route) -> tuple[object, ...]:
    return (route.disposition, same(route.location), route.scraps, same(route.category), route.reason)
