"""Mending what a night found, where the policy asks for it: the usual way is asked again, never a new one taken.

Nothing here writes to a vendor. A missing posting is written into the ledger as any plan is, after what
Linnworks has was read; a posting that waits is made due; a return is queued to be read. Whatever is posted
then goes through `work.posting`: looked up under its reference before it is sent, and never sent twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from returnworks.errors import NotAuthorised, VendorUnavailable
from returnworks.ledger import HealingRecord
from returnworks.reconcile.night import Night
from returnworks.rules.healing import Candidate, HealClass, HealMode, Spent, choose
from returnworks.rules.states import State
from returnworks.work.bridge import Bridge
from returnworks.work.healable import Found, find


async def heal(bridge: Bridge, night: Night, mode: HealMode | None = None) -> tuple[HealingRecord, ...]:
    """Mend what `night` found, as far as the policy allows; what was mended and what was left, with reasons.

    `mode` is the policy's unless a person says otherwise; a dry run also shows what the classes would find that
    are not switched on. A night of which a side could not be read proves nothing and mends nothing. A vendor
    that does not answer fails no night: it is one row of the answer.
    """
    healing = bridge.policy.healing
    chosen_mode = mode or healing.mode
    if chosen_mode == HealMode.OFF or not night.fresh:
        return ()
    dry = chosen_mode == HealMode.DRY_RUN
    classes = tuple(HealClass) if dry else healing.classes
    spent = spent_today(bridge, night.as_of)
    try:
        found = await find(bridge, night, classes, healing.caps.count - spent.count)
    except (VendorUnavailable, NotAuthorised) as problem:
        return (HealingRecord(HealClass.MISSING_POSTING, "failed", "", "all", f"Nothing was mended: {problem}"),)
    chosen = choose(found.candidates, healing, spent)
    would = [_record(one, "would_heal", one.why) for one in chosen.picked]
    done = would if dry else _mend(bridge, chosen.picked, found)
    left = [_record(one, "left", f"{one.why} Left: {reason}.") for one, reason in chosen.left]
    return (*done, *left, *found.left)


def spent_today(bridge: Bridge, as_of: datetime) -> Spent:
    """What was mended since midnight UTC, so that two runs of one night share its caps."""
    midnight = datetime.combine(as_of.astimezone(UTC).date(), time(), UTC)
    spent = Spent()
    for healing in bridge.ledger.healings(midnight, outcomes=["healed"]):
        spent.add(healing.units, healing.money)
    return spent


def _mend(bridge: Bridge, picked: Sequence[Candidate], found: Found) -> list[HealingRecord]:
    now = bridge.now()
    missing = [one for one in picked if one.cls == HealClass.MISSING_POSTING]
    waiting = [one for one in picked if one.cls == HealClass.STALE_POSTING]
    unread = [one for one in picked if one.cls == HealClass.STALE_RETURN]
    made = bridge.ledger.intend(
        [posting for one in missing for posting in found.postings[one.return_id]], bridge.policy.version, now
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
