"""datacompy: two frames joined on their keys, values compared column by column.

It compares two sides, so the owners are looked up first, as in the other contenders. It has no classes: what it can
say is "only in ReturnGO", "only in Linnworks" and "differs", which is told here in the nearest of our words. So
timing looks missing, units at another place and refunds without a payment look like what they are not, and rows
that a side has twice are paired by their order.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from datacompy import PandasCompare

_LINE = ["return_id", "order_id", "sku"]
_PAYMENT = ["return_id", "transaction_id"]

Found = list[tuple[str, list[str], PandasCompare]]


def compare(folder: Path) -> Found:
    due, done, there = (_read(folder, name) for name in ("goods_due", "goods_done", "goods_there"))
    there = there.merge(done[["reference", "return_id"]].drop_duplicates("reference"), on="reference", how="left")
    paid, made, stands = (_read(folder, name) for name in ("money_due", "money_done", "money_there"))
    stands = stands.merge(made[["reference", *_PAYMENT]], on="reference", how="left")
    return [
        ("goods", _LINE, _compared(due, there, _LINE, ["quantity", "place"])),
        ("money", _PAYMENT, _compared(paid, stands, _PAYMENT, ["minor", "currency"])),
    ]


def breaks(found: Found) -> list[tuple[str, str]]:
    missing = {"goods": "missing", "money": "missing_credit"}
    differs = {"goods": "quantity", "money": "amount"}
    pairs: list[tuple[str, str]] = []
    for word, keys, told in found:
        pairs += _named(word, keys, told.df1_unq_rows, missing[word])
        pairs += _named(word, keys, told.df2_unq_rows, "orphan")
        pairs += _named(word, keys, told.all_mismatch(), differs[word])
    return pairs


def _compared(due: pd.DataFrame, there: pd.DataFrame, keys: list[str], values: list[str]) -> PandasCompare:
    return PandasCompare(due[[*keys, *values]], there[[*keys, *values]], join_columns=keys)


def _named(word: str, keys: list[str], rows: pd.DataFrame, cls: str) -> list[tuple[str, str]]:
    texts = rows[keys].fillna("").astype(str).agg(" ".join, axis=1) if len(rows) else []
    return [(f"{word} {text}", cls) for text in texts]


def _read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(folder / f"{name}.parquet")
