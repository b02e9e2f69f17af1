"""Goods, three ways: what came back, what we booked, what lies in Linnworks; one result per key.

The key is (return, order, SKU, location). Quantities have no tolerance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from returnworks.reconcile.attribution import Places, attribute, group_for, grouped
from returnworks.reconcile.facts import ActualGoods, ExpectedGoods, LedgerGoods, ReturnUnits
from returnworks.reconcile.goods_case import Case, results_of
from returnworks.reconcile.results import NOT_LOOKED_AT, Class, Family, GoodsFigures, Result, counted, judged
from returnworks.reconcile.terms import Terms
from returnworks.rules.model import Disposition
from returnworks.rules.references import owner_of
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
    places = Places([*expected, *ledger, *actual])
    held_by = {row.return_id: row.held_by[0] for row in units if row.held and row.held_by}
    found = attribute(actual, ledger, expected, terms.watched or ())
    unclear = {group_for(return_id, row) for row, returns in found.ambiguous for return_id in returns}
    due_by, ledger_by = grouped(expected), grouped(ledger)
    results: list[Result] = []
    for group in sorted({*due_by, *found.owned}):
        results += results_of(
            Case(
                group=group,
                due=tuple(due_by.get(group, ())),
                ledger=tuple(ledger_by.get(group, ())),
                placed=tuple(found.owned.get(group, ())),
                terms=terms,
                places=places,
                held_by=held_by.get(group.return_id, ""),
                unclear=group in unclear,
            )
        )
    results += [_ambiguous(row, returns) for row, returns in found.ambiguous]
    return results + [_orphan(row, terms) for row in (*found.orphans, *found.unknown)]


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


def _ambiguous(row: ActualGoods, returns: Sequence[str]) -> Result:
    return judged(
        _alone(
            row,
            Class.AMBIGUOUS,
            difference=f"{counted(row.quantity)} could belong to RMA " + " or RMA ".join(returns),
        )
    )


def _orphan(row: ActualGoods, terms: Terms) -> Result:
    """A booking without an owner; one made after the other sides were read may still find it.

    One under a reference of ours whose return was not looked at tonight cannot be told.
    """
    owned = owner_of(row.reference)
    if owned is not None and not terms.looked_at(owned.subject):
        return _alone(row, Class.CANNOT_TELL, label=NOT_LOOKED_AT)
    if terms.is_later(row.booked_at):
        return _alone(row, Class.TIMING, label="booked after ReturnGO was read", by=terms)
    return judged(_alone(row, Class.ORPHAN, difference=f"{counted(row.quantity)} booked, no return behind it"))


def _alone(row: ActualGoods, cls: Class, *, difference: str = "", label: str = "", by: Terms | None = None) -> Result:
    order = row.order_number or row.order_id
    return Result(
        family=Family.GOODS,
        cls=cls,
        return_id=None,
        order_id=row.order_id,
        order_number=row.order_number,
        reference=row.reference,
        subject=f"order {order} / {row.sku} / {row.location_name} / booking {row.reference or 'without reference'}",
        figures=GoodsFigures(
            sku=row.sku,
            place=row.location_name,
            actual_place=row.location_name,
            actual=row.quantity,
            scrap_actual=row.scrap_quantity,
            unactioned=row.quantity if row.actioned_at is None else 0,
        ),
        expected="nothing",
        actual=f"{counted(row.quantity)} at {row.location_name}",
        difference=difference,
        label=label,
        units=row.quantity,
        event_at=row.booked_at,
        clear_by=by.clear_by(Family.GOODS, row.booked_at) if by else None,
    )
