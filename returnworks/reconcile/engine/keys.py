"""Keys of several texts as numbers: equal numbers mean equal texts, proven by a second number for each."""

from __future__ import annotations

import polars as pl

SEEDS = (20_261, 7_919, 104_729)
"""Tried in turn: when two keys share a number under one seed, the whole comparison is made again under the next."""
_PROOF = 2_654_435_761


class Clash(Exception):
    """Two different keys have one number under this seed. Compare again under another."""


def key(*columns: str, seed: int) -> pl.Expr:
    """One unsigned 64-bit number for these columns together; a null is a text of its own."""
    return pl.struct(*columns).hash(seed)


def proof(*columns: str, seed: int) -> pl.Expr:
    """Another number for the same columns, independent of `key`."""
    return pl.struct(*columns).hash(seed + _PROOF)


def alike(name: str) -> list[pl.Expr]:
    """For an aggregation: the least and the greatest of a proof within one key, for `refuse_clash`."""
    return [pl.col(name).min(), pl.col(name).max().alias(f"{name}_max")]


def refuse_clash(frame: pl.DataFrame, name: str, other: str = "") -> None:
    """Raise `Clash` where two proofs differ that must be equal; `other` is by default the maximum of `alike`."""
    if frame.select((pl.col(name) != pl.col(other or f"{name}_max")).any()).item():
        raise Clash(name)
