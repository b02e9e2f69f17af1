"""Money on columns: which refund is credited, which credit is wrong and how, which is for the rows to decide.

A refund header in Linnworks belongs to the transaction whose reference it carries, else to the one whose ledger row
keeps its id. One that nothing names may be any payment of that amount on its order: if there is one, the order is
tangled; if there is none, nobody explains the header. Names that two transactions claim, and transactions that
a side has twice, are disputed and go to the rows too.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from returnworks.reconcile.engine.frames import Measure, Payments, among, named, without
from returnworks.reconcile.engine.keys import alike, key, proof, refuse_clash
from returnworks.reconcile.engine.money_classes import class_of_paid, class_of_unexplained

_IDENTITY = ("refund_id", "reference", "currency", "minor")
"""Of several credits of one payment the first by these is the one, the others are too many."""


@dataclass(frozen=True, slots=True)
class MoneyVerdict:
    """What the columns say of the money of one night."""

    results: pl.DataFrame
    """One row per payment: `t`, `row`, `cls`, and of its one credit, if any, `there_row`, `there_minor`, `linked`."""
    again: pl.DataFrame
    """Credits too many: `t`, `row` in Linnworks' side."""
    unexplained: pl.DataFrame
    """Headers that no payment explains: `row` in Linnworks' side and `cls`."""
    done: pl.DataFrame
    """The transaction `t` of each `row` of the ledger."""
    tangled_due: pl.Series
    tangled_done: pl.Series
    tangled_there: pl.Series
    """Numbers of the rows that only `refund_matching` can work out."""


@dataclass(frozen=True, slots=True)
class _Keyed:
    """The three sides as fingerprints and numbers, each with `row` and its transaction `t`."""

    due: pl.DataFrame
    done: pl.DataFrame
    there: pl.DataFrame
    """`t` is null where nothing names one transaction, `linked` where only the ledger's refund id does."""
    disputed: pl.DataFrame
    """The transactions `t` that the columns do not decide."""


def settle_money(sides: Payments, measure: Measure, seed: int) -> MoneyVerdict:
    """Every row of `due` and of `there` is in exactly one result or left to the rows. Raises `Clash` (see `keys`)."""
    keyed = _keyed(sides, seed)
    loose = without(keyed.there, keyed.due, "t")
    orders = _contested(keyed.due, loose)
    tangled = pl.concat([keyed.disputed, among(keyed.due, orders, "o").select("t")]).unique()
    knotted = pl.concat([among(keyed.there, tangled, "t"), _left_to_rows(loose, orders)]).unique("row")
    there = without(without(keyed.there, knotted, "row"), loose, "row")
    first, again = _first_of_each(sides, there)
    return MoneyVerdict(
        results=_paid(keyed, without(keyed.due, tangled, "t"), first, measure),
        again=again,
        unexplained=_unexplained(sides, keyed, without(loose, knotted, "row"), measure),
        done=keyed.done.select("row", "t"),
        tangled_due=among(keyed.due, tangled, "t")["row"].sort(),
        tangled_done=among(keyed.done, tangled, "t")["row"].sort(),
        tangled_there=knotted["row"].sort(),
    )


# --- Names ----------------------------------------------------------------------------------------------

_TRANSACTION = ("return_id", "transaction_id")


def _keyed(sides: Payments, seed: int) -> _Keyed:
    due = _numbered(sides.due, seed, t=_TRANSACTION, ref=("reference",), o=("order_id",))
    done = _numbered(sides.done, seed, t=_TRANSACTION, ref=("reference",), rid=("refund_id",))
    there = _numbered(sides.there, seed, ref=("reference",), rid=("refund_id",), o=("order_id",))
    names = _claims(pl.concat([side.select("ref", "ref2", "t", "t2") for side in (due, done)]), "ref")
    links = _claims(done.select("rid", "rid2", "t", "t2"), "rid")
    crossed = _crossed(there, names, links)
    found = _owned(there, names, links, crossed)
    quarrels = [*_quarrels(due, done, names, links), *_mixed(found), crossed.select("t")]
    return _Keyed(due, done, found, pl.concat(quarrels).drop_nulls().unique())


def _numbered(side: pl.LazyFrame, seed: int, **keys: tuple[str, ...]) -> pl.DataFrame:
    """The side with `row`, and per key its number and, under the same name with a 2, its proof, instead of the texts.

    A name or an id that is missing or empty has none.
    """
    texts = {column for columns in keys.values() for column in columns}
    numbers = [
        _there(name, columns, make(*columns, seed=seed)).alias(f"{name}{mark}")
        for name, columns in keys.items()
        for make, mark in ((key, ""), (proof, "2"))
    ]
    return side.with_row_index("row").with_columns(*numbers).drop(texts).collect(engine="streaming")


def _there(name: str, columns: tuple[str, ...], number: pl.Expr) -> pl.Expr:
    return pl.when(pl.col(columns[0]) != "").then(number) if name in ("ref", "rid") else number


def _claims(claims: pl.DataFrame, name: str) -> pl.DataFrame:
    """One row per name: its transaction, and whether another one claims it too."""
    of_name = claims.drop_nulls(name).group_by(name).agg(*alike(f"{name}2"), *alike("t"), *alike("t2"))
    refuse_clash(of_name, f"{name}2")
    several = (pl.col("t") != pl.col("t_max")) | (pl.col("t2") != pl.col("t2_max"))
    return of_name.select(name, f"{name}2", "t", several=several)


def _crossed(there: pl.DataFrame, names: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Headers whose id is some transaction's name, or whose name is some transaction's link; with that transaction."""
    by_id = there.join(names, left_on="rid", right_on="ref", how="inner")
    by_name = there.join(links, left_on="ref", right_on="rid", how="inner")
    return pl.concat([by_id.select("row", "t"), by_name.select("row", "t")])


def _owned(there: pl.DataFrame, names: pl.DataFrame, links: pl.DataFrame, crossed: pl.DataFrame) -> pl.DataFrame:
    """Each header with its transaction by name, else by link; `quarrel` where several claim it."""
    by_name = names.rename({"ref2": "name2", "t": "by_name", "several": "several_names"})
    by_link = links.rename({"rid2": "link2", "t": "by_link", "several": "several_links"})
    found = there.join(by_name, on="ref", how="left").join(by_link, on="rid", how="left")
    refuse_clash(found, "ref2", "name2")
    refuse_clash(found, "rid2", "link2")
    differ = (pl.col("by_name") != pl.col("by_link")).fill_null(value=False)
    several = pl.col("several_names").fill_null(value=False) | pl.col("several_links").fill_null(value=False)
    return found.with_columns(
        t=pl.coalesce("by_name", "by_link"),
        linked=pl.col("by_name").is_null(),
        quarrel=several | differ | pl.col("row").is_in(crossed["row"].implode()),
    ).drop("ref2", "rid2", "name2", "link2", "several_names", "several_links")


def _quarrels(due: pl.DataFrame, done: pl.DataFrame, names: pl.DataFrame, links: pl.DataFrame) -> list[pl.DataFrame]:
    """The transactions that a side has twice, and those that share a name or a link."""
    named_by = pl.concat([due.select("t", "ref"), done.select("t", "ref")])
    return [
        due.filter(pl.col("t").is_duplicated()).select("t"),
        done.filter(pl.col("t").is_duplicated()).select("t"),
        among(named_by, names.filter("several"), "ref").select("t"),
        among(done, links.filter("several"), "rid").select("t"),
    ]


def _mixed(there: pl.DataFrame) -> list[pl.DataFrame]:
    """The transactions that claim a header which others claim, and those with headers under different names."""
    quarrels = there.filter("quarrel")
    several = there.filter(pl.col("t").is_duplicated())
    kinds = several.group_by("t").agg(pl.col("ref", "linked").n_unique())
    mixed = kinds.filter((pl.col("ref") > 1) | (pl.col("linked") > 1))
    return [quarrels.select(t="by_name"), quarrels.select(t="by_link"), mixed.select("t")]


# --- What the rows must decide ---------------------------------------------------------------------------


def _contested(due: pl.DataFrame, loose: pl.DataFrame) -> pl.DataFrame:
    """The orders `o` where a header that nobody owns has the amount of a payment, within its tolerance."""
    foreign = loose.filter(~pl.col("shaped")).select("o", "currency", there_minor="minor")
    near = (pl.col("there_minor") - pl.col("minor")).abs() <= pl.col("tolerance")
    return due.join(foreign, on=["o", "currency"], how="inner").filter(near).select("o").unique()


def _left_to_rows(loose: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Headers that nobody owns, on such an order or claimed by several."""
    return pl.concat([among(loose, orders, "o"), loose.filter("quarrel")])


# --- Results ----------------------------------------------------------------------------------------------


def _first_of_each(sides: Payments, there: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The one credit of each payment that has any, and those too many."""
    several = there.filter(pl.col("t").is_duplicated())
    ranked = named(sides.there, several.select("row", "t")).sort("t", *_IDENTITY).select("row", "t").collect()
    again = without(ranked, ranked.unique("t", keep="first", maintain_order=True), "row")
    return without(there, again, "row"), again


def _paid(keyed: _Keyed, due: pl.DataFrame, first: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    shown = first.select("t", "effective", "linked", there_row="row", there_minor="minor", there_currency="currency")
    holds = keyed.done.filter("held").select("t", ledger_holds=pl.lit(value=True))
    found = due.join(shown, on="t", how="left").join(holds, on="t", how="left")
    return found.select("t", "row", "there_row", "there_minor", "linked", "minor", cls=class_of_paid(measure))


def _unexplained(sides: Payments, keyed: _Keyed, alone: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    made = keyed.done.select("t", made_watched="watched").unique("t")
    found = named(sides.there, alone.select("row", "t")).join(made.lazy(), on="t", how="left")
    return found.select("row", "t", "minor", cls=class_of_unexplained(measure)).collect()
