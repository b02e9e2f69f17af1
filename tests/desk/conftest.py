from __future__ import annotations

from collections.abc import Iterator

import pytest

from returnworks.ledger import Ledger


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger.open("sqlite://") as opened:
        yield opened
