"""What nights mended by themselves, would have mended, or left: written once, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.exceptions import Key, by_key, tell
from returnworks.ledger.records import HealingRecord
from returnworks.ledger.tables import HealingRow


class Healings(Book):
    def write_healings(self, healings: Sequence[HealingRecord], night_id: int | None, now: datetime) -> None:
        """Keep what a night mended or left, all at one moment."""
        with self._write("exceptions") as session:
            session.add_all(_row(healing, night_id, now) for healing in healings)

    def tell_healed(self, keys: Iterable[Key], detail: str, now: datetime) -> int:
        """Write on these exceptions, by (code, subject), that something was done about them; how many there are."""
        with self._write("exceptions") as session:
            rows = list(by_key(session, keys).values())
            tell(session, rows, now, "healed", detail)
            return len(rows)

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
