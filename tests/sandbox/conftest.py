"""One sandbox for the whole folder, emptied before each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from returnworks.sandbox.handle import Sandbox
from tests.sandbox.clients import LinnworksCaller, ReturnGoCaller

SHOP: dict[str, Any] = {
    "items": [
        {"sku": "MUG-BLUE", "levels": {"Default": 10}, "cost": "3.10"},
        {"sku": "GARISH-RUG", "levels": {"Default": 4}},
        {"sku": "TEA-CUP", "levels": {"Default": 9}},
        {"sku": "TEA-POT", "levels": {"Default": 3}},
        {"sku": "TEA-SET", "composition": {"TEA-CUP": 2, "TEA-POT": 1}},
        {"sku": "TEA-BOX", "composition": {"TEA-CUP": 1}, "minimum": 0, "levels": {"Default": 5}},
        {"sku": "MILK-BATCH", "tracking": 1},
    ],
    "orders": [
        {
            "reference": "5501",
            "name": "MM1",
            "postage": "3.95",
            "lines": [
                {"sku": "MUG-BLUE", "quantity": 2, "price": "12.00"},
                {"sku": "TEA-SET", "quantity": 2, "price": "80.00"},
            ],
        },
        {"reference": "5502", "name": "#MM2", "processed": False, "lines": [{"sku": "GARISH-RUG", "price": "96.00"}]},
    ],
}
"""Order 5501 is processed and has two mugs and two tea sets; 5502 is open and has a rug."""

USUAL_SETTINGS: dict[str, Any] = {
    "rate_multiplier": 1000.0,
    "rate_window_seconds": 60.0,
    "send_retry_after": False,
    "session_ttl_seconds": 1200,
    "daily_quota": 2000,
    "channel_refunds": True,
}


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    running.settings(**USUAL_SETTINGS)
    running.seed(SHOP)
    return running


@pytest.fixture
def linnworks(sandbox: Sandbox) -> Iterator[LinnworksCaller]:
    caller = LinnworksCaller(sandbox)
    yield caller
    caller.close()


@pytest.fixture
def returngo(sandbox: Sandbox) -> Iterator[ReturnGoCaller]:
    caller = ReturnGoCaller(sandbox)
    yield caller
    caller.close()
