"""What was tried and what came of it: intent before the send, outcome after it, each in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.leases import require
from returnworks.ledger.moves import apply, locked, order_of
from returnworks.ledger.records import AttemptRecord, PostingRecord, key
from returnworks.ledger.refusals import AlreadyFinished, NotInLedger
from returnworks.ledger.tables import AttemptRow, PostingRow
from returnworks.rules.states import Event, IllegalMove, State


class Attempts(Book):
    def begin(self, reference: str, worker: str, action: str, request: dict[str, Any], now: datetime) -> int:
        """The posting is about to be sent: `planned` becomes `sent`, and the attempt is written down; its id.

        `request` is what will be sent, already redacted. Raises LeaseLost unless `worker` holds the order,
        IllegalMove unless the posting is planned; then nothing changed and nothing may be sent.
        """
        with self._write() as session:
            require(session, order_of(session, reference), worker, now)
            row = locked(session, reference)
            phase = row.phase
            apply(session, row, Event.SEND, now)
            row.tries += 1
            row.sent_at = now
            attempt = AttemptRow(
                reference=reference,
                phase=phase,
                started_at=now,
                worker=worker,
                action=action,
                request=request,
            )
            session.add(attempt)
            session.flush()
            return key(attempt.id)

    def finish(
        self,
        attempt_id: int,
        event: Event,
        now: datetime,
        *,
        vendor_id: str | None = None,
        outcome: str = "",
        response: Any = None,
        request_id: str | None = None,
        error: str | None = None,
        next_try_at: datetime | None = None,
        linked: bool | None = None,
    ) -> PostingRecord:
        """What came of an attempt. Moves its posting by `event`; the posting afterwards.

        `next_try_at` counts when the posting is planned again; how long an unknown one is left alone is for
        `to_settle` to say. `linked` defaults to whether `outcome` is "linked". An answer that comes too late
        (the posting was settled or sent anew meanwhile) is kept as evidence, moves nothing, and raises
        IllegalMove; a second answer to one attempt is AlreadyFinished.
        """
        done = outcome == "linked" if linked is None else linked
        with self._write() as session:
            attempt, row = _open_attempt(session, attempt_id)
            attempt.finished_at, attempt.outcome = now, outcome or event.value
            attempt.response, attempt.request_id, attempt.error = response, request_id, error
            objection = _too_late(session, attempt) or _moved(
                session, row, event, now, reason=error or "", vendor_id=vendor_id, linked=done, next_try_at=next_try_at
            )
            record = PostingRecord.of(row)
        if objection:
            raise IllegalMove(objection)
        return record

    def settle(
        self,
        reference: str,
        event: Event,
        worker: str,
        now: datetime,
        *,
        vendor_id: str | None = None,
        outcome: str = "",
        evidence: Any = None,
    ) -> PostingRecord:
        """An unknown posting was looked up: move it by what was seen, and keep the look as an attempt.

        Raises LeaseLost unless `worker` holds the order, IllegalMove unless the posting is unknown.
        """
        with self._write() as session:
            require(session, order_of(session, reference), worker, now)
            row = locked(session, reference)
            if row.state != State.UNKNOWN.value:
                raise IllegalMove(f"{reference} is {row.state}, not unknown: there is nothing to settle")
            session.add(_look(row, worker, now, outcome or event.value, evidence))
            apply(session, row, event, now, vendor_id=vendor_id, linked=outcome == "linked")
            return PostingRecord.of(row)

    def attempts(self, reference: str | None = None, return_id: str | None = None) -> list[AttemptRecord]:
        """Every attempt on a posting, or on all postings of a return, in the order they began."""
        wanted = []
        if reference is not None:
            wanted.append(col(AttemptRow.reference) == reference)
        if return_id is not None:
            wanted.append(col(PostingRow.return_id) == return_id)
        with self._read() as session:
            ordered = (
                select(AttemptRow)
                .join(PostingRow, col(PostingRow.reference) == col(AttemptRow.reference))
                .where(*wanted)
                .order_by(col(AttemptRow.id))
            )
            return [AttemptRecord.of(row) for row in session.scalars(ordered)]


def _open_attempt(session: Session, attempt_id: int) -> tuple[AttemptRow, PostingRow]:
    attempt = session.get(AttemptRow, attempt_id)
    if attempt is None:
        raise NotInLedger(f"The ledger holds no attempt {attempt_id}.")
    row = locked(session, attempt.reference)
    session.refresh(attempt)
    if attempt.finished_at is not None:
        raise AlreadyFinished(f"Attempt {attempt_id} on {attempt.reference} has its answer already.")
    return attempt, row


def _moved(session: Session, row: PostingRow, event: Event, now: datetime, **what: Any) -> str:
    """Why the posting could not be moved; empty when it was."""
    try:
        apply(session, row, event, now, **what)
    except IllegalMove as problem:
        return str(problem)
    return ""


def _look(row: PostingRow, worker: str, now: datetime, outcome: str, evidence: Any) -> AttemptRow:
    """A look at what stands, as an attempt that sent nothing."""
    return AttemptRow(
        reference=row.reference,
        phase=row.phase,
        started_at=now,
        finished_at=now,
        worker=worker,
        action="look",
        request={},
        outcome=outcome,
        response=evidence,
    )


def _too_late(session: Session, attempt: AttemptRow) -> str:
    """Why the answer no longer counts: a later attempt or look has spoken; empty when it counts."""
    newest = session.scalar(select(func.max(col(AttemptRow.id))).where(col(AttemptRow.reference) == attempt.reference))
    if newest == attempt.id:
        return ""
    return f"attempt {attempt.id} on {attempt.reference} was answered after attempt {newest} began"
