"""What the desk held, at any moment, told from its events; and what each night left there.

Events are numbered in the order in which they were committed (whoever writes one holds the desk's lock), so a
moment is a number: everything up to it had happened. Clocks that differ between workers change nothing then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.records import DeskEvent, DeskItem, DeskLine, DeskTally, key, money
from returnworks.ledger.statements import chunks
from returnworks.ledger.tables import DeskTallyRow, ExceptionEventRow, ExceptionRow

MOVES = ("opened", "reopened", "changed", "closed")
"""Events that move an exception's count or worth."""

WAIVING = ("waived", "unwaived", "waiver_ended", "closed", "reopened")
"""Events that begin or end a waiver."""


class Tallies(Book):
    def keep_desk_tally(self, night_id: int, now: datetime) -> DeskTally:
        """Write down what the desk holds at the end of a night. Kept once: a second call changes nothing."""
        with self._write("exceptions") as session:
            row = session.get(DeskTallyRow, night_id)
            if row is None:
                lines = [asdict(line) for line in _lines_now(session, now)]
                row = DeskTallyRow(night_id=night_id, at=now, last_event=_last(session), lines=lines)
                session.add(row)
            return DeskTally.of(row)

    def desk_tally(self, night_id: int) -> DeskTally | None:
        with self._read() as session:
            row = session.get(DeskTallyRow, night_id)
            return DeskTally.of(row) if row else None

    def desk_tally_at(self, moment: datetime) -> DeskTally | None:
        """What the last night that was filed at or before `moment` left; None before the first."""
        at, night = col(DeskTallyRow.at), col(DeskTallyRow.night_id)
        latest = select(DeskTallyRow).where(at <= moment).order_by(at.desc(), night.desc()).limit(1)
        with self._read() as session:
            row = session.scalars(latest).one_or_none()
            return DeskTally.of(row) if row else None

    def last_desk_event(self, moment: datetime) -> int:
        """The number of the last event at or before `moment`; 0 before the first."""
        with self._read() as session:
            return _last(session, col(ExceptionEventRow.at) <= moment)

    def newest_desk_event(self) -> int:
        """The number of the last event there is; 0 before the first."""
        with self._read() as session:
            return _last(session)

    def desk_now(self, now: datetime) -> tuple[int, list[DeskItem]]:
        """What the desk itself holds open, and the last event that is in it, both of one instant."""
        with self._write("exceptions") as session:
            rows = session.scalars(select(ExceptionRow).where(col(ExceptionRow.closed_at).is_(None)))
            return _last(session), [_item_now(row, now) for row in rows]

    def desk_then(self, last_event: int, moment: datetime, only: Iterable[int] | None = None) -> list[DeskItem]:
        """The exceptions (of `only`, by id) open after `last_event`, told from the events alone.

        `moment` decides which waivers had expired.
        """
        parts = [None] if only is None else list(chunks(only))
        with self._read() as session:
            resting = {
                item_id
                for part in parts
                for item_id, what, until in session.execute(_latest_waiving(last_event, part))
                if what == "waived" and until is not None and until > moment
            }
            return [
                DeskItem(item_id, code, units, money(minor, currency), item_id in resting)
                for part in parts
                for item_id, code, what, units, minor, currency in session.execute(_standing(last_event, part))
                if what != "closed"
            ]

    def desk_events(self, after: int, upto: int, whats: Sequence[str] = MOVES) -> list[DeskEvent]:
        """What happened at the desk (by default: what moved it) after the event `after`, up to and with `upto`."""
        event = ExceptionEventRow
        wanted = (
            _moves()
            .where(col(event.id) > after, col(event.id) <= upto, col(event.what).in_(whats))
            .order_by(col(event.id))
        )
        with self._read() as session:
            return [
                DeskEvent(item_id, code, what, units, money(minor, currency))
                for item_id, code, what, units, minor, currency in session.execute(wanted)
            ]


def _last(session: Session, *wanted: ColumnElement[bool]) -> int:
    return session.scalar(select(func.max(col(ExceptionEventRow.id))).where(*wanted)) or 0


def _item_now(row: ExceptionRow, now: datetime) -> DeskItem:
    waived = row.waived_until is not None and now < row.waived_until
    return DeskItem(key(row.id), row.code, row.units, money(row.value_minor, row.currency), waived)


def _lines_now(session: Session, now: datetime) -> list[DeskLine]:
    row = ExceptionRow
    resting = and_(col(row.waived_until).is_not(None), col(row.waived_until) > now)
    minor = func.coalesce(col(row.value_minor), 0)
    code, currency = col(row.code), func.coalesce(col(row.currency), "")
    wanted = (
        select(
            code,
            currency,
            func.count(),
            func.sum(col(row.units)),
            func.sum(minor),
            func.sum(case((resting, 1), else_=0)),
            func.sum(case((resting, col(row.units)), else_=0)),
            func.sum(case((resting, minor), else_=0)),
        )
        .where(col(row.closed_at).is_(None))
        .group_by(code, currency)
        .order_by(code, currency)
    )
    return [DeskLine(found[0], found[1], *(int(n) for n in found[2:])) for found in session.execute(wanted)]


def _moves() -> Select[*tuple[Any, ...]]:
    """Exception, its code, what happened, units, minor units, currency."""
    event = ExceptionEventRow
    return select(
        col(event.item_id),
        col(ExceptionRow.code),
        col(event.what),
        col(event.units),
        col(event.value_minor),
        col(event.currency),
    ).join(ExceptionRow, col(ExceptionRow.id) == col(event.item_id))


def _latest_ids(whats: Sequence[str], last_event: int, only: Sequence[int] | None) -> Select[*tuple[Any, ...]]:
    """Of each exception, the last of these events up to `last_event`."""
    event = ExceptionEventRow
    wanted = [col(event.id) <= last_event, col(event.what).in_(whats)]
    if only is not None:
        wanted.append(col(event.item_id).in_(only))
    return select(func.max(col(event.id))).where(*wanted).group_by(col(event.item_id))


def _latest_waiving(last_event: int, only: Sequence[int] | None) -> Select[*tuple[Any, ...]]:
    event = ExceptionEventRow
    return select(col(event.item_id), col(event.what), col(event.until)).where(
        col(event.id).in_(_latest_ids(WAIVING, last_event, only))
    )


def _standing(last_event: int, only: Sequence[int] | None) -> Select[*tuple[Any, ...]]:
    event = ExceptionEventRow
    return _moves().where(col(event.id).in_(_latest_ids(MOVES, last_event, only))).order_by(col(event.item_id))
