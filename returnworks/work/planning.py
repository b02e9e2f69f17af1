"""From what a return is to what it should cause: gather what the rules need, decide, write the intents down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from returnworks.errors import BadAnswer, Refused
from returnworks.ledger import ExceptionRecord, PostingRecord
from returnworks.rules.codes import PLANNING_CODES
from returnworks.rules.credits import paid_refunds
from returnworks.rules.findings import finding
from returnworks.rules.lifecycle import back_since, stage_of
from returnworks.rules.model import Booking, Kind, Order, Plan, Refund, Return
from returnworks.rules.planning import OrderContext, plan
from returnworks.rules.policy import Policy
from returnworks.work.bridge import Bridge
from returnworks.work.notes import notes_due
from returnworks.work.orders import exchange_orders, original_orders
from returnworks.work.promises import Promises, promises

Orders = Mapping[str, tuple[Order, ...]]
Covered = Mapping[str, Mapping[Kind, frozenset[str]]]

UNREADABLE = "order_unreadable"

LOOK_AGAIN = timedelta(minutes=30)
"""How soon a return that waits for something in Linnworks is decided upon again."""
LOOK_AGAIN_SOON = timedelta(minutes=1)
"""The same, when a plan of it is in a worker's hands and could not be changed."""


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What one chunk of deciding did: returns looked at, references intended, exceptions opened."""

    claimed: int = 0
    intended: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    """References of plans that say something else now, or are not asked for any more."""
    opened: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()

    def __add__(self, other: PlanReport) -> PlanReport:
        return PlanReport(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def figures(self) -> dict[str, int]:
        return {"planned": self.claimed, "intended": len(self.intended), "exceptions_opened": len(self.opened)}


async def plan_due(bridge: Bridge, *, only: Sequence[str] | None = None, limit: int = 50) -> PlanReport:
    """Decide anew for up to `limit` returns that changed since they were last decided upon, or that wait.

    `only` decides for exactly these, due or not.
    """
    now = bridge.now()
    ids = bridge.ledger.to_plan(now, limit) if only is None else list(only)
    returns = bridge.ledger.get_returns(ids)
    open_plans = bridge.ledger.only_planned(list(returns))
    plans = await _each(bridge, list(returns.values()), open_plans)
    return _write_down(bridge, returns, plans, open_plans, now)


async def _each(bridge: Bridge, returns: Sequence[Return], open_plans: Sequence[PostingRecord]) -> dict[str, Plan]:
    """All plans together; where one return's order cannot be read, each alone, so that neighbours carry on."""
    try:
        return await plans_for(bridge, returns, open_plans)
    except (BadAnswer, Refused) as problem:
        if len(returns) == 1:
            return {returns[0].return_id: _not_decided(returns[0], str(problem), open_plans)}
    alone = [await _each(bridge, [ret], open_plans) for ret in returns]
    return {return_id: made for one in alone for return_id, made in one.items()}


def _not_decided(ret: Return, why: str, open_plans: Sequence[PostingRecord]) -> Plan:
    """What was planned before stays planned, and waits until it can be decided upon."""
    text = f"Its order could not be read from Linnworks: {why} It is tried again in half an hour."
    subject = f"RMA {ret.return_id}"
    doubt = finding(UNREADABLE, subject, text, return_id=ret.return_id, since=ret.updated_at)
    standing = tuple(record.posting for record in open_plans if record.return_id == ret.return_id)
    return Plan(ret.return_id, stage_of(ret), postings=standing, findings=(doubt,))


async def plans_for(
    bridge: Bridge, returns: Sequence[Return], open_plans: Sequence[PostingRecord] = ()
) -> dict[str, Plan]:
    """The plan of each return, by return id: what is due and not posted yet. Writes nothing.

    What the postings `open_plans` say is decided anew, as nothing of them was sent.
    """
    orders = await original_orders(bridge, returns)
    exchanges = await exchange_orders(bridge, returns)
    covered = _covered(bridge, returns, open_plans)
    standing = await _standing(bridge, returns, orders, covered)
    promised = promises(bridge, list(standing.refunds), open_plans)
    return await _decide(bridge, returns, orders, exchanges, standing, covered, promised)


async def plans_afresh(
    bridge: Bridge, returns: Sequence[Return], orders: Orders, exchanges: Orders, settled: Covered
) -> dict[str, Plan]:
    """The plan of each return as if nothing had been posted: what should stand in Linnworks all in all.

    `orders` are the original orders by return id, `exchanges` the exchange orders by the channel's id. `settled`
    are the facts that a person settled in another way.
    """
    return await _decide(bridge, returns, orders, exchanges, Standing(), settled, Promises())


async def _decide(
    bridge: Bridge,
    returns: Sequence[Return],
    orders: Orders,
    exchanges: Orders,
    standing: Standing,
    covered: Covered,
    promised: Promises,
) -> dict[str, Plan]:
    locations = await bridge.locations()
    items = await bridge.stock_items(skus_of(orders.values()))
    plans = {}
    for ret in sorted(returns, key=lambda ret: ret.return_id):
        mine = orders[ret.return_id]
        plans[ret.return_id] = plan(
            ret,
            OrderContext(
                orders=mine,
                locations=locations,
                items=items,
                refunds=tuple(row for order in mine for row in standing.refunds.get(order.order_id, ())),
                bookings=tuple(row for order in mine for row in standing.bookings.get(order.order_id, ())),
                exchange_orders=exchanges,
                covered=covered.get(ret.return_id, {}),
                promised=promised.to_others(ret.return_id, mine),
                claimed=promised.claimed_by_others(ret.return_id, mine),
            ),
            bridge.policy,
            bridge.now(),
        )
        promised.make(plans[ret.return_id].postings)
    return plans


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in Linnworks already, by order id."""

    refunds: Mapping[str, tuple[Refund, ...]] = field(default_factory=dict)
    bookings: Mapping[str, tuple[Booking, ...]] = field(default_factory=dict)


async def _standing(bridge: Bridge, returns: Sequence[Return], orders: Orders, covered: Covered) -> Standing:
    """Asked only about the orders of returns that have a refund to credit, or goods to book."""
    money = {ret.return_id for ret in returns if _refunds_due(ret, bridge.policy) - _facts(covered, ret, Kind.CREDIT)}
    goods = {ret.return_id for ret in returns if _goods_due(ret, bridge.policy) - _facts(covered, ret, Kind.RESTOCK)}
    return Standing(
        refunds={order_id: await bridge.linnworks.refunds(order_id) for order_id in _order_ids(orders, money)},
        bookings={order_id: await bridge.linnworks.bookings(order_id) for order_id in _order_ids(orders, goods)},
    )


def _covered(bridge: Bridge, returns: Sequence[Return], open_plans: Sequence[PostingRecord]) -> Covered:
    """The facts that are done or under way, by return id and kind."""
    covered = bridge.ledger.covered_many([ret.return_id for ret in returns])
    for record in open_plans:
        if record.return_id in covered:
            covered[record.return_id][record.kind] -= frozenset(record.posting.covers)
    return covered


def _refunds_due(ret: Return, policy: Policy) -> frozenset[str]:
    return frozenset(row.transaction_id for row in paid_refunds(ret, policy))


def _goods_due(ret: Return, policy: Policy) -> frozenset[str]:
    return frozenset(line.line_id for line in ret.lines if back_since(line, ret, policy))


def _facts(covered: Covered, ret: Return, kind: Kind) -> frozenset[str]:
    return covered.get(ret.return_id, {}).get(kind, frozenset())


def _order_ids(orders: Orders, return_ids: set[str]) -> list[str]:
    return sorted({order.order_id for return_id in return_ids for order in orders[return_id]})


def skus_of(orders: Iterable[tuple[Order, ...]]) -> set[str]:
    lines = [line for group in orders for order in group for line in order.lines]
    return {line.sku for line in lines} | {child.sku for line in lines for child in line.children}


def _write_down(
    bridge: Bridge,
    returns: Mapping[str, Return],
    plans: Mapping[str, Plan],
    open_plans: Sequence[PostingRecord],
    now: datetime,
) -> PlanReport:
    ledger, policy = bridge.ledger, bridge.policy
    postings = [posting for made in plans.values() for posting in made.postings]
    postings += notes_due(bridge, (returns[return_id] for return_id in plans))
    not_before = {
        posting.reference: policy.restock_windows.closes_at(now, returns[posting.return_id].shop)
        for posting in postings
        if posting.kind == Kind.RESTOCK
    }
    replaced = [record.reference for record in open_plans]
    ledger.remember_policy(policy, now)
    intended = ledger.intend(postings, policy.version, now, not_before, decided=list(plans), instead_of=replaced)
    busy = {record.return_id for record in intended.busy}
    findings = [doubt for made in plans.values() for doubt in made.findings]
    changes = ledger.see_exceptions(findings, now)
    ledger.close_absent(
        PLANNING_CODES,
        [(doubt.code, doubt.subject) for doubt in findings],
        "no longer so when the return was decided upon",
        now,
        return_ids=list(plans),
    )
    again = {return_id: _look_again(made, now, return_id in busy) for return_id, made in plans.items()}
    ledger.mark_planned(again, now, put_off=busy | _undecided(plans), policy_version=policy.version)
    return PlanReport(
        claimed=len(plans),
        intended=tuple(record.reference for record in intended.new),
        changed=tuple(record.reference for record in (*intended.rewritten, *intended.withdrawn)),
        opened=_named((*changes.opened, *changes.reopened)),
        standing=_named(changes.still),
    )


def _undecided(plans: Mapping[str, Plan]) -> set[str]:
    """Returns about which nothing could be decided: what was planned before may be out of date, so it waits."""
    return {made.return_id for made in plans.values() for doubt in made.findings if doubt.code == UNREADABLE}


def _named(records: Sequence[ExceptionRecord]) -> tuple[str, ...]:
    return tuple(f"{record.code} {record.subject}" for record in records)


def _look_again(made: Plan, now: datetime, busy: bool) -> datetime | None:
    """When to decide again although ReturnGO says nothing new: only where Linnworks may change the answer."""
    if busy:
        return now + LOOK_AGAIN_SOON
    return now + LOOK_AGAIN if made.waits or made.findings else None
