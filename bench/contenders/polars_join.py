"""Polars as one would write it first: the joins and groups of the pandas contender, keys compared as texts."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from bench.shop import GRACE, NOW

_LINE = ["return_id", "order_id", "sku"]
_PAYMENT = ["return_id", "transaction_id"]

Found = list[tuple[str, tuple[str, ...], pl.DataFrame]]


def compare(folder: Path) -> Found:
    return [*_goods(folder), *_money(folder)]


def breaks(found: Found) -> list[tuple[str, str]]:
    pairs = []
    for word, columns, frame in found:
        odd = frame.filter(pl.col("cls") != "matched")
        key = pl.concat_str(pl.lit(word), *columns, separator=" ")
        pairs += odd.select(key.alias("key"), "cls").rows()
    return pairs


def _goods(folder: Path) -> Found:
    due, done, there = (_read(folder, name) for name in ("goods_due", "goods_done", "goods_there"))
    owners = done.select("reference", "return_id").unique("reference")
    placed = there.join(owners, on="reference", how="left")
    have = placed.group_by(_LINE).agg(
        actual=pl.col("quantity").sum(), rows=pl.len(), stands=pl.col("place").first(), sells=pl.col("sells").any()
    )
    want = due.group_by(_LINE).agg(
        pl.col("place").first(),
        pl.col("due_at").min(),
        pl.col("for_sale").all(),
        expected=pl.col("quantity").sum(),
    )
    lines = want.join(have, on=_LINE, how="left").with_columns(cls=_class_of_goods())
    strange = placed.filter(pl.col("return_id").is_null()).with_columns(cls=pl.lit("orphan"))
    return [
        ("goods", ("return_id", "order_id", "sku"), lines.collect()),
        ("goods ", ("order_id", "sku"), strange.collect()),
    ]


def _class_of_goods() -> pl.Expr:
    gone, away = pl.col("actual").is_null(), pl.col("stands") != pl.col("place")
    return (
        pl.when(gone & (pl.col("due_at") + GRACE > NOW))
        .then(pl.lit("timing"))
        .when(gone)
        .then(pl.lit("missing"))
        .when(away & pl.col("sells") & ~pl.col("for_sale"))
        .then(pl.lit("disposition"))
        .when(away)
        .then(pl.lit("location"))
        .when(pl.col("rows") > 1)
        .then(pl.lit("duplicate"))
        .when(pl.col("actual") != pl.col("expected"))
        .then(pl.lit("quantity"))
        .otherwise(pl.lit("matched"))
    )


def _money(folder: Path) -> Found:
    due, done, there = (_read(folder, name) for name in ("money_due", "money_done", "money_there"))
    made = there.join(done.select("reference", *_PAYMENT), on="reference", how="left")
    first = made.group_by(_PAYMENT).agg(
        there_minor=pl.col("minor").first(), there_currency=pl.col("currency").first(), rows=pl.len()
    )
    paid = due.join(first, on=_PAYMENT, how="left").with_columns(cls=_class_of_money())
    ours = pl.when("ours").then(pl.lit("orphan")).otherwise(pl.lit("foreign"))
    alone = made.join(due, on=_PAYMENT, how="anti").with_columns(cls=ours)
    return [("money", ("return_id", "transaction_id"), paid.collect()), ("header", ("refund_id",), alone.collect())]


def _class_of_money() -> pl.Expr:
    gone = pl.col("there_minor").is_null()
    return (
        pl.when(gone & (pl.col("refunded_at") + GRACE > NOW))
        .then(pl.lit("timing"))
        .when(gone)
        .then(pl.lit("missing_credit"))
        .when(pl.col("there_currency") != pl.col("currency"))
        .then(pl.lit("currency"))
        .when(pl.col("there_minor") != pl.col("minor"))
        .then(pl.lit("amount"))
        .when(pl.col("rows") > 1)
        .then(pl.lit("duplicate"))
        .otherwise(pl.lit("matched"))
    )


def _read(folder: Path, name: str) -> pl.LazyFrame:
    return pl.scan_parquet(folder / f"{name}.parquet")
