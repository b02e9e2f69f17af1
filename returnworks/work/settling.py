"""Lost answers: look whether the effect stands, never send. Found is confirmed, absent is planned again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from returnworks.errors import BadAnswer, NotAuthorised, Refused, VendorUnavailable
from returnworks.ledger import PostingRecord
from returnworks.rules.model import Finding
from returnworks.rules.states import Event
from returnworks.work.acts import ACTS, Standing, about
from returnworks.work.bridge import Bridge
from returnworks.work.posting import LEASE, SETTLE_DELAY, Ended, PostReport, by_order

PERSON_AFTER = timedelta(hours=1)
"""An outcome that cannot be looked up for this long becomes somebody's job."""


async def settle_unknowns(bridge: Bridge, *, only: Sequence[str] | None = None, limit: int = 50) -> PostReport:
    """Look up to `limit` postings whose answer was lost, or whose process died while sending.

    What is found is believed at once; what is absent only `SETTLE_DELAY` after the send.
    """
    records = bridge.ledger.to_settle(bridge.worker, limit, LEASE, bridge.now(), return_ids=only)
    return await by_order(bridge, records, settle_one)


async def settle_one(bridge: Bridge, record: PostingRecord) -> Ended:
    """One look. What cannot be looked at stays unknown and is asked again; after an hour a person is told."""
    try:
        standing = await ACTS[record.kind].look(bridge, record)
    except (VendorUnavailable, NotAuthorised):
        bridge.ledger.put_off(record.reference, bridge.now() + SETTLE_DELAY)
        raise
    except (BadAnswer, Refused) as problem:
        return _ask_again(bridge, record, str(problem))
    if standing.blocked:
        return _ask_again(bridge, record, standing.blocked.message, standing.blocked)
    return _settled(bridge, record, standing)


def _settled(bridge: Bridge, record: PostingRecord, standing: Standing) -> Ended:
    believed_at = record.updated_at + SETTLE_DELAY
    if not standing.done and bridge.now() < believed_at:
        bridge.ledger.put_off(record.reference, believed_at)
        return Ended(record.reference, "unknown")
    event = Event.NOT_FOUND
    if standing.done:
        event = Event.CONFIRM if ACTS[record.kind].is_last(record) else Event.ADVANCE
    bridge.ledger.settle(
        record.reference,
        event,
        bridge.worker,
        bridge.now(),
        vendor_id=standing.vendor_id,
        outcome="linked" if standing.linked else "found" if standing.done else "absent",
        evidence=standing.evidence,
    )
    return Ended(record.reference, "confirmed" if event == Event.CONFIRM else "waiting")


def _ask_again(bridge: Bridge, record: PostingRecord, why: str, finding: Finding | None = None) -> Ended:
    now = bridge.now()
    bridge.ledger.put_off(record.reference, now + SETTLE_DELAY * 5)
    if finding is None and now - record.updated_at < PERSON_AFTER:
        return Ended(record.reference, "unknown")
    told = finding or about(
        record,
        "posting_unknown",
        f"Whether {record.reference} stands in Linnworks could not be found out: {why} "
        f"Look at the order there; `returnworks trace {record.return_id}` shows what was sent.",
    )
    return Ended(record.reference, "unknown", [told])
