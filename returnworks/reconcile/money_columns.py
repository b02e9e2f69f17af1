"""Money on columns, told in words: the engine says the class of each payment, the rows behind it give the words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from returnworks.reconcile.engine.money import MoneyVerdict, settle_money
from returnworks.reconcile.engine.rows import measure_of, payments_of, without_clash
from returnworks.reconcile.facts import ActualRefund, ExpectedCredit, LedgerCredit
from returnworks.reconcile.money_rows import Explained, MoneyView, results_of
from returnworks.reconcile.refund_matching import BY_LINK, BY_REFERENCE, Pairing
from returnworks.reconcile.results import Class, Result


def on_columns(view: MoneyView) -> tuple[Explained, MoneyView]:
    """What the columns settle, and the part of the night that they leave to `money_rows.money_by_rows`."""
    sides = payments_of(view.expected, view.ledger, view.actual, view.terms)
    measure = measure_of(view.terms)
    verdict = without_clash(lambda seed: settle_money(sides, measure, seed))
    told = Explained(_paid(view, verdict), _unexplained(view, verdict))
    return told, view.part(verdict.tangled_due, verdict.tangled_done, verdict.tangled_there)


def _paid(view: MoneyView, verdict: MoneyVerdict) -> list[tuple[ExpectedCredit, list[Result]]]:
    books = {t: view.ledger[row] for row, t in verdict.done.iter_rows()}
    again: defaultdict[int, list[ActualRefund]] = defaultdict(list)
    for row, t in verdict.again.select("row", "t").iter_rows():
        again[t].append(view.actual[row])
    told = []
    for row in verdict.results.iter_rows(named=True):
        one = _pairing(view, row, books, again)
        told.append((one.expected, results_of(one, Class(row["cls"]), set(), view.terms)))
    return told


def _pairing(
    view: MoneyView, row: Mapping[str, Any], books: Mapping[int, LedgerCredit], again: Mapping[int, list[ActualRefund]]
) -> Pairing:
    t, there = row["t"], row["there_row"]
    one = Pairing(view.expected[row["row"]], (books[t],) if t in books else ())
    if there is not None:
        one.refunds = [view.actual[there], *again.get(t, ())]
        one.how = BY_LINK if row["linked"] else BY_REFERENCE
    return one


def _unexplained(view: MoneyView, verdict: MoneyVerdict) -> list[tuple[ActualRefund, Result]]:
    alone = verdict.unexplained.select("row", "cls").sort("row")
    rows = [(view.actual[row], Class(cls)) for row, cls in alone.iter_rows()]
    return [(refund, view.unexplained(refund, cls)) for refund, cls in rows]
