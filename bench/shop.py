"""A shop of any size as three sides in Parquet files, broken in known ways; and the truth, which no contender reads.

One *line* is one fact of ReturnGO: a return has three lines of goods and one refund. Neighbouring returns share an
order. Everything follows from the seed. Every plant breaks lines of its own, so that one line has one class; which
class that must be is written down here by hand, from what was done to the line, not from what anybody found.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
GRACE = timedelta(hours=24)
SIDES = ("goods_due", "goods_done", "goods_there", "money_due", "money_done", "money_there")
_PLACES = ("loc-default", "loc-quarantine", "loc-inspection")
_SELLS = "loc-default"
_LINES_PER_RETURN = 4


@dataclass(frozen=True, slots=True)
class Plant:
    """One way of breaking a line, and the class in which it must be found."""

    name: str
    family: str
    cls: str


PLANTS = (
    Plant("goods missing", "goods", "missing"),
    Plant("goods timing", "goods", "timing"),
    Plant("goods duplicate", "goods", "duplicate"),
    Plant("goods quantity", "goods", "quantity"),
    Plant("goods location", "goods", "location"),
    Plant("goods disposition", "goods", "disposition"),
    Plant("goods orphan", "goods", "orphan"),
    Plant("credit missing", "money", "missing_credit"),
    Plant("credit timing", "money", "timing"),
    Plant("credit duplicate", "money", "duplicate"),
    Plant("credit amount", "money", "amount"),
    Plant("credit one minor unit", "money", "amount"),
    Plant("credit orphan", "money", "orphan"),
    Plant("foreign refund", "money", "foreign"),
)
_PER_THOUSAND = 2
"""Lines that each plant breaks, of a thousand of its family."""


def build(folder: Path, lines: int, seed: int) -> None:
    """Write the six sides and `truth.json` (rows of plant, class, key) into `folder`."""
    returns = lines // _LINES_PER_RETURN
    chance = np.random.default_rng(seed)
    goods, money = _goods(returns, chance), _money(returns, chance)
    sides = _goods_sides(goods) | _money_sides(money)
    for name, frame in sides.items():
        shuffled = frame.sample(fraction=1.0, shuffle=True, seed=seed) if frame.height else frame
        shuffled.write_parquet(folder / f"{name}.parquet", row_group_size=100_000)
    truth = pl.concat([_truth_of_goods(goods), _truth_of_money(money)])
    (folder / "truth.json").write_text(json.dumps(truth.rows()), encoding="utf-8")


def _planted(count: int, family: str, chance: np.random.Generator) -> np.ndarray:
    """The name of the plant of each line, "" for most; a line has one at most."""
    names = np.full(count, "", dtype=object)
    kinds = [plant.name for plant in PLANTS if plant.family == family]
    each = max(1, count * _PER_THOUSAND // 1000)
    chosen = chance.permutation(count)[: each * len(kinds)]
    for position, name in enumerate(kinds):
        names[chosen[position * each : (position + 1) * each]] = name
    return names


def _text(prefix: str, number: pl.Expr, digits: int) -> pl.Expr:
    return pl.lit(prefix) + number.cast(pl.String).str.zfill(digits)


def _letters(number: pl.Expr) -> pl.Expr:
    """Eight characters of a reference, other ones for every number below 10 ** 8."""
    return ((number * 48_271) % 99_999_989).cast(pl.String).str.zfill(8).str.replace_all("[018 9]", "A")


# --- Goods ----------------------------------------------------------------------------------------------


def _goods(returns: int, chance: np.random.Generator) -> pl.DataFrame:
    count = returns * (_LINES_PER_RETURN - 1)
    line = pl.int_range(count, dtype=pl.Int64, eager=True)
    number = line // (_LINES_PER_RETURN - 1)
    frame = pl.DataFrame(
        {
            "line": line,
            "number": number,
            "plant": pl.Series(_planted(count, "goods", chance), dtype=pl.String),
            "quantity": chance.integers(1, 5, count),
            "where": chance.integers(0, 3, count),
            "days": chance.integers(2, 60, count),
        }
    )
    young = pl.col("plant") == "goods timing"
    place = pl.col("where").replace_strict(range(3), _PLACES, return_dtype=pl.String)
    apart = pl.col("plant") == "goods disposition"
    return frame.with_columns(
        return_id=_text("9", pl.col("number"), 8),
        order_id=_text("0f3c9a1e-5b7d-4e21-9c44-", pl.col("number") // 2, 12),
        sku=_text("sku-", pl.col("line") * 7_919 % 60_000, 5),
        reference=_text("RW-R-9", pl.col("number"), 8) + "-" + _letters(pl.col("number")),
        place=pl.when(apart).then(pl.lit("loc-quarantine")).otherwise(place),
        due_at=pl.lit(NOW) - pl.when(young).then(pl.duration(hours=1)).otherwise(pl.duration(days="days")),
    )


def _goods_sides(goods: pl.DataFrame) -> dict[str, pl.DataFrame]:
    key = ("return_id", "order_id", "sku")
    no, yes = pl.lit(value=False), pl.lit(value=True)
    due = goods.select(
        *key, "place", "quantity", "due_at", scrap=pl.lit(0, pl.Int64), for_sale=pl.col("place") == _SELLS, held=no,
        watched=yes,
    )  # fmt: skip
    done = goods.select("reference", *key, held=no, withheld=no)
    return {"goods_due": due, "goods_done": done, "goods_there": _goods_there(goods)}


def _goods_there(goods: pl.DataFrame) -> pl.DataFrame:
    plant, quantity = pl.col("plant"), pl.col("quantity")
    other = (
        pl.when(pl.col("place") == "loc-inspection").then(pl.lit("loc-quarantine")).otherwise(pl.lit("loc-inspection"))
    )
    stands = goods.filter(~plant.is_in(["goods missing", "goods timing"])).with_columns(
        quantity=pl.when(plant != "goods quantity")
        .then(quantity)
        .when(quantity > 1)
        .then(quantity - 1)
        .otherwise(quantity + 1),
        place=pl.when(plant == "goods location")
        .then(other)
        .when(plant == "goods disposition")
        .then(pl.lit(_SELLS))
        .otherwise("place"),
        ours=pl.lit(value=True),
    )
    again = stands.filter(plant == "goods duplicate")
    strange = goods.filter(plant == "goods orphan").with_columns(
        sku=_text("never-returned-", pl.col("line"), 9), reference=pl.lit("by hand"), ours=pl.lit(value=False)
    )
    there = pl.concat([frame.select(strange.columns) for frame in (stands, again, strange)])
    return there.select(
        "reference",
        "ours",
        "order_id",
        "sku",
        "place",
        "quantity",
        sells=pl.col("place") == _SELLS,
        scrap=pl.lit(0, pl.Int64),
        actioned=pl.lit(value=True),
        booked_at=pl.col("due_at") + pl.duration(hours=2),
    )


def _truth_of_goods(goods: pl.DataFrame) -> pl.DataFrame:
    broken = goods.filter(pl.col("plant") != "")
    strange = pl.col("plant") == "goods orphan"
    owner = pl.when(strange).then(pl.lit("")).otherwise("return_id")
    sku = pl.when(strange).then(_text("never-returned-", pl.col("line"), 9)).otherwise("sku")
    key = pl.concat_str(pl.lit("goods"), owner, "order_id", sku, separator=" ")
    return broken.select("plant", cls=_class_of("goods"), key=key)


def _class_of(family: str) -> pl.Expr:
    classes = {plant.name: plant.cls for plant in PLANTS if plant.family == family}
    return pl.col("plant").replace_strict(list(classes), list(classes.values()), return_dtype=pl.String)


# --- Money ----------------------------------------------------------------------------------------------


def _money(returns: int, chance: np.random.Generator) -> pl.DataFrame:
    """Amounts end in .50 or .00, and planted strangers in .33, so that nobody's credit looks like another's."""
    frame = pl.DataFrame(
        {
            "number": pl.int_range(returns, dtype=pl.Int64, eager=True),
            "plant": pl.Series(_planted(returns, "money", chance), dtype=pl.String),
            "minor": chance.integers(10, 4_000, returns) * 50,
            "currency": np.array(["GBP", "EUR", "JPY"])[chance.integers(0, 3, returns)],
            "days": chance.integers(2, 60, returns),
        }
    )
    young = pl.col("plant") == "credit timing"
    return frame.with_columns(
        return_id=_text("9", pl.col("number"), 8),
        transaction_id=_text("61", pl.col("number"), 9),
        order_id=_text("0f3c9a1e-5b7d-4e21-9c44-", pl.col("number") // 2, 12),
        refund_id=_text("5d1e-", pl.col("number"), 10),
        reference=_text("RW-C-9", pl.col("number"), 8) + "-" + _letters(pl.col("number")),
        refunded_at=pl.lit(NOW) - pl.when(young).then(pl.duration(hours=1)).otherwise(pl.duration(days="days")),
    )


def _money_sides(money: pl.DataFrame) -> dict[str, pl.DataFrame]:
    no, yes = pl.lit(value=False), pl.lit(value=True)
    due = money.filter(pl.col("plant") != "credit orphan").select(
        "return_id", "transaction_id", "reference", "order_id", "minor", "currency", "refunded_at",
        tolerance=pl.lit(0, pl.Int64), record_only=no, held=no,
    )  # fmt: skip
    done = money.select("return_id", "transaction_id", "reference", "refund_id", held=no, watched=yes)
    return {"money_due": due, "money_done": done, "money_there": _money_there(money)}


def _money_there(money: pl.DataFrame) -> pl.DataFrame:
    plant, minor = pl.col("plant"), pl.col("minor")
    sign = 1 - 2 * (pl.col("number") % 2)
    stands = money.filter(~plant.is_in(["credit missing", "credit timing"])).with_columns(
        minor=pl.when(plant == "credit amount")
        .then(minor + 350 * sign)
        .when(plant == "credit one minor unit")
        .then(minor + sign)
        .otherwise(minor),
        ours=pl.lit(value=True),
    )
    again = stands.filter(plant == "credit duplicate").with_columns(refund_id=pl.col("refund_id") + "-again")
    foreign = money.filter(plant == "foreign refund").with_columns(
        minor=pl.lit(7_733, pl.Int64),
        refund_id=pl.col("refund_id") + "-foreign",
        reference=pl.lit(""),
        ours=pl.lit(value=False),
    )
    there = pl.concat([frame.select(foreign.columns) for frame in (stands, again, foreign)])
    return there.select(
        "refund_id", "reference", "ours", "order_id", "minor", "currency",
        shaped="ours", looked_at="ours", effective=pl.lit(value=True), created_at=pl.col("refunded_at"),
    )  # fmt: skip


def _truth_of_money(money: pl.DataFrame) -> pl.DataFrame:
    broken = money.filter(pl.col("plant") != "")
    payment = pl.concat_str(pl.lit("money"), "return_id", "transaction_id", separator=" ")
    foreign = pl.concat_str(pl.lit("header "), "refund_id", pl.lit("-foreign"))
    orphan = pl.concat_str(pl.lit("header "), "refund_id")
    key = (
        pl.when(pl.col("plant") == "foreign refund")
        .then(foreign)
        .when(pl.col("plant") == "credit orphan")
        .then(orphan)
        .otherwise(payment)
    )
    return broken.select("plant", cls=_class_of("money"), key=key)


if __name__ == "__main__":
    wanted = argparse.ArgumentParser(description="Build one shop.")
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("lines", type=int)
    wanted.add_argument("seed", type=int)
    asked = wanted.parse_args()
    build(asked.folder, asked.lines, asked.seed)
