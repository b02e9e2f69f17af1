"""Copies of a ledger, whatever its version: a backup is what one makes before an upgrade."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from returnworks.errors import LedgerError
from returnworks.ledger.engine import parse_url, sqlite_file

OWNER_ONLY = 0o600


def back_up(url: str, copy: Path) -> None:
    """Copy the SQLite ledger at `url` to the new file `copy`, while others work with it; nobody else may read it.

    The copy is checked before it gets its name, so what carries the name is whole. The ledger is not upgraded.
    Raises LedgerError when there is no such ledger, `copy` exists or cannot be written, or the ledger is damaged;
    and for PostgreSQL, which has pg_dump.
    """
    file = sqlite_file(parse_url(url))
    if file is None:
        raise LedgerError("Only a SQLite ledger in a file is copied from here.", "For PostgreSQL use its own pg_dump.")
    if not file.exists():
        raise LedgerError(f"There is no ledger at {file}.", "Check RETURNWORKS_HOME and RETURNWORKS_DATABASE_URL.")
    if copy.exists():
        raise LedgerError(f"{copy} exists already.", "Name a new file; a backup overwrites nothing.")
    part = copy.with_name(f"{copy.name}.part")
    try:
        _copy(file, part)
        part.rename(copy)
    except (sqlite3.Error, OSError) as problem:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise LedgerError(
            f"{file} could not be copied to {copy} ({problem}).", "See that the folder exists and has room."
        ) from problem


def _copy(file: Path, part: Path) -> None:
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
    with closing(sqlite3.connect(file, timeout=10)) as source, closing(sqlite3.connect(part)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        (verdict,) = target.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(str(verdict))
