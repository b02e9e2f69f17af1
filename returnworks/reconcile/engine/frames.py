"""The columns that the engine reads: one frame per side and family, one row per fact, in the order of the rows.

Texts that are compared arrive folded (`lifecycle.same`), locations as one token each, times in UTC, money in minor
units of the currency beside it. A null says that a side has nothing to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

UTC_TIME = pl.Datetime("us", "UTC")

Columns = Mapping[str, type[pl.DataType] | pl.DataType]

GOODS_DUE: Columns = {
    "return_id": pl.String,
    "order_id": pl.String,
    "sku": pl.String,
    "place": pl.String,
    "quantity": pl.Int64,
    "scrap": pl.Int64,
    "for_sale": pl.Boolean,
    "held": pl.Boolean,
    "due_at": UTC_TIME,
    "watched": pl.Boolean,
}
"""What ReturnGO says came back. `for_sale`: it may be sold; `watched`: its return was worked out tonight."""
GOODS_DONE: Columns = {
    "reference": pl.String,
    "return_id": pl.String,
    "order_id": pl.String,
    "sku": pl.String,
    "held": pl.Boolean,
    "withheld": pl.Boolean,
}
"""What the ledger posted. `held`: this posting waits; `withheld`: other units of the same return do."""
GOODS_THERE: Columns = {
    "reference": pl.String,
    "ours": pl.Boolean,
    "order_id": pl.String,
    "sku": pl.String,
    "place": pl.String,
    "sells": pl.Boolean,
    "quantity": pl.Int64,
    "scrap": pl.Int64,
    "actioned": pl.Boolean,
    "booked_at": UTC_TIME,
}
"""What Linnworks holds. `ours`: the reference has our shape; `sells`: goods are sold from that location."""

MONEY_DUE: Columns = {
    "return_id": pl.String,
    "transaction_id": pl.String,
    "reference": pl.String,
    "order_id": pl.String,
    "minor": pl.Int64,
    "currency": pl.String,
    "tolerance": pl.Int64,
    "record_only": pl.Boolean,
    "held": pl.Boolean,
    "refunded_at": UTC_TIME,
}
"""What was paid back. `reference` is the one that its credit has, known to the ledger or not; `tolerance` is in
minor units of its currency."""
MONEY_DONE: Columns = {
    "return_id": pl.String,
    "transaction_id": pl.String,
    "reference": pl.String,
    "refund_id": pl.String,
    "held": pl.Boolean,
    "watched": pl.Boolean,
}
"""What the ledger credited; `refund_id` is the header that it keeps, null for none."""
MONEY_THERE: Columns = {
    "refund_id": pl.String,
    "reference": pl.String,
    "shaped": pl.Boolean,
    "ours": pl.Boolean,
    "looked_at": pl.Boolean,
    "order_id": pl.String,
    "minor": pl.Int64,
    "currency": pl.String,
    "effective": pl.Boolean,
    "created_at": UTC_TIME,
}
"""Refund headers in Linnworks. `shaped`: under a reference of our shape; `ours`: and of a credit; `looked_at`: the
return that it names was worked out tonight; `effective`: actioned where the shop asks for it."""


@dataclass(frozen=True, slots=True)
class Goods:
    """The three sides of goods, of `GOODS_DUE`, `GOODS_DONE` and `GOODS_THERE`."""

    due: pl.LazyFrame
    done: pl.LazyFrame
    there: pl.LazyFrame


@dataclass(frozen=True, slots=True)
class Payments:
    """The three sides of money, of `MONEY_DUE`, `MONEY_DONE` and `MONEY_THERE`."""

    due: pl.LazyFrame
    done: pl.LazyFrame
    there: pl.LazyFrame


@dataclass(frozen=True, slots=True)
class Measure:
    """What both families are judged by."""

    moment: datetime
    """The oldest as-of time of the three sides."""
    stock_grace: timedelta
    credit_grace: timedelta


def among(frame: pl.DataFrame, chosen: pl.DataFrame, column: str) -> pl.DataFrame:
    """The rows whose `column` is one of `chosen`'s."""
    return frame.join(chosen, on=column, how="semi")


def without(frame: pl.DataFrame, chosen: pl.DataFrame, column: str) -> pl.DataFrame:
    """The rows whose `column` is none of `chosen`'s."""
    return frame.join(chosen, on=column, how="anti")


def named(side: pl.LazyFrame, rows: pl.DataFrame) -> pl.LazyFrame:
    """All columns of the numbered `rows` of a side, with the columns that `rows` has besides `row`."""
    return side.with_row_index("row").join(rows.lazy(), on="row", how="inner")
