"""The attack's world: a sandbox in a process of its own, and databases that a killed process leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from returnworks.sandbox.handle import Sandbox
from tests.databases import POSTGRESQL, SQLITE, TEMPLATE, Server
from tests.torture.installing import Fresh, installation, on_sqlite


@pytest.fixture(scope="session")
def far_sandbox() -> Iterator[Sandbox]:
    """A sandbox in its own process, as those who call it get killed."""
    with Sandbox(process=True) as sandbox:
        yield sandbox


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def fresh(request: pytest.FixtureRequest, far_sandbox: Sandbox, tmp_path: Path) -> Fresh:
    """New installations that know only the sandbox, on each database in turn."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres_server")
        return lambda: installation(far_sandbox.env(), tmp_path, server.database(TEMPLATE))
    return on_sqlite(far_sandbox.env(), tmp_path, request.getfixturevalue("sqlite_template"))


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Retries are made, and nobody waits for them."""
    with stamina.set_testing(True, attempts=2):
        yield
