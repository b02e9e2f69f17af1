"""The class of each payment and of each header that nobody explains. `results.Class` says what the words mean."""

from __future__ import annotations

import polars as pl

from returnworks.reconcile.engine.frames import Measure
from returnworks.reconcile.engine.goods_classes import CLASSES
from returnworks.reconcile.results import Class


def class_of_paid(measure: Measure) -> pl.Expr:
    """Of a payment beside its one credit (`there_minor`, `there_currency`, `effective`), or beside none."""
    found = pl.col("there_minor").is_not_null()
    off = (pl.col("there_minor") - pl.col("minor")).abs() > pl.col("tolerance")
    cls = (
        pl.when(found & (pl.col("there_currency") != pl.col("currency")))
        .then(_word(Class.CURRENCY))
        .when(found & off)
        .then(_word(Class.AMOUNT))
        .when(found & ~pl.col("effective"))
        .then(pl.when(_is_young(measure)).then(_word(Class.TIMING)).otherwise(_word(Class.BOOKED_NOT_ACTIONED)))
        .when(found | pl.col("record_only"))
        .then(_word(Class.MATCHED))
        .when(pl.col("held") | pl.col("ledger_holds").fill_null(value=False))
        .then(_word(Class.HELD))
        .when(_is_young(measure))
        .then(_word(Class.TIMING))
        .otherwise(_word(Class.MISSING_CREDIT))
    )
    return cls.cast(CLASSES)


def class_of_unexplained(measure: Measure) -> pl.Expr:
    """Of a header without a payment; `made_watched` is null where the ledger does not know it either.

    A reference of ours whose return was not looked at tonight cannot be told.
    """
    seen = pl.coalesce("made_watched", "looked_at")
    later = (pl.col("created_at") > measure.moment).fill_null(value=False)
    cls = (
        pl.when(pl.col("made_watched").is_null() & ~pl.col("ours"))
        .then(pl.when(later).then(_word(Class.TIMING)).otherwise(_word(Class.FOREIGN)))
        .when(seen)
        .then(_word(Class.ORPHAN))
        .otherwise(_word(Class.CANNOT_TELL))
    )
    return cls.cast(CLASSES)


def _is_young(measure: Measure) -> pl.Expr:
    """Whether the grace still runs; exactly at its end it is over, and without an event there is none."""
    return (pl.col("refunded_at") + measure.credit_grace > measure.moment).fill_null(value=False)


def _word(cls: Class) -> pl.Expr:
    return pl.lit(cls.value)
