"""Mending what a night found, where the policy asks for it: the usual way is asked again, never a new one taken.

Nothing here writes to a vendor. A missing posting is written into the ledger as any plan is, after what
Linnworks has was read; a posting that waits is made due; a return is queued to be read. Whatever is posted
then goes through `work.posting`: looked up under its reference before it is sent, and never sent twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from returnworks.errors import BadAnswer, NotAuthorised, Refused, VendorUnavailable
from returnworks.ledger import HealingRecord, PostingRecord
from returnworks.reconcile.night import Night
from returnworks.reconcile.results import Result
from returnworks.rules.healing import Candidate, HealClass, HealMode, Spent, choose
from returnworks.rules.model import Kind, Plan, Posting
from returnworks.rules.money import Money
from returnworks.rules.states import State
from returnworks.work.bridge import Bridge
from returnworks.work.planning import plans_for

HEALABLE: Mapping[str, Kind] = {"goods_missing": Kind.RESTOCK, "credit_missing": Kind.CREDIT}
"""Codes of breaks that say that nothing at all stands in Linnworks, and the posting that should."""

LOOKED_AT = 3
"""How many returns are decided about for each healing that the cap still allows; each costs calls to Linnworks."""


async def heal(bridge: Bridge, night: Night, mode: HealMode | None = None) -> tuple[HealingRecord, ...]:
    """Mend what `night` found, as far as the policy allows; what was mended and what was left, with reasons.

    `mode` is the policy's unless a person says otherwise. A night of which a side could not be read proves
    nothing and mends nothing. A vendor that does not answer fails no night: it is one row of the answer.
    """
    healing = bridge.policy.healing
    chosen_mode = mode or healing.mode
    if chosen_mode == HealMode.OFF or not night.fresh:
        return ()
    spent = spent_today(bridge, night.as_of)
    try:
        missing, plans, left = await _missing(bridge, night, healing.caps.count - spent.count)
        waiting = await _waiting(bridge, night.as_of)
    except (VendorUnavailable, BadAnswer, NotAuthorised, Refused) as problem:
        return (HealingRecord(HealClass.MISSING_POSTING, "failed", "", "all", f"Nothing was mended: {problem}"),)
    candidates = [*missing, *waiting, *_unread(bridge, night.as_of)]
    chosen = choose(candidates, healing, spent)
    done = (
        [_would(one) for one in chosen.picked]
        if chosen_mode == HealMode.DRY_RUN
        else _mend(bridge, chosen.picked, plans)
    )
    return (*done, *(_record(one, "left", f"{one.why} Left: {reason}.") for one, reason in chosen.left), *left)


def spent_today(bridge: Bridge, as_of: datetime) -> Spent:
    """What was mended since midnight UTC, so that two runs of one night share its caps."""
    midnight = datetime.combine(as_of.astimezone(UTC).date(), time(), UTC)
    spent = Spent()
    for healing in bridge.ledger.healings(midnight, outcomes=["healed"]):
        spent.add(healing.units, healing.money)
    return spent


async def _missing(
    bridge: Bridge, night: Night, cap: int
) -> tuple[list[Candidate], dict[str, Plan], list[HealingRecord]]:
    """Returns of which something is missing on both sides, with what deciding about them now would post."""
    breaks: defaultdict[str, list[Result]] = defaultdict(list)
    for row in night.breaks:
        if row.code in HEALABLE and row.return_id:
            breaks[row.return_id].append(row)
    oldest = sorted(breaks, key=lambda return_id: (_since(breaks[return_id], night.as_of), return_id))
    looked_at = oldest[: max(cap, 0) * LOOKED_AT]
    returns = bridge.ledger.get_returns(looked_at)
    plans = await plans_for(bridge, [returns[return_id] for return_id in looked_at if return_id in returns])
    records = _by_return(bridge.ledger.postings(return_ids=list(plans)))
    found, left = [], []
    for return_id, made in plans.items():
        ours = records.get(return_id, [])
        if made.postings and not {posting.reference for posting in made.postings} & {row.reference for row in ours}:
            found.append(_decided(made, breaks[return_id], night.as_of))
        else:
            left.append(_not_ours(made, breaks[return_id], ours))
    if rest := len(oldest) - len(looked_at):
        left.append(HealingRecord(HealClass.MISSING_POSTING, "left", "", f"{rest} more returns", _TOO_MANY))
    return found, plans, left


_TOO_MANY = "The night's cap leaves no room for them, so nothing was decided about them."


def _decided(made: Plan, rows: Sequence[Result], as_of: datetime) -> Candidate:
    return Candidate(
        cls=HealClass.MISSING_POSTING,
        return_id=made.return_id,
        subject=f"RMA {made.return_id}",
        why="It is due, and neither the ledger nor Linnworks has anything of it.",
        since=_since(rows, as_of),
        references=tuple(posting.reference for posting in made.postings),
        units=sum(_units(posting) for posting in made.postings),
        money=_money(made.postings),
        exceptions=tuple((row.code, row.subject) for row in rows),
    )


def _not_ours(made: Plan, rows: Sequence[Result], records: Sequence[PostingRecord]) -> HealingRecord:
    """Why a missing effect is a person's: it is held, or the ledger has it in another state than absent."""
    kinds = {HEALABLE[row.code] for row in rows}
    states = sorted(f"{record.reference} is {record.state}" for record in records if record.kind in kinds)
    held = sorted({finding.code for finding in made.findings})
    reason = f"held by {', '.join(held)}" if held else "; ".join(states) or "deciding now asks for nothing"
    return HealingRecord(
        HealClass.MISSING_POSTING, "left", made.return_id, f"RMA {made.return_id}", f"It is a person's: {reason}."
    )


async def _waiting(bridge: Bridge, as_of: datetime) -> list[Candidate]:
    """Postings planned long ago of which nothing was sent, that wait for a moment to come and are still asked for."""
    limit = as_of - timedelta(hours=bridge.policy.healing.stale_hours)
    planned = bridge.ledger.postings(states=[State.PLANNED])
    stale = {record.reference: record for record in planned if _waits(record, as_of) and _asked_at(record) <= limit}
    ids = sorted({record.return_id for record in stale.values()})
    plans_now = bridge.ledger.only_planned(ids)
    made = await plans_for(bridge, list(bridge.ledger.get_returns(ids).values()), plans_now)
    asked = {posting.reference: posting for plan in made.values() for posting in plan.postings}
    return [_still_asked(record) for key, record in sorted(stale.items()) if asked.get(key) == record.posting]


def _still_asked(record: PostingRecord) -> Candidate:
    until = max(moment for moment in (record.next_try_at, record.not_before) if moment)
    return Candidate(
        cls=HealClass.STALE_POSTING,
        return_id=record.return_id,
        subject=record.reference,
        why=f"It is planned since {_asked_at(record):%Y-%m-%d %H:%M} and would wait until {until:%Y-%m-%d %H:%M}.",
        since=_asked_at(record),
        references=(record.reference,),
        units=_units(record.posting),
        money=_money([record.posting]),
    )


def _waits(record: PostingRecord, as_of: datetime) -> bool:
    return any(moment is not None and moment > as_of for moment in (record.next_try_at, record.not_before))


def _asked_at(record: PostingRecord) -> datetime:
    return record.due_at or record.created_at


def _unread(bridge: Bridge, as_of: datetime) -> list[Candidate]:
    """Returns with an exception that nobody read for long; the sweep reads only those that ReturnGO calls open."""
    since: dict[str, datetime] = {}
    about: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for item in bridge.ledger.exceptions():
        if item.return_id:
            since[item.return_id] = min(item.event_at, since.get(item.return_id, item.event_at))
            about[item.return_id].append((item.code, item.subject))
    hours = bridge.policy.healing.stale_hours
    stale = bridge.ledger.not_read_since(sorted(since), as_of - timedelta(hours=hours))
    return [
        Candidate(
            cls=HealClass.STALE_RETURN,
            return_id=return_id,
            subject=f"RMA {return_id}",
            why=f"An exception stands on it, and it was not read from ReturnGO for {hours} hours.",
            since=since[return_id],
            exceptions=tuple(about[return_id]),
        )
        for return_id in stale
    ]


def _mend(bridge: Bridge, picked: Sequence[Candidate], plans: Mapping[str, Plan]) -> list[HealingRecord]:
    now = bridge.now()
    missing = [one for one in picked if one.cls == HealClass.MISSING_POSTING]
    waiting = [one for one in picked if one.cls == HealClass.STALE_POSTING]
    unread = [one for one in picked if one.cls == HealClass.STALE_RETURN]
    made = bridge.ledger.intend(
        [posting for one in missing for posting in plans[one.return_id].postings], bridge.policy.version, now
    )
    due = {record.reference for record in made.records if record.state == State.PLANNED}
    due |= {record.reference for record in bridge.ledger.hurry([one.subject for one in waiting], now)}
    bridge.ledger.enqueue([one.return_id for one in unread], "manual", now)
    return [_mended(one, due) for one in picked]


def _mended(one: Candidate, due: set[str]) -> HealingRecord:
    """What had gone another way by the time it was to be mended has not been mended."""
    if due.issuperset(one.references):
        return _record(one, "healed", one.why)
    return _record(one, "failed", f"{one.why} Meanwhile it went another way; the next night looks again.")


def _would(one: Candidate) -> HealingRecord:
    return _record(one, "would_heal", one.why)


def _record(one: Candidate, outcome: str, why: str) -> HealingRecord:
    return HealingRecord(
        what=one.cls,
        outcome=outcome,
        return_id=one.return_id,
        subject=one.subject,
        why=why,
        postings=one.references,
        units=one.units,
        money=one.money,
        about=one.exceptions,
    )


def _since(rows: Iterable[Result], as_of: datetime) -> datetime:
    return min((row.event_at for row in rows if row.event_at), default=as_of)


def _units(posting: Posting) -> int:
    return sum(line.quantity for line in posting.restock)


def _money(postings: Iterable[Posting]) -> tuple[Money, ...]:
    """One sum per currency."""
    sums: defaultdict[str, int] = defaultdict(int)
    for posting in postings:
        if posting.amount is not None:
            sums[posting.amount.currency] += posting.amount.minor
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))


def _by_return(records: Iterable[PostingRecord]) -> dict[str, list[PostingRecord]]:
    grouped: defaultdict[str, list[PostingRecord]] = defaultdict(list)
    for record in records:
        grouped[record.return_id].append(record)
    return dict(grouped)
