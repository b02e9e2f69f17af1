"""The Prefect server that the demo and `up` start beside themselves."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from returnworks.errors import ReturnworksError

HOME = Path(".returnworks")
"""Where the demo and `up` keep things, in the current folder."""

START_LIMIT = 120
"""Seconds that a Prefect server may take to answer the first time (it makes its database)."""


class DidNotStart(ReturnworksError):
    """A program that was started did not answer; its log says why."""


def stop_cleanly_when_told() -> None:
    """Let SIGTERM end this process as an exit does, so that what it started is stopped with it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def free_port(wanted: int = 0) -> int:
    """`wanted` when nobody listens there, else any free port on loopback."""
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise DidNotStart("No free port on loopback.")


def prefect_settings(home: Path, port: int) -> dict[str, str]:
    """Environment variables of a Prefect server on loopback, and of its clients. Nothing phones home."""
    return {
        "PREFECT_HOME": str((home / "prefect").resolve()),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_CLI_PROMPT": "false",
        "DO_NOT_TRACK": "1",
    }


@contextlib.contextmanager
def prefect_server(home: Path, port: int) -> Iterator[str]:
    """A Prefect server with its database in `home`; yields the address of its UI."""
    settings = prefect_settings(home, port)
    Path(settings["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    log = home / "prefect-server.log"
    with log.open("ab") as sink, _running(command, settings, sink) as process:
        _wait_for(f"http://127.0.0.1:{port}/api/health", process, log)
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def _running(command: list[str], settings: Mapping[str, str], sink: BinaryIO) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603
        command,
        env={**os.environ, **settings},
        stdout=sink,
        stderr=sink,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask it to stop, wait, then insist; its own children go with it."""
    for how, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=patience)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(address, timeout=2):  # noqa: S310
            return
        time.sleep(0.2)
    raise DidNotStart(f"The Prefect server did not answer at {address}; {log} says why.")
