"""pandas: outer merges of grouped frames, classes by `numpy.select`. Keys are compared as texts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

NOW, GRACE = pd.Timestamp("2026-11-20T02:30:00Z"), timedelta(hours=24)
_LINE = ["return_id", "order_id", "sku"]
_PAYMENT = ["return_id", "transaction_id"]

Found = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]


def compare(folder: Path) -> Found:
    return (*_goods(folder), *_money(folder))


def breaks(found: Found) -> list[tuple[str, str]]:
    lines, strange, payments, headers = (frame[frame["cls"] != "matched"] for frame in found)
    return [
        *zip("goods " + lines["return_id"] + " " + lines["order_id"] + " " + lines["sku"], lines["cls"], strict=True),
        *zip("goods  " + strange["order_id"] + " " + strange["sku"], strange["cls"], strict=True),
        *zip("money " + payments["return_id"] + " " + payments["transaction_id"], payments["cls"], strict=True),
        *zip("header " + headers["refund_id"], headers["cls"], strict=True),
    ]


def _goods(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    due, done, there = (_read(folder, name) for name in ("goods_due", "goods_done", "goods_there"))
    owners = done[["reference", "return_id"]].drop_duplicates("reference")
    there = there.merge(owners, on="reference", how="left")
    strange = there[there["return_id"].isna()].assign(cls="orphan")
    have = there.groupby(_LINE, sort=False).agg(
        actual=("quantity", "sum"), rows=("quantity", "size"), stands=("place", "first"), sells=("sells", "any")
    )
    want = due.groupby(_LINE, sort=False).agg(
        expected=("quantity", "sum"), place=("place", "first"), due_at=("due_at", "min"), for_sale=("for_sale", "all")
    )
    lines = want.merge(have, on=_LINE, how="left").reset_index()
    away = lines["actual"].notna() & (lines["stands"] != lines["place"])
    gone = lines["actual"].isna()
    lines["cls"] = np.select(
        [
            gone & (lines["due_at"] + GRACE > NOW),
            gone,
            away & lines["sells"].eq(True) & ~lines["for_sale"],
            away,
            lines["rows"] > 1,
            lines["actual"] != lines["expected"],
        ],
        ["timing", "missing", "disposition", "location", "duplicate", "quantity"],
        "matched",
    )
    return lines, strange


def _money(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    due, done, there = (_read(folder, name) for name in ("money_due", "money_done", "money_there"))
    there = there.merge(done[["reference", *_PAYMENT]], on="reference", how="left")
    first = there.drop_duplicates("reference")[[*_PAYMENT, "minor", "currency"]]
    counts = there.groupby("reference", sort=False).size().rename("rows")
    found = due.merge(first, on=_PAYMENT, how="left", suffixes=("", "_there")).merge(counts, on="reference", how="left")
    gone = found["minor_there"].isna()
    found["cls"] = np.select(
        [
            gone & (found["refunded_at"] + GRACE > NOW),
            gone,
            found["currency"] != found["currency_there"],
            found["minor"] != found["minor_there"],
            found["rows"] > 1,
        ],
        ["timing", "missing_credit", "currency", "amount", "duplicate"],
        "matched",
    )
    paid = there.merge(due[_PAYMENT].assign(paid=True), on=_PAYMENT, how="left")
    alone = paid[paid["paid"].isna()]
    return found, alone.assign(cls=np.where(alone["ours"], "orphan", "foreign"))


def _read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(folder / f"{name}.parquet")
