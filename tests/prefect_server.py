"""One real Prefect server for all tests that need one, with its database in a folder of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from returnworks.cli.services import free_port, prefect_server, prefect_settings


@pytest.fixture(scope="session")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment that points Prefect at a running server, also set in this process; PREFECT_HOME is in it."""
    home = tmp_path_factory.mktemp("prefect")
    port = free_port()
    with prefect_server(home, port):
        settings = prefect_settings(home, port)
        before = {name: os.environ.get(name) for name in settings}
        os.environ.update(settings)
        from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

        with temporary_settings({PREFECT_API_URL: settings["PREFECT_API_URL"], PREFECT_HOME: settings["PREFECT_HOME"]}):
            yield settings
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
