"""The ledger looked at as a whole: what each posting says of itself, and what its covers and attempts say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, case, cast, func, or_, select
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.tables import AttemptRow, PostingCoverRow, PostingRow
from returnworks.rules.states import State

UNFINISHED = (State.PLANNED, State.SENT, State.UNKNOWN, State.HELD, State.REFUSED)


@dataclass(frozen=True, slots=True)
class PostingAudit:
    """One posting as its row, its covers and its attempts tell, none of them believed more than the others."""

    reference: str
    kind: str
    return_id: str
    state: str
    phase: str
    vendor_id: str | None
    linked: bool
    payload: Mapping[str, Any]
    """As stored."""
    amount_minor: int | None
    planned_since: datetime
    """When it was last planned, or when its restock window closes, if that is later."""
    moved_at: datetime
    live_facts: int
    attempts: int
    """Looks included."""
    waits: bool
    """Whether the newest of them has no answer yet."""


class Integrity(Book):
    def audit(self, since: datetime) -> list[PostingAudit]:
        """Every posting that moved at or after `since`, and every one that is not finished; three queries in all."""
        wanted = or_(col(PostingRow.updated_at) >= since, col(PostingRow.state).in_([s.value for s in UNFINISHED]))
        with self._read() as session:
            covers = {ref: int(live or 0) for ref, live in session.execute(_live_facts(wanted))}
            tries = {ref: (count, newest == waiting) for ref, count, newest, waiting in session.execute(_tries(wanted))}
            rows = session.execute(select(*_COLUMNS).where(wanted).order_by(col(PostingRow.reference)))
            return [_audit(row, covers.get(row.reference, 0), *tries.get(row.reference, (0, False))) for row in rows]


_COLUMNS = (
    col(PostingRow.reference),
    col(PostingRow.kind),
    col(PostingRow.return_id),
    col(PostingRow.state),
    col(PostingRow.phase),
    col(PostingRow.vendor_id),
    col(PostingRow.linked),
    col(PostingRow.payload),
    col(PostingRow.amount_minor),
    col(PostingRow.not_before),
    col(PostingRow.updated_at),
)


def _live_facts(wanted: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(col(PostingCoverRow.reference), func.sum(cast(col(PostingCoverRow.live), Integer)))
        .join(PostingRow, col(PostingRow.reference) == col(PostingCoverRow.reference))
        .where(wanted)
        .group_by(col(PostingCoverRow.reference))
    )


def _tries(wanted: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """By reference: how many, the newest, and the newest that has no answer."""
    waiting = case((col(AttemptRow.finished_at).is_(None), col(AttemptRow.id)))
    return (
        select(col(AttemptRow.reference), func.count(), func.max(col(AttemptRow.id)), func.max(waiting))
        .join(PostingRow, col(PostingRow.reference) == col(AttemptRow.reference))
        .where(wanted)
        .group_by(col(AttemptRow.reference))
    )


def _audit(row: Any, live_facts: int, attempts: int, waits: bool) -> PostingAudit:
    return PostingAudit(
        reference=row.reference,
        kind=row.kind,
        return_id=row.return_id,
        state=row.state,
        phase=row.phase,
        vendor_id=row.vendor_id,
        linked=row.linked,
        payload=row.payload,
        amount_minor=row.amount_minor,
        planned_since=max(row.updated_at, row.not_before or row.updated_at),
        moved_at=row.updated_at,
        live_facts=live_facts,
        attempts=attempts,
        waits=waits,
    )
