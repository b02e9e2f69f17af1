"""What could be mended after a night: found, with what the usual way would post for it, and mended by nobody here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from returnworks.errors import BadAnswer, Refused
from returnworks.ledger import HealingRecord, PostingRecord
from returnworks.reconcile.night import Night
from returnworks.reconcile.results import Result
from returnworks.rules.healing import Candidate, HealClass
from returnworks.rules.model import Kind, Plan, Posting, Return
from returnworks.rules.money import Money
from returnworks.rules.states import State
from returnworks.work.bridge import Bridge
from returnworks.work.planning import plans_for

HEALABLE: Mapping[str, Kind] = {"goods_missing": Kind.RESTOCK, "credit_missing": Kind.CREDIT}
"""Codes of breaks that say that nothing at all stands in Linnworks, and the posting that should."""

LOOKED_AT = 3
"""How many returns are decided about for each healing that the cap still allows; each costs calls to Linnworks."""


@dataclass(slots=True)
class Found:
    """What a night could mend."""

    candidates: list[Candidate] = field(default_factory=list)
    postings: dict[str, tuple[Posting, ...]] = field(default_factory=dict)
    """What candidates of missing postings would have written down, by return id."""
    left: list[HealingRecord] = field(default_factory=list)
    """What cannot be mended, with the reason."""


async def find(bridge: Bridge, night: Night, classes: Collection[HealClass], room: int) -> Found:
    """Look for these classes. `room`: how many healings the caps still allow.

    Raises VendorUnavailable or NotAuthorised when Linnworks cannot be asked at all.
    """
    found = Found()
    if HealClass.MISSING_POSTING in classes:
        await _missing(bridge, night, room, found)
    if HealClass.STALE_POSTING in classes:
        found.candidates += await _waiting(bridge, night.as_of)
    if HealClass.STALE_RETURN in classes:
        found.candidates += _unread(bridge, night.as_of)
    return found


async def _missing(bridge: Bridge, night: Night, room: int, found: Found) -> None:
    """Returns of which something is missing on both sides, the oldest first, as many as the caps could need."""
    breaks: defaultdict[str, list[Result]] = defaultdict(list)
    for row in night.breaks:
        if row.code in HEALABLE and row.return_id:
            breaks[row.return_id].append(row)
    oldest = sorted(breaks, key=lambda return_id: (_since(breaks[return_id], night.as_of), return_id))
    looked_at = oldest[: max(room, 0) * LOOKED_AT]
    returns = bridge.ledger.get_returns(looked_at)
    plans, unread = await _plans(bridge, [returns[return_id] for return_id in looked_at if return_id in returns])
    found.left += [_record_of(return_id, "failed", why) for return_id, why in unread.items()]
    records = _by_return(bridge.ledger.postings(return_ids=list(plans)))
    for return_id, made in plans.items():
        _sort_out(made, breaks[return_id], records.get(return_id, []), night.as_of, found)
    if rest := len(oldest) - len(looked_at):
        why = "The night's cap leaves no room for them, so nothing was decided about them."
        found.left.append(HealingRecord(HealClass.MISSING_POSTING, "left", "", f"{rest} more returns", why))


def _sort_out(
    made: Plan, rows: Sequence[Result], records: Sequence[PostingRecord], as_of: datetime, found: Found
) -> None:
    """A candidate where deciding now asks for something that the ledger does not have in any other state."""
    postings = _only_missing(made, rows)
    if postings and not {posting.reference for posting in postings} & {record.reference for record in records}:
        found.candidates.append(_decided(made.return_id, postings, rows, as_of))
        found.postings[made.return_id] = postings
    else:
        found.left.append(_record_of(made.return_id, "left", _not_ours(made, rows, records)))


async def _plans(
    bridge: Bridge, returns: Sequence[Return], open_plans: Sequence[PostingRecord] = ()
) -> tuple[dict[str, Plan], dict[str, str]]:
    """What deciding about each asks for now, and of those whose order cannot be read, why; neighbours carry on."""
    try:
        return await plans_for(bridge, returns, open_plans), {}
    except (BadAnswer, Refused) as problem:
        if len(returns) == 1:
            return {}, {returns[0].return_id: f"Its order could not be read from Linnworks: {problem}"}
    plans: dict[str, Plan] = {}
    unread: dict[str, str] = {}
    for ret in returns:
        made, why = await _plans(bridge, [ret], [row for row in open_plans if row.return_id == ret.return_id])
        plans |= made
        unread |= why
    return plans, unread


def _only_missing(made: Plan, rows: Sequence[Result]) -> tuple[Posting, ...]:
    kinds = {HEALABLE[row.code] for row in rows}
    return tuple(posting for posting in made.postings if posting.kind in kinds)


def _decided(return_id: str, postings: Sequence[Posting], rows: Sequence[Result], as_of: datetime) -> Candidate:
    return Candidate(
        cls=HealClass.MISSING_POSTING,
        return_id=return_id,
        subject=f"RMA {return_id}",
        why="It is due, and neither the ledger nor Linnworks has anything of it.",
        since=_since(rows, as_of),
        references=tuple(posting.reference for posting in postings),
        units=sum(_units(posting) for posting in postings),
        money=_money(postings),
        exceptions=tuple((row.code, row.subject) for row in rows),
    )


def _not_ours(made: Plan, rows: Sequence[Result], records: Sequence[PostingRecord]) -> str:
    """Why a missing effect needs no healing or a person: it is planned, held, or in another state than absent."""
    kinds = {HEALABLE[row.code] for row in rows}
    there = sorted((record.reference, record.state) for record in records if record.kind in kinds)
    if there and all(state is State.PLANNED for _, state in there):
        return f"It is planned already and posted when it is due: {', '.join(name for name, _ in there)}."
    states = [f"{reference} is {state}" for reference, state in there]
    held = sorted({finding.code for finding in made.findings})
    reason = f"held by {', '.join(held)}" if held else "; ".join(states) or "deciding now asks for nothing"
    return f"It is a person's: {reason}."


def _record_of(return_id: str, outcome: str, why: str) -> HealingRecord:
    return HealingRecord(HealClass.MISSING_POSTING, outcome, return_id, f"RMA {return_id}", why)


async def _waiting(bridge: Bridge, as_of: datetime) -> list[Candidate]:
    """Postings planned long ago of which nothing was sent, that wait for a moment to come and are still asked for."""
    limit = as_of - timedelta(hours=bridge.policy.healing.stale_hours)
    planned = bridge.ledger.postings(states=[State.PLANNED])
    stale = {record.reference: record for record in planned if _waits(record, as_of) and record.updated_at <= limit}
    ids = sorted({record.return_id for record in stale.values()})
    plans_now = bridge.ledger.only_planned(ids)
    made, _ = await _plans(bridge, list(bridge.ledger.get_returns(ids).values()), plans_now)
    asked = {posting.reference: posting for plan in made.values() for posting in plan.postings}
    return [_still_asked(record) for key, record in sorted(stale.items()) if asked.get(key) == record.posting]


def _still_asked(record: PostingRecord) -> Candidate:
    until = max(moment for moment in (record.next_try_at, record.not_before) if moment)
    return Candidate(
        cls=HealClass.STALE_POSTING,
        return_id=record.return_id,
        subject=record.reference,
        why=f"It is planned since {record.updated_at:%Y-%m-%d %H:%M} and would wait until {until:%Y-%m-%d %H:%M}.",
        since=record.due_at or record.created_at,
        references=(record.reference,),
        units=_units(record.posting),
        money=_money([record.posting]),
    )


def _waits(record: PostingRecord, as_of: datetime) -> bool:
    return any(moment is not None and moment > as_of for moment in (record.next_try_at, record.not_before))


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
