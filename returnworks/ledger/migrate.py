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

from returnworks.errors import LedgerError
from returnworks.ledger.engine import lock

VERSION_TABLE = "ledger_version"
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

    Raises LedgerError when it holds tables but no version, or a revision that this program does not know.
    """
    names = set(inspect(connection).get_table_names())
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    revision = context.get_current_revision() if VERSION_TABLE in names else None
    if revision is None and names - {VERSION_TABLE}:
        raise LedgerError(
            "The database has tables but no ledger version, so it is not a Returnworks ledger.",
            "Point RETURNWORKS_DATABASE_URL to an empty database or schema, or restore the ledger's backup.",
        )
    if revision is not None and revision not in _known():
        raise LedgerError(
            f"The ledger is at version {revision}, which this Returnworks does not know.",
            "Install the newer Returnworks that wrote it, or restore the backup that was made before it.",
        )
    return revision


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}


def upgrade(engine: Engine) -> None:
    """Bring an empty or older database to `head()`, one process at a time."""
    with engine.execution_options(writing=True).begin() as connection:
        lock(connection, "migrations")
        if current(connection) != head():
            command.upgrade(config(connection), "head")


def require_head(revision: str | None) -> None:
    """LedgerError when `revision` is not what this program works with."""
    if revision is None:
        raise LedgerError("There is no ledger in this database yet.", "Run `returnworks db upgrade`.")
    if revision != head():
        raise LedgerError(
            f"The ledger is at version {revision}; this Returnworks works with {head()}.",
            "Make a backup, then run `returnworks db upgrade`.",
        )
