"""Rows for every table of a schema that nobody wrote tests for: made from what the database itself says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, Table

WHEN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ROWS = 3


def fill(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Put `ROWS` rows into every table but the version's, parents first; the rows by table, as they read back."""
    for table in _tables(connection):
        for number in range(1, ROWS + 1):
            connection.execute(table.insert().values(_row(table, number)))
    return contents(connection)


def contents(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but the version's, in the order of the primary key."""
    return {
        table.name: [dict(row) for row in connection.execute(table.select().order_by(*table.primary_key)).mappings()]
        for table in _tables(connection)
    }


def _tables(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "ledger_version"]


def _row(table: Table, number: int) -> dict[str, Any]:
    return {column.name: _value(column, number) for column in table.columns}


def _value(column: sa.Column[Any], number: int) -> Any:
    """Parents and children get the same value under the same number, so foreign keys hold."""
    key = next(iter(column.foreign_keys)).column if column.foreign_keys else column
    match key.type:
        case sa.Boolean():
            return False
        case sa.Integer() | sa.Numeric():
            return number
        case sa.DateTime():
            return WHEN
        case sa.Date():
            return WHEN.date()
        case sa.JSON():
            return {"number": number}
        case sa.LargeBinary():
            return f"{key.name}-{number}".encode()
    return f"{key.name}-{number}"
