"""Conservation on columns: every unit and every minor unit that went in is explained by exactly one part.

The wholes are counted from the sides, the parts from the verdicts; what the columns leave to the rows is a part of
its own, `tangled`, which `conservation` explains further. So a row that the comparison lost, or counted twice,
stands out as a remainder on the return that it belongs to. (Of a whole night, rows included, and with the units that
are not in stock yet, `reconcile.conservation` makes the balances; this is the same proof at any size.)
"""

from __future__ import annotations

import polars as pl

from returnworks.reconcile.engine.frames import Goods, Payments, named
from returnworks.reconcile.engine.goods import GoodsVerdict
from returnworks.reconcile.engine.money import MoneyVerdict

POSTED = "posted"
TANGLED = "tangled"


def pieces_due(sides: Goods, verdict: GoodsVerdict) -> pl.DataFrame:
    """Per return: `whole` units due, `part` names with `units` that explain them, one row per return and part.

    `posted` are those that stand where they belong, with effect; the others go by the name of their class.
    """
    told = verdict.results.filter(pl.col("row").is_not_null())
    rest = told.select("row", part=pl.col("cls").cast(pl.String), units=pl.col("expected") - pl.col("effective"))
    posted = told.select("row", part=pl.lit(POSTED), units="effective")
    left = _left(sides.due, verdict.tangled.due, "quantity")
    return _of_returns(sides.due, pl.concat([posted, rest, left]), "return_id")


def pieces_there(sides: Goods, verdict: GoodsVerdict) -> pl.DataFrame:
    """All units that stand in Linnworks: one row per part, `units`."""
    told = verdict.results.select(
        part=pl.col("cls").cast(pl.String), units=pl.col("met") + pl.col("stray") + pl.col("over")
    )
    alone = verdict.loners.select(part=pl.col("cls").cast(pl.String), units="quantity")
    left = _left(sides.there, verdict.tangled.there, "quantity").select("part", "units")
    return _summed(pl.concat([told, alone, left]))


def money_due(sides: Payments, verdict: MoneyVerdict) -> pl.DataFrame:
    """Per return and currency: the parts of what was refunded, in minor units, by the class of each payment."""
    told = verdict.results.select("row", part=pl.col("cls").cast(pl.String), units="minor")
    left = _left(sides.due, verdict.tangled_due, "minor")
    return _of_returns(sides.due, pl.concat([told, left]), "return_id", "currency")


def remainders(whole: pl.LazyFrame, amount: str, parts: pl.DataFrame, *by: str) -> pl.DataFrame:
    """The `by` of which the parts do not add up to the whole, with `remainder`; none in a comparison that is whole."""
    wholes = whole.group_by(by).agg(whole=pl.col(amount).sum()).collect()
    explained = parts.group_by(by).agg(explained=pl.col("units").sum())
    both = wholes.join(explained, on=by, how="full", coalesce=True).fill_null(0)
    return both.with_columns(remainder=pl.col("whole") - pl.col("explained")).filter(pl.col("remainder") != 0)


def _left(side: pl.LazyFrame, rows: pl.Series, amount: str) -> pl.DataFrame:
    numbers = pl.DataFrame({"row": rows})
    return named(side, numbers).select("row", part=pl.lit(TANGLED), units=amount).collect()


def _of_returns(side: pl.LazyFrame, parts: pl.DataFrame, *by: str) -> pl.DataFrame:
    owners = side.with_row_index("row").select("row", *by)
    return owners.join(parts.lazy(), on="row").group_by(*by, "part").agg(pl.col("units").sum()).collect()


def _summed(parts: pl.DataFrame) -> pl.DataFrame:
    return parts.group_by("part").agg(pl.col("units").sum())
