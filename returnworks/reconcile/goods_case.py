"""One SKU of one return on one order: which class each of its locations is in, and the result that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from returnworks.reconcile.attribution import BY_REFERENCE, Group, Placed, Places, references
from returnworks.reconcile.facts import ActualGoods, ExpectedGoods, LedgerGoods
from returnworks.reconcile.piles import Have, Settled, Want, haves, settle, wants
from returnworks.reconcile.results import Class, Family, GoodsFigures, Result, counted, judged
from returnworks.reconcile.terms import Terms
from returnworks.rules.money import Money
from returnworks.rules.states import State


@dataclass(frozen=True, slots=True)
class Case:
    """All three sides of one group."""

    group: Group
    due: tuple[ExpectedGoods, ...]
    ledger: tuple[LedgerGoods, ...]
    placed: tuple[Placed, ...]
    terms: Terms
    places: Places
    held_by: str = ""
    """Code of the finding that keeps other units of this return waiting."""
    unclear: bool = False
    """Whether a booking that could be this group's could be another's too."""

    @property
    def rows(self) -> list[ActualGoods]:
        return [placed.row for placed in self.placed]

    @property
    def is_watched(self) -> bool:
        return self.terms.watches(self.group.return_id)


def results_of(case: Case) -> list[Result]:
    """One result per location where something is expected, and one per location with units too many."""
    there = haves(case.rows, case.places)
    wanted = wants(case.due, case.places)
    settled, spare = settle(wanted, there)
    results = []
    for token, want in wanted.items():
        one, have = settled[token], there.get(token, Have())
        results.append(wanted_result(case, token, want, one, have, *_class(case, want, one, have)))
    cls = _class_of_unwanted(case)
    return results + [unwanted_result(case, token, units, there[token], cls) for token, units in spare.items()]


# --- Where something is expected ---------------------------------------------------------------------


def wanted_result(case: Case, token: str, want: Want, one: Settled, have: Have, cls: Class, wrong: int) -> Result:
    """Of a location where something is expected, once its class and the number of units that are wrong are known."""
    figures = _figures(case, token, want, one, have)
    late = cls not in (Class.MATCHED, Class.HELD)
    result = _result(
        case,
        cls,
        figures,
        difference=_difference(cls, figures) if late else "",
        label=_label(case, want, cls),
        units=wrong,
        value=want.worth(wrong) if wrong else None,
        event_at=_event(want),
        clear_by=_clears(case, want) if cls == Class.TIMING else None,
    )
    return judged(result, _held_code(case, want) if cls == Class.HELD else "")


def _class(case: Case, want: Want, one: Settled, have: Have) -> tuple[Class, int]:
    """The class of the worst that is wrong here, and how many units are.

    Worst first: sold though they must not be; elsewhere; too many; too few; scrapped or not; without effect.
    """
    if one.stray:
        return _stray_class(case, want, one), one.stray
    if one.over:
        return (Class.DUPLICATE if _is_booked_twice(case) else Class.QUANTITY), one.over
    short = want.quantity - one.met
    if short:
        return _short_class(case, want, one, short), short
    if case.is_watched and want.scrap != have.scrap:
        return Class.DISPOSITION, abs(want.scrap - have.scrap)
    inert = min(one.met, have.unactioned)
    if inert:
        still = case.terms.still_timing(Family.GOODS, _event(want))
        return (Class.TIMING if still else Class.BOOKED_NOT_ACTIONED), inert
    return Class.MATCHED, 0


def _stray_class(case: Case, want: Want, one: Settled) -> Class:
    sold = any(case.terms.policy.is_sellable_place(case.places.name(token)) for token in one.strays)
    return Class.DISPOSITION if sold and not want.is_for_sale else Class.LOCATION


def _is_booked_twice(case: Case) -> bool:
    """More rows in Linnworks than were ever meant: a row too many, not a wrong number in one."""
    return len(case.placed) > max(len(case.due), len(case.ledger))


def _short_class(case: Case, want: Want, one: Settled, short: int) -> Class:
    """Held units and those within their grace are the ones that may be short; beyond them it is a break."""
    if case.unclear:
        return Class.AMBIGUOUS
    held = want.quantity if _ledger_holds(case) else sum(row.quantity for row in want.rows if row.held)
    if short <= held:
        return Class.HELD
    young = sum(row.quantity for row in want.rows if not row.held and _is_young(case, row))
    if short <= held + young:
        return Class.TIMING
    return Class.QUANTITY if one.met else Class.MISSING


def _is_young(case: Case, row: ExpectedGoods) -> bool:
    return case.terms.still_timing(Family.GOODS, row.due_at)


def _ledger_holds(case: Case) -> bool:
    return bool(case.ledger) and all(row.state == State.HELD for row in case.ledger)


def _held_code(case: Case, want: Want) -> str:
    return next((row.held for row in want.rows if row.held), "posting_held")


def _event(want: Want) -> datetime | None:
    """The oldest fact among those that may be unsettled: overdue ones first."""
    times = [row.due_at for row in want.rows if row.due_at is not None]
    return min(times, default=None)


def _clears(case: Case, want: Want) -> datetime | None:
    times = [case.terms.clear_by(Family.GOODS, row.due_at) for row in want.rows if _is_young(case, row)]
    return min((time for time in times if time is not None), default=None)


def _label(case: Case, want: Want, cls: Class) -> str:
    if not case.is_watched:
        return "by the ledger: the return is not watched any more"
    if cls == Class.HELD:
        return _held_code(case, want)
    hows = [placed.how for placed in case.placed if placed.how != BY_REFERENCE]
    return hows[0] if hows else (BY_REFERENCE if case.placed else "")


# --- Where nothing is expected -----------------------------------------------------------------------


def _class_of_unwanted(case: Case) -> Class:
    """Too many of something expected elsewhere; or of nothing, which cannot be told while other units are held."""
    if case.due:
        return Class.DUPLICATE if _is_booked_twice(case) else Class.QUANTITY
    return Class.CANNOT_TELL if case.held_by else Class.ORPHAN


def unwanted_result(case: Case, token: str, units: int, have: Have, cls: Class) -> Result:
    """Of `units` at a location where none belong."""
    doubtful = cls == Class.CANNOT_TELL
    name = case.places.name(token)
    figures = GoodsFigures(
        sku=have.rows[0].sku,
        place=name,
        actual_place=name,
        booked=_booked(case, token),
        actual=units,
        scrap_actual=have.scrap,
        unactioned=min(units, have.unactioned),
    )
    event_at = min((row.booked_at for row in have.rows if row.booked_at), default=None)
    result = _result(
        case,
        cls,
        figures,
        difference=_difference(cls, figures),
        label=f"other units are held: {case.held_by}" if doubtful else "",
        units=units,
        value=Want(list(case.due)).worth(units),
        event_at=event_at,
    )
    return judged(result, case.held_by if doubtful else "")


# --- The result in words and numbers -----------------------------------------------------------------


def _result(
    case: Case,
    cls: Class,
    figures: GoodsFigures,
    *,
    difference: str,
    label: str,
    units: int,
    value: Money | None,
    event_at: datetime | None,
    clear_by: datetime | None = None,
) -> Result:
    number = _order_number(case)
    order_id = case.due[0].order_id if case.due else case.rows[0].order_id
    return Result(
        family=Family.GOODS,
        cls=cls,
        return_id=case.group.return_id,
        order_id=order_id,
        order_number=number,
        reference=references(case.ledger) or references(case.rows),
        subject=f"RMA {case.group.return_id} / {figures.sku} / order {number or order_id} / {figures.place}",
        figures=figures,
        expected=f"{counted(figures.expected)} at {figures.place}" if figures.expected else "nothing",
        booked=_said(case.ledger),
        actual=f"{counted(figures.actual)} at {figures.actual_place}" if figures.actual else "nothing",
        difference=difference,
        label=label,
        units=units,
        value=value,
        event_at=event_at,
        clear_by=clear_by,
    )


def _figures(case: Case, token: str, want: Want, one: Settled, have: Have) -> GoodsFigures:
    unactioned = min(one.met, have.unactioned)
    stands_at = ([token] if one.met or one.over else []) + sorted(one.strays)
    return GoodsFigures(
        sku=want.rows[0].sku,
        place=case.places.name(token),
        actual_place=", ".join(case.places.name(place) for place in stands_at),
        expected=want.quantity,
        booked=_booked(case, token),
        actual=one.met + one.stray + one.over,
        met=one.met - unactioned,
        scrap_expected=want.scrap if case.is_watched else have.scrap,
        scrap_actual=have.scrap,
        unactioned=unactioned,
    )


def _booked(case: Case, token: str) -> int:
    """Units that the ledger holds confirmed for that location."""
    return sum(row.quantity for row in case.ledger if row.state == State.CONFIRMED and case.places.token(row) == token)


def _said(ledger: Sequence[LedgerGoods]) -> str:
    return ", ".join(f"{row.state} {counted(row.quantity)} at {row.location_name} ({row.reference})" for row in ledger)


def _order_number(case: Case) -> int | None:
    numbers = [row.order_number for row in case.due] + [row.order_number for row in case.rows]
    return next((number for number in numbers if number), None)


def _difference(cls: Class, figures: GoodsFigures) -> str:
    """The difference in one phrase."""
    if cls in (Class.LOCATION, Class.DISPOSITION) and figures.actual_place != figures.place:
        return f"{counted(figures.actual)} at {figures.actual_place} instead of {figures.place}"
    if cls == Class.DISPOSITION:
        return f"{figures.scrap_actual} scrapped instead of {figures.scrap_expected}"
    if figures.actual > figures.expected:
        return f"{counted(figures.actual - figures.expected)} too many"
    if figures.actual < figures.expected:
        return f"{counted(figures.expected - figures.actual)} too few"
    return f"{counted(figures.unactioned)} booked, not actioned" if figures.unactioned else ""
