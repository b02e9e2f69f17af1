"""`returnworks sandbox` as a process: what it starts ends with it."""

import json
import subprocess
import sys

import httpx
import pytest

from returnworks.cli import CLEAN


def test_a_sandbox_that_is_told_to_stop_takes_both_vendors_with_it():
    command = [sys.executable, "-m", "returnworks", "sandbox", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        urls = json.loads(running.stdout.readline())["urls"]
        assert httpx.get(f"{urls['control']}/books").is_success
        running.terminate()
    assert running.returncode == CLEAN
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{urls['control']}/books")
