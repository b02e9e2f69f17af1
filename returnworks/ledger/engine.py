"""Connecting to SQLite or PostgreSQL, and transactions that do what the ledger promises on both.

On SQLite a writing transaction begins with BEGIN IMMEDIATE, so it has the only pen from its first line on.
On PostgreSQL a writing transaction that must see everything its rivals decided takes an advisory lock,
named by the subject, until it ends.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from returnworks.errors import LedgerError
from returnworks.ledger.columns import to_json

CHECK_URL = "Check RETURNWORKS_DATABASE_URL; in a password, write @ as %40, : as %3A and / as %2F."
PRAGMAS = (
    "PRAGMA busy_timeout = 10000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
)


def parse_url(url: str) -> URL:
    """What SQLAlchemy needs for `sqlite:///...`, `postgresql://...` or `postgres://...`; else LedgerError."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or "@" in (parsed.host or ""):  # the host may hold the rest of a password
        raise LedgerError("The ledger's database URL cannot be read.", CHECK_URL)
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return parsed.set(drivername="sqlite+pysqlite")
    raise LedgerError(
        f"The ledger cannot live in a {parsed.drivername} database.",
        "Set RETURNWORKS_DATABASE_URL to sqlite:///... or postgresql://...",
    )


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite database; None in memory and on PostgreSQL."""
    in_memory = url.database in (None, "", ":memory:")
    return None if in_memory or url.get_backend_name() != "sqlite" else Path(str(url.database))


def connect(url: URL) -> Engine:
    """An engine; nothing is connected yet. Parameters never appear in its errors."""
    options: dict[str, Any] = {"json_serializer": to_json, "hide_parameters": True}
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, isolation_level="READ COMMITTED", **options)
    if sqlite_file(url) is None:
        options |= {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    engine = create_engine(url, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: `_begin_sqlite` does
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def lock(connection: Connection | Session, subject: str) -> None:
    """Hold the advisory lock of `subject` until the transaction ends; on SQLite the transaction is the lock."""
    if _dialect(connection) == "postgresql":
        key = int.from_bytes(hashlib.sha256(f"returnworks {subject}".encode()).digest()[:8], "big", signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def _dialect(connection: Connection | Session) -> str:
    bind = connection.get_bind() if isinstance(connection, Session) else connection
    return bind.dialect.name


class Book:
    """Short transactions on one database; `_write()` commits when it is left in peace."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writing=True)

    @property
    def dialect(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self._engine.dialect.name

    @contextmanager
    def _read(self) -> Iterator[Session]:
        with _told(), Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def _write(self, subject: str | None = None) -> Iterator[Session]:
        """All or nothing. With `subject`, one at a time among all processes that name it."""
        with _told(), Session(self._writing, expire_on_commit=False) as session, session.begin():
            if subject is not None:
                lock(session, subject)
            yield session


@contextmanager
def _told() -> Iterator[None]:
    """A database that fails becomes a LedgerError; a broken constraint stays an IntegrityError."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as problem:
        raise unusable(problem) from problem


def unusable(problem: SQLAlchemyError) -> LedgerError:
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    return LedgerError(
        f"The ledger's database did not do what it was asked ({type(cause).__name__}: {_first_line(cause)}).",
        "See that it runs, is reachable and has room, then try again: nothing was half done.",
    )


def _first_line(problem: BaseException | None) -> str:
    return next(iter(str(problem).splitlines()), "")
