"""Goods on columns, told in words: the engine says the class of each pile, the rows behind it give the words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import polars as pl

from returnworks.reconcile.attribution import BY_REFERENCE, Group, Placed, group_for, group_of
from returnworks.reconcile.engine.goods import GoodsVerdict, settle_goods
from returnworks.reconcile.engine.rows import goods_of, measure_of, without_clash
from returnworks.reconcile.facts import ActualGoods, ExpectedGoods, LedgerGoods
from returnworks.reconcile.goods_case import Case, unwanted_result, wanted_result
from returnworks.reconcile.goods_rows import Told, View, ownerless_result
from returnworks.reconcile.piles import Have, Settled, Want
from returnworks.reconcile.results import Class, Result

Row = TypeVar("Row", ExpectedGoods, LedgerGoods, ActualGoods)


def on_columns(view: View) -> tuple[Told, View]:
    """What the columns settle, and the part of the night that they leave to `goods_rows.by_rows`."""
    sides = goods_of(view.expected, view.ledger, view.actual, view.terms, view.places, view.held_by)
    measure = measure_of(view.terms)
    verdict = without_clash(lambda seed: settle_goods(sides, measure, seed))
    tangled = verdict.tangled
    told = Told(of_groups=_of_groups(view, verdict), ownerless=_ownerless(view, verdict.loners))
    return told, view.part(tangled.due, tangled.done, tangled.there)


def _of_groups(view: View, verdict: GoodsVerdict) -> dict[Group, list[Result]]:
    cases = _cases(view, verdict)
    told: defaultdict[Group, list[Result]] = defaultdict(list)
    for row in verdict.results.sort("g", "row", "there_row", nulls_last=True).iter_rows(named=True):
        case = cases[row["g"]]
        told[case.group].append(_wanted(case, view, row) if row["row"] is not None else _unwanted(case, view, row))
    return dict(told)


def _cases(view: View, verdict: GoodsVerdict) -> dict[int, Case]:
    """All three sides of each group that the columns settled, by the number of the group."""
    keyed = verdict.keyed
    due, done = _by_group(view.expected, keyed.due), _by_group(view.ledger, keyed.done)
    there = _by_group(view.actual, keyed.there)
    owners = {row.reference: row.return_id for row in view.ledger}
    return {
        g: _case(view, due.get(g, ()), done.get(g, ()), there.get(g, ()), owners)
        for g in verdict.results["g"].unique().to_list()
    }


def _case(
    view: View,
    due: Sequence[ExpectedGoods],
    done: Sequence[LedgerGoods],
    there: Sequence[ActualGoods],
    owners: Mapping[str, str],
) -> Case:
    group = group_of(due[0]) if due else group_for(owners[there[0].reference], there[0])
    return view.case(group, due, done, [Placed(row, BY_REFERENCE) for row in there])


def _by_group(rows: Sequence[Row], keyed: pl.DataFrame) -> dict[int, list[Row]]:
    groups: defaultdict[int, list[Row]] = defaultdict(list)
    for number, group in keyed.select("row", "g").drop_nulls().sort("row").iter_rows():
        groups[group].append(rows[number])
    return groups


def _wanted(case: Case, view: View, row: Mapping[str, Any]) -> Result:
    token = view.places.token(view.expected[row["row"]])
    want = Want([each for each in case.due if view.places.token(each) == token])
    strays = {row["stray_place"]: row["stray"]} if row["stray"] else {}
    one = Settled(row["met"], strays, row["over"])
    return wanted_result(case, token, want, one, _have(case, token), Class(row["cls"]), row["units"])


def _unwanted(case: Case, view: View, row: Mapping[str, Any]) -> Result:
    token = view.places.token(view.actual[row["there_row"]])
    return unwanted_result(case, token, row["units"], _have(case, token), Class(row["cls"]))


def _have(case: Case, token: str) -> Have:
    return Have([row for row in case.rows if case.places.token(row) == token])


def _ownerless(view: View, loners: pl.DataFrame) -> list[tuple[ActualGoods, Result]]:
    rows = [(view.actual[row], Class(cls)) for row, cls in loners.select("row", "cls").sort("row").iter_rows()]
    return [(row, ownerless_result(row, cls, view.terms)) for row, cls in rows]
