"""Ours: the columns that `assess` runs on, straight from the files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bench.shop import GRACE, NOW
from returnworks.reconcile.engine.balances import money_due, pieces_due, pieces_there, remainders
from returnworks.reconcile.engine.frames import Goods, Measure, Payments
from returnworks.reconcile.engine.goods import GoodsVerdict, settle_goods
from returnworks.reconcile.engine.money import MoneyVerdict, settle_money
from returnworks.reconcile.engine.rows import without_clash
from returnworks.reconcile.results import Class


@dataclass(frozen=True, slots=True)
class Found:
    goods: GoodsVerdict
    money: MoneyVerdict
    folder: Path


def compare(folder: Path) -> Found:
    measure = Measure(NOW, GRACE, GRACE)
    goods, money = _goods(folder), _payments(folder)
    return Found(
        without_clash(lambda seed: settle_goods(goods, measure, seed)),
        without_clash(lambda seed: settle_money(money, measure, seed)),
        folder,
    )


def breaks(found: Found) -> list[tuple[str, str]]:
    """All results that are not matched. What is left to the rows would be a class of its own: `tangled`."""
    goods, money, folder = found.goods, found.money, found.folder
    asked = [
        _named(folder, "goods_due", goods.results.filter(pl.col("row").is_not_null()), _GOODS),
        _named(folder, "goods_there", goods.loners, ("goods", "", "order_id", "sku")),
        _named(folder, "goods_due", _tangled(goods.tangled.due), _GOODS),
        _named(folder, "money_due", money.results, _MONEY),
        _named(folder, "money_due", _surplus(money), _MONEY),
        _named(folder, "money_there", money.unexplained, ("header", "refund_id")),
        _named(folder, "money_due", _tangled(money.tangled_due), _MONEY),
    ]
    return [pair for frame in asked for pair in frame.iter_rows()]


def remainder(found: Found) -> int:
    """How many returns have units or money, and Linnworks has units, that no result explains."""
    goods, money = _goods(found.folder), _payments(found.folder)
    stands = pieces_there(goods, found.goods)["units"].sum() - goods.there.select("quantity").sum().collect().item()
    of_units = remainders(goods.due, "quantity", pieces_due(goods, found.goods), "return_id")
    of_money = remainders(money.due, "minor", money_due(money, found.money), "return_id", "currency")
    return of_units.height + of_money.height + abs(stands)


_GOODS = ("goods", "return_id", "order_id", "sku")
_MONEY = ("money", "return_id", "transaction_id")


def _goods(folder: Path) -> Goods:
    return Goods(*(_side(folder, name) for name in ("goods_due", "goods_done", "goods_there")))


def _payments(folder: Path) -> Payments:
    return Payments(*(_side(folder, name) for name in ("money_due", "money_done", "money_there")))


def _side(folder: Path, name: str) -> pl.LazyFrame:
    return pl.scan_parquet(folder / f"{name}.parquet", low_memory=True)


def _tangled(rows: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"row": rows}).with_columns(cls=pl.lit("tangled"))


def _surplus(money: MoneyVerdict) -> pl.DataFrame:
    payments = money.results.select("t", "row")
    return money.again.select("t").join(payments, on="t").with_columns(cls=pl.lit(Class.DUPLICATE.value))


def _named(folder: Path, side: str, results: pl.DataFrame, words: tuple[str, ...]) -> pl.DataFrame:
    """The key of each result that is not matched, and its class."""
    odd = results.with_columns(pl.col("cls").cast(pl.String)).filter(pl.col("cls") != Class.MATCHED.value)
    rows = _side(folder, side).with_row_index("row").join(odd.lazy().select("row", "cls"), on="row")
    columns = rows.collect_schema().names()
    key = [pl.col(word) if word in columns else pl.lit(word) for word in words]
    return rows.select(pl.concat_str(key, separator=" "), "cls").collect()
