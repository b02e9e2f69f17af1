"""From what a return is to what it should cause: gather what the rules need, decide, write the intents down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from returnworks.errors import BadAnswer, Refused
from returnworks.ledger import ExceptionChanges, ExceptionRecord, Intended, PostingRecord
from returnworks.rules.codes import PLANNING_CODES
from returnworks.rules.findings import finding
from returnworks.rules.lifecycle import stage_of
from returnworks.rules.model import Kind, Plan, Posting, Return
from returnworks.rules.planning import OrderContext, plan
from returnworks.work.bridge import Bridge
from returnworks.work.contexts import Covered, Gathered, Orders, gather_afresh, gather_around
from returnworks.work.notes import notes_due

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


@dataclass(frozen=True, slots=True)
class Decided:
    """The plan of one return and everything that it was made from."""

    plan: Plan
    context: OrderContext


async def decide(
    bridge: Bridge, returns: Sequence[Return], open_plans: Sequence[PostingRecord] = ()
) -> dict[str, Decided]:
    """What each return should cause now, by return id: what is due and not posted yet. Writes nothing.

    What the postings `open_plans` say is decided anew, as nothing of them was sent.
    """
    gathered = await gather_around(bridge, returns, open_plans)
    decided = {}
    for ret in sorted(returns, key=lambda ret: ret.return_id):
        made = _decide(bridge, ret, gathered)
        gathered.promised.make(made.plan.postings)
        gathered.restocks.add(made.plan.postings)
        decided[ret.return_id] = made
    return decided


async def plans_for(
    bridge: Bridge, returns: Sequence[Return], open_plans: Sequence[PostingRecord] = ()
) -> dict[str, Plan]:
    """The plans of `decide`, by return id."""
    return {key: made.plan for key, made in (await decide(bridge, returns, open_plans)).items()}


async def plans_afresh(
    bridge: Bridge,
    returns: Sequence[Return],
    orders: Orders,
    exchanges: Orders,
    settled: Covered,
    records: Sequence[PostingRecord] = (),
) -> dict[str, Plan]:
    """The plan of each return as if nothing had been posted: what should stand in Linnworks all in all.

    `orders` are the original orders by return id, `exchanges` the exchange orders by the channel's id. `settled`
    are the facts that a person settled in another way. `records` say only what cannot be told from the facts of
    today: which units took their room first, where uninspected ones were put, which pieces were booked as sets.
    """
    gathered = await gather_afresh(bridge, orders, exchanges, settled, records)
    plans = {}
    for ret in sorted(returns, key=lambda ret: ret.return_id):
        plans[ret.return_id] = _decide(bridge, ret, gathered).plan
        gathered.promised.make(plans[ret.return_id].postings)
        gathered.restocks.replace(ret.return_id, plans[ret.return_id].postings)
    return plans


def _decide(bridge: Bridge, ret: Return, gathered: Gathered) -> Decided:
    context = gathered.context_of(ret)
    return Decided(plan(ret, context, bridge.policy, bridge.now()), context)


def _write_down(
    bridge: Bridge,
    returns: Mapping[str, Return],
    plans: Mapping[str, Plan],
    open_plans: Sequence[PostingRecord],
    now: datetime,
) -> PlanReport:
    ledger, policy = bridge.ledger, bridge.policy
    if bridge.mode.is_shadow:
        ledger.mark_planned(dict.fromkeys(plans), now, policy_version=policy.version)
        return PlanReport(claimed=len(plans))
    intended = _intend(bridge, returns, plans, open_plans, now)
    busy = {record.return_id for record in intended.busy}
    changes = _tell(bridge, plans, now)
    again = {return_id: _look_again(made, now, return_id in busy) for return_id, made in plans.items()}
    ledger.mark_planned(again, now, put_off=busy | _undecided(plans), policy_version=policy.version)
    return PlanReport(
        claimed=len(plans),
        intended=tuple(record.reference for record in intended.new),
        changed=tuple(record.reference for record in (*intended.rewritten, *intended.withdrawn)),
        opened=_named((*changes.opened, *changes.reopened)),
        standing=_named(changes.still),
    )


def _intend(
    bridge: Bridge,
    returns: Mapping[str, Return],
    plans: Mapping[str, Plan],
    open_plans: Sequence[PostingRecord],
    now: datetime,
) -> Intended:
    """Write the postings and order notes down, each with the end of its window, instead of the plans before them."""
    ledger, policy = bridge.ledger, bridge.policy
    postings = [posting for made in plans.values() for posting in made.postings]
    postings += _ours(bridge, notes_due(bridge, (returns[return_id] for return_id in plans)))
    not_before = {
        posting.reference: policy.restock_windows.closes_at(now, returns[posting.return_id].shop)
        for posting in postings
        if posting.kind == Kind.RESTOCK
    }
    replaced = [record.reference for record in open_plans]
    ledger.remember_policy(policy, now)
    return ledger.intend(postings, policy.version, now, not_before, decided=list(plans), instead_of=replaced)


def _tell(bridge: Bridge, plans: Mapping[str, Plan], now: datetime) -> ExceptionChanges:
    """Open what the plans doubt, and close what they do not doubt any more."""
    findings = [doubt for made in plans.values() for doubt in made.findings]
    changes = bridge.ledger.see_exceptions(findings, now)
    bridge.ledger.close_absent(
        PLANNING_CODES,
        [(doubt.code, doubt.subject) for doubt in findings],
        "no longer so when the return was decided upon",
        now,
        return_ids=list(plans),
    )
    return changes


def _ours(bridge: Bridge, notes: Sequence[Posting]) -> list[Posting]:
    """Without those of stages that were entered before we went live."""
    since = bridge.mode.ours_since
    return [note for note in notes if since is None or note.due_at is None or note.due_at >= since]


def _undecided(plans: Mapping[str, Plan]) -> set[str]:
    """Returns about which nothing could be decided: what was planned before may be out of date, so it waits."""
    return {made.return_id for made in plans.values() for doubt in made.findings if doubt.code == UNREADABLE}


def _named(records: Sequence[ExceptionRecord]) -> tuple[str, ...]:
    return tuple(f"{record.code} {record.subject}" for record in records)


def _look_again(made: Plan, now: datetime, busy: bool) -> datetime | None:
    """When to decide again although ReturnGO says nothing new: where Linnworks, or time alone, changes the answer."""
    if busy:
        return now + LOOK_AGAIN_SOON
    return now + LOOK_AGAIN if made.waits or made.findings else made.again_at
