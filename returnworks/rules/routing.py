"""Where one returned unit goes: first match wins, and nothing unsellable ever goes where goods are sold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from returnworks.rules.doubts import Doubt
from returnworks.rules.lifecycle import one_of, same
from returnworks.rules.model import Disposition, ReturnLine
from returnworks.rules.policy import Policy, Route


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a unit goes and which rule said so."""

    disposition: Disposition
    location: str
    """Name of the Linnworks location."""
    rule: str
    """In words, for the posting's record."""
    category: str = ""
    scrap: bool = False
    doubt: Doubt | None = None
    """A route wanted to sell what must not be sold; it was not obeyed, and a person should mend it."""


def route(line: ReturnLine, shop: str, policy: Policy, skus: Sequence[str] = ()) -> Routed | Doubt:
    """Where this unit goes; `skus` are the SKUs by which Linnworks knows it, beside the return's own.

    Never a sellable disposition, and never a place where goods are sold, for a unit that nobody found
    restockable. `Doubt` when the policy leaves no safe place at all.
    """
    fallback = _fallback(line, policy)
    chosen = next((r for r in policy.routing_table if _meets(r, line, shop, skus)), None)
    if chosen is None:
        return _safe(fallback, line, policy)
    wanted = _follow(chosen, policy)
    if _is_allowed(wanted, line, policy):
        return wanted
    unsafe = Doubt(
        "route_unsafe",
        f"The route {chosen.name!r} would put {line.sku or 'a unit'} up for sale, but it was not found restockable; "
        f"it goes to {fallback.location} instead. Mend the route.",
    )
    return _safe(Routed(fallback.disposition, fallback.location, fallback.rule, doubt=unsafe), line, policy)


def is_restockable(line: ReturnLine) -> bool:
    """A person looked, it came back, and it can be sold again."""
    seen = line.inspection
    return seen is not None and seen.returned and seen.restockable


def _meets(route: Route, line: ReturnLine, shop: str, skus: Sequence[str]) -> bool:
    seen = line.inspection
    if route.restockable is not None and (seen is None or is_restockable(line) != route.restockable):
        return False
    reasons = (line.reason, line.extended_reason, line.extended_reason.lstrip(" >"))
    return (
        _any_of(route.reasons, reasons)
        and _any_of(route.verdict_reasons, (seen.reason if seen else None,))
        and _any_of(route.shops, (shop,))
        and _any_of(route.resolutions, (line.resolution,))
        and _any_sku(route.sku_patterns, (line.sku or "", *skus))
    )


def _any_of(wanted: tuple[str, ...], given: Sequence[str | None]) -> bool:
    return not wanted or any(one_of(text, wanted) for text in given if text)


def _any_sku(patterns: tuple[str, ...], skus: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(same(sku), same(pattern)) for sku in skus if sku for pattern in patterns)


def _follow(route: Route, policy: Policy) -> Routed:
    disposition = Disposition.SCRAP if route.scraps else route.disposition
    location = route.location or policy.location_for(disposition)
    return Routed(disposition, location, f"route {route.name!r}", route.category, scrap=route.scraps)


def _fallback(line: ReturnLine, policy: Policy) -> Routed:
    """What no route decides: goods that cannot be sold wait apart, all others wait for a decision."""
    if line.inspection is None:
        disposition, location = policy.uninspected_disposition, policy.uninspected_location
        scrap = disposition == Disposition.SCRAP
        return Routed(disposition, location, "not inspected", scrap=scrap)
    if is_restockable(line):
        return Routed(Disposition.UNDECIDED, policy.undecided_location, "restockable, but no route matched")
    return Routed(Disposition.QUARANTINE, policy.quarantine_location, "not restockable, and no route matched")


def _is_allowed(routed: Routed, line: ReturnLine, policy: Policy) -> bool:
    if is_restockable(line):
        return True
    return routed.disposition != Disposition.SELLABLE and not policy.is_sellable_place(routed.location)


def _safe(routed: Routed, line: ReturnLine, policy: Policy) -> Routed | Doubt:
    if _is_allowed(routed, line, policy):
        return routed
    return Doubt(
        "route_unsafe",
        f"The policy sends goods that must not be sold to {routed.location!r} as {routed.disposition}; "
        "name a location for them where nothing is sold, then replay the return.",
    )
