"""Goods row by row: who could own a booking is worked out, then each group of units is settled by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from returnworks.reconcile.attribution import Group, Placed, Places, attribute, group_for, grouped
from returnworks.reconcile.facts import ActualGoods, ExpectedGoods, LedgerGoods, ReturnUnits
from returnworks.reconcile.goods_case import Case, results_of
from returnworks.reconcile.results import NOT_LOOKED_AT, Class, Family, GoodsFigures, Result, counted, judged
from returnworks.reconcile.terms import Terms
from returnworks.rules.references import owner_of


@dataclass(frozen=True, slots=True)
class View:
    """The three sides of goods, all of them or those that belong together, and what they are judged by."""

    expected: Sequence[ExpectedGoods]
    ledger: Sequence[LedgerGoods]
    actual: Sequence[ActualGoods]
    terms: Terms
    places: Places
    held_by: dict[str, str]
    """By return of which some units are held: the code of the finding that holds them."""
    known: frozenset[str]
    """Every return that anybody knows."""

    @classmethod
    def of(
        cls,
        expected: Sequence[ExpectedGoods],
        ledger: Sequence[LedgerGoods],
        actual: Sequence[ActualGoods],
        terms: Terms,
        units: Iterable[ReturnUnits] = (),
    ) -> View:
        held_by = {row.return_id: row.held_by[0] for row in units if row.held and row.held_by}
        known = {row.return_id for row in expected} | {row.return_id for row in ledger} | (terms.watched or set())
        places = Places([*expected, *ledger, *actual])
        return cls(expected, ledger, actual, terms, places, held_by, frozenset(known))

    def part(self, expected: Iterable[int], ledger: Iterable[int], actual: Iterable[int]) -> View:
        """Of the same night only the rows of these numbers."""
        return replace(
            self,
            expected=[self.expected[row] for row in expected],
            ledger=[self.ledger[row] for row in ledger],
            actual=[self.actual[row] for row in actual],
        )

    def case(
        self,
        group: Group,
        due: Sequence[ExpectedGoods],
        ledger: Sequence[LedgerGoods],
        placed: Sequence[Placed],
        *,
        unclear: bool = False,
    ) -> Case:
        return Case(
            group=group,
            due=tuple(due),
            ledger=tuple(ledger),
            placed=tuple(placed),
            terms=self.terms,
            places=self.places,
            held_by=self.held_by.get(group.return_id, ""),
            unclear=unclear,
        )


@dataclass(slots=True)
class Told:
    """Results, by what they are about."""

    of_groups: dict[Group, list[Result]] = field(default_factory=dict)
    ambiguous: list[Result] = field(default_factory=list)
    ownerless: list[tuple[ActualGoods, Result]] = field(default_factory=list)


def by_rows(view: View) -> Told:
    """Every unit of the view's `expected` and `actual` in exactly one result.

    The slow way, and the plain one: whatever the columns decide (`goods_columns`), this decides alike.
    """
    found = attribute(view.actual, view.ledger, view.expected, view.known)
    unclear = {group_for(return_id, row) for row, returns in found.ambiguous for return_id in returns}
    due_by, ledger_by = grouped(view.expected), grouped(view.ledger)
    told = Told()
    for group in {*due_by, *found.owned}:
        placed = found.owned.get(group, ())
        case = view.case(group, due_by.get(group, ()), ledger_by.get(group, ()), placed, unclear=group in unclear)
        told.of_groups[group] = results_of(case)
    told.ambiguous = [_ambiguous(row, returns) for row, returns in found.ambiguous]
    ownerless = (*found.orphans, *found.unknown)
    told.ownerless = [(row, ownerless_result(row, _class_of(row, view.terms), view.terms)) for row in ownerless]
    return told


def _ambiguous(row: ActualGoods, returns: Sequence[str]) -> Result:
    return judged(
        _alone(
            row,
            Class.AMBIGUOUS,
            difference=f"{counted(row.quantity)} could belong to RMA " + " or RMA ".join(returns),
        )
    )


def _class_of(row: ActualGoods, terms: Terms) -> Class:
    """A booking without an owner; one made after the other sides were read may still find it.

    One under a reference of ours whose return was not looked at tonight cannot be told.
    """
    owned = owner_of(row.reference)
    if owned is not None and not terms.looked_at(owned.subject):
        return Class.CANNOT_TELL
    return Class.TIMING if terms.is_later(row.booked_at) else Class.ORPHAN


def ownerless_result(row: ActualGoods, cls: Class, terms: Terms) -> Result:
    if cls == Class.CANNOT_TELL:
        return _alone(row, cls, label=NOT_LOOKED_AT)
    if cls == Class.TIMING:
        return _alone(row, cls, label="booked after ReturnGO was read", by=terms)
    return judged(_alone(row, cls, difference=f"{counted(row.quantity)} booked, no return behind it"))


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
