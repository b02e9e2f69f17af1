"""What many tests need: a sandbox of their own, and a bridge that knows only it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from returnworks.rules.policy import BUILT_IN, Policy
from returnworks.sandbox.handle import Sandbox
from returnworks.settings import read_environment
from returnworks.work.bridge import Bridge, credentials_from_environment, open_bridge
from tests.databases import database_url, empty_database_url, new_database, postgres_server, sqlite_template
from tests.prefect_server import prefect_api

__all__ = ["database_url", "empty_database_url", "new_database", "postgres_server", "prefect_api", "sqlite_template"]

os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    """A sandbox that holds nothing and behaves well, without Linnworks' limits in the way."""
    running_sandbox.reset()
    running_sandbox.clear_faults()
    running_sandbox.settings(rate_multiplier=1000, daily_quota=1_000_000)
    return running_sandbox


@pytest.fixture
def installation(sandbox: Sandbox, tmp_path: Path) -> dict[str, str]:
    """The environment of an installation that knows only the sandbox and an empty home."""
    return sandbox.env() | {"RETURNWORKS_HOME": str(tmp_path / "home")}


class Installation:
    """Opens bridges on one ledger, as one run after another would."""

    def __init__(self, variables: dict[str, str], policy: Policy = BUILT_IN) -> None:
        self.variables = variables
        self.policy = policy

    @asynccontextmanager
    async def bridge(self) -> AsyncIterator[Bridge]:
        environment, _ = read_environment(self.variables)
        linnworks, returngo = credentials_from_environment(environment)
        async with open_bridge(environment, self.policy, linnworks, returngo, calls_per_minute_scale=1000) as bridge:
            yield bridge


@pytest.fixture
def returnworks(installation: dict[str, str]) -> Installation:
    return Installation(installation)
