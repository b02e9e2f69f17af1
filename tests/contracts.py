"""Where the vendors' contract files are: beside the checkout, or where RETURNWORKS_CONTRACTS points.

They belong to the vendors' facts, not to the product, so tests that need them skip where they are absent
and fail in CI, where they must be there.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def contracts_dir() -> Path:
    """The folder that holds `linnworks/` and `returngo/`, else the test skips (in CI: fails)."""
    return _shared("contracts", os.environ.get("RETURNWORKS_CONTRACTS"))


def data_dir() -> Path:
    """The folder that holds the slice of a real shop, else the test skips (in CI: fails)."""
    return _shared("data", os.environ.get("RETURNWORKS_SAMPLE_DATA"))


def _shared(name: str, override: str | None) -> Path:
    folder = Path(override) if override else ROOT.parent / "shared" / name
    if folder.is_dir():
        return folder
    reason = f"the vendors' {name} files are not at {folder}"
    if os.environ.get("CI"):
        pytest.fail(reason + " although this is CI")
    pytest.skip(reason)
