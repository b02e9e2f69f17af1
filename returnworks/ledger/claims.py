"""Who works on what now: due postings and lost ones, claimed whole orders at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.leases import LEASES, give_back, take
from returnworks.ledger.moves import apply
from returnworks.ledger.records import PostingRecord
from returnworks.ledger.tables import InboxRow, OrderLeaseRow, PostingRow, ReturnRow
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
        that somebody holds, or that has a posting of the same kind in doubt, is left alone; so is a posting
        whose return is due to be read or decided upon: what it says may be out of date.
        """
        ready = [
            col(PostingRow.state) == State.PLANNED.value,
            col(PostingRow.kind).in_([kind.value for kind in kinds]),
            _passed(PostingRow.next_try_at, now),
            ~_same_kind_in_doubt(),
            ~_to_be_decided(now),
            ~_to_be_read(),
            *_of(return_ids),
        ]
        due = ready if ignore_window else [*ready, _passed(PostingRow.not_before, now)]
        with self._write(LEASES) as session:
            taken = _take_orders(session, due, worker, limit, now + lease, now)
            rows = _by_order(session.scalars(_on(taken, ready)))
            _give_back_the_idle(session, taken, rows, worker)
            return [PostingRecord.of(row) for row in rows]

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
        with self._write(LEASES) as session:
            taken = _take_orders(session, doubtful, worker, limit, now + lease, now)
            rows = _by_order(_locked(session, taken, doubtful))
            _give_back_the_idle(session, taken, rows, worker)
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
    held = select(OrderLeaseRow).where(
        col(OrderLeaseRow.order_id) == col(PostingRow.order_id), col(OrderLeaseRow.until) > now
    )
    since = func.min(func.coalesce(col(PostingRow.due_at), col(PostingRow.created_at)))
    orders = session.scalars(
        select(col(PostingRow.order_id))
        .where(*wanted, ~held.exists())
        .group_by(col(PostingRow.order_id))
        .order_by(since, col(PostingRow.order_id))
        .limit(limit)
    )
    return take(session, sorted(orders), worker, until, now)


def _on(order_ids: set[str], wanted: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The postings on the orders just taken that are still what was wanted."""
    return select(PostingRow).where(col(PostingRow.order_id).in_(order_ids), *wanted)


def _locked(session: Session, order_ids: set[str], wanted: Sequence[ColumnElement[bool]]) -> Iterable[PostingRow]:
    """The same, and nobody moves them meanwhile; locked by reference, as everybody does who locks several."""
    return session.scalars(_on(order_ids, wanted).order_by(col(PostingRow.reference)).with_for_update())


def _give_back_the_idle(session: Session, taken: set[str], rows: Iterable[PostingRow], worker: str) -> None:
    """Orders on which nothing is wanted any more: each statement sees what others committed until then."""
    give_back(session, sorted(taken - {row.order_id for row in rows}), worker)


def _by_order(rows: Iterable[PostingRow]) -> list[PostingRow]:
    """Order by order, and on one order the longest due first."""
    return sorted(rows, key=lambda row: (row.order_id, row.due_at or row.created_at, row.reference))


def _passed(moment: Any, now: datetime) -> ColumnElement[bool]:
    return or_(col(moment).is_(None), and_(col(moment).is_not(None), col(moment) <= now))


def _of(return_ids: Sequence[str] | None) -> list[ColumnElement[bool]]:
    return [] if return_ids is None else [col(PostingRow.return_id).in_(return_ids)]


def _to_be_decided(now: datetime) -> ColumnElement[bool]:
    return (
        select(ReturnRow)
        .where(
            col(ReturnRow.return_id) == col(PostingRow.return_id),
            or_(
                col(ReturnRow.plan_fingerprint).is_(None),
                col(ReturnRow.plan_fingerprint) != col(ReturnRow.fingerprint),
                col(ReturnRow.plan_again_at) <= now,
            ),
        )
        .exists()
    )


def _to_be_read() -> ColumnElement[bool]:
    """Somebody says that the return changed, and nobody could read yet how; also when reading is put off."""
    return (
        select(InboxRow)
        .where(col(InboxRow.return_id) == col(PostingRow.return_id), col(InboxRow.done_at).is_(None))
        .exists()
    )


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
