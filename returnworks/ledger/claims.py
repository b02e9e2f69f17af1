"""Who works on what now: due postings and lost ones, claimed whole orders at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.leases import take
from returnworks.ledger.moves import apply
from returnworks.ledger.records import PostingRecord
from returnworks.ledger.tables import OrderLeaseRow, PostingRow
from returnworks.rules.model import Kind
from returnworks.rules.states import Event, State

IN_DOUBT = (State.SENT.value, State.UNKNOWN.value)
NO_ANSWER = "the worker ended before it wrote an answer down"


class Claims(Book):
    def claim(
        self,
        kinds: Sequence[Kind],
        worker: str,
        limit: int,
        lease: timedelta,
        now: datetime,
        return_ids: Sequence[str] | None = None,
        ignore_window: bool = False,
    ) -> list[PostingRecord]:
        """Take up to `limit` orders that have something due, and give what is planned on them.

        Due is a planned posting of `kinds` (of `return_ids`, where given) whose next try has come and whose
        restock window has closed (`ignore_window`: or not). The first window that closes on an order closes
        it for all: they are posted together. The order is leased to `worker` until `now + lease`. An order
        that somebody holds, or that has a posting of the same kind in doubt, is left alone.
        """
        ready = [
            col(PostingRow.state) == State.PLANNED.value,
            col(PostingRow.kind).in_([kind.value for kind in kinds]),
            _passed(PostingRow.next_try_at, now),
            ~_same_kind_in_doubt(),
            *_of(return_ids),
        ]
        due = ready if ignore_window else [*ready, _passed(PostingRow.not_before, now)]
        with self._write() as session:
            taken = _take_orders(session, due, worker, limit, now + lease, now)
            return [PostingRecord.of(row) for row in _on(session, taken, ready)]

    def to_settle(
        self,
        worker: str,
        limit: int,
        lease: timedelta,
        now: datetime,
        delay: timedelta = timedelta(0),
        return_ids: Sequence[str] | None = None,
    ) -> list[PostingRecord]:
        """Take up to `limit` orders that have a posting in doubt, and give those postings, all `unknown`.

        In doubt is what is unknown, or was sent by a worker that no longer holds its order (it died: the
        posting becomes unknown here). `delay` is how long after the send it is left alone, so that a late
        effect is not taken for an absent one.
        """
        doubtful = [
            col(PostingRow.state).in_(IN_DOUBT),
            col(PostingRow.sent_at) <= now - delay,
            _passed(PostingRow.next_try_at, now),
            *_of(return_ids),
        ]
        with self._write() as session:
            taken = _take_orders(session, doubtful, worker, limit, now + lease, now)
            rows = _on(session, taken, doubtful)
            for row in rows:
                if row.state == State.SENT.value:
                    apply(session, row, Event.LOSE, now, reason=NO_ANSWER)
            return [PostingRecord.of(row) for row in rows]


def _take_orders(
    session: Session,
    wanted: Sequence[ColumnElement[bool]],
    worker: str,
    limit: int,
    until: datetime,
    now: datetime,
) -> set[str]:
    held = select(col(OrderLeaseRow.order_id)).where(col(OrderLeaseRow.until) > now)
    since = func.min(func.coalesce(col(PostingRow.due_at), col(PostingRow.created_at)))
    orders = session.scalars(
        select(col(PostingRow.order_id))
        .where(*wanted, col(PostingRow.order_id).not_in(held))
        .group_by(col(PostingRow.order_id))
        .order_by(since, col(PostingRow.order_id))
        .limit(limit)
    )
    return take(session, sorted(orders), worker, until, now)


def _on(session: Session, order_ids: set[str], wanted: Sequence[ColumnElement[bool]]) -> list[PostingRow]:
    """The postings on the orders just taken, looked at again now that nobody else can move them."""
    since = func.coalesce(col(PostingRow.due_at), col(PostingRow.created_at))
    ordered = (
        select(PostingRow)
        .where(col(PostingRow.order_id).in_(order_ids), *wanted)
        .order_by(col(PostingRow.order_id), since, col(PostingRow.reference))
        .with_for_update()
    )
    return list(session.scalars(ordered))


def _passed(moment: Any, now: datetime) -> ColumnElement[bool]:
    return or_(col(moment).is_(None), and_(col(moment).is_not(None), col(moment) <= now))


def _of(return_ids: Sequence[str] | None) -> list[ColumnElement[bool]]:
    return [] if return_ids is None else [col(PostingRow.return_id).in_(return_ids)]


def _same_kind_in_doubt() -> ColumnElement[bool]:
    other = aliased(PostingRow)
    return (
        select(other)
        .where(
            col(other.order_id) == col(PostingRow.order_id),
            col(other.kind) == col(PostingRow.kind),
            col(other.state).in_(IN_DOUBT),
        )
        .exists()
    )
