"""What the ledger knows about its own database."""

from __future__ import annotations

from sqlalchemy import text

from returnworks.ledger import migrate
from returnworks.ledger.engine import Book, sqlite_file

BACKUP = "ledger.backup"
"""The watermark of the last copy that was made from here."""


class Measures(Book):
    def size(self) -> int | None:
        """Bytes of the database with its log; None for one in memory."""
        if self.dialect == "postgresql":
            with self._read() as session:
                return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
        file = sqlite_file(self._engine.url)
        if file is None:
            return None
        parts = [file, file.with_name(f"{file.name}-wal")]
        return sum(part.stat().st_size for part in parts if part.exists())

    def wanted_revision(self) -> str:
        """The schema's revision that this program works with."""
        return migrate.head()
