"""docs/restore.md, performed step by step as it is written; and that a restored ledger posts nothing twice."""

from __future__ import annotations

import asyncio
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from flows.way import carry_through
from returnworks.cli import CLEAN, COULD_NOT, DIFFERENCES
from returnworks.errors import LedgerError
from returnworks.ledger import Ledger, back_up, migrate
from returnworks.ledger.engine import parse_url
from returnworks.rules.states import State
from tests.conftest import Installation
from tests.ledger.faces import NOW
from tests.safety.test_migrations import ledger_at
from tests.way.test_exactly_once import RUG, _exactly_once

DOCUMENT = Path(__file__).parents[2] / "docs" / "restore.md"


def steps(name: str) -> str:
    """The commands of one block of the document."""
    blocks = dict(re.findall(r"```sh (\S+)\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL))
    return blocks[name]


class Shell:
    """A terminal with `returnworks`, and what is in `tools`, on its path."""

    def __init__(self, variables: dict[str, str], tools: str = "") -> None:
        path = f"{Path(sys.executable).parent}:{tools}:{os.environ['PATH']}"
        self.variables = {**os.environ, "PATH": path, **variables}

    def perform(self, name: str, *codes: int) -> None:
        script = "set -euo pipefail\n" + steps(name)
        done = subprocess.run(
            ["bash", "-c", script], env=self.variables, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode in (codes or (CLEAN,)), done.stdout + done.stderr


def _states(url: str) -> set[State]:
    with Ledger.open(url, create=False) as ledger:
        return {record.state for record in ledger.postings()}


async def _a_day(installation: dict[str, str]) -> None:
    async with Installation(installation).bridge() as bridge:
        await carry_through(bridge)


def _a_day_is_lost(shell: Shell, sandbox, kind: str, url: str, restored: str) -> None:
    """Backed up, then a day's work, then restored: the ledger forgot the day, and nothing happens twice."""
    Ledger.open(url).close()
    shell.perform(f"{kind}-backup")
    sandbox.seed(RUG)
    asyncio.run(_a_day(shell.variables))
    _exactly_once(sandbox)
    written = sandbox.books()["writes"]
    assert _states(url) == {State.CONFIRMED}

    shell.perform(f"{kind}-restore")
    shell.variables["RETURNWORKS_DATABASE_URL"] = restored
    assert _states(restored) == set(), "the backup is from before the day"
    shell.perform("afterwards", CLEAN, DIFFERENCES)
    assert _states(restored) == {State.CONFIRMED}
    _exactly_once(sandbox)
    assert sandbox.books()["writes"] == written


def test_a_sqlite_ledger_is_restored_as_documented(sandbox, installation, tmp_path):
    home = Path(installation["RETURNWORKS_HOME"])
    shell = Shell(installation | {"BACKUP": str(tmp_path / "backup.sqlite3")})
    url = f"sqlite:///{home / 'ledger.sqlite3'}"
    _a_day_is_lost(shell, sandbox, "sqlite", url, url)
    assert (home / "set-aside" / "ledger.sqlite3").exists()


@pytest.mark.postgres
def test_a_postgresql_ledger_is_restored_as_documented(sandbox, installation, tmp_path, postgres_server):
    url, restored = postgres_server.database(), postgres_server.database()
    addresses = {"RETURNWORKS_DATABASE_URL": url, "NEW_DATABASE_URL": restored}
    with create_engine(parse_url(url)).connect() as connection:  # the server's own tools, of its version
        tools = connection.scalar(text("SELECT setting FROM pg_config() WHERE name = 'BINDIR'"))
    shell = Shell(installation | addresses | {"BACKUP": str(tmp_path / "backup.dump")}, tools)
    _a_day_is_lost(shell, sandbox, "postgresql", url, restored)


def test_every_block_of_the_document_is_performed():
    named = re.findall(r"^```sh ?(\S*)$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    here = Path(__file__).read_text(encoding="utf-8")
    kinds = {f"{kind}-{what}" for kind in ("sqlite", "postgresql") for what in ("backup", "restore")}
    assert set(named) == kinds | {"afterwards"}
    assert 'perform(f"{kind}-backup")' in here


def test_a_backup_is_a_whole_ledger_in_one_file_for_its_owner_only(tmp_path):
    copy = tmp_path / "copy.sqlite3"
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}") as ledger:
        ledger.enqueue(["90000004"], "manual", NOW)
        back_up(f"sqlite:///{tmp_path / 'ledger.sqlite3'}", copy)
        ledger.enqueue(["90000005"], "manual", NOW)
    assert sorted(file.name for file in tmp_path.iterdir() if "copy" in file.name) == ["copy.sqlite3"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with Ledger.open(f"sqlite:///{copy}", create=False) as opened:
        assert opened.inbox_waiting() == {"manual": 1}


@pytest.mark.parametrize("revision", ["0001"])
def test_a_backup_upgrades_nothing(tmp_path, revision):
    """It is what one makes before an upgrade, and for a ledger that the program does not even understand."""
    url = f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    ledger_at(url, revision)
    with create_engine(url).begin() as connection:
        connection.execute(text(f"UPDATE {migrate.VERSION_TABLE} SET version_num = 'from-the-future'"))
    back_up(url, tmp_path / "copy.sqlite3")
    with create_engine(f"sqlite:///{tmp_path / 'copy.sqlite3'}").connect() as connection:
        assert connection.scalar(text(f"SELECT version_num FROM {migrate.VERSION_TABLE}")) == "from-the-future"


def _no_ledger(folder: Path) -> str:
    return f"sqlite:///{folder / 'nothing.sqlite3'}"


def _no_database(folder: Path) -> str:
    (folder / "ledger.sqlite3").write_text("mugs, rugs and lamps; " * 100)
    return f"sqlite:///{folder / 'ledger.sqlite3'}"


def _a_ledger(folder: Path) -> str:
    url = f"sqlite:///{folder / 'ledger.sqlite3'}"
    Ledger.open(url).close()
    return url


@pytest.mark.parametrize(
    ("ledger", "copy", "said"),
    [
        (_no_ledger, "copy", "There is no ledger"),
        (_no_database, "copy", "not a database"),
        (_a_ledger, "ledger.sqlite3", "exists already"),
        (_a_ledger, "no/such/folder/copy", "could not be copied"),
        (lambda _: "postgresql://clerk:hush-hush@db/ledger", "copy", "pg_dump"),
        (lambda _: "sqlite://", "copy", "in a file"),
    ],
)
def test_a_backup_that_cannot_be_made_leaves_nothing_behind_and_says_why(tmp_path, ledger, copy, said):
    url = ledger(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(LedgerError, match=said) as refusal:
        back_up(url, tmp_path / copy)
    assert "hush-hush" not in str(refusal.value)
    assert sorted(tmp_path.iterdir()) == before


def test_the_command_says_what_it_did_and_what_it_could_not(tmp_path, monkeypatch, capsys):
    from returnworks.cli.app import run

    monkeypatch.setenv("RETURNWORKS_HOME", str(tmp_path))
    monkeypatch.delenv("RETURNWORKS_DATABASE_URL", raising=False)
    assert run(["db", "backup", str(tmp_path / "copy")]) == COULD_NOT
    assert run(["db", "upgrade"]) == CLEAN
    assert run(["db", "backup", str(tmp_path / "copy")]) == CLEAN
    assert run(["db", "backup", str(tmp_path / "copy")]) == COULD_NOT
    assert "overwrites nothing" in capsys.readouterr().err
