"""Whether this installation only looks or also posts, since when, and how its shadow nights scored."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.statements import upsert
from returnworks.ledger.tables import ShadowNightRow, WatermarkRow
from returnworks.rules.shadow import Mode, Score, ScoredNight

SHADOW, LIVE = "mode.shadow", "mode.live"


class Modes(Book):
    def mode(self) -> Mode:
        with self._read() as session:
            rows = session.scalars(select(WatermarkRow).where(col(WatermarkRow.name).in_((SHADOW, LIVE))))
            since = {row.name: row.at for row in rows}
        return Mode(since.get(SHADOW), since.get(LIVE))

    def go_shadow(self, now: datetime, who: str = "") -> None:
        """From `now` on nothing is posted."""
        self._since(SHADOW, now, who)

    def go_live(self, now: datetime, why: str = "") -> None:
        """What happens from `now` on is posted. `why`: who decided it, and the reason where something spoke against."""
        self._since(LIVE, now, why)

    def _since(self, name: str, now: datetime, detail: str) -> None:
        with self._write() as session:
            upsert(session, WatermarkRow, [{"name": name, "at": now, "detail": detail}])

    def keep_shadow_night(self, night_id: int, scored: ScoredNight) -> None:
        scores = {family: asdict(score) for family, score in scored.scores.items()}
        row = {"night_id": night_id, "as_of": scored.as_of, "fresh": scored.fresh, "scores": scores}
        with self._write() as session:
            upsert(session, ShadowNightRow, [row])

    def shadow_nights(self, since: datetime) -> list[ScoredNight]:
        """The nights in shadow mode as of `since` or later, oldest first."""
        with self._read() as session:
            wanted = select(ShadowNightRow).where(col(ShadowNightRow.as_of) >= since)
            return [
                ScoredNight(row.as_of, row.fresh, {family: Score(**score) for family, score in row.scores.items()})
                for row in session.scalars(wanted.order_by(col(ShadowNightRow.night_id)))
            ]
