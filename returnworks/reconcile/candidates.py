"""What ReturnGO knows that an unexplained refund or booking in Linnworks could be about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from returnworks.reconcile.facts import ExpectedCredit, ExpectedGoods
from returnworks.reconcile.likely import Candidate
from returnworks.reconcile.results import Class, GoodsFigures, MoneyFigures, Result
from returnworks.rules.doubts import changed_at
from returnworks.rules.lifecycle import WAITING_STATUSES, is_paid, one_of
from returnworks.rules.model import Return, ReturnLine, Transaction

Orders = Mapping[str, frozenset[str]]
"""The Linnworks orders of each return, by its id, as far as anything of it is expected there."""

_CREDITED = frozenset({Class.MATCHED, Class.LINKED, Class.AMOUNT, Class.CURRENCY})
_BOOKED = frozenset({Class.MATCHED, Class.LOCATION, Class.DISPOSITION})


def orders_of(credits: Iterable[ExpectedCredit], goods: Iterable[ExpectedGoods]) -> Orders:
    found: defaultdict[str, set[str]] = defaultdict(set)
    rows: list[ExpectedCredit | ExpectedGoods] = [*credits, *goods]
    for row in rows:
        if row.order_id:
            found[row.return_id].add(row.order_id)
    return {return_id: frozenset(ids) for return_id, ids in found.items()}


def payments(returns: Iterable[Return], orders: Orders, results: Iterable[Result]) -> Iterator[Candidate]:
    """One per transaction that paid or waits to; and a return that has none, as a whole."""
    credited = {
        (row.return_id, row.figures.transaction_id)
        for row in results
        if isinstance(row.figures, MoneyFigures) and row.cls in _CREDITED
    }
    for ret in returns:
        rows = [row for row in ret.transactions if is_paid(row) or one_of(row.status, WAITING_STATUSES)]
        for row in rows:
            yield _payment(ret, row, orders, settled=(ret.return_id, row.transaction_id) in credited)
        if not rows:
            yield _candidate(ret, ret.lines, orders)


def parcels(returns: Iterable[Return], orders: Orders, results: Iterable[Result]) -> Iterator[Candidate]:
    """One per return and SKU, with its units."""
    booked = {
        (row.return_id, row.figures.sku)
        for row in results
        if isinstance(row.figures, GoodsFigures) and row.cls in _BOOKED
    }
    for ret in returns:
        lines: defaultdict[str, list[ReturnLine]] = defaultdict(list)
        for line in ret.lines:
            lines[line.sku or ""].append(line)
        for sku, units in sorted(lines.items()):
            if sku:
                yield _candidate(ret, units, orders, units=len(units), settled=(ret.return_id, sku) in booked)


def _payment(ret: Return, row: Transaction, orders: Orders, *, settled: bool) -> Candidate:
    named = [line for line in ret.lines if line.line_id in row.line_ids] or ret.lines
    texts = {*_texts(ret), row.transaction_id, row.external_reference or ""} - {""}
    return Candidate(
        return_id=ret.return_id,
        transaction_id=row.transaction_id,
        order_ids=orders.get(ret.return_id, frozenset()),
        at=row.updated_at or row.created_at,
        amount=row.amount,
        skus=_skus(named),
        texts=frozenset(texts),
        settled=settled,
        paid=is_paid(row),
    )


def _candidate(
    ret: Return, lines: Sequence[ReturnLine], orders: Orders, *, units: int = 0, settled: bool = False
) -> Candidate:
    inspected = [line.inspection.at for line in lines if line.inspection is not None]
    return Candidate(
        return_id=ret.return_id,
        order_ids=orders.get(ret.return_id, frozenset()),
        at=max(inspected, default=changed_at(ret)),
        units=units,
        skus=_skus(lines),
        texts=_texts(ret),
        settled=settled,
    )


def _texts(ret: Return) -> frozenset[str]:
    return frozenset({ret.return_id, f"RMA{ret.return_id}"})


def _skus(lines: Iterable[ReturnLine]) -> frozenset[str]:
    return frozenset(line.sku for line in lines if line.sku)
