"""The class of each pile that did not pass the sieve. `results.Class` says what the words mean.

Quantities have no tolerance. Units at their own place count first; what is short there takes what is over at
another place of the group: it strayed. Where more than one place is short or more than one has too many, or
more strayed than is short, the group is a *knot*, which `piles` unties.
"""

from __future__ import annotations

import polars as pl

from returnworks.reconcile.engine.frames import Goods, Measure
from returnworks.reconcile.results import Class

CLASSES = pl.Enum([cls.value for cls in Class])
RESULT = (
    "g",
    "row",
    "there_row",
    "cls",
    "units",
    "expected",
    "met",
    "stray",
    "over",
    "effective",
    "stray_place",
)
"""`row` is the first row due of the pile, `there_row` the first booking where none is due. `met`, `stray` and `over`
are units at their place, at `stray_place` and too many; `effective` are those that are met and actioned; `units`
those that are wrong."""

_NUMBERS = ("expected", "scrap_due", "held", "young", "due", "actual", "scrap_there", "inert", "booked")
_short, _spare = pl.col("expected") - pl.col("actual"), pl.col("actual") - pl.col("expected")


def judge(rest: Goods, measure: Measure) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The results of these piles, `RESULT`, and the groups `g` among them that are knots and have none."""
    piles = _piles(rest, measure).collect()
    groups = _groups(piles, rest.done.collect())
    knots = groups.filter("is_knot").select("g")
    known = piles.join(groups.filter(~pl.col("is_knot")), on="g", how="inner")
    shown = known.with_columns(_settled()).filter((pl.col("due") > 0) | ~pl.col("strayed"))
    measured = shown.with_columns(short=pl.col("expected") - pl.col("met"), inert=pl.min_horizontal("met", "inert"))
    return measured.select(_result(measure)).select(RESULT), knots


def _piles(rest: Goods, measure: Measure) -> pl.LazyFrame:
    """What is due and what lies there, by group and place; 0 where a side has nothing."""
    quantity = pl.col("quantity")
    young = ~pl.col("held") & (pl.col("due_at") + measure.stock_grace > measure.moment)
    due = rest.due.group_by("g", "place").agg(
        pl.col("row").min(),
        expected=quantity.sum(),
        least=quantity.min(),
        scrap_due=pl.col("scrap").sum(),
        for_sale=pl.col("for_sale").all(),
        watched=pl.col("watched").all(),
        held=quantity.filter("held").sum(),
        young=quantity.filter(young).sum(),
        due_at=pl.col("due_at").min(),
        due=pl.len().cast(pl.Int64),
    )
    there = rest.there.group_by("g", "place").agg(
        there_row=pl.col("row").min(),
        actual=quantity.sum(),
        least_there=quantity.min(),
        scrap_there=pl.col("scrap").sum(),
        inert=quantity.filter(~pl.col("actioned")).sum(),
        sells=pl.col("sells").any(),
        withheld=pl.col("withheld").any(),
        booked=pl.len().cast(pl.Int64),
    )
    return due.join(there, on=["g", "place"], how="full", coalesce=True).with_columns(pl.col(_NUMBERS).fill_null(0))


def _groups(piles: pl.DataFrame, done: pl.DataFrame) -> pl.DataFrame:
    """What a pile must know of its group."""
    spare = _spare > 0
    groups = piles.group_by("g").agg(
        rows_due=pl.col("due").sum(),
        rows_there=pl.col("booked").sum(),
        short_piles=(_short > 0).sum(),
        spare_piles=spare.sum(),
        lacking=_short.clip(0).sum(),
        spare_units=_spare.clip(0).sum(),
        stray_place=pl.col("place").filter(spare).first(),
        stray_sells=pl.col("sells").filter(spare).first(),
        rubbish=(pl.min_horizontal("least", "least_there") <= 0).any(),
    )
    books = done.group_by("g").agg(rows_done=pl.len().cast(pl.Int64), all_held=pl.col("held").all())
    strayed = (pl.col("short_piles") > 0) & (pl.col("spare_piles") > 0)
    plain = (pl.col("short_piles") == 1) & (pl.col("spare_piles") == 1) & (pl.col("spare_units") <= pl.col("lacking"))
    return groups.join(books, on="g", how="left").with_columns(
        pl.col("rows_done").fill_null(0),
        pl.col("all_held").fill_null(value=False),
        strayed=strayed,
        is_knot=pl.col("rubbish") | (strayed & ~plain),
    )


def _settled() -> list[pl.Expr]:
    """Of each pile: what is met at its place, what of it strayed, what is too many."""
    return [
        pl.min_horizontal("expected", "actual").alias("met"),
        pl.when(pl.col("strayed") & (_short > 0)).then("spare_units").otherwise(0).alias("stray"),
        pl.when("strayed").then(0).otherwise(_spare.clip(0)).alias("over"),
    ]


def _result(measure: Measure) -> list[pl.Expr]:
    wanted, unwanted = pl.col("due") > 0, pl.col("due") == 0
    cls = pl.when(unwanted).then(_class_of_unwanted()).otherwise(_class_of_wanted(measure))
    strays = pl.col("stray") > 0
    return [
        pl.col("g", "row", "expected", "met", "stray", "over"),
        pl.when(unwanted).then("there_row").alias("there_row"),
        cls.cast(CLASSES).alias("cls"),
        pl.when(cls == _word(Class.MATCHED)).then(0).otherwise(_units()).alias("units"),
        pl.when(wanted).then(pl.col("met") - pl.col("inert")).otherwise(0).alias("effective"),
        pl.when(strays).then("stray_place").alias("stray_place"),
    ]


def _class_of_wanted(measure: Measure) -> pl.Expr:
    """The worst that is wrong: sold though it must not be; elsewhere; too many; too few; scrapped; without effect."""
    sold = pl.col("stray_sells") & ~pl.col("for_sale")
    late = pl.col("due_at").is_null() | (pl.col("due_at") + measure.stock_grace <= measure.moment)
    return (
        pl.when(pl.col("stray") > 0)
        .then(pl.when(sold).then(_word(Class.DISPOSITION)).otherwise(_word(Class.LOCATION)))
        .when(pl.col("over") > 0)
        .then(_class_of_surplus())
        .when(pl.col("short") > 0)
        .then(_class_of_short())
        .when(_is_scrapped_otherwise())
        .then(_word(Class.DISPOSITION))
        .when(pl.col("inert") > 0)
        .then(pl.when(late).then(_word(Class.BOOKED_NOT_ACTIONED)).otherwise(_word(Class.TIMING)))
        .otherwise(_word(Class.MATCHED))
    )


def _class_of_surplus() -> pl.Expr:
    """More rows in Linnworks than were ever meant: a row too many, not a wrong number in one."""
    again = pl.col("rows_there") > pl.max_horizontal("rows_due", "rows_done")
    return pl.when(again).then(_word(Class.DUPLICATE)).otherwise(_word(Class.QUANTITY))


def _class_of_short() -> pl.Expr:
    """Held units and those within their grace are the ones that may be short; beyond them it is a break."""
    held = pl.when("all_held").then("expected").otherwise("held")
    return (
        pl.when(pl.col("short") <= held)
        .then(_word(Class.HELD))
        .when(pl.col("short") <= held + pl.col("young"))
        .then(_word(Class.TIMING))
        .when(pl.col("met") > 0)
        .then(_word(Class.QUANTITY))
        .otherwise(_word(Class.MISSING))
    )


def _class_of_unwanted() -> pl.Expr:
    """Too many of something expected elsewhere; or of nothing, which cannot be told while other units are held."""
    return (
        pl.when(pl.col("rows_due") > 0)
        .then(_class_of_surplus())
        .when("withheld")
        .then(_word(Class.CANNOT_TELL))
        .otherwise(_word(Class.ORPHAN))
    )


def _units() -> pl.Expr:
    """How many units are wrong, by the same order of worst first."""
    scrapped = (pl.col("scrap_due") - pl.col("scrap_there")).abs()
    return (
        pl.when(pl.col("stray") > 0)
        .then("stray")
        .when(pl.col("over") > 0)
        .then("over")
        .when(pl.col("short") > 0)
        .then("short")
        .when(_is_scrapped_otherwise())
        .then(scrapped)
        .otherwise("inert")
    )


def _is_scrapped_otherwise() -> pl.Expr:
    return pl.col("watched") & (pl.col("scrap_due") != pl.col("scrap_there"))


def _word(cls: Class) -> pl.Expr:
    return pl.lit(cls.value)
