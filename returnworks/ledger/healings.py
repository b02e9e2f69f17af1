"""What nights mended by themselves, would have mended, or left: written once, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.exceptions import by_key, tell
from returnworks.ledger.records import HealingRecord
from returnworks.ledger.tables import HealingRow

HEALED = "healed"
"""The outcome of what was really mended."""


class Healings(Book):
    def write_healings(self, healings: Sequence[HealingRecord], night_id: int | None, now: datetime) -> None:
        """Keep what a night mended or left, all at one moment; what was mended is told on its exceptions too."""
        with self._write("exceptions") as session:
            session.add_all(_row(healing, night_id, now) for healing in healings)
            healed = [healing for healing in healings if healing.outcome == HEALED]
            rows = by_key(session, {place for healing in healed for place in healing.about})
            for healing in healed:
                tell(session, [rows[place] for place in healing.about if place in rows], now, "healed", _told(healing))

    def healings(
        self, since: datetime, until: datetime | None = None, outcomes: Sequence[str] | None = None
    ) -> list[HealingRecord]:
        """What was written from `since` on and before `until`, in order."""
        wanted = [col(HealingRow.at) >= since]
        if until is not None:
            wanted.append(col(HealingRow.at) < until)
        if outcomes is not None:
            wanted.append(col(HealingRow.outcome).in_(outcomes))
        with self._read() as session:
            ordered = select(HealingRow).where(*wanted).order_by(col(HealingRow.id))
            return [HealingRecord.of(row) for row in session.scalars(ordered)]


def _row(healing: HealingRecord, night_id: int | None, now: datetime) -> HealingRow:
    return HealingRow(
        at=now,
        night_id=night_id,
        what=healing.what,
        outcome=healing.outcome,
        return_id=healing.return_id,
        subject=healing.subject,
        why=healing.why,
        postings=list(healing.postings),
        units=healing.units,
        money={amount.currency: amount.minor for amount in healing.money},
    )


def _told(healing: HealingRecord) -> str:
    asked = f" Asked for again: {', '.join(healing.postings)}." if healing.postings else ""
    return f"{healing.what}: {healing.why}{asked}"
