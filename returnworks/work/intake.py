"""Read what changed in ReturnGO: the delta poll with overlap, the slow sweep, and the returns themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from returnworks.errors import BadAnswer, NotFound, ReturnworksError
from returnworks.rules.findings import finding
from returnworks.rules.lifecycle import stage_of
from returnworks.rules.model import Finding, Return, Transaction
from returnworks.work.bridge import Bridge

POLL = "returngo.returns"
MONEY_POLL = "returngo.transactions"
SWEEP = "returngo.sweep"

OPEN_STATUSES = ("Approved", "Received", "Validated")
"""Statuses whose returns are re-read slowly, as parcels and inspections do not move ReturnGO's update time."""

LEASE = timedelta(minutes=10)
RETRY_AFTER = timedelta(minutes=30)

Answers = dict[str, Return | Finding | None]
"""What came of each number that was read: the return, why it could not be read, or None: there is no such return."""


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What one chunk of reading did: how many were claimed, which were read, changed, or could not be read."""

    claimed: int = 0
    read: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    nowhere: tuple[str, ...] = ()
    """Named by a person or a webhook, and neither ReturnGO nor the ledger ever had them."""

    def __add__(self, other: ReadReport) -> ReadReport:
        return ReadReport(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def figures(self) -> dict[str, int]:
        return {field.name: len(getattr(self, field.name)) for field in fields(self) if field.name != "claimed"}


async def poll_changes(bridge: Bridge) -> int:
    """Queue every return that ReturnGO says changed since the last poll, less the overlap; the number queued.

    The first poll on a new ledger goes back `watch_days`. The mark moves to the time before the first
    page was asked for, and only after the last page was stored.
    """
    started = bridge.now()
    queued = 0
    async for page in bridge.returngo.changed_since(_since(bridge, POLL, started)):
        queued += bridge.ledger.enqueue([row.return_id for row in page], "poll", started)
    queued += await _poll_money(bridge, started)
    bridge.ledger.set_watermark(POLL, started)
    return queued


async def sweep_open(bridge: Bridge, older_than: timedelta) -> int:
    """Queue every open return that was last read more than `older_than` ago; the number queued."""
    started = bridge.now()
    queued = 0
    async for page in bridge.returngo.changed_since(None, OPEN_STATUSES):
        ids = [row.return_id for row in page]
        stale = bridge.ledger.not_read_since(ids, started - older_than)
        queued += bridge.ledger.enqueue(stale, "sweep", started)
    bridge.ledger.set_watermark(SWEEP, started)
    return queued


def sweep_is_due(bridge: Bridge) -> bool:
    last = bridge.ledger.watermark(SWEEP)
    return last is None or bridge.now() - last >= timedelta(hours=bridge.policy.sweep_hours)


async def read_queued(bridge: Bridge, *, only: Sequence[str] | None = None, limit: int = 50) -> ReadReport:
    """Claim up to `limit` queued returns (of `only`, when given), read each from ReturnGO and remember it.

    A return that cannot be read becomes an exception and is tried again later; its neighbours carry on. A number
    that never was a return is forgotten. When ReturnGO falls silent in between, what was not read is given back at
    once, so that the next try finds it.
    """
    claimed = bridge.ledger.claim_inbox(bridge.worker, limit, LEASE, bridge.now(), return_ids=only)
    answers: Answers = {}
    try:
        for item in claimed:
            answers[item.return_id] = await _read(bridge, item.return_id)
    finally:
        changed = _remember(bridge, answers)
        if len(answers) < len(claimed):
            bridge.ledger.release_inbox(bridge.worker)
    return ReadReport(
        claimed=len(claimed),
        read=tuple(number for number, answer in answers.items() if isinstance(answer, Return)),
        changed=tuple(changed),
        unreadable=tuple(number for number, answer in answers.items() if isinstance(answer, Finding)),
        nowhere=tuple(number for number, answer in answers.items() if answer is None),
    )


async def _read(bridge: Bridge, return_id: str) -> Return | Finding | None:
    """The return, or why it cannot be read; None when neither ReturnGO nor the ledger ever had it."""
    try:
        return await bridge.returngo.get_return(return_id)
    except NotFound as problem:
        known = bridge.ledger.get_return(return_id) is not None
        return unreadable(return_id, problem, bridge.now()) if known else None
    except BadAnswer as problem:
        return unreadable(return_id, problem, bridge.now())


def unreadable(return_id: str, problem: ReturnworksError, now: datetime) -> Finding:
    text = f"{problem} It is read again in {RETRY_AFTER.seconds // 60} minutes."
    return finding("return_unreadable", f"RMA {return_id}", text, return_id=return_id, since=now)


def _remember(bridge: Bridge, answers: Answers) -> list[str]:
    """Write down what came of each; the returns that changed."""
    now = bridge.now()
    good = [answer for answer in answers.values() if isinstance(answer, Return)]
    bad = [answer for answer in answers.values() if isinstance(answer, Finding)]
    done = [number for number, answer in answers.items() if not isinstance(answer, Finding)]
    watch_until = now + timedelta(days=bridge.policy.watch_days)
    changed = bridge.ledger.remember_returns([(ret, stage_of(ret)) for ret in good], now, watch_until)
    bridge.ledger.finish_inbox(done, bridge.worker, now)
    for doubt in bad:
        bridge.ledger.postpone_inbox(doubt.return_id or "", doubt.message, now + RETRY_AFTER)
    bridge.ledger.see_exceptions(bad, now)
    bridge.ledger.close_absent(
        frozenset({"return_unreadable"}),
        [],
        "ReturnGO answered without trouble",
        now,
        return_ids=done,
    )
    return changed


async def _poll_money(bridge: Bridge, started: datetime) -> int:
    """Queue the returns behind transactions that changed: a refund may follow Done without touching the RMA."""
    queued = 0
    async for page in bridge.returngo.transactions_since(_since(bridge, MONEY_POLL, started)):
        queued += bridge.ledger.enqueue(_returns_behind(bridge, page), "poll", started)
    bridge.ledger.set_watermark(MONEY_POLL, started)
    return queued


def _returns_behind(bridge: Bridge, transactions: Sequence[Transaction]) -> list[str]:
    line_ids = [line_id for row in transactions for line_id in row.line_ids]
    return sorted(set(bridge.ledger.return_of_line(line_ids).values()))


def _since(bridge: Bridge, mark: str, now: datetime) -> datetime:
    last = bridge.ledger.watermark(mark)
    if last is None:
        return now - timedelta(days=bridge.policy.watch_days)
    return last - timedelta(minutes=bridge.policy.overlap_minutes)
