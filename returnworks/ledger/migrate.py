"""Bringing a ledger to this program's version, and refusing those that it cannot understand.

Versions are written by hand in `migrations/versions`, for both databases; the tests compare their result
with `tables.py` and print what differs. They run inside one transaction, under a lock, so that two processes
that start together do not collide.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DBAPIError

from returnworks.errors import LedgerError
from returnworks.ledger.engine import lock
from returnworks.ledger.tables import Row

VERSION_TABLE = "ledger_version"
HALF = "A migration or a restore was left half done."
RESTORE = "Restore the last backup; docs/restore.md says how."
SCRIPTS = Path(__file__).parent / "migrations"


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration without an ini file; `env.py` finds the connection in its attributes."""
    made = Config()
    made.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def head() -> str:
    """The revision that this program works with."""
    newest = ScriptDirectory.from_config(config()).get_current_head()
    assert newest is not None, "the package holds its migrations"
    return newest


def current(connection: Connection) -> str | None:
    """The database's revision; None when it is empty.

    Raises LedgerError when it holds tables but no version, several versions, or one that this program does not know.
    """
    names = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in names:
        if names:
            raise LedgerError(
                "The database has tables but no ledger version, so it is not a Returnworks ledger.",
                "Point RETURNWORKS_DATABASE_URL to an empty database or schema, or restore the ledger's backup.",
            )
        return None
    heads = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads()
    if len(heads) > 1 or (not heads and names - {VERSION_TABLE}):
        raise LedgerError(f"The ledger says that it is at {' and '.join(heads) or 'no version'}. {HALF}", RESTORE)
    if heads and heads[0] not in _known():
        raise LedgerError(
            f"The ledger is at version {heads[0]}, which this Returnworks does not know.",
            "Install the newer Returnworks that wrote it, or restore the backup that was made before it.",
        )
    return heads[0] if heads else None


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}


def upgrade(engine: Engine) -> None:
    """Bring an empty or older database to `head()`, one process at a time, wholly or not at all."""
    with engine.execution_options(writing=True).begin() as connection:
        lock(connection, "migrations")
        before = current(connection)
        if before == head():
            return
        try:
            command.upgrade(config(connection), "head")
        except DBAPIError as problem:
            cause = str(problem.orig).partition("\n")[0]
            raise LedgerError(
                f"The ledger could not be brought from version {before or 'none'} to {head()} ({cause}). "
                f"Nothing was changed.",
                "If the same comes again, its tables were changed by hand or half. " + RESTORE,
            ) from problem


def require_whole(connection: Connection) -> None:
    """LedgerError naming the tables and columns that this program needs and the database does not have."""
    columns = inspect(connection).get_multi_columns()
    found = {table: {column["name"] for column in rows} for (_, table), rows in columns.items()}
    missing = [
        f"{table.name}.{column.name}"
        for table in Row.metadata.sorted_tables
        for column in table.columns
        if column.name not in found.get(table.name, ())
    ]
    if missing:
        shown = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        raise LedgerError(f"The ledger says that it is at version {head()}, but lacks {shown}. {HALF}", RESTORE)


def require_head(revision: str | None) -> None:
    """LedgerError when `revision` is not what this program works with."""
    if revision is None:
        raise LedgerError("There is no ledger in this database yet.", "Run `returnworks db upgrade`.")
    if revision != head():
        raise LedgerError(
            f"The ledger is at version {revision}; this Returnworks works with {head()}.",
            "Make a backup, then run `returnworks db upgrade`.",
        )
