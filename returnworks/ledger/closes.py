"""The months' closes: what each pack said, who made it, who signed it, and whether it still holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.records import key
from returnworks.ledger.refusals import NotInLedger
from returnworks.ledger.tables import ClosePackRow


class CloseRecord(NamedTuple):
    id: int
    month: str
    number: int
    made_at: datetime
    made_by: str
    sha256: str
    document: Mapping[str, Any]
    ties_out: bool
    policy_version: str
    folder: str
    signed_by: str
    signed_at: datetime | None
    stale_at: datetime | None
    stale_why: str

    @classmethod
    def of(cls, row: ClosePackRow) -> CloseRecord:
        return cls(**{name: getattr(row, name) for name in cls._fields if name != "id"}, id=key(row.id))

    @property
    def state(self) -> str:
        """stale, signed or open."""
        if self.stale_at is not None:
            return "stale"
        return "signed" if self.signed_at is not None else "open"


class Closes(Book):
    def keep_close(
        self,
        month: str,
        *,
        made_by: str,
        sha256: str,
        document: Mapping[str, Any],
        ties_out: bool,
        policy_version: str,
        now: datetime,
    ) -> CloseRecord:
        """A new pack of the month, with the next number. Its folder is not known yet."""
        with self._write("closes") as session:
            last = session.scalar(select(func.max(col(ClosePackRow.number))).where(col(ClosePackRow.month) == month))
            row = ClosePackRow(
                month=month,
                number=(last or 0) + 1,
                made_at=now,
                made_by=made_by,
                sha256=sha256,
                document=dict(document),
                ties_out=ties_out,
                policy_version=policy_version,
                folder="",
            )
            session.add(row)
            session.flush()
            return CloseRecord.of(row)

    def latest_close(self, month: str) -> CloseRecord | None:
        with self._read() as session:
            row = session.scalars(
                select(ClosePackRow)
                .where(col(ClosePackRow.month) == month)
                .order_by(col(ClosePackRow.number).desc())
                .limit(1)
            ).one_or_none()
            return CloseRecord.of(row) if row else None

    def put_close_in(self, close_id: int, folder: str) -> CloseRecord:
        """Say where the pack's files are."""
        return self._change(close_id, folder=folder)

    def sign_close(self, close_id: int, by: str, now: datetime) -> CloseRecord:
        """The second person's sign-off. Whether they may is for the caller to decide."""
        return self._change(close_id, signed_by=by, signed_at=now)

    def mark_close_stale(self, close_id: int, why: str, now: datetime) -> CloseRecord:
        return self._change(close_id, stale_at=now, stale_why=why)

    def _change(self, close_id: int, **values: object) -> CloseRecord:
        with self._write("closes") as session:
            row = session.get(ClosePackRow, close_id)
            if row is None:
                raise NotInLedger(f"The ledger holds no close pack {close_id}.")
            for name, value in values.items():
                setattr(row, name, value)
            return CloseRecord.of(row)
