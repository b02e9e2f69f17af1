"""The schema: built from nothing, the same on both databases, and never touched when it is not understood."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from returnworks.errors import LedgerError
from returnworks.ledger import Ledger, migrate
from returnworks.ledger.engine import connect, parse_url
from returnworks.ledger.tables import Row
from tests.ledger.faces import NOW


def run(url: str, *statements: str) -> None:
    engine = create_engine(parse_url(url))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_migrations_build_exactly_the_tables_that_the_code_uses(database_url: str) -> None:
    engine = connect(parse_url(database_url))
    with engine.connect() as connection:
        options = {"version_table": migrate.VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Row.metadata) == []
    engine.dispose()


def test_partial_indexes_are_partial_on_both_databases(database_url: str) -> None:
    engine = connect(parse_url(database_url))
    backend = engine.dialect.name
    with engine.connect() as connection:
        found = {
            index["name"]: index["dialect_options"].get(f"{backend}_where")
            for table in Row.metadata.tables
            for index in inspect(connection).get_indexes(table)
        }
    engine.dispose()
    wanted = {
        index.name
        for table in Row.metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    assert "uq_posting_cover_live" in wanted
    assert {name for name, where in found.items() if where is not None} == wanted


def test_an_empty_database_becomes_a_ledger(empty_database_url: str) -> None:
    with Ledger.open(empty_database_url) as ledger:
        assert ledger.revision() == migrate.head()
        assert ledger.watermark("anything") is None


def test_opening_again_changes_nothing(database_url: str) -> None:
    for create in (True, False):
        with Ledger.open(database_url, create=create) as ledger:
            assert ledger.revision() == migrate.head()


def test_without_create_an_empty_database_is_refused_and_left_empty(new_database: Callable[[], str]) -> None:
    url = new_database()
    with pytest.raises(LedgerError, match="db upgrade"):
        Ledger.open(url, create=False)
    with Ledger.open(url) as ledger:
        assert ledger.revision() == migrate.head()


def test_without_create_no_sqlite_file_is_made(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no ledger at"):
        Ledger.open(f"sqlite:///{tmp_path / 'new' / 'ledger.sqlite3'}", create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_newer_ledger_is_refused_with_the_way_out(database_url: str) -> None:
    run(database_url, f"UPDATE {migrate.VERSION_TABLE} SET version_num = '9999'")
    for create in (True, False):
        with pytest.raises(LedgerError, match="9999") as refusal:
            Ledger.open(database_url, create=create)
        assert "newer Returnworks" in refusal.value.remedy


def test_somebody_elses_tables_are_refused_and_left_alone(empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        Path(empty_database_url.removeprefix("sqlite:///")).parent.mkdir()
    run(empty_database_url, "CREATE TABLE mugs (name VARCHAR)")
    with pytest.raises(LedgerError, match="not a Returnworks ledger") as refusal:
        Ledger.open(empty_database_url)
    assert "empty database" in refusal.value.remedy
    engine = create_engine(parse_url(empty_database_url))
    assert inspect(engine).get_table_names() == ["mugs"]
    engine.dispose()


def test_programs_that_start_together_make_one_ledger(empty_database_url: str) -> None:
    def start(_: int) -> str | None:
        with Ledger.open(empty_database_url) as ledger:
            return ledger.revision()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(start, range(4))) == {migrate.head()}


@pytest.mark.parametrize("url", ["mysql://host/db", "not a url", "oracle://x"])
def test_other_databases_are_refused_with_the_way_out(url: str) -> None:
    with pytest.raises(LedgerError, match="RETURNWORKS_DATABASE_URL"):
        Ledger.open(url)


def test_an_unreachable_database_does_not_tell_its_password() -> None:
    with pytest.raises(LedgerError) as refusal:
        Ledger.open("postgresql://clerk:hush-hush@127.0.0.1:1/ledger?connect_timeout=2")
    assert "hush-hush" not in str(refusal.value)
    assert "reachable" in refusal.value.remedy


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_all_usual_postgresql_urls_mean_psycopg_3(scheme: str) -> None:
    assert parse_url(f"{scheme}://clerk@db/ledger").drivername == "postgresql+psycopg"


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    file.write_text("mugs, rugs and lamps; " * 100)
    with pytest.raises(LedgerError, match="not a database"):
        Ledger.open(f"sqlite:///{file}")
    with pytest.raises(LedgerError, match="open"):
        Ledger.open(f"sqlite:///{tmp_path}")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LedgerError, match="RETURNWORKS_HOME"):
        Ledger.open(f"sqlite:///{tmp_path / 'file' / 'home' / 'ledger.sqlite3'}")


def test_a_ledger_in_memory_works_while_it_is_open() -> None:
    with Ledger.open("sqlite://") as ledger:
        assert ledger.enqueue(["1"], "manual", NOW) == 1
        assert ledger.inbox_waiting() == {"manual": 1}


def test_a_ledger_that_breaks_while_in_use_says_what_to_do(new_database: Callable[[], str]) -> None:
    url = new_database()
    with Ledger.open(url) as ledger:
        run(url, "DROP TABLE watermark")
        with pytest.raises(LedgerError, match="nothing was half done"):
            ledger.set_watermark("poll", NOW)
