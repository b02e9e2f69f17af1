"""A policy as warehouse people read it: each route as a sentence about the goods and one about their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnworks.rules.model import Disposition
from returnworks.rules.policy import Policy
from returnworks.rules.routes import Route
from returnworks.rules.windows import Peak, RestockWindows

ROUTING = ("no.", "goods", "go to", "route")


def routing_rows(policy: Policy) -> list[tuple[str, str, str, str]]:
    """The routing table in order, then what happens to goods that no route matches."""
    rows = [
        (str(number), goods(route), place(route, policy), route.name)
        for number, route in enumerate(policy.routing_table, 1)
    ]
    return [*rows, *_without_route(policy)]


def _without_route(policy: Policy) -> list[tuple[str, str, str, str]]:
    uninspected = policy.uninspected_disposition
    return [
        ("—", "restockable, no route", _at(policy.undecided_location, Disposition.UNDECIDED), ""),
        ("—", "not restockable, no route", _at(policy.quarantine_location, Disposition.QUARANTINE), ""),
        ("—", "uninspected, no route", _at(policy.uninspected_location, uninspected), ""),
    ]


def goods(route: Route) -> str:
    """Which goods a route is about, e.g. "not restockable, shopper says 'Torn' or 'Stained', SKU MUG-*"."""
    return ", ".join(_matchers(route)) or "everything"


def _matchers(route: Route) -> Iterator[str]:
    if route.restockable is not None:
        yield "restockable" if route.restockable else "not restockable"
    if route.whole_set is not None:
        yield "whole sets" if route.whole_set else "not whole sets"
    lists = (
        ("shopper says", route.reasons),
        ("warehouse says", route.verdict_reasons),
        ("resolution", route.resolutions),
        ("shop", route.shops),
    )
    for what, texts in lists:
        if texts:
            yield f"{what} {_or([repr(text) for text in texts])}"
    if route.sku_patterns:
        yield f"SKU {_or(route.sku_patterns)}"


def _or(texts: Sequence[str]) -> str:
    return " or ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def place(route: Route, policy: Policy) -> str:
    """Where a route sends them, e.g. "Quarantine (scrap, thrown away), category Faulty"."""
    disposition = Disposition.SCRAP if route.scraps else route.disposition
    said = [_at(route.location or policy.location_for(disposition), disposition)]
    said += [f"category {route.category}"] if route.category else []
    said += [f"reason {route.reason!r}"] if route.reason else []
    return ", ".join(said)


def _at(location: str, disposition: Disposition) -> str:
    return f"{location} ({disposition}{', thrown away' if disposition == Disposition.SCRAP else ''})"


def windows(policy: RestockWindows) -> Iterator[str]:
    """How long goods wait, one sentence each."""
    yield _minutes("Goods", policy.minutes)
    for shop, minutes in policy.by_shop.items():
        yield _minutes(f"Those of {shop}", minutes)
    for peak in policy.peaks:
        yield f"From {peak.start:%H:%M} to {peak.end:%H:%M} ({policy.time_zone}){_when(peak)} they wait for the end."


def _minutes(whose: str, minutes: int) -> str:
    if minutes == 0:
        return f"{whose} are posted at once."
    return f"{whose} of one order wait for each other, at most {minutes} minute{'s' if minutes > 1 else ''}."


def _when(peak: Peak) -> str:
    days = f" on {', '.join(peak.days)}" if peak.days else ""
    shops = f" for {', '.join(peak.shops)}" if peak.shops else ""
    return days + shops
