"""From what a return is to what it should cause: gather what the rules need, decide, write the intents down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from returnworks.errors import BadAnswer, Refused
from returnworks.ledger import ExceptionRecord
from returnworks.rules.codes import PLANNING_CODES
from returnworks.rules.credits import paid_refunds
from returnworks.rules.findings import finding
from returnworks.rules.lifecycle import stage_of
from returnworks.rules.model import Kind, Order, Plan, Refund, Return
from returnworks.rules.planning import OrderContext, plan
from returnworks.work.bridge import Bridge
from returnworks.work.orders import exchange_orders, original_orders

LOOK_AGAIN = timedelta(minutes=30)
"""How soon a return that waits for something in Linnworks is decided upon again."""


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What one chunk of deciding did: returns looked at, references intended, exceptions opened."""

    claimed: int = 0
    intended: tuple[str, ...] = ()
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
    plans = await _each(bridge, list(returns.values()))
    return _write_down(bridge, returns, plans, now)


async def _each(bridge: Bridge, returns: Sequence[Return]) -> dict[str, Plan]:
    """All plans together; where one return's order cannot be read, each alone, so that neighbours carry on."""
    try:
        return await plans_for(bridge, returns)
    except (BadAnswer, Refused) as problem:
        if len(returns) == 1:
            return {returns[0].return_id: _not_decided(returns[0], str(problem))}
    alone = [await _each(bridge, [ret]) for ret in returns]
    return {return_id: made for one in alone for return_id, made in one.items()}


def _not_decided(ret: Return, why: str) -> Plan:
    text = f"Its order could not be read from Linnworks: {why} It is tried again in half an hour."
    subject = f"RMA {ret.return_id}"
    doubt = finding("order_unreadable", subject, text, return_id=ret.return_id, since=ret.updated_at)
    return Plan(ret.return_id, stage_of(ret), findings=(doubt,))


async def plans_for(bridge: Bridge, returns: Sequence[Return], *, afresh: bool = False) -> dict[str, Plan]:
    """The plan of each return, by return id. Writes nothing.

    `afresh` decides as if nothing had been posted yet: what should stand in Linnworks all in all.
    """
    orders = await original_orders(bridge, returns)
    exchanges = await exchange_orders(bridge, returns)
    locations = await bridge.locations()
    items = await bridge.stock_items(_skus(orders.values()))
    covered = {} if afresh else bridge.ledger.covered_many([ret.return_id for ret in returns])
    refunds = {} if afresh else await _refunds(bridge, returns, orders, covered)
    return {
        ret.return_id: plan(
            ret,
            OrderContext(
                orders=orders[ret.return_id],
                locations=locations,
                items=items,
                refunds=tuple(refund for o in orders[ret.return_id] for refund in refunds.get(o.order_id, ())),
                bookings=(),
                exchange_orders=exchanges,
                covered=covered.get(ret.return_id, {}),
            ),
            bridge.policy,
            bridge.now(),
        )
        for ret in returns
    }


Covered = Mapping[str, Mapping[Kind, frozenset[str]]]


async def _refunds(
    bridge: Bridge, returns: Sequence[Return], orders: Mapping[str, tuple[Order, ...]], covered: Covered
) -> dict[str, tuple[Refund, ...]]:
    """What stands on the orders of returns that have a refund to credit; nothing is asked about the others."""
    order_ids = sorted(
        {
            order.order_id
            for ret in returns
            if {row.transaction_id for row in paid_refunds(ret)}
            - covered.get(ret.return_id, {}).get(Kind.CREDIT, frozenset())
            for order in orders[ret.return_id]
        }
    )
    return {order_id: await bridge.linnworks.refunds(order_id) for order_id in order_ids}


def _skus(orders: Sequence[tuple[Order, ...]] | object) -> set[str]:
    skus: set[str] = set()
    for group in orders:  # type: ignore[attr-defined]
        for order in group:
            for line in order.lines:
                skus.update([line.sku, *(child.sku for child in line.children)])
    return skus


def _write_down(bridge: Bridge, returns: Mapping[str, Return], plans: Mapping[str, Plan], now: datetime) -> PlanReport:
    ledger, policy = bridge.ledger, bridge.policy
    postings = [posting for made in plans.values() for posting in made.postings]
    window = window_end(now, policy.restock_window_minutes)
    not_before = {posting.reference: window for posting in postings if posting.kind == Kind.RESTOCK}
    intended = ledger.intend(postings, policy.version, now, not_before)
    findings = [doubt for made in plans.values() for doubt in made.findings]
    changes = ledger.see_exceptions(findings, now)
    ledger.close_absent(
        PLANNING_CODES,
        [(doubt.code, doubt.subject) for doubt in findings],
        "no longer so when the return was decided upon",
        now,
        return_ids=list(plans),
    )
    ledger.mark_planned({return_id: _look_again(made, now) for return_id, made in plans.items()}, now)
    return PlanReport(
        claimed=len(plans),
        intended=tuple(record.reference for record in intended.new),
        opened=_named((*changes.opened, *changes.reopened)),
        standing=_named(changes.still),
    )


def _named(records: Sequence[ExceptionRecord]) -> tuple[str, ...]:
    return tuple(f"{record.code} {record.subject}" for record in records)


def _look_again(made: Plan, now: datetime) -> datetime | None:
    """When to decide again although ReturnGO says nothing new: only where Linnworks may change the answer."""
    return now + LOOK_AGAIN if made.waits or made.findings else None


def window_end(now: datetime, minutes: int) -> datetime:
    """The end of the restock window that `now` is in; windows count from midnight UTC."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if minutes <= 0:
        return now
    passed = int((now - midnight).total_seconds() // (minutes * 60))
    return midnight + timedelta(minutes=minutes * (passed + 1))
