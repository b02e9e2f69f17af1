"""Worked examples of a policy: what somebody expects of one unit, set or refund, against what the policy does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from returnworks.rules.doubts import Doubt
from returnworks.rules.lifecycle import one_of, same
from returnworks.rules.model import Disposition
from returnworks.rules.policy import CompositePolicy, Policy
from returnworks.rules.routing import Routed, Unit, deciding_route, misses, route_unit

NOBODY = "nobody"
"""In place of a route's name: no route decides, the policy's own places do."""


@dataclass(frozen=True, slots=True)
class UnitExample:
    """What should become of one returned unit; what is None or "" is not looked at."""

    unit: Unit
    decided_by: str = ""
    """The name of the route that should decide, or `NOBODY`."""
    disposition: Disposition | None = None
    location: str = ""
    scrap: bool | None = None
    category: str = ""


@dataclass(frozen=True, slots=True)
class SetExample:
    """Where a whole returned set of this SKU should go."""

    sku: str
    expect: CompositePolicy


@dataclass(frozen=True, slots=True)
class MoneyExample:
    """What a Success transaction of this ReturnGO type should become: "credit", "record_only", "ignored" or "held"."""

    kind: str
    expect: str


Example = UnitExample | SetExample | MoneyExample


def failures(example: Example, policy: Policy) -> tuple[str, ...]:
    """What comes out otherwise than the example says, one sentence each; nothing when it holds."""
    match example:
        case UnitExample():
            return tuple(_unit_failures(example, policy))
        case SetExample():
            return _differs(f"a whole set {example.sku}", example.expect, policy.composite_policy(example.sku))
        case MoneyExample():
            return _differs(f"a {example.kind}", example.expect, money_becomes(example.kind, policy))


def money_becomes(kind: str, policy: Policy) -> str:
    """What a Success transaction of this ReturnGO type becomes in Linnworks under the policy."""
    if one_of(kind, policy.refund_kinds):
        return "credit"
    if one_of(kind, policy.store_value_kinds):
        return policy.store_credit.value
    return "ignored" if one_of(kind, policy.ignored_kinds) else "held"


def _differs(what: str, wanted: str, found: str) -> tuple[str, ...]:
    return () if wanted == found else (f"{what} should be {wanted}, and is {found}",)


def _unit_failures(example: UnitExample, policy: Policy) -> Iterator[str]:
    decides = deciding_route(example.unit, policy.routing_table)
    name = decides.name if decides else NOBODY
    if example.decided_by and same(example.decided_by) != same(name):
        yield f"{example.decided_by!r} should decide, and {name!r} does{_why_not(example, policy)}"
    routed = route_unit(example.unit, policy)
    if isinstance(routed, Doubt):
        yield routed.message
        return
    if routed.doubt is not None:
        yield routed.doubt.message
    yield from _outcome_failures(example, routed)


def _why_not(example: UnitExample, policy: Policy) -> str:
    """What keeps the unit from the route that should decide."""
    wanted = next((route for route in policy.routing_table if same(route.name) == same(example.decided_by)), None)
    if wanted is None:
        return "" if same(example.decided_by) == NOBODY else ", because no route has that name"
    missed = [f"{miss.matcher} should be {miss.wanted} and is {miss.given}" for miss in misses(wanted, example.unit)]
    return f": {'; '.join(missed)}" if missed else ", because it comes first"


def _outcome_failures(example: UnitExample, routed: Routed) -> Iterator[str]:
    if example.disposition is not None and example.disposition != routed.disposition:
        yield f"it should be {example.disposition}, and is {routed.disposition}"
    if example.location and same(example.location) != same(routed.location):
        yield f"it should go to {example.location!r}, and goes to {routed.location!r}"
    if example.scrap is not None and example.scrap != routed.scrap:
        yield f"it should{'' if example.scrap else ' not'} be scrapped, and is{'' if routed.scrap else ' not'}"
    if example.category and same(example.category) != same(routed.category):
        yield f"its category should be {example.category!r}, and is {routed.category or 'none'!r}"
