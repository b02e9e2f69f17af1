"""The nightly reconciliations: when, as of when, how they ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.records import NightRecord, key
from returnworks.ledger.refusals import NotInLedger
from returnworks.ledger.tables import NightRow


class Nights(Book):
    def start_night(self, as_of: datetime, now: datetime) -> int:
        """A reconciliation as of `as_of` begins; its id."""
        with self._write() as session:
            row = NightRow(as_of=as_of, started_at=now)
            session.add(row)
            session.flush()
            return key(row.id)

    def finish_night(
        self,
        night_id: int,
        verdict: str,
        now: datetime,
        counts: Mapping[str, Any] | None = None,
        sides: Mapping[str, Any] | None = None,
        report_path: str = "",
    ) -> NightRecord:
        """How it ended: the verdict, results counted by class, each side's as-of time, and where the report is."""
        with self._write() as session:
            row = session.get(NightRow, night_id)
            if row is None:
                raise NotInLedger(f"The ledger holds no night {night_id}.")
            row.finished_at = now
            row.verdict = verdict
            row.counts = dict(counts or {})
            row.sides = dict(sides or {})
            row.report_path = report_path
            return NightRecord.of(row)

    def nights(self, limit: int = 30) -> list[NightRecord]:
        """The last `limit` nights, newest first."""
        with self._read() as session:
            rows = session.scalars(select(NightRow).order_by(col(NightRow.id).desc()).limit(limit))
            return [NightRecord.of(row) for row in rows]

    def nights_between(self, start: datetime, end: datetime) -> list[NightRecord]:
        """The nights that looked at a moment from `start` on and before `end`, oldest first."""
        with self._read() as session:
            wanted = select(NightRow).where(col(NightRow.as_of) >= start, col(NightRow.as_of) < end)
            return [NightRecord.of(row) for row in session.scalars(wanted.order_by(col(NightRow.id)))]

    def night(self, night_id: int) -> NightRecord | None:
        with self._read() as session:
            row = session.get(NightRow, night_id)
            return NightRecord.of(row) if row else None
