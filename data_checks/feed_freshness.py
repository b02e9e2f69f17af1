"""Feed freshness: all three sides were read, and none is too old to speak."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from data_checks.engine import Suite, run_suite
from data_checks.outcome import CheckResult
from returnworks.reconcile.tables import FEED_COLUMNS

SIDES = 3


def _expectations(gxe: Any) -> Sequence[Any]:
    return [
        gxe.ExpectColumnValuesToBeInSet(column="fresh", value_set=[1]),
        gxe.ExpectColumnValuesToNotBeNull(column="fresh"),
        gxe.ExpectColumnValuesToBeUnique(column="side"),
    ]


SUITE = Suite("feed_freshness", FEED_COLUMNS, _expectations)


def check_feed_freshness(frame: Any) -> CheckResult:
    """Check a table with the columns `returnworks.reconcile.tables.FEED_COLUMNS`, one row per side; fewer fail."""
    if isinstance(frame, pd.DataFrame) and 0 < len(frame) < SIDES:
        return CheckResult.not_run(SUITE.name, f"only {len(frame)} of {SIDES} sides were read")
    return run_suite(SUITE, _named(frame))


def _named(frame: Any) -> Any:
    """The side is what identifies a row; there is no return behind it."""
    if not isinstance(frame, pd.DataFrame) or "side" not in frame.columns:
        return frame
    return frame.assign(return_id="", reference=frame["side"], subject=frame["side"])
