"""The posting protocol: claim, look, write the intent down, send, read back. Never send what may already stand.

Every effect has a reference that was written to the ledger before anything was sent. Before a send,
Linnworks is asked what already stands under that reference; after one, it is asked again. An answer that
never came makes the posting `unknown`; only settling, which looks, brings it back.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from returnworks.errors import (
    BadAnswer,
    NotAuthorised,
    OutcomeUnknown,
    Refused,
    ReturnworksError,
    VendorUnavailable,
)
from returnworks.ledger import LeaseLost, PostingRecord
from returnworks.rules.model import Kind
from returnworks.rules.states import Event, IllegalMove, State
from returnworks.work.acts import ACTS, TOGETHER, Act, Standing
from returnworks.work.bridge import Bridge
from returnworks.work.ending import (
    Ended,
    PostReport,
    end_of,
    found,
    give_back,
    hold,
    lose,
    put_off,
    report,
    tell,
    unclear,
)
from returnworks.work.together import post_together

__all__ = ["Ended", "PostReport", "by_order", "post_due", "post_one"]

LEASE = timedelta(minutes=10)
SETTLE_DELAY = timedelta(seconds=60)
"""How long a write whose answer was lost may take to become visible (assumed; Linnworks documents nothing)."""
AT_ONCE = 4
"""Orders that are worked on at the same time; Linnworks' limits allow no more to be useful."""


async def post_due(
    bridge: Bridge,
    kind: Kind,
    *,
    only: Sequence[str] | None = None,
    at_once: bool = False,
    limit: int = 50,
) -> PostReport:
    """Claim up to `limit` due postings of `kind`, whole orders at a time, and bring each as far as it goes.

    In shadow mode nothing is claimed and nothing is posted. `only` keeps to these return ids; `at_once` does not
    wait for the restock window to close.
    Raises VendorUnavailable when Linnworks does not answer: what was not sent stays planned.
    """
    if bridge.mode.is_shadow:
        return PostReport()
    records = bridge.ledger.claim(
        _kinds(bridge, kind, at_once), bridge.worker, limit, LEASE, bridge.now(), return_ids=only, ignore_window=at_once
    )
    if kind in TOGETHER:
        return await post_together(bridge, records, TOGETHER[kind])
    return await by_order(bridge, records, post_one)


def _kinds(bridge: Bridge, kind: Kind, at_once: bool) -> tuple[Kind, ...]:
    """Goods also mean what people put into stock by hand. In a peak that counts for all shops only that is posted:
    a run that is late does not disturb the peak with windows that closed before it."""
    if kind != Kind.RESTOCK:
        return (kind,)
    now = bridge.now()
    in_peak = bridge.policy.restock_windows.after_peaks(now) > now
    return (Kind.STOCK,) if in_peak and not at_once else (Kind.RESTOCK, Kind.STOCK)


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
    tell(bridge, done)
    for problem in ended:
        if isinstance(problem, BaseException):
            raise problem
    return report(len(records), done)


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
                return hold(bridge, record, standing.blocked)
            if standing.stale:
                return give_back(bridge, record, standing.stale)
            if standing.done:
                record = found(bridge, record, standing)
                how = "linked" if standing.linked else how
                continue
            record = await _send(bridge, act, record, standing)
            how = "confirmed"
        return end_of(record, how)
    except (VendorUnavailable, NotAuthorised):
        put_off(bridge, record)
        raise
    except (LeaseLost, IllegalMove):
        return Ended(record.reference, "waiting")
    except (BadAnswer, Refused) as problem:
        return hold(bridge, record, unclear(record, problem, bridge.now()))


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
        return lose(bridge, attempt, str(lost))
    return await _read_back(bridge, act, record, attempt, vendor_id)


async def _read_back(
    bridge: Bridge, act: Act, record: PostingRecord, attempt: int, vendor_id: str | None
) -> PostingRecord:
    """The vendor said yes; now it must show. What does not show yet is settled later, not sent again."""
    try:
        standing = await act.look(bridge, record)
    except ReturnworksError as problem:
        return lose(bridge, attempt, f"sent and answered, but not read back: {problem}", vendor_id)
    if not standing.done:
        return lose(bridge, attempt, "sent and answered, but not visible yet", vendor_id)
    return bridge.ledger.finish(
        attempt,
        Event.CONFIRM if act.is_last(record) else Event.ADVANCE,
        bridge.now(),
        vendor_id=standing.vendor_id or vendor_id,
        outcome="confirmed",
        response=standing.evidence,
        request_id=bridge.linnworks.last_request_id,
    )
