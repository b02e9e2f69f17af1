"""How one posting ended in a run: written down in the ledger, counted for the report, told to people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from returnworks.errors import ReturnworksError
from returnworks.ledger import PostingRecord
from returnworks.rules.model import Finding
from returnworks.rules.states import Event, State, last_phase
from returnworks.work.acts.base import Standing, about
from returnworks.work.bridge import Bridge

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


def found(bridge: Bridge, record: PostingRecord, standing: Standing) -> PostingRecord:
    """It stands already: written down as found, nothing sent."""
    attempt = bridge.ledger.begin(record.reference, bridge.worker, "look", {}, bridge.now())
    last = record.phase == last_phase(record.kind)
    return bridge.ledger.finish(
        attempt,
        Event.CONFIRM if last else Event.ADVANCE,
        bridge.now(),
        vendor_id=standing.vendor_id,
        outcome="linked" if standing.linked else "found",
        response=standing.evidence,
    )


def lose(bridge: Bridge, attempt: int, why: str, vendor_id: str | None = None) -> PostingRecord:
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


def put_off(bridge: Bridge, record: PostingRecord) -> None:
    tries = min(record.tries, len(BACKOFF) - 1)
    bridge.ledger.put_off(record.reference, bridge.now() + BACKOFF[tries])


def hold(bridge: Bridge, record: PostingRecord, finding: Finding) -> Ended:
    bridge.ledger.hold(record.reference, finding.message, bridge.now())
    return Ended(record.reference, "held", [finding])


def give_back(bridge: Bridge, record: PostingRecord, why: str) -> Ended:
    """Planned again, and not sent before its return is decided anew."""
    bridge.ledger.hold(record.reference, why, bridge.now())
    bridge.ledger.unhold(record.reference, bridge.now())
    return Ended(record.reference, "waiting")


def end_of(record: PostingRecord, how: str) -> Ended:
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


def unclear(record: PostingRecord, problem: ReturnworksError, now: datetime) -> Finding:
    return about(
        record,
        "posting_refused",
        f"What stands in Linnworks for {record.reference} could not be read: {problem} "
        f"Nothing was sent. When it can be read, `returnworks replay {record.return_id}`.",
        since=now,
    )


def tell(bridge: Bridge, ended: Sequence[Ended]) -> None:
    findings = [finding for end in ended for finding in end.findings]
    if findings:
        bridge.ledger.see_exceptions(findings, bridge.now())


def report(claimed: int, ended: Sequence[Ended]) -> PostReport:
    by_how: dict[str, Any] = {}
    for end in ended:
        by_how.setdefault(end.how, []).append(end.reference)
    return PostReport(claimed=claimed, **{how: tuple(refs) for how, refs in by_how.items()})
