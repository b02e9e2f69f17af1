from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from returnworks.clients.calling import Patience
from returnworks.clients.linnworks.client import Linnworks
from returnworks.clients.returngo.client import ReturnGo
from tests.clients import faces
from tests.clients.vendor import Vendor, running


class Waits:
    """A sleep that takes no time and remembers what was slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    async with running() as server:
        server.tell(faces.AUTH, faces.opened(server.url))
        yield server


@pytest.fixture
async def linnworks(vendor: Vendor, waits: Waits) -> AsyncIterator[Linnworks]:
    keys = faces.linnworks_credentials(vendor.url)
    async with Linnworks(keys, timeout=0.5, patience=Patience(sleep=waits)) as client:
        yield client


@pytest.fixture
async def returngo(vendor: Vendor, waits: Waits) -> AsyncIterator[ReturnGo]:
    keys = faces.returngo_credentials(vendor.url)
    async with ReturnGo(keys, timeout=0.5, page_size=2, patience=Patience(tries=3, sleep=waits)) as client:
        yield client
