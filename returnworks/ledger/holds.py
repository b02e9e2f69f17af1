"""Keeping postings from being sent, for a reason or for a while, and letting them go again."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.moves import apply, locked
from returnworks.ledger.payloads import POSTING
from returnworks.ledger.records import PostingRecord
from returnworks.ledger.redeciding import facts_of, live_facts
from returnworks.ledger.statements import chunks
from returnworks.ledger.tables import PostingCoverRow, PostingRow
from returnworks.rules.states import Event, State

WAITING = (State.PLANNED.value, State.UNKNOWN.value)
UNSETTLED = (*WAITING, State.HELD.value, State.REFUSED.value)


class Holds(Book):
    def hold(self, reference: str, reason: str, now: datetime) -> PostingRecord:
        """Keep a planned posting from being sent, and say why. Holding a held one keeps the newer reason."""
        with self._write() as session:
            row = locked(session, reference)
            if row.state == State.HELD.value:
                row.reason, row.updated_at = reason, now
            else:
                apply(session, row, Event.HOLD, now, reason=reason)
            return PostingRecord.of(row)

    def unhold(self, reference: str, now: datetime) -> PostingRecord:
        """Let a held posting be sent again; it is due at once."""
        with self._write() as session:
            row = locked(session, reference)
            apply(session, row, Event.RELEASE, now)
            row.not_before = None
            return PostingRecord.of(row)

    def put_off(self, reference: str, next_try_at: datetime) -> None:
        """Leave a planned or unknown posting alone until `next_try_at`; others do not wait for anything."""
        with self._write() as session:
            row = locked(session, reference)
            if row.state in (State.PLANNED.value, State.UNKNOWN.value):
                row.next_try_at = next_try_at

    def hurry(self, references: Sequence[str], now: datetime) -> list[PostingRecord]:
        """Let these wait no longer, where they are planned; nothing else about them changes. Those that were."""
        with self._write() as session:
            rows = [
                row
                for part in chunks(sorted(references))
                for row in session.scalars(
                    select(PostingRow)
                    .where(col(PostingRow.reference).in_(part), col(PostingRow.state) == State.PLANNED.value)
                    .order_by(col(PostingRow.reference))
                    .with_for_update()
                )
            ]
            for row in rows:
                row.next_try_at = row.not_before = None
                row.updated_at = now
            return [PostingRecord.of(row) for row in rows]

    def retry(self, return_ids: Sequence[str], now: datetime) -> list[PostingRecord]:
        """A person asks for these returns' postings again: whatever is not confirmed or under way is due at once.

        Held and refused ones are planned again, put-off ones wait no longer. A refused one stays refused
        when another posting covers its facts by now. Gives those that were held or refused and are planned.
        """
        with self._write("intents") as session:
            rows = _unsettled(session, return_ids)
            for row in rows:
                row.next_try_at = None
            again = [row for row in rows if row.state == State.HELD.value]
            for row in again:
                apply(session, row, Event.RELEASE, now)
            mended = _cover_again(session, [row for row in rows if row.state == State.REFUSED.value])
            for row in mended:
                apply(session, row, Event.RETRY, now)
            return [PostingRecord.of(row) for row in again + mended]


def _unsettled(session: Session, return_ids: Sequence[str]) -> list[PostingRow]:
    return [
        row
        for part in chunks(return_ids)
        for row in session.scalars(
            select(PostingRow)
            .where(col(PostingRow.return_id).in_(part), col(PostingRow.state).in_(UNSETTLED))
            .order_by(col(PostingRow.reference))
            .with_for_update()
        )
    ]


def _cover_again(session: Session, refused: Sequence[PostingRow]) -> list[PostingRow]:
    """Cover the facts of refused postings again; those whose facts no other posting covers by now."""
    facts = {row.reference: facts_of(POSTING.load(row.payload)) for row in refused}
    taken = live_facts(session, itertools.chain.from_iterable(facts.values()))
    mended = []
    for row in refused:
        if all(taken.get(fact, row.reference) == row.reference for fact in facts[row.reference]):
            taken |= dict.fromkeys(facts[row.reference], row.reference)
            mended.append(row)
    for part in chunks(row.reference for row in mended):
        session.execute(update(PostingCoverRow).where(col(PostingCoverRow.reference).in_(part)).values(live=True))
    return mended
