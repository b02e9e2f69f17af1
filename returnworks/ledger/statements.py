"""Insert-or-update and insert-or-skip, which SQLAlchemy spells differently for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Table, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from returnworks.ledger.tables import Row

T = TypeVar("T")

CHUNK = 1000
"""Rows or ids in one statement: SQLite takes 32,766 parameters, and no row here has more than 20."""


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """`items` in lists of at most `size`; nothing for no items."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def table_of(row: type[Row]) -> Table:
    return cast("Table", inspect(row).local_table)


def upsert(session: Session, row: type[Row], values: Sequence[dict[str, Any]], keep: Collection[str] = ()) -> None:
    """Insert `values` (all with the same keys); where the primary key exists, overwrite all but `keep`."""
    table = table_of(row)
    keys = [column.name for column in table.primary_key]
    for part in chunks(values):
        statement = _insert(session, table).values(part)
        changed = {name: statement.excluded[name] for name in part[0] if name not in keys and name not in keep}
        session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


def insert_new(session: Session, row: type[Row], values: Sequence[dict[str, Any]]) -> int:
    """Insert `values`, leaving out those that an existing row forbids; how many were inserted."""
    table = table_of(row)
    first_key = next(iter(table.primary_key))
    inserted = 0
    for part in chunks(values):
        statement = _insert(session, table).values(part).on_conflict_do_nothing().returning(first_key)
        inserted += len(session.execute(statement).all())
    return inserted


def take_rows(
    session: Session, row: type[Row], values: Sequence[dict[str, Any]], free: ColumnElement[bool]
) -> set[str]:
    """Insert `values`, overwriting a standing row only where `free` holds for it; the keys that were got."""
    table = table_of(row)
    primary = next(iter(table.primary_key))
    taken: set[str] = set()
    for part in chunks(values):
        statement = _insert(session, table).values(part)
        changed = {name: statement.excluded[name] for name in part[0] if name != primary.name}
        statement = statement.on_conflict_do_update(index_elements=[primary], set_=changed, where=free)
        taken.update(session.scalars(statement.returning(primary)))
    return taken


def _insert(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
