"""Column types: aware UTC times on both databases, and JSON that never holds a float of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import JSON, DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment. PostgreSQL keeps it as timestamptz; SQLite keeps UTC text, so that it sorts by time.

    A naive value is a programming error (TypeError): nobody could say which moment it means.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("the ledger keeps aware times only")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


PlainJson = JSON(none_as_null=True)
"""JSON as text on both databases, kept as it was written; None is NULL."""


def to_json(value: Any) -> str:
    """JSON text of plain values; a vendor's Decimal or a time inside becomes its exact text."""
    return json.dumps(value, default=to_jsonable_python)
