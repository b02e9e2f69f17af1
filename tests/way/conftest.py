from __future__ import annotations

from collections.abc import Iterator

import pytest
import stamina


@pytest.fixture(autouse=True)
def _patience_takes_no_time() -> Iterator[None]:
    """Steps are tried again as often as ever, without waiting in between."""
    with stamina.set_testing(True, attempts=2):
        yield
