"""What another policy would have made of the same return: each fact's fate under both, and where they differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from returnworks.rules.doubts import Doubt
from returnworks.rules.explaining import Fact, unit_at
from returnworks.rules.lifecycle import same
from returnworks.rules.matching import find_order_line
from returnworks.rules.model import CreditLine, Kind, Order, Plan, Posting, Return
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy
from returnworks.rules.routing import Unit, route_unit

NO_ROUTE = "no route"


class How(StrEnum):
    """What a plan does about a fact."""

    POSTED = "posted"
    HELD = "held"
    LEFT = "left alone"


@dataclass(frozen=True, slots=True)
class Fate:
    """What one policy makes of one fact. Fates are equal when Linnworks would show the same and the same person waits.

    Which rule decided makes no difference: two rules may send a unit to the same place.
    """

    how: How
    says: str = ""
    """Where it goes, how it is credited or marked, or the code that holds it; in words."""
    route: str = field(default="", compare=False)
    """For posted goods: the name of the route, or `NO_ROUTE`."""


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that would have fared otherwise."""

    return_id: str
    kind: Kind
    fact: str
    """The line, transaction or exchange order id."""
    what: str
    """The SKU of a unit, the type of a transaction, the name of an exchange order."""
    before: Fate
    after: Fate
    units: int = 0
    value: Money | None = None
    """What the customer paid for the unit, or the refund; None where ReturnGO does not say."""


@dataclass(frozen=True, slots=True)
class Move:
    """All changes from one fate to another, added up."""

    kind: Kind
    before: str
    after: str
    facts: int
    units: int
    value: tuple[Money, ...]
    """One sum per currency."""


@dataclass(frozen=True, slots=True)
class RouteUse:
    """How many posted units one route decides about under each policy."""

    route: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Decided:
    """One return under one policy."""

    plan: Plan
    fates: Mapping[Fact, Fate]


def units_of(ret: Return, orders: Sequence[Order]) -> dict[str, Unit]:
    """The lines of a return as any routing table sees them, by line id: no policy decides about that."""
    return {line.line_id: unit_at(line, find_order_line(line, orders), ret.shop) for line in ret.lines}


def decided(ret: Return, orders: Sequence[Order], units: Mapping[str, Unit], policy: Policy, plan: Plan) -> Decided:
    """The fate of each line, transaction and exchange order; `plan` is what `policy` makes of the return."""
    facts = _facts(ret)
    fates = dict.fromkeys(facts, Fate(How.LEFT))
    for finding in plan.findings:
        for kind in (Kind.RESTOCK, Kind.CREDIT, Kind.EXCHANGE):
            fates.update(
                {(kind, fact): Fate(How.HELD, finding.code) for fact in finding.covers if (kind, fact) in facts}
            )
    skus = {row.row_id: row.sku for order in orders for row in order.lines}
    for posting in plan.postings:
        for fact in posting.covers:
            if posting.kind == Kind.RESTOCK:
                fates[posting.kind, fact] = _restocked(posting, fact, units[fact], policy)
            else:
                fates[posting.kind, fact] = Fate(How.POSTED, _credited_or_marked(posting, skus))
    return Decided(plan, fates)


def _facts(ret: Return) -> dict[Fact, None]:
    lines = [(Kind.RESTOCK, line.line_id) for line in ret.lines]
    money = [(Kind.CREDIT, row.transaction_id) for row in ret.transactions]
    goods = [(Kind.EXCHANGE, row.order_id) for row in ret.exchange_orders if row.order_id]
    return dict.fromkeys([*lines, *money, *goods])


def _credited_or_marked(posting: Posting, skus: Mapping[str, str]) -> str:
    if posting.credit:
        return f"credited: {', '.join(_credited(posting.credit, skus))}"
    return f"marked {posting.exchange_tag}, folder {posting.exchange_folder}"


def _credited(lines: Sequence[CreditLine], skus: Mapping[str, str]) -> Iterator[str]:
    """Each line of a credit, e.g. "12.00 GBP on MUG-BLUE", "4.95 GBP Shipping"."""
    for line in lines:
        sku = skus.get(line.order_line_id or "")
        yield f"{line.amount} on {sku}" if sku else f"{line.amount} {line.unit}"


def _restocked(posting: Posting, fact: str, unit: Unit, policy: Policy) -> Fate:
    """Where a unit goes, and as what: itself, the pieces of a set, or a set."""
    rows = [row for row in posting.restock if fact in row.line_ids]
    places = sorted({f"{row.location_name} ({row.disposition})" for row in rows})
    extras = [f"category {row.category}" for row in rows[:1] if row.category]
    routed = route_unit(unit, policy)
    if isinstance(routed, Doubt):
        return Fate(How.POSTED, ", ".join([*places, *extras]))
    extras += ["scrapped"] if routed.scrap else []
    skus = sorted({row.sku for row in rows})
    own = len(skus) == 1 and same(skus[0]) in {same(sku) for sku in unit.skus}
    pieces = [] if own else [f"as {', '.join(skus)}"]
    return Fate(How.POSTED, ", ".join([*places, *pieces, *extras]), routed.route or NO_ROUTE)


def changes(ret: Return, before: Decided, after: Decided) -> Iterator[Change]:
    """What would have fared otherwise, in the order of the return."""
    lines = {line.line_id: line for line in ret.lines}
    money = {row.transaction_id: row for row in ret.transactions}
    names = {row.order_id: row.order_name or row.order_id for row in ret.exchange_orders}
    for kind, fact in {**before.fates, **after.fates}:
        fate, other = before.fates.get((kind, fact), Fate(How.LEFT)), after.fates.get((kind, fact), Fate(How.LEFT))
        if fate == other:
            continue
        if kind == Kind.RESTOCK:
            line = lines[fact]
            yield Change(ret.return_id, kind, fact, line.sku or "", fate, other, units=1, value=line.paid)
        elif kind == Kind.CREDIT:
            yield Change(ret.return_id, kind, fact, money[fact].kind, fate, other, value=money[fact].amount)
        else:
            yield Change(ret.return_id, kind, fact, names.get(fact) or fact, fate, other)


def moves(found: Iterable[Change]) -> tuple[Move, ...]:
    """The changes added up by what they go from and to; the most frequent first."""
    groups: defaultdict[tuple[Kind, str, str], list[Change]] = defaultdict(list)
    for change in found:
        before, after = _in_short(change.kind, change.before), _in_short(change.kind, change.after)
        groups[change.kind, before, after].append(change)
    added = [
        Move(kind, before, after, len(group), sum(each.units for each in group), sums(each.value for each in group))
        for (kind, before, after), group in groups.items()
    ]
    return tuple(sorted(added, key=lambda move: (-move.facts, move.kind, move.before, move.after)))


def _in_short(kind: Kind, fate: Fate) -> str:
    """A fate without what belongs to one return only: a credit's lines."""
    if fate.how == How.HELD:
        return f"held ({fate.says})"
    if fate.how == How.LEFT or not fate.says:
        return fate.how.value
    return "credited" if kind == Kind.CREDIT else fate.says


def sums(amounts: Iterable[Money | None]) -> tuple[Money, ...]:
    """One sum per currency, by currency; unknown amounts are left out."""
    totals: defaultdict[str, int] = defaultdict(int)
    for amount in amounts:
        if amount is not None:
            totals[amount.currency] += amount.minor
    return tuple(Money(minor, currency) for currency, minor in sorted(totals.items()))


def uses(before: Iterable[Decided], after: Iterable[Decided], routes: Sequence[str]) -> tuple[RouteUse, ...]:
    """How many units each of `routes` decides about under each policy, and how many none does."""
    counted = [_count_routes(before), _count_routes(after)]
    names = dict.fromkeys([*routes, *counted[0], *counted[1], NO_ROUTE])
    return tuple(RouteUse(name, counted[0].get(name, 0), counted[1].get(name, 0)) for name in names)


def _count_routes(decisions: Iterable[Decided]) -> dict[str, int]:
    counts: defaultdict[str, int] = defaultdict(int)
    for each in decisions:
        for fate in each.fates.values():
            if fate.route:
                counts[fate.route] += 1
    return dict(counts)
