from __future__ import annotations

from collections.abc import Iterator

import pytest

from returnworks.ledger import Ledger
from tests.databases import (
    database_url,
    empty_database_url,
    new_database,
    postgres_server,
    sqlite_template,
)

__all__ = ["database_url", "empty_database_url", "new_database", "postgres_server", "sqlite_template"]


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url, create=False) as opened:
        yield opened
