"""What a Prefect server keeps of our runs, its database above all, holds no secret and no person."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.safety.echo import SESSION, echoing
from tests.safety.plants import PERSONAL, files_under, found, leaks, secrets_of

ALERT_SECRET = "alert-address-that-is-a-secret"

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]


def _kept(database: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def test_days_under_prefect_leave_no_secret_and_no_person_behind(sandbox, installation, prefect_api, tmp_path):
    clean = {n: v for n, v in os.environ.items() if not n.startswith(("RETURNWORKS_", "PREFECT_"))}
    verbose = {"PREFECT_LOGGING_LEVEL": "DEBUG", "PREFECT_LOGGING_ROOT_LEVEL": "INFO"}
    with echoing(400) as echo, echoing(200) as chat:
        alert = {"RETURNWORKS_ALERT_WEBHOOK_URL": f"{chat}/services/{ALERT_SECRET}"}
        done = subprocess.run(
            [sys.executable, "-m", "tests.safety.day_under_prefect", sandbox.urls["control"], echo],
            env=clean | installation | prefect_api | verbose | alert,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert done.returncode == 0, _told(done.stderr)
    assert "failed runs: 0" not in done.stdout

    wanted = PERSONAL | secrets_of(sandbox.credentials)
    wanted |= {"wrong key": "wrong-but-still-a-secret", "session": SESSION, "alert address": ALERT_SECRET}
    home = Path(prefect_api["PREFECT_HOME"])
    files = files_under(home.parent, tmp_path)
    assert home / "prefect.db" in files
    assert {".html", ".csv", ".sqlite3"} <= {file.suffix for file in files}, "reports and the ledger are searched too"
    assert leaks(files, wanted) == {}
    assert found((done.stdout + done.stderr).encode(), wanted) == set()
    _was_kept(home / "prefect.db")


def _told(log: str) -> str:
    return "\n".join([line for line in log.splitlines() if " | DEBUG " not in line and "httpx" not in line][-60:])


def _was_kept(database: Path) -> None:
    """So that finding nothing means something: the runs, their logs, their artifacts and the blocks are there."""
    assert {name for (name,) in _kept(database, "SELECT name FROM block_document")} >= {
        "linnworks-credentials",
        "returngo-credentials",
        "alert-webhook",
    }
    states = {state for (state,) in _kept(database, "SELECT state_type FROM flow_run")}
    assert {"COMPLETED", "FAILED"} <= states
    assert len(_kept(database, "SELECT message FROM log")) > 100
    assert {key for (key,) in _kept(database, "SELECT key FROM artifact")} >= {"open-exceptions", "night"}
