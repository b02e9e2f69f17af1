"""Whether the ledger hangs together: each posting by its state, evidence, facts, amounts and attempts; each night."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from returnworks.ledger import NightRecord
from returnworks.ledger.integrity import PostingAudit
from returnworks.rules.model import Kind
from returnworks.rules.nights import NightTerms
from returnworks.rules.states import PHASES, State, first_phase, last_phase
from returnworks.work.bridge import Bridge
from returnworks.work.night.readings import LedgerRow

HOUR = timedelta(hours=1)
NIGHTS_CHECKED = 40

NUMBERED = frozenset({Kind.RESTOCK, Kind.CREDIT, Kind.EXCHANGE})
"""Effects that leave something in Linnworks with an id of its own; a stock change and a note have none."""


def read(bridge: Bridge, since: datetime) -> tuple[LedgerRow, ...]:
    """Postings that moved since then or are not finished, and the last nights."""
    ledger, terms, now = bridge.ledger, bridge.policy.nights, bridge.now()
    postings = [posting_row(one, terms, now) for one in ledger.audit(since)]
    return (*postings, *night_rows(ledger.nights(NIGHTS_CHECKED)))


def posting_row(one: PostingAudit, terms: NightTerms, now: datetime) -> LedgerRow:
    return LedgerRow(
        return_id=one.return_id,
        reference=one.reference,
        subject=one.reference,
        state=one.state,
        illegal=int(not _is_legal(one)),
        without_evidence=int(_lacks_evidence(one)),
        uncovered_facts=_uncovered(one),
        credit_gap_minor=_gap(one),
        broken_attempts=int(_is_broken(one)),
        overdue_hours=_late(one, State.PLANNED, one.planned_since, now, terms.planned_patience_hours),
        unknown_hours=_late(one, State.UNKNOWN, one.moved_at, now, terms.unknown_patience_hours),
    )


def _is_legal(one: PostingAudit) -> bool:
    """A known state, in a phase of its kind; what is confirmed stands in its last phase, withdrawn in its first."""
    if one.kind not in set(Kind) or one.state not in set(State):
        return False
    kind = Kind(one.kind)
    ends = {State.CONFIRMED: last_phase(kind), State.WITHDRAWN: first_phase(kind)}
    return one.phase in PHASES[kind] and ends.get(State(one.state), one.phase) == one.phase


def _lacks_evidence(one: PostingAudit) -> bool:
    """Confirmed, and neither Linnworks' id of what stands nor, where there is none, an attempt that says so."""
    if one.state != State.CONFIRMED:
        return False
    return not one.vendor_id if one.kind in NUMBERED else one.attempts == 0


def _uncovered(one: PostingAudit) -> int:
    """Withdrawn ones, and refused ones of which nothing stands, let their facts go on purpose."""
    kind = Kind(one.kind) if one.kind in set(Kind) else None
    lets_go = one.state == State.WITHDRAWN or (
        one.state == State.REFUSED and kind is not None and one.phase == first_phase(kind)
    )
    return 0 if lets_go else abs(len(set(one.payload["covers"])) - one.live_facts)


def _gap(one: PostingAudit) -> int:
    """Of a credit: how far its lines are from its amount."""
    if one.kind != Kind.CREDIT:
        return 0
    return (one.amount_minor or 0) - sum(int(line["amount"]["minor"]) for line in one.payload["credit"])


def _is_broken(one: PostingAudit) -> bool:
    """What is on its way has an attempt that waits for its answer; what stands has one; nothing else waits for one."""
    if one.state == State.SENT:
        return not one.waits
    if one.state == State.CONFIRMED:
        return one.attempts == 0 or one.waits
    return one.waits and one.state != State.UNKNOWN


def _late(one: PostingAudit, state: State, since: datetime, now: datetime, patience: int) -> int:
    """Whole hours beyond the policy's patience, at least 1 where it is beyond it at all; else 0."""
    beyond = now - since - patience * HOUR
    return max(1, beyond // HOUR) if one.state == state and beyond > timedelta() else 0


def night_rows(newest_first: Sequence[NightRecord]) -> Iterator[LedgerRow]:
    """The night that is being read has no record yet; one that never ended is told by whoever started the next."""
    ended = [night for night in reversed(newest_first) if night.finished_at is not None]
    for before, night in zip([None, *ended], ended, strict=False):
        yield LedgerRow(
            return_id="",
            reference=f"night {night.id}",
            subject=f"night {night.id}",
            state=night.verdict,
            untied=int(not _ties(before, night)),
        )


def _ties(before: NightRecord | None, night: NightRecord) -> bool:
    """A night ends after it began, says how, and stands as of a later moment than the one before it."""
    in_order = night.finished_at is not None and night.as_of <= night.started_at <= night.finished_at
    return in_order and bool(night.verdict) and (before is None or before.as_of <= night.as_of)
