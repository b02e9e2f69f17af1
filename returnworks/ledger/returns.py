"""Returns as they were read, every version of them, and which of them wait for a decision."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, insert, or_, select, union, update
from sqlalchemy.orm import Session
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.payloads import RETURN, fingerprint
from returnworks.ledger.records import ReturnVersion
from returnworks.ledger.statements import chunks, table_of, upsert
from returnworks.ledger.tables import ReturnLineRow, ReturnRow, ReturnVersionRow
from returnworks.rules.model import Return, Stage

ENDED = (Stage.CLOSED, Stage.REJECTED, Stage.CANCELLED)
"""Stages whose returns are watched only until their `watch_until`; all others are watched always."""


class Returns(Book):
    def remember_return(self, ret: Return, stage: Stage, now: datetime, watch_until: datetime | None = None) -> bool:
        """Keep a return as it was read at `now`; True when it is new or differs from the last time."""
        return bool(self.remember_returns([(ret, stage)], now, watch_until))

    def remember_returns(
        self, returns: Sequence[tuple[Return, Stage]], now: datetime, watch_until: datetime | None = None
    ) -> list[str]:
        """Keep returns as they were read at `now`; the ids of those that are new or differ from the last time.

        A difference adds a version, sets `watch_until` and makes the return one to be decided upon, also where it
        says what an earlier version said: what was decided in between is out of date. Reading the same again changes
        nothing.
        """
        rows = [
            _row(ret, stage, now) for ret, stage in {ret.return_id: (ret, stage) for ret, stage in returns}.values()
        ]
        with self._write("returns") as session:
            before = _standing(session, [row["return_id"] for row in rows])
            changed = [row for row in rows if _differs(row, before)]
            for row in rows:
                known = None if row in changed else before[row["return_id"]]
                row["changed_at"] = known.changed_at if known else now
                row["watch_until"] = known.watch_until if known else watch_until
            upsert(session, ReturnRow, rows)
            _undecide(session, [row["return_id"] for row in changed])
            _remember_versions(session, changed, now)
            _remember_lines(session, [ret for ret, _ in returns])
        return [row["return_id"] for row in changed]

    def get_return(self, return_id: str) -> Return | None:
        return self.get_returns([return_id]).get(return_id)

    def get_returns(self, return_ids: Iterable[str]) -> dict[str, Return]:
        """The last known state of these returns; unknown ids are absent."""
        with self._read() as session:
            return {
                return_id: RETURN.load(payload)
                for part in chunks(return_ids)
                for return_id, payload in session.execute(
                    select(col(ReturnRow.return_id), col(ReturnRow.payload)).where(col(ReturnRow.return_id).in_(part))
                )
            }

    def return_versions(self, return_id: str) -> list[ReturnVersion]:
        """Every state in which this return was seen, oldest first."""
        with self._read() as session:
            rows = session.scalars(
                select(ReturnVersionRow)
                .where(col(ReturnVersionRow.return_id) == return_id)
                .order_by(col(ReturnVersionRow.id))
            )
            return [ReturnVersion.of(row) for row in rows]

    def histories(self, return_ids: Iterable[str]) -> dict[str, list[ReturnVersion]]:
        """`return_versions` for many returns; those that were never read are absent."""
        found: dict[str, list[ReturnVersion]] = {}
        with self._read() as session:
            for part in chunks(return_ids):
                wanted = select(ReturnVersionRow).where(col(ReturnVersionRow.return_id).in_(part))
                for row in session.scalars(wanted.order_by(col(ReturnVersionRow.id))):
                    found.setdefault(row.return_id, []).append(ReturnVersion.of(row))
        return found

    def watched_returns(
        self,
        now: datetime,
        changed_since: datetime | None = None,
        statuses: Sequence[str] | None = None,
    ) -> list[str]:
        """Returns to keep an eye on: not ended, or ended and still within their watch; longest unread first.

        `changed_since` (included) and `statuses` (ReturnGO's words) narrow it.
        """
        wanted: list[ColumnElement[bool]] = [
            or_(
                col(ReturnRow.stage).not_in([stage.value for stage in ENDED]),
                col(ReturnRow.watch_until) > now,
            )
        ]
        if changed_since is not None:
            wanted.append(col(ReturnRow.changed_at) >= changed_since)
        if statuses is not None:
            wanted.append(col(ReturnRow.status).in_(statuses))
        with self._read() as session:
            ordered = select(col(ReturnRow.return_id)).where(*wanted).order_by(col(ReturnRow.fetched_at))
            return list(session.scalars(ordered))

    def returns_changed_since(self, since: datetime) -> list[str]:
        """Returns of which something new was learned at `since` or later, watched or not."""
        with self._read() as session:
            wanted = select(col(ReturnRow.return_id)).where(col(ReturnRow.changed_at) >= since)
            return list(session.scalars(wanted.order_by(col(ReturnRow.return_id))))

    def changes_learned(self, since: datetime, limit: int) -> list[datetime]:
        """When changes of returns were learned from `since` on, the newest first, at most `limit`."""
        learned = col(ReturnVersionRow.learned_at)
        with self._read() as session:
            newest = select(learned).where(learned >= since).order_by(col(ReturnVersionRow.id).desc()).limit(limit)
            return list(session.scalars(newest))

    def newest_returns(self, limit: int) -> list[str]:
        """The returns with the highest ids, compared as text, at most `limit`; ids are handed out in rising order."""
        with self._read() as session:
            wanted = select(col(ReturnRow.return_id)).order_by(col(ReturnRow.return_id).desc())
            return list(session.scalars(wanted.limit(limit)))

    def unended_returns(self) -> list[str]:
        """Returns that are neither closed nor rejected nor cancelled."""
        with self._read() as session:
            wanted = select(col(ReturnRow.return_id)).where(col(ReturnRow.stage).not_in([s.value for s in ENDED]))
            return list(session.scalars(wanted))

    def returns_then(self, return_ids: Iterable[str], moment: datetime) -> dict[str, Return]:
        """How these returns were last seen before `moment`; of one that was first seen later, that first time."""
        version = ReturnVersionRow
        seen_by_then = func.max(case((col(version.learned_at) < moment, col(version.id))))
        chosen = func.coalesce(seen_by_then, func.min(col(version.id)))
        with self._read() as session:
            found: dict[str, Return] = {}
            for part in chunks(return_ids):
                ids = select(chosen).where(col(version.return_id).in_(part)).group_by(col(version.return_id))
                rows = session.execute(
                    select(col(version.return_id), col(version.payload)).where(col(version.id).in_(ids))
                )
                found |= {return_id: RETURN.load(payload) for return_id, payload in rows}
            return found

    def returns_since(self, since: datetime) -> list[str]:
        """Returns whose last change in ReturnGO was at or after `since`; without its time, ours counts."""
        changed = func.coalesce(col(ReturnRow.vendor_updated_at), col(ReturnRow.changed_at))
        with self._read() as session:
            return list(
                session.scalars(
                    select(col(ReturnRow.return_id)).where(changed >= since).order_by(col(ReturnRow.return_id))
                )
            )

    def not_read_since(self, return_ids: Iterable[str], since: datetime) -> list[str]:
        """Those of `return_ids` that were last read before `since`, or never; in the order given."""
        ids = list(dict.fromkeys(return_ids))
        with self._read() as session:
            fresh = {
                return_id
                for part in chunks(ids)
                for return_id in session.scalars(
                    select(col(ReturnRow.return_id)).where(
                        col(ReturnRow.return_id).in_(part), col(ReturnRow.fetched_at) >= since
                    )
                )
            }
        return [return_id for return_id in ids if return_id not in fresh]

    def return_of_line(self, line_ids: Iterable[str]) -> dict[str, str]:
        """Which return each ReturnGO line belongs to, by line id; unknown lines are absent."""
        with self._read() as session:
            return {
                line_id: return_id
                for part in chunks(line_ids)
                for line_id, return_id in session.execute(
                    select(col(ReturnLineRow.line_id), col(ReturnLineRow.return_id)).where(
                        col(ReturnLineRow.line_id).in_(part)
                    )
                )
            }

    def returns_of_orders(self, references: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Returns on the sales channel's orders, by the order id or order name asked for; others are absent."""
        wanted = set(references)
        found: dict[str, set[str]] = {}
        with self._read() as session:
            for part in chunks(sorted(wanted)):
                for return_id, order_id, name in session.execute(
                    select(col(ReturnRow.return_id), col(ReturnRow.order_id), col(ReturnRow.order_name)).where(
                        or_(col(ReturnRow.order_id).in_(part), col(ReturnRow.order_name).in_(part))
                    )
                ):
                    for reference in wanted & {order_id, name}:
                        found.setdefault(reference, set()).add(return_id)
        return {reference: tuple(sorted(ids)) for reference, ids in found.items()}

    def to_plan(self, now: datetime, limit: int) -> list[str]:
        """Returns that changed since they were decided upon, or whose `again_at` has come; oldest first."""
        undecided = or_(
            and_(col(ReturnRow.plan_fingerprint).is_(None), col(ReturnRow.plan_again_at).is_(None)),
            col(ReturnRow.plan_fingerprint) != col(ReturnRow.fingerprint),
        )
        again = col(ReturnRow.plan_again_at) <= now
        due = union(*(select(col(ReturnRow.return_id)).where(reason) for reason in (undecided, again)))
        with self._read() as session:
            ordered = (
                select(col(ReturnRow.return_id))
                .where(col(ReturnRow.return_id).in_(due))
                .order_by(col(ReturnRow.changed_at), col(ReturnRow.return_id))
                .limit(limit)
            )
            return list(session.scalars(ordered))

    def mark_planned(
        self,
        again_at: Mapping[str, datetime | None],
        now: datetime,
        put_off: Collection[str] = (),
        policy_version: str | None = None,
    ) -> None:
        """These returns were decided upon as they were at `now`, before they were read from here, by this policy.

        `again_at` says, by id, when to decide anew although nothing changed; None: never. A return that
        changed after `now` stays to be planned. What was decided about those of `put_off` could not be written
        down: they count as undecided, so nothing is posted for them, and are looked at when `again_at` says.
        """
        table = table_of(ReturnRow)
        rows = [{"id": return_id, "again": moment} for return_id, moment in again_at.items()]
        with self._write("returns") as session:
            for late in (False, True):
                some = [row for row in rows if (row["id"] in put_off) is late]
                if some:
                    session.connection().execute(
                        update(table)
                        .where(table.c.return_id == bindparam("id"), table.c.changed_at <= now)
                        .values(
                            plan_fingerprint=None if late else table.c.fingerprint,
                            planned_at=now,
                            plan_again_at=bindparam("again"),
                            plan_policy=policy_version,
                        ),
                        some,
                    )


def _row(ret: Return, stage: Stage, now: datetime) -> dict[str, Any]:
    payload = RETURN.dump(ret)
    return {
        "return_id": ret.return_id,
        "shop": ret.shop,
        "status": ret.status,
        "stage": stage.value,
        "order_id": ret.order_id,
        "order_name": ret.order_name,
        "payload": payload,
        "fingerprint": fingerprint(payload),
        "vendor_updated_at": ret.updated_at,
        "fetched_at": now,
    }


def _standing(session: Session, return_ids: Sequence[str]) -> dict[str, ReturnRow]:
    return {
        row.return_id: row
        for part in chunks(return_ids)
        for row in session.scalars(select(ReturnRow).where(col(ReturnRow.return_id).in_(part)))
    }


def _differs(row: dict[str, Any], before: Mapping[str, ReturnRow]) -> bool:
    known = before.get(row["return_id"])
    return known is None or known.fingerprint != row["fingerprint"]


def _undecide(session: Session, return_ids: Sequence[str]) -> None:
    for part in chunks(return_ids):
        changed = update(ReturnRow).where(col(ReturnRow.return_id).in_(part))
        session.execute(changed.values(plan_fingerprint=None, plan_again_at=None))


def _remember_versions(session: Session, changed: Sequence[dict[str, Any]], now: datetime) -> None:
    kept = ("return_id", "fingerprint", "payload", "vendor_updated_at")
    versions = [{name: row[name] for name in kept} | {"learned_at": now} for row in changed]
    if versions:
        session.execute(insert(ReturnVersionRow), versions)


def _remember_lines(session: Session, returns: Sequence[Return]) -> None:
    lines = {line.line_id: ret.return_id for ret in returns for line in ret.lines}
    upsert(session, ReturnLineRow, [{"line_id": line, "return_id": owner} for line, owner in lines.items()])
