"""What people do at the exceptions desk, and who was told. None of it closes anything: only evidence does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.exceptions import by_id, named, tell
from returnworks.ledger.records import ExceptionRecord
from returnworks.ledger.refusals import AlreadyFinished
from returnworks.ledger.statements import chunks
from returnworks.ledger.tables import ExceptionNoticeRow, ExceptionRow
from returnworks.rules.escalation import Notice

NoticeKey = tuple[int, int, str]
"""`Notice.key`."""


class Desk(Book):
    def assign(self, exception_id: int, assignee: str, now: datetime, who: str = "") -> ExceptionRecord:
        """Make it `assignee`'s; an empty one gives it back to its owner's queue."""
        with self._write("exceptions") as session:
            row = _open(named(session, exception_id))
            row.assignee = assignee
            tell(session, [row], now, "assigned", assignee or "back to its owner", who=who)
            return ExceptionRecord.of(row)

    def note(self, exception_id: int, text: str, now: datetime, who: str = "") -> None:
        """Write something down about it, open or closed."""
        with self._write("exceptions") as session:
            tell(session, [named(session, exception_id)], now, "noted", text, who=who)

    def waive(self, exception_id: int, until: datetime, reason: str, now: datetime, who: str = "") -> ExceptionRecord:
        """Let it rest, open, until `until`, for a reason. ValueError without a reason or a future end.

        Its value stays in every total. Once `until` has come it is open like any other.
        """
        if not reason.strip() or until <= now:
            raise ValueError("A waiver needs a reason and a moment in the future at which it expires.")
        with self._write("exceptions") as session:
            row = _open(named(session, exception_id))
            row.waived_until, row.waive_reason = until, reason
            tell(session, [row], now, "waived", f"until {until.isoformat()}: {reason}", until=until, who=who)
            return ExceptionRecord.of(row)

    def unwaive(self, exception_id: int, now: datetime, who: str = "") -> ExceptionRecord:
        """End a waiver before its time; nothing happens to one that is not waived."""
        with self._write("exceptions") as session:
            row = _open(named(session, exception_id))
            if row.waived_until is not None:
                _end_waiver(row)
                tell(session, [row], now, "unwaived", who=who)
            return ExceptionRecord.of(row)

    def end_waivers(self, now: datetime) -> list[ExceptionRecord]:
        """Write down which waivers have expired by `now`; those exceptions, each told of once."""
        over = (col(ExceptionRow.closed_at).is_(None), col(ExceptionRow.waived_until) <= now)
        with self._write("exceptions") as session:
            rows = list(session.scalars(select(ExceptionRow).where(*over).order_by(col(ExceptionRow.id))))
            for row in rows:
                tell(session, [row], now, "waiver_ended", row.waive_reason, until=row.waived_until)
                _end_waiver(row)
            return [ExceptionRecord.of(row) for row in rows]

    def notices_given(self, exception_ids: Iterable[int]) -> set[NoticeKey]:
        """The keys of what was told of these exceptions, in whichever of their lives."""
        with self._read() as session:
            return _given(session, exception_ids)

    def keep_notices(self, notices: Sequence[Notice], now: datetime) -> int:
        """Remember that these were told; how many of them nobody had told before."""
        with self._write("exceptions") as session:
            given = _given(session, [notice.exception_id for notice in notices])
            new = [notice for notice in notices if notice.key not in given]
            session.add_all(_row(notice, now) for notice in new)
            rows = by_id(session, [notice.exception_id for notice in new])
            for notice in new:
                tell(session, [rows[notice.exception_id]], now, "told", f"{notice.tell}: {notice.step}")
            return len(new)


def _given(session: Session, exception_ids: Iterable[int]) -> set[NoticeKey]:
    row = ExceptionNoticeRow
    return {
        (item_id, life, step)
        for part in chunks(exception_ids)
        for item_id, life, step in session.execute(
            select(col(row.item_id), col(row.life), col(row.step)).where(col(row.item_id).in_(part))
        )
    }


def _open(row: ExceptionRow) -> ExceptionRow:
    if row.closed_at is not None:
        raise AlreadyFinished(
            f"Exception {row.id} is closed: {row.evidence}. It reopens by itself when it is seen again."
        )
    return row


def _end_waiver(row: ExceptionRow) -> None:
    row.waived_until, row.waive_reason = None, ""


def _row(notice: Notice, now: datetime) -> ExceptionNoticeRow:
    return ExceptionNoticeRow(item_id=notice.exception_id, life=notice.life, step=notice.step, tell=notice.tell, at=now)
