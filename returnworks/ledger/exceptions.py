"""The exceptions desk: doubts and differences, opened from findings, closed by evidence.

An exception is one (code, subject). Whatever happens to it is an event that stays, with what it was worth
from then on, so that any past moment's open exceptions can be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.records import ExceptionChanges, ExceptionEvent, ExceptionRecord, key
from returnworks.ledger.refusals import NotInLedger
from returnworks.ledger.statements import chunks
from returnworks.ledger.tables import ExceptionEventRow, ExceptionRow, PostingRow
from returnworks.rules.model import Finding, Owner
from returnworks.rules.references import owner_of
from returnworks.rules.states import State

Key = tuple[str, str]
"""(code, subject)."""


class Exceptions(Book):
    def see_exceptions(
        self, findings: Sequence[Finding], now: datetime, night_id: int | None = None
    ) -> ExceptionChanges:
        """Findings stand at `now`: open what is new, reopen what was closed, refresh what still stands.

        Of several findings with one code and subject the last counts. An event happened `since`, else now;
        for one that still stands the earliest moment is kept, one that comes back begins its age anew.
        """
        wanted = {(finding.code, finding.subject): finding for finding in findings}
        with self._write("exceptions") as session:
            known = by_key(session, wanted)
            opened = [_new(finding, now, night_id) for place, finding in wanted.items() if place not in known]
            reopened = [row for row in known.values() if row.closed_at is not None]
            still = [row for row in known.values() if row.closed_at is None]
            changed = [row for row in still if _is_worth_else(row, wanted[row.code, row.subject])]
            for row in known.values():
                _refresh(row, wanted[row.code, row.subject], now, night_id)
            for row in reopened:
                _reopen(row, wanted[row.code, row.subject].since or now)
            session.add_all(opened)
            session.flush()
            for what, rows in (("opened", opened), ("reopened", reopened), ("changed", changed)):
                tell(session, rows, now, what)
            return ExceptionChanges(_records(opened), _records(reopened), _records(still))

    def close_exceptions(self, keys: Iterable[Key], evidence: str, now: datetime) -> list[ExceptionRecord]:
        """Close these (code, subject), where open, because of `evidence`; those that were closed."""
        with self._write("exceptions") as session:
            rows = [row for row in by_key(session, set(keys)).values() if row.closed_at is None]
            return _close(session, rows, evidence, now)

    def close_absent(
        self,
        codes: frozenset[str],
        seen: Iterable[Key],
        evidence: str,
        now: datetime,
        return_ids: Sequence[str] | None = None,
    ) -> list[ExceptionRecord]:
        """Close open exceptions of `codes` that a complete look did not see again; those that were closed.

        The look covered `return_ids` only, where given: others stay open, as nobody looked. So does one about a
        posting (its subject ends with the reference) that is not settled: what holds it cannot be seen from outside.
        """
        stays = set(seen)
        with self._write("exceptions") as session:
            wanted = [col(ExceptionRow.closed_at).is_(None), col(ExceptionRow.code).in_(codes)]
            rows = [
                row
                for part in _parts(return_ids)
                for row in session.scalars(select(ExceptionRow).where(*wanted, *part))
                if (row.code, row.subject) not in stays
            ]
            waiting = _unsettled(session, {reference for row in rows if (reference := _posting_of(row))})
            return _close(session, [row for row in rows if _posting_of(row) not in waiting], evidence, now)

    def exceptions(
        self,
        open_only: bool = True,
        owner: Owner | None = None,
        code: str | None = None,
        return_id: str | None = None,
    ) -> list[ExceptionRecord]:
        """Exceptions that meet all that is given, oldest event first; waived ones are open ones."""
        given = ((ExceptionRow.owner, owner), (ExceptionRow.code, code), (ExceptionRow.return_id, return_id))
        wanted: list[ColumnElement[bool]] = [col(column) == str(value) for column, value in given if value is not None]
        if open_only:
            wanted.append(col(ExceptionRow.closed_at).is_(None))
        with self._read() as session:
            ordered = select(ExceptionRow).where(*wanted).order_by(col(ExceptionRow.event_at), col(ExceptionRow.id))
            return [ExceptionRecord.of(row) for row in session.scalars(ordered)]

    def closed_at(self, code: str, return_ids: Sequence[str]) -> dict[str, datetime]:
        """When the exceptions of this code about these returns were closed, by subject; open ones are absent."""
        with self._read() as session:
            rows = [
                row
                for part in chunks(return_ids)
                for row in session.scalars(
                    select(ExceptionRow).where(col(ExceptionRow.return_id).in_(part), col(ExceptionRow.code) == code)
                )
            ]
        return {row.subject: row.closed_at for row in rows if row.closed_at is not None}

    def exception(self, exception_id: int) -> ExceptionRecord | None:
        with self._read() as session:
            row = session.get(ExceptionRow, exception_id)
            return ExceptionRecord.of(row) if row else None

    def exceptions_of(self, exception_ids: Iterable[int]) -> list[ExceptionRecord]:
        """These exceptions, by id; unknown ids are left out."""
        with self._read() as session:
            return [ExceptionRecord.of(row) for _, row in sorted(by_id(session, exception_ids).items())]

    def exception_events(self, exception_id: int | None = None, since: datetime | None = None) -> list[ExceptionEvent]:
        """What happened to one exception (None: to all), from `since` on, in order."""
        wanted: list[ColumnElement[bool]] = []
        if exception_id is not None:
            wanted.append(col(ExceptionEventRow.item_id) == exception_id)
        if since is not None:
            wanted.append(col(ExceptionEventRow.at) >= since)
        with self._read() as session:
            ordered = select(ExceptionEventRow).where(*wanted).order_by(col(ExceptionEventRow.id))
            return [ExceptionEvent.of(row) for row in session.scalars(ordered)]


def _posting_of(row: ExceptionRow) -> str | None:
    """The posting that the exception is about; None for one about anything else."""
    last = row.subject.rpartition(" / ")[2]
    return last if owner_of(last) else None


def _unsettled(session: Session, references: Iterable[str]) -> set[str]:
    settled = (State.CONFIRMED.value, State.WITHDRAWN.value)
    return {
        reference
        for part in chunks(sorted(references))
        for reference in session.scalars(
            select(col(PostingRow.reference)).where(
                col(PostingRow.reference).in_(part), col(PostingRow.state).not_in(settled)
            )
        )
    }


def by_key(session: Session, keys: Iterable[Key]) -> dict[Key, ExceptionRow]:
    wanted = set(keys)
    subjects = sorted({subject for _, subject in wanted})
    return {
        (row.code, row.subject): row
        for part in chunks(subjects)
        for row in session.scalars(select(ExceptionRow).where(col(ExceptionRow.subject).in_(part)))
        if (row.code, row.subject) in wanted
    }


def by_id(session: Session, exception_ids: Iterable[int]) -> dict[int, ExceptionRow]:
    return {
        key(row.id): row
        for part in chunks(exception_ids)
        for row in session.scalars(select(ExceptionRow).where(col(ExceptionRow.id).in_(part)))
    }


def _parts(return_ids: Sequence[str] | None) -> list[list[ColumnElement[bool]]]:
    """Conditions, one list per query, that keep to these returns; none at all for None."""
    if return_ids is None:
        return [[]]
    return [[col(ExceptionRow.return_id).in_(part)] for part in chunks(return_ids)]


def named(session: Session, exception_id: int) -> ExceptionRow:
    """The exception of that id; NotInLedger with the way out where there is none."""
    row = session.get(ExceptionRow, exception_id)
    if row is None:
        raise NotInLedger(f"There is no exception {exception_id}. `returnworks exceptions list` shows those there are.")
    return row


def _new(finding: Finding, now: datetime, night_id: int | None) -> ExceptionRow:
    row = ExceptionRow(
        code=finding.code,
        subject=finding.subject,
        owner=finding.owner.value,
        severity=finding.severity.value,
        message=finding.message,
        event_at=finding.since or now,
        opened_at=now,
        last_seen_at=now,
    )
    _refresh(row, finding, now, night_id)
    return row


def _refresh(row: ExceptionRow, finding: Finding, now: datetime, night_id: int | None) -> None:
    row.return_id = finding.return_id
    row.owner = finding.owner.value
    row.severity = finding.severity.value
    row.message = finding.message
    row.units = finding.units
    row.value_minor = finding.value.minor if finding.value else None
    row.currency = finding.value.currency if finding.value else None
    row.event_at = min(row.event_at, finding.since or now)
    row.last_seen_at = now
    row.night_id = night_id if night_id is not None else row.night_id


def _reopen(row: ExceptionRow, event_at: datetime) -> None:
    """It came back: counted, as old as what happened now, and nothing of its earlier life speaks for it."""
    row.event_at = event_at
    row.closed_at = None
    row.evidence = ""
    row.reopened += 1
    row.waived_until, row.waive_reason = None, ""


def _is_worth_else(row: ExceptionRow, finding: Finding) -> bool:
    value = finding.value
    return (row.units, row.value_minor, row.currency) != (
        finding.units,
        value.minor if value else None,
        value.currency if value else None,
    )


def _close(session: Session, rows: Sequence[ExceptionRow], evidence: str, now: datetime) -> list[ExceptionRecord]:
    for row in rows:
        row.closed_at = now
        row.evidence = evidence
    tell(session, rows, now, "closed", evidence)
    return list(_records(rows))


def tell(
    session: Session,
    rows: Iterable[ExceptionRow],
    now: datetime,
    what: str,
    detail: str = "",
    *,
    until: datetime | None = None,
    who: str = "",
) -> None:
    """Write one event about each of `rows`, which have their ids; of what a finding did, the finding's own words."""
    events = [
        {
            "item_id": key(row.id),
            "at": now,
            "what": what,
            "detail": detail or (row.message if what in ("opened", "reopened", "changed") else ""),
            "units": row.units,
            "value_minor": row.value_minor,
            "currency": row.currency,
            "until": until,
            "who": who,
        }
        for row in rows
    ]
    if events:
        session.execute(insert(ExceptionEventRow), events)


def _records(rows: Iterable[ExceptionRow]) -> tuple[ExceptionRecord, ...]:
    return tuple(ExceptionRecord.of(row) for row in rows)
