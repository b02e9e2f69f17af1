"""Why a return's goods, refunds and exchanges become what they become: the rule that decided, and why no other did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from returnworks.rules.context import OrderContext
from returnworks.rules.doubts import Doubt
from returnworks.rules.examples import money_becomes
from returnworks.rules.lifecycle import back_since, is_kept, is_missing, is_paid, same
from returnworks.rules.matching import Matched, match_lines
from returnworks.rules.model import ExchangeOrder, Finding, Kind, Plan, Return, ReturnLine, Transaction
from returnworks.rules.policy import Policy, StockTrigger
from returnworks.rules.routes import Route
from returnworks.rules.routing import Miss, Routed, Unit, misses, route_unit, unit_of

Fact = tuple[Kind, str]
"""What kind of posting settles it, and its id: a line, a transaction, or the channel's exchange order."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One route, and what came of it for one unit."""

    route: str
    decides: bool
    comes_after: bool = False
    """It matches too, but an earlier one decided."""
    misses: tuple[Miss, ...] = ()
    """The matchers that are not met."""


@dataclass(frozen=True, slots=True)
class Booked:
    """A posting that the ledger has for a fact already."""

    reference: str
    state: str
    rule: str
    policy_version: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What one fact of a return becomes, and why."""

    kind: Kind
    fact: str
    """The line, transaction or exchange order id."""
    what: str
    """It in words: "MUG-BLUE, line 96000006"."""
    trigger: str
    """Whether it is time to post it, and what says so."""
    rule: str
    """Which rule of today's policy decides about it."""
    outcome: str
    """What stands, would be posted, holds it or leaves it alone."""
    tried: tuple[Tried, ...] = ()
    """For goods: each row of the routing table."""
    booked: Booked | None = None


@dataclass(frozen=True, slots=True)
class Routing:
    """How the routing table sees one returned line."""

    line: ReturnLine
    unit: Unit
    match: Matched | Doubt
    """The order line that it is."""
    routed: Routed | Doubt


def unit_at(line: ReturnLine, match: Matched | Doubt, shop: str) -> Unit:
    """A returned line as the routing table sees it, where it is this order line."""
    if isinstance(match, Doubt):
        return unit_of(line, shop)
    return unit_of(line, shop, (match.row.sku, match.row.channel_sku), whole_set=match.is_whole_set)


def _routings(ret: Return, context: OrderContext, policy: Policy) -> Iterator[Routing]:
    """Where each line of a return would go, by line id, whether it is back or not."""
    matches = match_lines(ret, context)
    for line in sorted({line.line_id: line for line in ret.lines}.values(), key=lambda line: line.line_id):
        unit = unit_at(line, matches[line.line_id], ret.shop)
        yield Routing(line, unit, matches[line.line_id], route_unit(unit, policy))


def try_routes(unit: Unit, routes: Sequence[Route]) -> Iterator[Tried]:
    """Each row of the table in order: which one decides, and what keeps the unit from each other one."""
    decided = False
    for route in routes:
        missed = tuple(misses(route, unit))
        decides = not missed and not decided
        yield Tried(route.name, decides, comes_after=not missed and decided, misses=missed)
        decided = decided or decides


def explain(
    ret: Return, context: OrderContext, policy: Policy, plan: Plan, booked: Mapping[Fact, Booked]
) -> tuple[Decision, ...]:
    """One decision for every line, transaction and exchange order of a return.

    `plan` is what the rules make of it now, `booked` are the ledger's live postings. Goods that a person put into
    stock by hand count as restocked.
    """
    outcomes = _Outcomes(plan, booked)
    goods = [_goods(routing, ret, policy, outcomes) for routing in _routings(ret, context, policy)]
    money = [_money(row, policy, outcomes) for row in ret.transactions]
    return (*goods, *money, *(_exchange(row, policy, outcomes) for row in ret.exchange_orders))


class _Outcomes:
    """What stands or would be done about each fact."""

    def __init__(self, plan: Plan, booked: Mapping[Fact, Booked]) -> None:
        self.booked = booked
        self._planned = {(posting.kind, fact): posting for posting in plan.postings for fact in posting.covers}
        self._findings: dict[str, list[Finding]] = {}
        for finding in plan.findings:
            for fact in finding.covers:
                self._findings.setdefault(fact, []).append(finding)
        self._notes = plan.notes

    def of(self, kind: Kind, fact: str) -> str:
        said = [f"{finding.code}: {finding.message}" for finding in self._findings.get(fact, ())]
        if standing := self.booked.get((kind, fact)):
            said.insert(0, f"{standing.state} as {standing.reference}")
        elif planned := self._planned.get((kind, fact)):
            said.insert(0, f"would be posted as {planned.reference}")
        return "; ".join(said or self._left_alone(fact)) or "nothing to do"

    def _left_alone(self, fact: str) -> list[str]:
        """What the plan says in passing; such a note begins with the fact it is about."""
        return [note.partition(": ")[2] for note in self._notes if note.partition(": ")[0].split()[-1:] == [fact]]


# --- Goods ---------------------------------------------------------------------------------------


def _goods(routing: Routing, ret: Return, policy: Policy, outcomes: _Outcomes) -> Decision:
    line = routing.line
    stays_away = is_kept(line) or is_missing(line)
    return Decision(
        kind=Kind.RESTOCK,
        fact=line.line_id,
        what=f"{line.sku or 'a unit without SKU'}, line {line.line_id}",
        trigger=_is_back(line, ret, policy),
        rule="none: nothing comes back" if stays_away else _rule_for_goods(routing),
        outcome=outcomes.of(Kind.RESTOCK, line.line_id),
        tried=() if stays_away else tuple(try_routes(routing.unit, policy.routing_table)),
        booked=outcomes.booked.get((Kind.RESTOCK, line.line_id)),
    )


def _is_back(line: ReturnLine, ret: Return, policy: Policy) -> str:
    trigger = policy.stock_trigger
    if is_kept(line):
        return "never: the customer keeps it"
    if is_missing(line):
        return "never: it was not in the parcel"
    since = back_since(line, ret, policy)
    if since is not None:
        return f"{trigger}: back since {since:%Y-%m-%d %H:%M} UTC"
    if trigger == StockTrigger.ITEM_INSPECTED:
        return f"{trigger}: not yet, nobody inspected it"
    return f"{trigger}: not yet, the return is {ret.status}"


def _rule_for_goods(routing: Routing) -> str:
    if isinstance(routing.match, Doubt):
        return f"no order line: {routing.match.message}"
    if isinstance(routing.routed, Doubt):
        return routing.routed.message
    routed = routing.routed
    unsafe = f" ({routed.doubt.message})" if routed.doubt else ""
    scrapped = ", scrapped" if routed.scrap else ""
    return f"{routed.rule}: to {routed.location} as {routed.disposition}{scrapped}{unsafe}"


# --- Money and exchanges -------------------------------------------------------------------------

_MONEY = {
    "credit": "is credited to the order",
    "record_only": "makes a liability of the shop, and is not credited to the order",
    "ignored": "is money towards the shop",
    "held": "is not known, so it is held",
}


def _money(row: Transaction, policy: Policy, outcomes: _Outcomes) -> Decision:
    paid = "paid" if is_paid(row) else "not paid"
    return Decision(
        kind=Kind.CREDIT,
        fact=row.transaction_id,
        what=f"{row.amount or 'an unknown amount'}, transaction {row.transaction_id}",
        trigger=f"{paid}: the transaction is {row.status or 'without status'}",
        rule=f"{row.kind} {_MONEY[money_becomes(row.kind, policy)]}",
        outcome=outcomes.of(Kind.CREDIT, row.transaction_id),
        booked=outcomes.booked.get((Kind.CREDIT, row.transaction_id)),
    )


def _exchange(row: ExchangeOrder, policy: Policy, outcomes: _Outcomes) -> Decision:
    is_fee = same(row.kind) == "fee"
    fact = row.order_id or row.draft_order_id or ""
    return Decision(
        kind=Kind.EXCHANGE,
        fact=fact,
        what=f"exchange order {row.order_name or fact or 'without id'}",
        trigger="released" if row.order_id else "not released yet",
        rule="a fee is an invoice and ships nothing"
        if is_fee
        else f"marked with {policy.exchange_tag}, folder {policy.exchange_folder}",
        outcome=outcomes.of(Kind.EXCHANGE, fact) if row.order_id and not is_fee else "nothing to do",
        booked=outcomes.booked.get((Kind.EXCHANGE, fact)),
    )
