"""What nights read, kept packed: opaque bytes with a hash, let go of when the shop's policy says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.tables import NightArchiveRow, NightRow


@dataclass(frozen=True, slots=True)
class NightArchive:
    """One night's readings, packed; `content` is None once they were let go."""

    night_id: int
    as_of: datetime
    format: int
    program: str
    """The version that filed the night."""
    sha256: str
    """Of what is packed."""
    size: int
    """Bytes unpacked."""
    content: bytes | None
    reports: Mapping[str, str]
    """SHA-256 of each file of the report, by its suffix ("html", "json", "csv")."""

    @classmethod
    def of(cls, row: NightArchiveRow) -> NightArchive:
        return cls(
            row.night_id, row.as_of, row.format, row.program, row.sha256, row.size, row.content, dict(row.reports)
        )


class Archives(Book):
    def keep_archive(self, archive: NightArchive) -> None:
        """Keep a night's readings beside its record, once and unchanged."""
        with self._write() as session:
            session.add(
                NightArchiveRow(
                    night_id=archive.night_id,
                    as_of=archive.as_of,
                    format=archive.format,
                    program=archive.program,
                    sha256=archive.sha256,
                    size=archive.size,
                    content=archive.content,
                    reports=dict(archive.reports),
                )
            )

    def archive(self, night_id: int) -> NightArchive | None:
        with self._read() as session:
            row = session.get(NightArchiveRow, night_id)
            return NightArchive.of(row) if row else None

    def archived_nights(self, until: datetime, limit: int = 30) -> list[int]:
        """Ids of the last finished nights as of `until` or before, newest first, whose readings are still kept."""
        kept = (
            select(col(NightRow.id))
            .join(NightArchiveRow, col(NightArchiveRow.night_id) == col(NightRow.id))
            .where(col(NightRow.as_of) <= until, col(NightArchiveRow.content).is_not(None))
            .order_by(col(NightRow.as_of).desc(), col(NightRow.id).desc())
            .limit(limit)
        )
        with self._read() as session:
            return [night_id for night_id in session.scalars(kept) if night_id is not None]

    def let_archives_go(self, before: datetime) -> int:
        """Drop what nights as of before `before` read, and keep that they were; how many."""
        old = col(NightArchiveRow.as_of) < before
        with self._write() as session:
            dropped = session.execute(
                update(NightArchiveRow).where(old, col(NightArchiveRow.content).is_not(None)).values(content=None)
            )
            return int(getattr(dropped, "rowcount", 0))
