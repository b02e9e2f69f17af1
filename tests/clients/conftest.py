from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from returnworks.clients.calling import Patience
from returnworks.clients.linnworks.client import Linnworks
from returnworks.clients.returngo.client import ReturnGo
from tests.clients import faces
from tests.clients.vendor import Vendor, running


class Waits:
    """A sleep that takes no time, a clock that it moves, and what was slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.now = 1000.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def patience(self, tries: int = 4) -> Patience:
        return Patience(tries=tries, sleep=self.sleep, clock=lambda: self.now)


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
    async with Linnworks(keys, timeout=0.5, patience=waits.patience()) as client:
        yield client


@pytest.fixture
async def returngo(vendor: Vendor, waits: Waits) -> AsyncIterator[ReturnGo]:
    keys = faces.returngo_credentials(vendor.url)
    async with ReturnGo(keys, timeout=0.5, page_size=2, patience=waits.patience(tries=3)) as client:
        yield client
