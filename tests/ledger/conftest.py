from __future__ import annotations

from collections.abc import Iterator

import pytest

from returnworks.ledger import Ledger


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url, create=False) as opened:
        yield opened
