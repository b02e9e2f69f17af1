"""Where one returned unit goes: first match wins, and nothing unsellable ever goes where goods are sold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from returnworks.rules.doubts import Doubt
from returnworks.rules.lifecycle import one_of, same
from returnworks.rules.model import Disposition, ReturnLine, Verdict
from returnworks.rules.policy import Policy
from returnworks.rules.routes import Route


@dataclass(frozen=True, slots=True)
class Unit:
    """What the routing table looks at in one returned unit."""

    verdict: Verdict
    """Never missing: what did not come back goes nowhere."""
    reasons: tuple[str, ...] = ()
    """The shopper's: the reason and the extended one."""
    verdict_reason: str = ""
    skus: tuple[str, ...] = ()
    """All SKUs by which ReturnGO and Linnworks know it."""
    shop: str = ""
    resolution: str = ""
    whole_set: bool = False
    """Whether it is a whole composite, and not a piece of one or a thing of its own."""


@dataclass(frozen=True, slots=True)
class Miss:
    """One matcher of a route that a unit does not meet."""

    matcher: str
    """The key of the route."""
    wanted: str
    given: str


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a unit goes and which rule said so."""

    disposition: Disposition
    location: str
    """Name of the Linnworks location."""
    rule: str
    """In words, for the posting's record."""
    route: str = field(default="", kw_only=True)
    """The name of the route that decided; empty where none did."""
    category: str = ""
    scrap: bool = False
    reason: str = ""
    """What Linnworks shows as the reason; empty means the shopper's own."""
    doubt: Doubt | None = None
    """A route wanted to sell what must not be sold; it was not obeyed, and a person should mend it."""


def route(
    line: ReturnLine, shop: str, policy: Policy, skus: Sequence[str] = (), *, whole_set: bool = False
) -> Routed | Doubt:
    """Where this unit goes; `skus` are the SKUs by which Linnworks knows it, beside the return's own.

    Never a sellable disposition, and never a place where goods are sold, for a unit that nobody found
    restockable. `Doubt` when the policy leaves no safe place at all.
    """
    return route_unit(unit_of(line, shop, skus, whole_set=whole_set), policy)


def unit_of(line: ReturnLine, shop: str, skus: Sequence[str] = (), *, whole_set: bool = False) -> Unit:
    seen = line.inspection
    reasons = (line.reason, line.extended_reason, line.extended_reason.lstrip(" >"))
    return Unit(
        verdict=verdict_of(line),
        reasons=tuple(dict.fromkeys(text for text in reasons if text)),
        verdict_reason=(seen.reason or "") if seen else "",
        skus=tuple(dict.fromkeys(sku for sku in (line.sku or "", *skus) if sku)),
        shop=shop,
        resolution=line.resolution or "",
        whole_set=whole_set,
    )


def verdict_of(line: ReturnLine) -> Verdict:
    """What the warehouse found, as the routing table tells it apart; what it did not find is not restockable."""
    if line.inspection is None:
        return Verdict.UNINSPECTED
    return Verdict.RESTOCKABLE if is_restockable(line) else Verdict.NOT_RESTOCKABLE


def is_restockable(line: ReturnLine) -> bool:
    """A person looked, it came back, and it can be sold again."""
    seen = line.inspection
    return seen is not None and seen.returned and seen.restockable


def route_unit(unit: Unit, policy: Policy) -> Routed | Doubt:
    """The same for a unit as the routing table sees it, e.g. a worked example."""
    chosen = deciding_route(unit, policy.routing_table)
    if chosen is None:
        return _safe(_fallback(unit, policy), unit, policy)
    wanted = _follow(chosen, policy)
    if _is_allowed(wanted, unit, policy):
        return wanted
    fallback = _fallback(unit, policy)
    unsafe = Doubt(
        "route_unsafe",
        f"The route {chosen.name!r} would put {unit.skus[0] if unit.skus else 'a unit'} up for sale, but it was not "
        f"found restockable; it goes to {fallback.location} instead. Mend the route.",
    )
    return _safe(Routed(fallback.disposition, fallback.location, fallback.rule, doubt=unsafe), unit, policy)


def deciding_route(unit: Unit, routes: Sequence[Route]) -> Route | None:
    """The first route that this unit meets; None when there is none."""
    return next((route for route in routes if next(misses(route, unit), None) is None), None)


def misses(route: Route, unit: Unit) -> Iterator[Miss]:
    """The matchers of `route` that `unit` does not meet; none at all means that it matches."""
    if route.restockable is not None and unit.verdict != _asked_for(route.restockable):
        yield Miss("restockable", _asked_for(route.restockable), unit.verdict)
    texts = (
        ("reasons", route.reasons, unit.reasons),
        ("verdict_reasons", route.verdict_reasons, (unit.verdict_reason,)),
        ("shops", route.shops, (unit.shop,)),
        ("resolutions", route.resolutions, (unit.resolution,)),
    )
    for matcher, wanted, given in texts:
        if wanted and not any(one_of(text, wanted) for text in given if text):
            yield Miss(matcher, _listed(wanted), _listed(given))
    if route.sku_patterns and not any(fits(pattern, sku) for pattern in route.sku_patterns for sku in unit.skus):
        yield Miss("sku_patterns", _listed(route.sku_patterns), _listed(unit.skus))
    if route.whole_set is not None and route.whole_set != unit.whole_set:
        yield Miss("whole_set", _set_or_not(route.whole_set), _set_or_not(unit.whole_set))


def fits(pattern: str, sku: str) -> bool:
    """Whether a SKU fits a shell pattern, trimmed and without regard to case; no SKU fits none."""
    return bool(same(sku)) and fnmatchcase(same(sku), same(pattern))


def _asked_for(restockable: bool) -> Verdict:
    return Verdict.RESTOCKABLE if restockable else Verdict.NOT_RESTOCKABLE


def _listed(texts: Sequence[str]) -> str:
    return " or ".join(f"{text!r}" for text in texts if text) or "nothing"


def _set_or_not(whole_set: bool) -> str:
    return "a whole set" if whole_set else "not a whole set"


def _follow(route: Route, policy: Policy) -> Routed:
    disposition = Disposition.SCRAP if route.scraps else route.disposition
    location = route.location or policy.location_for(disposition)
    rule = f"route {route.name!r}"
    return Routed(disposition, location, rule, route.category, route.scraps, route.reason, route=route.name)


def _fallback(unit: Unit, policy: Policy) -> Routed:
    """What no route decides: goods that cannot be sold wait apart, all others wait for a decision."""
    match unit.verdict:
        case Verdict.UNINSPECTED:
            disposition, location = policy.uninspected_disposition, policy.uninspected_location
            return Routed(disposition, location, "not inspected", scrap=disposition == Disposition.SCRAP)
        case Verdict.RESTOCKABLE:
            return Routed(Disposition.UNDECIDED, policy.undecided_location, "restockable, but no route matched")
        case Verdict.NOT_RESTOCKABLE | Verdict.MISSING:
            return Routed(Disposition.QUARANTINE, policy.quarantine_location, "not restockable, and no route matched")


def _is_allowed(routed: Routed, unit: Unit, policy: Policy) -> bool:
    if unit.verdict == Verdict.RESTOCKABLE:
        return True
    return routed.disposition != Disposition.SELLABLE and not policy.is_sellable_place(routed.location)


def _safe(routed: Routed, unit: Unit, policy: Policy) -> Routed | Doubt:
    if _is_allowed(routed, unit, policy):
        return routed
    return Doubt(
        "route_unsafe",
        f"The policy sends goods that must not be sold to {routed.location!r} as {routed.disposition}; "
        "name a location for them where nothing is sold, then replay the return.",
    )
