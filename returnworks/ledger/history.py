"""What the ledger knew at a past moment: returns by their versions, postings by their attempts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.payloads import RETURN
from returnworks.ledger.records import PostingRecord
from returnworks.ledger.returns import ENDED
from returnworks.ledger.statements import chunks
from returnworks.ledger.tables import AttemptRow, PostingRow, ReturnRow, ReturnVersionRow
from returnworks.rules.model import Return
from returnworks.rules.states import State

_LEFT_IT = {"unknown": State.UNKNOWN, "lose": State.UNKNOWN, "refused": State.REFUSED, "refuse": State.REFUSED}
"""The state in which an attempt's outcome leaves its posting; after every other one it is planned."""


class History(Book):
    def returns_at(self, moment: datetime, since: datetime) -> list[Return]:
        """Each return as it was known at `moment`: those that changed since `since`, and those that never ended."""
        alive = or_(col(ReturnRow.changed_at) >= since, col(ReturnRow.stage).not_in([stage.value for stage in ENDED]))
        last = (
            select(func.max(col(ReturnVersionRow.id)))
            .join(ReturnRow, col(ReturnRow.return_id) == col(ReturnVersionRow.return_id))
            .where(col(ReturnVersionRow.learned_at) <= moment, alive)
            .group_by(col(ReturnVersionRow.return_id))
        )
        wanted = select(col(ReturnVersionRow.payload)).where(col(ReturnVersionRow.id).in_(last))
        with self._read() as session:
            ordered = wanted.order_by(col(ReturnVersionRow.return_id))
            return [RETURN.load(payload) for payload in session.scalars(ordered)]

    def last_learned(self, moment: datetime) -> datetime | None:
        """When, up to `moment`, a return was last seen to differ; None before the first."""
        learned = col(ReturnVersionRow.learned_at)
        with self._read() as session:
            return session.scalars(
                select(learned).where(learned <= moment).order_by(learned.desc()).limit(1)
            ).one_or_none()

    def postings_at(self, moment: datetime, return_ids: Iterable[str]) -> list[PostingRecord]:
        """The postings that were written by `moment`, in the state of then, oldest first.

        What they say is what they say today: a plan that was decided anew later is not what it was.
        """
        with self._read() as session:
            rows = [
                PostingRecord.of(row)
                for part in chunks(return_ids)
                for row in session.scalars(
                    select(PostingRow).where(col(PostingRow.return_id).in_(part), col(PostingRow.created_at) <= moment)
                )
            ]
            moved = [row.reference for row in rows if row.updated_at > moment]
            tries: defaultdict[str, list[AttemptRow]] = defaultdict(list)
            for part in chunks(moved):
                begun = select(AttemptRow).where(
                    col(AttemptRow.reference).in_(part), col(AttemptRow.started_at) <= moment
                )
                for attempt in session.scalars(begun.order_by(col(AttemptRow.id))):
                    tries[attempt.reference].append(attempt)
        then = [row if row.updated_at <= moment else _as_of(row, tries, moment) for row in rows]
        standing = [row for row in then if row.state != State.WITHDRAWN]
        return sorted(standing, key=lambda row: (row.created_at, row.reference))


def _as_of(row: PostingRecord, tries: Mapping[str, Sequence[AttemptRow]], moment: datetime) -> PostingRecord:
    """A posting that moved after `moment`, as it was at it: confirmed is final, the rest the last attempt tells."""
    if row.confirmed_at is not None and row.confirmed_at <= moment:
        return row
    last = next(reversed(tries.get(row.reference, ())), None)
    return replace(row, state=_state_after(last, moment), vendor_id=None, linked=False, confirmed_at=None)


def _state_after(attempt: AttemptRow | None, moment: datetime) -> State:
    if attempt is None:
        return State.PLANNED
    if attempt.finished_at is None or attempt.finished_at > moment:
        return State.SENT
    return _LEFT_IT.get(attempt.outcome, State.PLANNED)
