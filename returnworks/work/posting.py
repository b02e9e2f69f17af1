"""The posting protocol: claim, look, write the intent down, send, read back. Never send what may already stand.

Every effect has a reference that was written to the ledger before anything was sent. Before a send,
Linnworks is asked what already stands under that reference; after one, it is asked again. An answer that
never came makes the posting `unknown`; only settling, which looks, brings it back.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from returnworks.errors import (
    BadAnswer,
    NotAuthorised,
    OutcomeUnknown,
    Refused,
    ReturnworksError,
    VendorUnavailable,
)
from returnworks.ledger import LeaseLost, PostingRecord
from returnworks.rules.model import Finding, Kind
from returnworks.rules.states import Event, IllegalMove, State
from returnworks.work.acts import ACTS, Act, Standing, about
from returnworks.work.bridge import Bridge

LEASE = timedelta(minutes=10)
SETTLE_DELAY = timedelta(seconds=60)
"""How long a write whose answer was lost may take to become visible (assumed; Linnworks documents nothing)."""
AT_ONCE = 4
"""Orders that are worked on at the same time; Linnworks' limits allow no more to be useful."""
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))


@dataclass(frozen=True, slots=True)
class PostReport:
    """What became of the postings of one chunk, by reference."""

    claimed: int = 0
    confirmed: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    already: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()

    def __add__(self, other: PostReport) -> PostReport:
        return PostReport(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def figures(self) -> dict[str, int]:
        """The counts, for a flow's answer."""
        return {f.name: value if isinstance(value := getattr(self, f.name), int) else len(value) for f in fields(self)}


@dataclass(slots=True)
class Ended:
    """How one posting ended in this run: a field of PostReport, and what a person has to know."""

    reference: str
    how: str
    findings: list[Finding] = field(default_factory=list)


async def post_due(
    bridge: Bridge,
    kind: Kind,
    *,
    only: Sequence[str] | None = None,
    at_once: bool = False,
    limit: int = 50,
) -> PostReport:
    """Claim up to `limit` due postings of `kind`, whole orders at a time, and bring each as far as it goes.

    `only` keeps to these return ids; `at_once` does not wait for the restock window to close.
    Raises VendorUnavailable when Linnworks does not answer: what was not sent stays planned.
    """
    kinds = (Kind.RESTOCK, Kind.STOCK) if kind == Kind.RESTOCK else (kind,)
    records = bridge.ledger.claim(
        kinds, bridge.worker, limit, LEASE, bridge.now(), return_ids=only, ignore_window=at_once
    )
    return await by_order(bridge, records, post_one)


Work = Callable[[Bridge, PostingRecord], Awaitable[Ended]]


async def by_order(bridge: Bridge, records: Sequence[PostingRecord], work: Work) -> PostReport:
    """Postings of one order one after the other, several orders side by side; leases are always given back."""
    groups = [
        list(group)
        for _, group in itertools.groupby(sorted(records, key=lambda r: r.order_id), key=lambda r: r.order_id)
    ]
    gate = asyncio.Semaphore(AT_ONCE)

    async def one_order(group: Sequence[PostingRecord]) -> list[Ended]:
        """In doubt about one effect on an order, nothing more is sent for it: the next would be a guess."""
        done: list[Ended] = []
        async with gate:
            for record in group:
                done.append(await work(bridge, record))
                if done[-1].how == "unknown":
                    break
        return done

    try:
        ended = await asyncio.gather(*(one_order(group) for group in groups), return_exceptions=True)
    finally:
        bridge.ledger.release(bridge.worker, [group[0].order_id for group in groups])
    done = [end for chunk in ended if not isinstance(chunk, BaseException) for end in chunk]
    _tell(bridge, done)
    for problem in ended:
        if isinstance(problem, BaseException):
            raise problem
    return _report(len(records), done)


async def post_one(bridge: Bridge, record: PostingRecord) -> Ended:
    """Take one planned posting through its phases. Raises VendorUnavailable with nothing sent and nothing lost.

    When another worker took over meanwhile (our lease ran out), the posting is left to it.
    """
    act = ACTS[record.kind]
    how = "already"
    try:
        while record.state == State.PLANNED:
            standing = await act.look(bridge, record)
            if standing.blocked:
                return _hold(bridge, record, standing.blocked)
            if standing.done:
                record = _found(bridge, record, standing)
                how = "linked" if standing.linked else how
                continue
            record = await _send(bridge, act, record, standing)
            how = "confirmed"
        return _end_of(record, how)
    except (VendorUnavailable, NotAuthorised):
        _put_off(bridge, record)
        raise
    except (LeaseLost, IllegalMove):
        return Ended(record.reference, "waiting")
    except (BadAnswer, Refused) as problem:
        return _hold(bridge, record, _unclear(record, problem, bridge.now()))


async def _send(bridge: Bridge, act: Act, record: PostingRecord, standing: Standing) -> PostingRecord:
    """One phase: intent, effect, read-back. Afterwards the posting is on, refused or unknown, never in between."""
    ledger = bridge.ledger
    action, request = act.request(record, standing)
    attempt = ledger.begin(record.reference, bridge.worker, action, request, bridge.now())
    try:
        vendor_id = await act.send(bridge, record, standing)
    except (VendorUnavailable, NotAuthorised) as nobody:
        ledger.finish(attempt, Event.NOT_FOUND, bridge.now(), error=str(nobody), outcome="not sent")
        raise
    except Refused as no:
        return ledger.finish(
            attempt, Event.REFUSE, bridge.now(), error=no.reason, request_id=no.request_id, outcome="refused"
        )
    except (OutcomeUnknown, BadAnswer) as lost:
        return _lose(bridge, attempt, str(lost))
    return await _read_back(bridge, act, record, attempt, vendor_id)


async def _read_back(
    bridge: Bridge, act: Act, record: PostingRecord, attempt: int, vendor_id: str | None
) -> PostingRecord:
    """The vendor said yes; now it must show. What does not show yet is settled later, not sent again."""
    try:
        standing = await act.look(bridge, record)
    except ReturnworksError as problem:
        return _lose(bridge, attempt, f"sent and answered, but not read back: {problem}", vendor_id)
    if not standing.done:
        return _lose(bridge, attempt, "sent and answered, but not visible yet", vendor_id)
    return bridge.ledger.finish(
        attempt,
        Event.CONFIRM if act.is_last(record) else Event.ADVANCE,
        bridge.now(),
        vendor_id=standing.vendor_id or vendor_id,
        outcome="confirmed",
        response=standing.evidence,
        request_id=bridge.linnworks.last_request_id,
    )


def _found(bridge: Bridge, record: PostingRecord, standing: Standing) -> PostingRecord:
    """It stands already: written down as found, nothing sent."""
    attempt = bridge.ledger.begin(record.reference, bridge.worker, "look", {}, bridge.now())
    last = ACTS[record.kind].is_last(record)
    return bridge.ledger.finish(
        attempt,
        Event.CONFIRM if last else Event.ADVANCE,
        bridge.now(),
        vendor_id=standing.vendor_id,
        outcome="linked" if standing.linked else "found",
        response=standing.evidence,
    )


def _lose(bridge: Bridge, attempt: int, why: str, vendor_id: str | None = None) -> PostingRecord:
    now = bridge.now()
    return bridge.ledger.finish(
        attempt,
        Event.LOSE,
        now,
        vendor_id=vendor_id,
        outcome="unknown",
        error=why,
        next_try_at=now,
    )


def _put_off(bridge: Bridge, record: PostingRecord) -> None:
    tries = min(record.tries, len(BACKOFF) - 1)
    bridge.ledger.put_off(record.reference, bridge.now() + BACKOFF[tries])


def _hold(bridge: Bridge, record: PostingRecord, finding: Finding) -> Ended:
    bridge.ledger.hold(record.reference, finding.message, bridge.now())
    return Ended(record.reference, "held", [finding])


def _end_of(record: PostingRecord, how: str) -> Ended:
    match record.state:
        case State.CONFIRMED:
            return Ended(record.reference, how)
        case State.REFUSED:
            return Ended(record.reference, "refused", [refused(record)])
        case State.UNKNOWN:
            return Ended(record.reference, "unknown")
    return Ended(record.reference, "waiting")


def refused(record: PostingRecord) -> Finding:
    """Linnworks said no: a person must look, and nothing is sent again by itself."""
    return about(
        record,
        "posting_refused",
        f"Linnworks refused the {record.kind} {record.reference}: {record.reason or 'no reason given'}. "
        f"Mend the cause, then `returnworks replay {record.return_id}`.",
    )


def _unclear(record: PostingRecord, problem: ReturnworksError, now: datetime) -> Finding:
    return about(
        record,
        "posting_refused",
        f"What stands in Linnworks for {record.reference} could not be read: {problem} "
        f"Nothing was sent. When it can be read, `returnworks replay {record.return_id}`.",
        since=now,
    )


def _tell(bridge: Bridge, ended: Sequence[Ended]) -> None:
    findings = [finding for end in ended for finding in end.findings]
    if findings:
        bridge.ledger.see_exceptions(findings, bridge.now())


def _report(claimed: int, ended: Sequence[Ended]) -> PostReport:
    by_how: dict[str, Any] = {}
    for end in ended:
        by_how.setdefault(end.how, []).append(end.reference)
    return PostReport(claimed=claimed, **{how: tuple(refs) for how, refs in by_how.items()})
