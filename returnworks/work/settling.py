"""Lost answers: look whether the effect stands, never send. Found is confirmed, absent is planned again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from returnworks.errors import BadAnswer, NotAuthorised, Refused, VendorUnavailable
from returnworks.ledger import PostingRecord
from returnworks.rules.model import Finding, Owner, Severity
from returnworks.rules.states import Event
from returnworks.work.acts import ACTS, Standing
from returnworks.work.bridge import Bridge
from returnworks.work.posting import LEASE, SETTLE_DELAY, Ended, PostReport, by_order

LOOKS_BEFORE_A_PERSON = 5


async def settle_unknowns(
    bridge: Bridge, *, only: Sequence[str] | None = None, limit: int = 50, delay: timedelta = SETTLE_DELAY
) -> PostReport:
    """Look up to `limit` postings whose answer was lost, or whose process died while sending.

    `delay` is how long after the send an absent effect is believed to be absent.
    """
    records = bridge.ledger.to_settle(bridge.worker, limit, LEASE, bridge.now(), return_ids=only, not_before=delay)

    async def settle(bridge: Bridge, record: PostingRecord) -> Ended:
        return await settle_one(bridge, record)

    return await by_order(bridge, records, settle)
