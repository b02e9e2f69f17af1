"""Goods, three ways: what came back, what we booked, what lies in Linnworks; one result per key.

The key is (return, order, SKU, location). Quantities have no tolerance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from returnworks.reconcile.attribution import age
from returnworks.reconcile.facts import ActualGoods, ExpectedGoods, LedgerGoods, ReturnUnits
from returnworks.reconcile.goods_rows import Told, View, by_rows
from returnworks.reconcile.results import Result
from returnworks.reconcile.terms import Terms
from returnworks.rules.model import Disposition
from returnworks.rules.states import State


def compare_goods(
    expected: Sequence[ExpectedGoods],
    ledger: Sequence[LedgerGoods],
    actual: Sequence[ActualGoods],
    terms: Terms,
    units: Iterable[ReturnUnits] = (),
) -> list[Result]:
    """One result per key, and one per booking in Linnworks that belongs to nobody.

    Every unit of `expected` and of `actual` is in exactly one result. `units` say which returns are held: what
    Linnworks has for them beyond what is expected cannot be told, as their expectation is not complete.
    """
    from returnworks.reconcile.goods_columns import on_columns  # Polars is imported where a night is compared

    view = View.of(expected, ledger, actual, terms, units)
    settled, tangled = on_columns(view)
    return in_order(settled, by_rows(tangled))


def in_order(*parts: Told) -> list[Result]:
    """By group; then what could be several returns', then what is nobody's, oldest first."""
    of_groups = {group: results for told in parts for group, results in told.of_groups.items()}
    ownerless = sorted((each for told in parts for each in told.ownerless), key=lambda each: age(each[0]))
    return [
        *(result for group in sorted(of_groups) for result in of_groups[group]),
        *(result for told in parts for result in told.ambiguous),
        *(result for _, result in ownerless),
    ]


def remembered_goods(
    ledger: Iterable[LedgerGoods], actual: Iterable[ActualGoods], terms: Terms
) -> Iterator[ExpectedGoods]:
    """For returns that nobody works out any more, what was confirmed is what should be, as far as it shows."""
    shown = {row.reference for row in actual}
    for row in ledger:
        if terms.watches(row.return_id) or row.state != State.CONFIRMED or row.reference not in shown:
            continue
        for_sale = terms.policy.is_sellable_place(row.location_name)
        yield ExpectedGoods(
            return_id=row.return_id,
            order_id=row.order_id,
            order_number=None,
            sku=row.sku,
            location_id=row.location_id,
            location_name=row.location_name,
            disposition=Disposition.SELLABLE if for_sale else Disposition.UNDECIDED,
            quantity=row.quantity,
            scrap_quantity=0,
            due_at=row.confirmed_at,
            value=None,
        )
