"""While a vendor is away one exception says what waits and since when; when it answers again, that closes it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from returnworks.errors import VendorUnavailable
from returnworks.rules.findings import finding
from returnworks.rules.states import State

if TYPE_CHECKING:
    from returnworks.work.bridge import Bridge

AWAY = "vendor_away"
MANY = 100_000
"""More returns than can wait to be decided upon."""


@asynccontextmanager
async def telling_of_outages(bridge: Bridge) -> AsyncIterator[None]:
    """Around one run: a vendor that did not answer is told of, whether the run ended by it (raised on) or went on."""
    try:
        yield
    except VendorUnavailable as nobody:
        bridge.away.append(nobody)
        raise
    finally:
        for problem in bridge.away:
            _tell(bridge, problem)
        _close(bridge)


def _tell(bridge: Bridge, problem: VendorUnavailable) -> None:
    now = bridge.now()
    since = _open_since(bridge).get(problem.vendor, now)
    minutes = int((now - since).total_seconds() // 60)
    text = f"{problem} It has not answered for {minutes} minutes. {_waiting(bridge, now)} All goes on by itself."
    bridge.ledger.see_exceptions([finding(AWAY, problem.vendor, text, since=since)], now)


def _waiting(bridge: Bridge, now: datetime) -> str:
    ledger = bridge.ledger
    to_read = sum(ledger.inbox_waiting().values())
    to_decide = len(ledger.to_plan(now, MANY))
    counts = ledger.counts_by_state().values()
    to_post = sum(states[State.PLANNED] + states[State.UNKNOWN] for states in counts)
    return (
        f"Waiting: {to_read} returns to be read, {to_decide} to be decided upon, {to_post} postings to be sent or "
        "looked up."
    )


def _close(bridge: Bridge) -> None:
    """Answers are the evidence: a vendor that was asked in this run and did not stay silent is back."""
    asked = {"Linnworks": bridge.linnworks.calls.total() > 0, "ReturnGO": bridge.returngo.calls > 0}
    silent = {problem.vendor for problem in bridge.away}
    now = bridge.now()
    for vendor, since in _open_since(bridge).items():
        if asked.get(vendor) and vendor not in silent:
            minutes = int((now - since).total_seconds() // 60)
            bridge.ledger.close_exceptions([(AWAY, vendor)], f"answers again after {minutes} minutes", now)


def _open_since(bridge: Bridge) -> dict[str, datetime]:
    return {item.subject: item.event_at or item.opened_at for item in bridge.ledger.exceptions(code=AWAY)}
