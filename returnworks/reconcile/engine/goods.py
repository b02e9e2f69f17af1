"""Goods on columns: which line is settled, which is a break and of what class, which is for the rows to decide.

A *pile* is what one return brings of one SKU of one order to one location; a *group* is its piles together. A
booking belongs to the return that the ledger keeps under its reference. One that no reference of the ledger
names may be anybody's who lacks that SKU on that order: if any return brought it back, that order's SKU is
tangled; if none did, the booking has no owner.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from returnworks.reconcile.engine.frames import Goods, Measure, among, named, without
from returnworks.reconcile.engine.goods_classes import CLASSES, RESULT, judge
from returnworks.reconcile.engine.keys import Clash, alike, key, proof, refuse_clash
from returnworks.reconcile.results import Class


@dataclass(frozen=True, slots=True)
class GoodsVerdict:
    """What the columns say of the goods of one night."""

    results: pl.DataFrame
    """One row per pile that has a result of its own, of `goods_classes.RESULT`."""
    loners: pl.DataFrame
    """Bookings without an owner: `row` in Linnworks' side, `cls`, `quantity`."""
    keyed: Keyed
    tangled: Tangle


@dataclass(frozen=True, slots=True)
class Keyed:
    """The three sides as fingerprints and numbers, each with `row`, its `os` (order and SKU) and its group `g`."""

    due: pl.DataFrame
    done: pl.DataFrame
    there: pl.DataFrame
    """`g` is null where no reference of the ledger names one return."""


@dataclass(frozen=True, slots=True)
class Tangle:
    """Numbers of the rows that only `attribution` and `piles` can work out: all of an order's SKU, or none.

    `done` has besides what the ledger keeps under the references of `there`.
    """

    due: pl.Series
    done: pl.Series
    there: pl.Series


def settle_goods(sides: Goods, measure: Measure, seed: int) -> GoodsVerdict:
    """Every row of `due` and of `there` is in exactly one result, loner or tangle. Raises `Clash` (see `keys`)."""
    keyed = _keyed(sides, seed)
    piles = _sieve(keyed)
    loose = keyed.there.filter(pl.col("g").is_null())
    contested = among(piles, loose, "os").select("os").unique()
    pending = without(piles.filter(~pl.col("settled")), contested, "os").select("g", "os").unique()
    judged, knots = judge(_rest(sides, keyed, pending), measure)
    tangled = pl.concat([contested, among(pending, knots, "g").select("os")]).unique()
    settled = without(without(piles.filter("settled"), pending, "g"), tangled, "os")
    alone = without(loose, piles, "os")
    strange = alone.filter("named")
    return GoodsVerdict(
        results=pl.concat([_matched(settled), without(without(judged, knots, "g"), _groups(piles, tangled), "g")]),
        loners=_loners(sides, without(alone, strange, "os"), measure),
        keyed=keyed,
        tangled=_tangle(keyed, pl.concat([tangled, strange.select("os")]).unique()),
    )


# --- Keys -----------------------------------------------------------------------------------------------


def _keyed(sides: Goods, seed: int) -> Keyed:
    due = _numbered(sides.due, seed, r=("return_id",), os=("order_id", "sku"), p=("place",))
    done = _numbered(sides.done, seed, r=("return_id",), os=("order_id", "sku"), ref=("reference",))
    there = _numbered(sides.there, seed, ref=("reference",), os=("order_id", "sku"), p=("place",))
    scrap = pl.when("watched").then("scrap").otherwise(0).alias("scrap")
    books = done.select("row", "os", "ref", "ref2", "r", "r2", "withheld", _group(seed)).collect(engine="streaming")
    owned = _owned(there, _owners(books), seed)
    books = books.select("row", "os", "ref", "g")
    columns = ("row", "os", "quantity")
    return Keyed(due.select(*columns, scrap, _group(seed), *_pile(seed)).collect(engine="streaming"), books, owned)


def _numbered(side: pl.LazyFrame, seed: int, **keys: tuple[str, ...]) -> pl.LazyFrame:
    """The side with `row`, and per key its number and, under the same name with a 2, its proof."""
    numbers = [key(*columns, seed=seed).alias(name) for name, columns in keys.items()]
    proofs = [proof(*columns, seed=seed).alias(f"{name}2") for name, columns in keys.items()]
    return side.with_row_index("row").with_columns(*numbers, *proofs)


def _group(seed: int) -> pl.Expr:
    return key("r", "os", seed=seed).alias("g")


def _pile(seed: int) -> tuple[pl.Expr, pl.Expr]:
    return key("r", "os", "p", seed=seed).alias("pile"), proof("r2", "os2", "p2", seed=seed).alias("pile2")


def _owners(books: pl.DataFrame) -> pl.DataFrame:
    """The return of each reference of the ledger; null where several returns have it."""
    owners = books.group_by("ref").agg(*alike("ref2"), *alike("r"), *alike("r2"), pl.col("withheld").any())
    refuse_clash(owners, "ref2")
    alone = (pl.col("r") == pl.col("r_max")) & (pl.col("r2") == pl.col("r2_max"))
    owner = [pl.when(alone).then(name).alias(name) for name in ("r", "r2")]
    return owners.select("ref", "withheld", *owner, owner2="ref2")


def _owned(there: pl.LazyFrame, owners: pl.DataFrame, seed: int) -> pl.DataFrame:
    is_owned = pl.col("r").is_not_null()
    group, *pile = (
        pl.when(is_owned).then(each).alias(each.meta.output_name()) for each in (_group(seed), *_pile(seed))
    )
    columns = ("row", "os", "ref", "quantity", "scrap", "actioned", "withheld")
    found = (
        there.join(owners.lazy(), on="ref", how="left")
        .select(
            *columns,
            group,
            *pile,
            named=pl.col("ours") | pl.col("owner2").is_not_null(),
            clashes=pl.col("ref2") != pl.col("owner2"),
        )
        .collect(engine="streaming")
    )
    if found["clashes"].any():
        raise Clash("ref")
    return found.drop("clashes")


# --- The sieve ------------------------------------------------------------------------------------------


_SHARES = 8
"""The sieve takes the piles in so many shares, one after the other, so that it holds one share's rows at a time."""


def _sieve(keyed: Keyed) -> pl.DataFrame:
    """One row per pile: `settled` where as much lies there as is due, as it should, and nothing else needs a look."""
    shares = [pl.col("pile") % _SHARES == share for share in range(_SHARES)]
    return pl.concat([_sieved(keyed.due.filter(share), keyed.there.filter(share)) for share in shares])


def _sieved(due: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    columns = ["row", "os", "g", "pile", "pile2", "expected", "balance", "scrap", "odd"]
    wanted = due.with_columns(expected="quantity", balance="quantity", odd=pl.col("quantity") <= 0)
    found = there.with_columns(
        row=pl.lit(None, pl.UInt32),
        expected=pl.lit(0, pl.Int64),
        balance=-pl.col("quantity"),
        scrap=-pl.col("scrap"),
        odd=~pl.col("actioned") | (pl.col("quantity") <= 0),
    )
    piles = (
        pl.concat([wanted.select(columns), found.select(columns)])
        .group_by("pile")
        .agg(
            *alike("pile2"),
            pl.col("os", "g").first(),
            pl.col("row").min(),
            pl.col("expected", "balance", "scrap").sum(),
            pl.col("odd").any(),
        )
    )
    refuse_clash(piles, "pile2")
    even = (pl.col("balance") == 0) & (pl.col("scrap") == 0) & ~pl.col("odd") & pl.col("row").is_not_null()
    return piles.select("os", "g", "row", "expected", settled=even)


def _matched(settled: pl.DataFrame) -> pl.DataFrame:
    zero = pl.lit(0, pl.Int64)
    return settled.select(
        "g",
        "row",
        there_row=pl.lit(None, pl.UInt32),
        cls=pl.lit(Class.MATCHED.value, CLASSES),
        units=zero,
        expected="expected",
        met="expected",
        stray=zero,
        over=zero,
        effective="expected",
        stray_place=pl.lit(None, pl.String),
    ).select(RESULT)


# --- The rest -------------------------------------------------------------------------------------------


def _rest(sides: Goods, keyed: Keyed, pending: pl.DataFrame) -> Goods:
    """All columns of the rows whose group is pending, with their group."""
    return Goods(
        due=named(sides.due, among(keyed.due, pending, "g").select("row", "g")),
        done=named(sides.done, among(keyed.done, pending, "g").select("row", "g")),
        there=named(sides.there, among(keyed.there, pending, "g").select("row", "g", "withheld")),
    )


def _groups(piles: pl.DataFrame, tangled: pl.DataFrame) -> pl.DataFrame:
    return among(piles, tangled, "os").select("g")


def _loners(sides: Goods, alone: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    """A booking without an owner; one made after the other sides were read may still find it."""
    later = pl.col("booked_at") > measure.moment
    cls = pl.when(later).then(pl.lit(Class.TIMING.value)).otherwise(pl.lit(Class.ORPHAN.value)).cast(CLASSES)
    return named(sides.there, alone.select("row")).select("row", "quantity", cls=cls).collect()


def _tangle(keyed: Keyed, tangled: pl.DataFrame) -> Tangle:
    there = among(keyed.there, tangled, "os")
    done = [among(keyed.done, tangled, "os"), among(keyed.done, there, "ref")]
    return Tangle(
        due=among(keyed.due, tangled, "os")["row"].sort(),
        done=pl.concat(done)["row"].unique().sort(),
        there=there["row"].sort(),
    )
