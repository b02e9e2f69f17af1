"""Upgrades with data in place, from every version there ever was, on both databases; and the ones that break."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text

from returnworks.errors import LedgerError
from returnworks.ledger import Ledger, migrate
from returnworks.ledger.engine import connect, parse_url
from returnworks.ledger.tables import Row
from tests.safety.rows import contents, fill


def every_revision() -> list[str]:
    """Oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(migrate.config()).walk_revisions()][::-1]


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """One writing transaction, as the program would have it."""
    parsed = parse_url(url)
    if url.startswith("sqlite"):
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = connect(parsed)
    with engine.execution_options(writing=True).begin() as connection:
        yield connection
    engine.dispose()


def ledger_at(url: str, revision: str) -> dict[str, list[dict[str, object]]]:
    """Make a ledger of an earlier version with rows in every table; the rows."""
    with connected(url) as connection:
        command.upgrade(migrate.config(connection), revision)
        return fill(connection)


@pytest.mark.parametrize("revision", every_revision())
def test_every_earlier_version_comes_up_to_date_with_its_data(empty_database_url, revision):
    before = ledger_at(empty_database_url, revision)
    assert all(before.values()), "every table held something"
    with Ledger.open(empty_database_url) as ledger:
        assert ledger.revision() == migrate.head()
    with connected(empty_database_url) as connection:
        after = contents(connection)
        options = {"version_table": migrate.VERSION_TABLE, "compare_type": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), Row.metadata) == []
    for table, rows in before.items():
        kept = [{name: row[name] for name in rows[0] if name in row} for row in after[table]]
        assert kept == [{name: row[name] for name in row if name in after[table][0]} for row in rows], table


NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9998"
down_revision = {last!r}
branch_labels = depends_on = None


def upgrade():
    op.create_table("shelf", sa.Column("name", sa.String(), primary_key=True))
    op.add_column("watermark", sa.Column("colour", sa.String(), nullable=False, server_default="blue"))
    op.execute("UPDATE watermark SET detail = 'migrated'")
    {then}
"""


@pytest.fixture
def next_version(tmp_path, monkeypatch):
    """Adds one more version to the program; what it does at its end is given."""

    last, scripts = migrate.head(), tmp_path / "migrations"
    shutil.copytree(migrate.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))

    def add(then: str = "pass") -> None:
        (scripts / "versions" / "v9998_next.py").write_text(NEXT.format(last=last, then=then))
        monkeypatch.setattr(migrate, "SCRIPTS", scripts)

    return add


def test_a_new_version_changes_a_ledger_that_is_in_use_and_keeps_its_rows(empty_database_url, next_version):
    before = ledger_at(empty_database_url, migrate.head())
    next_version()
    with Ledger.open(empty_database_url) as ledger:
        assert ledger.revision() == "9998"
    with connected(empty_database_url) as connection:
        after = contents(connection)
    assert after["watermark"] == [row | {"colour": "blue", "detail": "migrated"} for row in before["watermark"]]
    assert {name: rows for name, rows in after.items() if name not in ("watermark", "shelf")} == {
        name: rows for name, rows in before.items() if name != "watermark"
    }


def test_a_migration_that_breaks_half_way_has_done_nothing_and_says_so(empty_database_url, next_version):
    before = ledger_at(empty_database_url, migrate.head())
    at = migrate.head()
    next_version("op.execute('SELECT nonsense FROM nowhere')")
    with pytest.raises(LedgerError, match=f"from version {at} to 9998 .*Nothing was changed") as refusal:
        Ledger.open(empty_database_url)
    assert "docs/restore.md" in refusal.value.remedy
    with connected(empty_database_url) as connection:
        assert contents(connection) == before
        assert migrate.current(connection) == at
    next_version()
    with Ledger.open(empty_database_url) as ledger:
        assert ledger.revision() == "9998", "once mended, it goes through"


def test_a_migration_that_is_killed_half_way_has_done_nothing(empty_database_url, next_version):
    before = ledger_at(empty_database_url, migrate.head())
    next_version("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    program = (
        "import sys, pathlib; from returnworks.ledger import Ledger, migrate;"
        "migrate.SCRIPTS = pathlib.Path(sys.argv[1]); Ledger.open(sys.argv[2])"
    )
    command_line = [sys.executable, "-c", program, str(migrate.SCRIPTS), empty_database_url]
    assert subprocess.run(command_line, timeout=60).returncode == -signal.SIGKILL
    with connected(empty_database_url) as connection:
        assert contents(connection) == before


def test_an_older_program_refuses_the_ledger_of_a_newer_one(empty_database_url, next_version, monkeypatch):
    ours = migrate.SCRIPTS
    next_version()
    Ledger.open(empty_database_url).close()
    monkeypatch.setattr(migrate, "SCRIPTS", ours)
    for create in (True, False):
        with pytest.raises(LedgerError, match="9998") as refusal:
            Ledger.open(empty_database_url, create=create)
        assert "newer Returnworks" in refusal.value.remedy
    with connected(empty_database_url) as connection:
        assert "shelf" in inspect(connection).get_table_names(), "and leaves it as it is"


VERSION = migrate.VERSION_TABLE


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DROP TABLE attempt", r"attempt\.id.* and \d+ more"),
        ("ALTER TABLE watermark DROP COLUMN detail", r"lacks watermark\.detail\. A migration or a restore"),
        ("ALTER TABLE posting RENAME TO posting_old", r"lacks posting\."),
        (f"DELETE FROM {VERSION}", "at no version"),
        (f"INSERT INTO {VERSION} VALUES ('0000')", "0000 and|and 0000"),
    ],
)
def test_a_half_made_ledger_is_refused_with_what_is_missing(database_url, damage, said):
    engine = create_engine(parse_url(database_url))
    with engine.begin() as connection:
        connection.execute(text(damage))
    engine.dispose()
    for create in (True, False):
        with pytest.raises(LedgerError, match=said) as refusal:
            Ledger.open(database_url, create=create)
        assert "docs/restore.md" in refusal.value.remedy


def test_tables_of_a_version_that_was_never_finished_are_refused(empty_database_url, next_version):
    """Somebody ran a part by hand: its table is there, the version says otherwise."""
    ledger_at(empty_database_url, migrate.head())
    with connected(empty_database_url) as connection:
        connection.execute(text("CREATE TABLE shelf (name VARCHAR)"))
    next_version()
    with pytest.raises(LedgerError, match=r"shelf.*Nothing was changed") as refusal:
        Ledger.open(empty_database_url)
    assert "by hand or half" in refusal.value.remedy
