"""`returnworks hooks` as a program: it listens, stores, stops, and never says its token."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from returnworks.cli.app import run
from returnworks.cli.services import free_port
from returnworks.ledger import Ledger
from tests.hooks.conftest import TOKEN


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "RETURNWORKS_"))}
    return {**kept, "RETURNWORKS_HOME": str(tmp_path), "RETURNWORKS_WEBHOOK_TOKEN": TOKEN}


def _until_healthy(address: str, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < until:
        try:
            httpx.get(f"{address}/health", trust_env=False).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError(process.communicate())


def test_it_listens_stores_and_stops_when_asked(surroundings, tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "returnworks", "hooks", "--port", str(port)]
    process = subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        _until_healthy(f"http://127.0.0.1:{port}", process)
        address = f"http://127.0.0.1:{port}/hooks/returngo/{TOKEN}"
        assert httpx.post(address, json={"rmaId": "90000004"}, trust_env=False).status_code == 202
        process.send_signal(signal.SIGINT)
        said, complained = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "/hooks/returngo/TOKEN" in said
    assert "hints are stored" in complained, "without Prefect it says that nobody is woken"
    assert TOKEN not in said + complained
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}", create=False) as ledger:
        assert ledger.inbox_waiting() == {"webhook": 1}


def test_a_taken_port_and_a_missing_token_are_said_in_a_sentence(surroundings, monkeypatch, capsys):
    for name in [name for name in os.environ if name.startswith(("PREFECT_", "RETURNWORKS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RETURNWORKS_HOME", surroundings["RETURNWORKS_HOME"])
    assert run(["hooks"]) == 2
    assert "RETURNWORKS_WEBHOOK_TOKEN is not set" in capsys.readouterr().err
    monkeypatch.setenv("RETURNWORKS_WEBHOOK_TOKEN", TOKEN)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run(["hooks", "--port", str(taken.getsockname()[1])]) == 2
    assert "Choose another --host or --port" in capsys.readouterr().err
