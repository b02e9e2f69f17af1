"""The inbox: returns that somebody said to read. A return waits in it once, however often it is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.records import InboxItem
from returnworks.ledger.statements import chunks, insert_new
from returnworks.ledger.tables import InboxRow

PRIORITY = {"manual": 0, "webhook": 1, "poll": 2, "night": 3, "sweep": 4}
"""The sources, and who is read first when calls are scarce."""


class Inbox(Book):
    def enqueue(self, return_ids: Iterable[str], source: str, now: datetime, hint: str = "") -> int:
        """Queue returns to be read; how many were not waiting before.

        `source` is one of `PRIORITY` (KeyError for others). A return that waits already stays where it is,
        at the better of both priorities, and no longer put off when the source is "manual"; one that is
        being read just now is read once more afterwards, as it may have changed since.
        """
        ids = list(dict.fromkeys(return_ids))
        priority = PRIORITY[source]
        rows = [_waiting(return_id, source, hint, priority, now) for return_id in ids]
        with self._write("inbox") as session:
            for part in chunks(ids):
                waiting = update(InboxRow).where(col(InboxRow.return_id).in_(part), _undone())
                session.execute(waiting.values(_named_again(priority, source, now)))
            return insert_new(session, InboxRow, rows)

    def claim_inbox(
        self,
        worker: str,
        limit: int,
        lease: timedelta,
        now: datetime,
        return_ids: Sequence[str] | None = None,
    ) -> list[InboxItem]:
        """Take up to `limit` due returns (of `return_ids`, where given) until `now + lease`; nobody else gets them."""
        named = [] if return_ids is None else [col(InboxRow.return_id).in_(return_ids)]
        due = (
            select(col(InboxRow.id))
            .where(_undone(), col(InboxRow.next_try_at) <= now, _free(now), *named)
            .order_by(col(InboxRow.priority), col(InboxRow.received_at), col(InboxRow.id))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with self._write() as session:
            ids = list(session.scalars(due))
            claimed = session.scalars(
                update(InboxRow)
                .where(col(InboxRow.id).in_(ids))
                .values(lease_owner=worker, lease_until=now + lease, tries=InboxRow.tries + 1, again=False)
                .returning(InboxRow)
            ).all()
            order = {row_id: place for place, row_id in enumerate(ids)}
            return [InboxItem.of(row) for row in sorted(claimed, key=lambda row: order[row.id])]

    def finish_inbox(self, return_ids: Iterable[str], worker: str, now: datetime) -> None:
        """These were read by `worker`, if it still holds them; what was named again meanwhile waits again."""
        again = col(InboxRow.again)
        with self._write("inbox") as session:
            for part in chunks(return_ids):
                session.execute(
                    update(InboxRow)
                    .where(_undone(), col(InboxRow.lease_owner) == worker, col(InboxRow.return_id).in_(part))
                    .values(
                        done_at=case((again, None), else_=now),
                        next_try_at=case((again, now), else_=col(InboxRow.next_try_at)),
                        lease_owner=None,
                        lease_until=None,
                        again=False,
                        error=None,
                    )
                )

    def postpone_inbox(self, return_id: str, error: str, next_try_at: datetime) -> None:
        """It could not be read: leave it until `next_try_at`, and keep why."""
        with self._write("inbox") as session:
            session.execute(
                update(InboxRow)
                .where(_undone(), col(InboxRow.return_id) == return_id)
                .values(error=error, next_try_at=next_try_at, lease_owner=None, lease_until=None, again=False)
            )

    def release_inbox(self, worker: str, return_ids: Sequence[str] | None = None) -> None:
        """Give back what `worker` claimed and did not read (all of it, or `return_ids`), due as it was."""
        with self._write("inbox") as session:
            statement = update(InboxRow).where(_undone(), col(InboxRow.lease_owner) == worker)
            if return_ids is not None:
                statement = statement.where(col(InboxRow.return_id).in_(return_ids))
            session.execute(statement.values(lease_owner=None, lease_until=None, again=False))

    def named_at(self, source: str, since: datetime, limit: int) -> list[datetime]:
        """When `source` named returns from `since` on, the newest first, at most `limit`."""
        received = col(InboxRow.received_at)
        with self._read() as session:
            named = select(received).where(col(InboxRow.source) == source, received >= since)
            return list(session.scalars(named.order_by(col(InboxRow.id).desc()).limit(limit)))

    def inbox_waiting(self) -> dict[str, int]:
        """How many returns wait to be read, by source."""
        with self._read() as session:
            rows = session.execute(
                select(col(InboxRow.source), func.count()).where(_undone()).group_by(col(InboxRow.source))
            )
            return {str(source): count for source, count in rows}


def _waiting(return_id: str, source: str, hint: str, priority: int, now: datetime) -> dict[str, object]:
    return {
        "return_id": return_id,
        "source": source,
        "hint": hint,
        "priority": priority,
        "received_at": now,
        "next_try_at": now,
        "tries": 0,
        "again": False,
    }


def _named_again(priority: int, source: str, now: datetime) -> dict[str, Any]:
    """What changes for a return that waits, or is being read, when it is named again."""
    due = col(InboxRow.next_try_at)
    return {
        "again": col(InboxRow.lease_owner).is_not(None),
        "priority": case((col(InboxRow.priority) > priority, priority), else_=col(InboxRow.priority)),
        "next_try_at": case((due > now, now), else_=due) if source == "manual" else due,
    }


def _undone() -> ColumnElement[bool]:
    return col(InboxRow.done_at).is_(None)


def _free(now: datetime) -> ColumnElement[bool]:
    until = col(InboxRow.lease_until)
    return or_(until.is_(None), and_(until.is_not(None), until <= now))
