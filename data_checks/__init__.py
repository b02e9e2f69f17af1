"""Checks of the reconciled tables with Great Expectations. A check that cannot run has not passed."""

from __future__ import annotations

from collections.abc import Sequence

from data_checks.composite_parity import check_composite_parity
from data_checks.exchange_isolation import check_exchange_isolation
from data_checks.feed_freshness import check_feed_freshness
from data_checks.ledger_integrity import check_ledger_integrity
from data_checks.outcome import CheckResult, Violation
from data_checks.refund_parity import check_refund_parity
from data_checks.stock_parity import check_stock_parity
from data_checks.tables import composite_table, ledger_table
from returnworks.reconcile.night import Night
from returnworks.reconcile.tables import exchange_table, feed_table, refund_table, stock_table
from returnworks.work.night.readings import CompositeRow, LedgerRow

__all__ = [
    "CheckResult",
    "Violation",
    "check_composite_parity",
    "check_exchange_isolation",
    "check_feed_freshness",
    "check_ledger_integrity",
    "check_refund_parity",
    "check_stock_parity",
    "run_checks",
]


def run_checks(
    night: Night, composites: Sequence[CompositeRow] | None = (), ledger: Sequence[LedgerRow] | None = ()
) -> tuple[CheckResult, ...]:
    """Every suite on the tables of one night. Empty tables are in order only where all sides were read."""
    read = night.fresh
    return (
        check_feed_freshness(feed_table(night)),
        check_stock_parity(stock_table(night), expect_empty_ok=read),
        check_refund_parity(refund_table(night), expect_empty_ok=read),
        check_exchange_isolation(exchange_table(night), expect_empty_ok=read),
        check_composite_parity(composite_table(composites), expect_empty_ok=read),
        check_ledger_integrity(ledger_table(ledger), expect_empty_ok=read),
    )
