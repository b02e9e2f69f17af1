"""How far each feed was read."""

from __future__ import annotations

from datetime import datetime

from returnworks.ledger.engine import Book
from returnworks.ledger.statements import upsert
from returnworks.ledger.tables import WatermarkRow

HEARD = "returngo.webhook"
"""The watermark of the last webhook, for whoever watches that they still come."""


class Watermarks(Book):
    def watermark(self, name: str) -> datetime | None:
        """How far `name` was read; None when it never was."""
        with self._read() as session:
            row = session.get(WatermarkRow, name)
            return row.at if row else None

    def watermark_detail(self, name: str) -> str:
        """What was kept beside the mark; "" when nothing was."""
        with self._read() as session:
            row = session.get(WatermarkRow, name)
            return row.detail if row else ""

    def set_watermark(self, name: str, at: datetime, detail: str = "") -> None:
        with self._write() as session:
            upsert(session, WatermarkRow, [{"name": name, "at": at, "detail": detail}])
