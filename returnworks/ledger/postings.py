"""What is meant to happen in Linnworks, written down once: intents, the facts they cover, and their queries."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, insert, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.records import Intended, PostingRecord
from returnworks.ledger.redeciding import (
    Fact,
    changed_after,
    facts_of,
    live_facts,
    plans_of,
    redecide,
    revive,
    said_by,
)
from returnworks.ledger.statements import chunks
from returnworks.ledger.tables import PostingCoverRow, PostingRow
from returnworks.rules.model import Kind, Posting
from returnworks.rules.states import State, first_phase


class Postings(Book):
    def intend(
        self,
        postings: Sequence[Posting],
        policy_version: str,
        now: datetime,
        not_before: datetime | Mapping[str, datetime] | None = None,
        *,
        decided: Collection[str] = (),
        instead_of: Collection[str] = (),
    ) -> Intended:
        """Write postings down as planned, each whole or not at all.

        A reference that was written before gives its record back, whatever its state, and a withdrawn one is
        planned again. A posting of whose facts one is covered by another live posting of its kind (earlier in
        the ledger or in this list) is not written. `not_before` is when the restock window closes: one moment
        for all, or by reference.

        `postings` are all that the returns `decided` ask for, besides what is under way or done. Of them,
        `instead_of` (see `only_planned`) were left out of account: such a posting says from now on what is
        asked for under its reference, and is withdrawn where nothing is. Of a return that changed after `now`, when
        the decision began, nothing is written: it was decided upon as it is no longer.
        """
        with self._write("intents") as session:
            late = changed_after(session, decided, now)
            decided = [return_id for return_id in decided if return_id not in late]
            wanted = {posting.reference: posting for posting in postings if posting.return_id not in late}
            changes = redecide(session, decided, instead_of, wanted, policy_version, now)
            known = _by_reference(session, wanted)
            revive(session, known.values(), wanted, policy_version, now)
            taken = live_facts(session, itertools.chain.from_iterable(map(facts_of, wanted.values())))
            fresh, overlapping = _apart([wanted[text] for text in wanted if text not in known], taken)
            rows = [_row(posting, policy_version, now, _closes(not_before, posting.reference)) for posting in fresh]
            _insert(session, rows, wanted)
            return Intended(
                new=tuple(PostingRecord.of(row) for row in rows),
                known=tuple(PostingRecord.of(row) for row in known.values()),
                overlapping=tuple(overlapping),
                rewritten=tuple(PostingRecord.of(row) for row in changes.rewritten),
                withdrawn=tuple(PostingRecord.of(row) for row in changes.withdrawn),
                busy=tuple(PostingRecord.of(row) for row in changes.busy),
            )

    def only_planned(self, return_ids: Sequence[str]) -> list[PostingRecord]:
        """The postings of these returns of which nothing was sent, or nothing stands: they are still only a plan."""
        with self._read() as session:
            return [PostingRecord.of(row) for part in chunks(return_ids) for row in session.scalars(plans_of(part))]

    def covered(self, return_id: str) -> dict[Kind, frozenset[str]]:
        """The facts of a return that live postings cover, by kind; every kind is there."""
        return self.covered_many([return_id])[return_id]

    def covered_many(self, return_ids: Iterable[str]) -> dict[str, dict[Kind, frozenset[str]]]:
        """`covered` for many returns; every id asked for is there."""
        ids = list(dict.fromkeys(return_ids))
        facts: dict[str, dict[Kind, set[str]]] = {return_id: {kind: set() for kind in Kind} for return_id in ids}
        with self._read() as session:
            for part in chunks(ids):
                for return_id, kind, fact_id in session.execute(
                    select(col(PostingRow.return_id), col(PostingCoverRow.kind), col(PostingCoverRow.fact_id))
                    .join(PostingRow, col(PostingRow.reference) == col(PostingCoverRow.reference))
                    .where(col(PostingRow.return_id).in_(part), col(PostingCoverRow.live))
                ):
                    facts[return_id][Kind(kind)].add(fact_id)
        return {
            return_id: {kind: frozenset(ids) for kind, ids in by_kind.items()} for return_id, by_kind in facts.items()
        }

    def posting(self, reference: str) -> PostingRecord | None:
        with self._read() as session:
            row = session.get(PostingRow, reference)
            return PostingRecord.of(row) if row else None

    def postings(
        self,
        return_ids: Sequence[str] | None = None,
        order_ids: Sequence[str] | None = None,
        kinds: Sequence[Kind] | None = None,
        states: Sequence[State] | None = None,
        since: datetime | None = None,
        references: Sequence[str] | None = None,
    ) -> list[PostingRecord]:
        """Postings that meet all that is given (None: anything), oldest first; `since`: moved at or after it.

        Withdrawn ones are given only where `states` or `references` name them.
        """
        wanted = _among(
            (PostingRow.return_id, return_ids),
            (PostingRow.order_id, order_ids),
            (PostingRow.kind, kinds),
            (PostingRow.state, states),
            (PostingRow.reference, references),
        )
        if since is not None:
            wanted.append(col(PostingRow.updated_at) >= since)
        if states is None and references is None:
            wanted.append(col(PostingRow.state) != State.WITHDRAWN.value)
        with self._read() as session:
            ordered = select(PostingRow).where(*wanted).order_by(col(PostingRow.created_at), col(PostingRow.reference))
            return [PostingRecord.of(row) for row in session.scalars(ordered)]

    def postings_of_time(self, start: datetime, end: datetime) -> list[PostingRecord]:
        """Postings that were intended or confirmed from `start` on and before `end`; no withdrawn ones."""
        made = and_(col(PostingRow.created_at) >= start, col(PostingRow.created_at) < end)
        done = and_(col(PostingRow.confirmed_at) >= start, col(PostingRow.confirmed_at) < end)
        moved = col(PostingRow.updated_at) >= start
        stands = col(PostingRow.state) != State.WITHDRAWN.value
        with self._read() as session:
            wanted = select(PostingRow).where(moved, stands, or_(made, done))
            ordered = wanted.order_by(col(PostingRow.created_at), col(PostingRow.reference))
            return [PostingRecord.of(row) for row in session.scalars(ordered)]

    def waits_until_sold(self, start: datetime, end: datetime) -> list[timedelta]:
        """How long each restock that sells something took, from the fact that asked for it until it stood.

        Of restocks that were confirmed from `start` on and before `end`, in no order.
        """
        done = col(PostingRow.confirmed_at)
        sells = cast(col(PostingRow.payload), String).contains('"sellable"')
        wanted = select(col(PostingRow.due_at), done).where(
            col(PostingRow.kind) == Kind.RESTOCK.value,
            col(PostingRow.updated_at) >= start,
            done >= start,
            done < end,
            col(PostingRow.due_at).is_not(None),
            sells,
        )
        with self._read() as session:
            rows = session.execute(wanted)
            return [confirmed - due for due, confirmed in rows if confirmed is not None and due is not None]

    def counts_by_state(self) -> dict[Kind, dict[State, int]]:
        """How many postings there are of each kind in each state; every kind and state is there."""
        counts = {kind: dict.fromkeys(State, 0) for kind in Kind}
        with self._read() as session:
            for kind, state, count in session.execute(
                select(col(PostingRow.kind), col(PostingRow.state), func.count()).group_by(
                    col(PostingRow.kind), col(PostingRow.state)
                )
            ):
                counts[Kind(kind)][State(state)] = count
        return counts


def _apart(postings: Sequence[Posting], taken: Collection[Fact]) -> tuple[list[Posting], list[Posting]]:
    """Those of whose facts none is taken, the first come first, and the others."""
    gone = set(taken)
    fresh: list[Posting] = []
    overlapping: list[Posting] = []
    for posting in postings:
        if gone & facts_of(posting):
            overlapping.append(posting)
        else:
            gone |= facts_of(posting)
            fresh.append(posting)
    return fresh, overlapping


def _by_reference(session: Session, references: Iterable[str]) -> dict[str, PostingRow]:
    return {
        row.reference: row
        for part in chunks(references)
        for row in session.scalars(select(PostingRow).where(col(PostingRow.reference).in_(part)))
    }


def _insert(session: Session, rows: Sequence[PostingRow], postings: Mapping[str, Posting]) -> None:
    session.add_all(rows)
    session.flush()
    covers = [
        {"reference": row.reference, "kind": kind, "fact_id": fact_id, "live": True}
        for row in rows
        for kind, fact_id in sorted(facts_of(postings[row.reference]))
    ]
    if covers:
        session.execute(insert(PostingCoverRow), covers)


def _row(posting: Posting, policy_version: str, now: datetime, not_before: datetime | None) -> PostingRow:
    return PostingRow(
        reference=posting.reference,
        kind=posting.kind.value,
        return_id=posting.return_id,
        state=State.PLANNED.value,
        phase=first_phase(posting.kind),
        not_before=not_before,
        created_at=now,
        updated_at=now,
        **said_by(posting, policy_version),
    )


def _closes(not_before: datetime | Mapping[str, datetime] | None, reference: str) -> datetime | None:
    return not_before.get(reference) if isinstance(not_before, Mapping) else not_before


def _among(*pairs: tuple[Any, Sequence[str] | None]) -> list[ColumnElement[bool]]:
    return [col(column).in_([str(value) for value in values]) for column, values in pairs if values is not None]
