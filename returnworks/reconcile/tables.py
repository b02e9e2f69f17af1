"""The night as tables, for checks and for export: one row per key, whole numbers, the words of `results`.

Numbers are nullable integers (pandas "Int64"): units, or minor units of the currency beside them. A side that has
nothing is null, never 0. Times are ISO 8601 in UTC. `due` says whether the two sides must agree by now: rows that
are timing, held, recorded only or cannot be told are not due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from returnworks.reconcile.facts import Side
from returnworks.reconcile.night import Night
from returnworks.reconcile.results import Class, ExchangeFigures, GoodsFigures, MoneyFigures, Result
from returnworks.rules.money import Money

_KEYS = {
    "row": "Int64",
    "return_id": "string",
    "reference": "string",
    "subject": "string",
    "order_number": "Int64",
    "cls": "string",
    "due": "boolean",
}
STOCK_COLUMNS: Mapping[str, str] = _KEYS | {
    "sku": "string",
    "place": "string",
    "actual_place": "string",
    "expected_units": "Int64",
    "booked_units": "Int64",
    "actual_units": "Int64",
    "expected_scrap": "Int64",
    "actual_scrap": "Int64",
    "unactioned_units": "Int64",
}
"""`place` is where the units belong, `actual_place` where they stand: equal where all is well."""
REFUND_COLUMNS: Mapping[str, str] = _KEYS | {
    "transaction_id": "string",
    "expected_currency": "string",
    "actual_currency": "string",
    "expected_minor": "Int64",
    "booked_minor": "Int64",
    "actual_minor": "Int64",
    "difference_minor": "Int64",
    "tolerance_minor": "Int64",
    "refunds": "Int64",
    "unactioned": "Int64",
}
"""`difference_minor` is actual less expected, a missing side counting 0; `refunds` are headers in Linnworks."""
EXCHANGE_COLUMNS: Mapping[str, str] = _KEYS | {
    "channel_order_id": "string",
    "orders": "Int64",
    "tagged": "Int64",
    "routed": "Int64",
    "processed": "Int64",
    "goods_back": "Int64",
}
"""Flags are 0 or 1; `orders` are live orders in Linnworks."""
FEED_COLUMNS: Mapping[str, str] = {
    "row": "Int64",
    "side": "string",
    "as_of": "string",
    "age_minutes": "Int64",
    "fresh": "Int64",
    "why": "string",
}
_NOT_DUE = frozenset({Class.TIMING, Class.HELD, Class.CANNOT_TELL, Class.GOODWILL})


def stock_table(night: Night) -> pd.DataFrame:
    """Goods, columns `STOCK_COLUMNS`."""
    rows = ((row, row.figures) for row in night.results)
    return _frame((_stock_row(row, f) for row, f in rows if isinstance(f, GoodsFigures)), STOCK_COLUMNS)


def refund_table(night: Night) -> pd.DataFrame:
    """Money, columns `REFUND_COLUMNS`."""
    rows = ((row, row.figures) for row in night.results)
    return _frame((_refund_row(row, f) for row, f in rows if isinstance(f, MoneyFigures)), REFUND_COLUMNS)


def exchange_table(night: Night) -> pd.DataFrame:
    """Exchanges, columns `EXCHANGE_COLUMNS`."""
    rows = ((row, row.figures) for row in night.results)
    return _frame((_exchange_row(row, f) for row, f in rows if isinstance(f, ExchangeFigures)), EXCHANGE_COLUMNS)


def feed_table(night: Night) -> pd.DataFrame:
    """The sides, columns `FEED_COLUMNS`."""
    return _frame((_side_row(side, night.as_of) for side in night.sides), FEED_COLUMNS)


def _frame(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    listed = [{"row": number, **row} for number, row in enumerate(rows)]
    frame = pd.DataFrame(listed, columns=list(columns), dtype=object)
    return frame.astype(dict(columns))


def _keys(row: Result) -> dict[str, Any]:
    return {
        "return_id": row.return_id,
        "reference": row.reference,
        "subject": row.subject,
        "order_number": row.order_number,
        "cls": row.cls.value,
    }


def _stock_row(row: Result, figures: GoodsFigures) -> dict[str, Any]:
    return _keys(row) | {
        "due": row.cls not in _NOT_DUE,
        "sku": figures.sku,
        "place": figures.place,
        "actual_place": figures.actual_place or figures.place,
        "expected_units": figures.expected,
        "booked_units": figures.booked,
        "actual_units": figures.actual,
        "expected_scrap": figures.scrap_expected,
        "actual_scrap": figures.scrap_actual,
        "unactioned_units": figures.unactioned,
    }


def _refund_row(row: Result, figures: MoneyFigures) -> dict[str, Any]:
    return _keys(row) | {
        "due": row.cls not in _NOT_DUE and not figures.record_only,
        "transaction_id": figures.transaction_id or None,
        "expected_currency": _currency(figures.expected),
        "actual_currency": _currency(figures.actual),
        "expected_minor": _minor(figures.expected),
        "booked_minor": _minor(figures.booked),
        "actual_minor": _minor(figures.actual),
        "difference_minor": (_minor(figures.actual) or 0) - (_minor(figures.expected) or 0),
        "tolerance_minor": figures.tolerance,
        "refunds": figures.refunds,
        "unactioned": int(figures.unactioned),
    }


def _exchange_row(row: Result, figures: ExchangeFigures) -> dict[str, Any]:
    return _keys(row) | {
        "due": row.cls not in _NOT_DUE,
        "channel_order_id": figures.channel_order_id,
        "orders": figures.orders,
        "tagged": int(figures.tagged),
        "routed": int(figures.routed),
        "processed": int(figures.processed),
        "goods_back": int(figures.goods_back),
    }


def _side_row(side: Side, as_of: datetime) -> dict[str, Any]:
    return {
        "side": side.name,
        "as_of": side.as_of.isoformat(),
        "age_minutes": int((as_of - side.as_of).total_seconds() // 60),
        "fresh": int(side.fresh),
        "why": side.why,
    }


def _minor(amount: Money | None) -> int | None:
    return amount.minor if amount is not None else None


def _currency(amount: Money | None) -> str | None:
    return amount.currency if amount is not None else None
