"""Nothing appears and nothing vanishes: units, pieces and money add up, per return and in total, to a remainder of 0.

- approved units = received + missing + travelling + kept
- received units = sellable + quarantine + scrap + undecided + held + waiting
- pieces due in stock = posted + each class that explains the others (a set is due as its components)
- pieces that stand in Linnworks = those of each class
- refunded = credited + record-only + timing + each class that explains the rest, in each currency
- credits that stand in Linnworks = those of each class, in each currency

The wholes are counted from the facts that went in, the parts from the results that came out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from returnworks.reconcile.facts import ActualGoods, ActualRefund, ExpectedCredit, ExpectedGoods, ReturnUnits
from returnworks.reconcile.results import Class, GoodsFigures, MoneyFigures, Result

APPROVED = "units approved"
RECEIVED = "units received"
DUE = "pieces due in stock"
STANDING = "pieces booked in Linnworks"
REFUNDED = "money refunded"
CREDITED = "credits in Linnworks"

_SAME = (Class.MATCHED, Class.LINKED)
_CREDITED = (*_SAME, Class.AMOUNT)
"""What stands for a refund; the part by which a wrong amount differs is named apart."""


@dataclass(frozen=True, slots=True)
class Balance:
    """One equation: `whole` should be the sum of `parts`. Units, or minor units of `currency`."""

    what: str
    whole: int
    parts: tuple[tuple[str, int], ...]
    return_id: str | None = None
    """None for the total over all returns."""
    currency: str = ""

    @property
    def remainder(self) -> int:
        """What no part explains; negative when the parts explain more than there is."""
        return self.whole - sum(number for _, number in self.parts)


def unit_balances(units: Sequence[ReturnUnits]) -> list[Balance]:
    """Both equations of units in total, then per return."""
    totals = [_approved(units, None), _received(units, None)]
    each = [balance for row in units for balance in (_approved([row], row.return_id), _received([row], row.return_id))]
    return totals + each


def _approved(units: Sequence[ReturnUnits], return_id: str | None) -> Balance:
    return _of_units(APPROVED, "approved", ("received", "missing", "travelling", "kept"), units, return_id)


def _received(units: Sequence[ReturnUnits], return_id: str | None) -> Balance:
    parts = ("sellable", "quarantine", "scrap", "undecided", "held", "waiting")
    return _of_units(RECEIVED, "received", parts, units, return_id)


def _of_units(
    what: str, whole: str, parts: Sequence[str], units: Sequence[ReturnUnits], return_id: str | None
) -> Balance:
    def count(name: str) -> int:
        return sum(getattr(row, name) for row in units)

    return Balance(what, count(whole), tuple((name, count(name)) for name in parts), return_id)


def piece_balances(
    expected: Iterable[ExpectedGoods], actual: Iterable[ActualGoods], results: Sequence[Result]
) -> list[Balance]:
    """Pieces due per return and in total, and all pieces that stand in Linnworks."""
    rows = [(result, result.figures) for result in results if isinstance(result.figures, GoodsFigures)]
    wholes: Counter[str] = Counter()
    for due in expected:
        wholes[due.return_id] += due.quantity
    parts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for result, figures in rows:
        if result.return_id is not None and figures.expected:
            parts[result.return_id].update(_split(result, figures.met, figures.expected))
    there = _added(_split(result, figures.met, figures.actual) for result, figures in rows)
    total = Balance(DUE, wholes.total(), _parts(_added(parts.values())))
    standing = Balance(STANDING, sum(row.quantity for row in actual), _parts(there))
    keys = sorted({*wholes, *parts})
    return [total, standing, *(Balance(DUE, wholes[key], _parts(parts[key]), key) for key in keys)]


def _split(result: Result, met: int, units: int) -> dict[str, int]:
    """Those that are posted as they should be, and the rest by the name of the row's class."""
    posted = 0 if result.cls == Class.CANNOT_TELL else met
    rest = units - posted
    return {"posted": posted} | ({result.cls.value: rest} if rest else {})


def money_balances(
    expected: Sequence[ExpectedCredit], actual: Sequence[ActualRefund], results: Sequence[Result]
) -> list[Balance]:
    """Per currency in total, and what was refunded per return."""
    rows = [(result, result.figures) for result in results if isinstance(result.figures, MoneyFigures)]
    parts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    standing: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for result, figures in rows:
        if figures.expected is not None:
            key = (result.return_id or "", figures.expected.currency)
            parts[key].update(dict(_refund_parts(result, figures, figures.expected.minor)))
        if figures.actual is not None:
            standing[figures.actual.currency][_standing_as(result)] += figures.actual.minor
    wholes: Counter[tuple[str, str]] = Counter()
    for row in expected:
        wholes[row.return_id, row.amount.currency] += row.amount.minor
    there: Counter[str] = Counter()
    for refund in actual:
        there[refund.amount.currency] += refund.amount.minor
    return [*_totals(wholes, parts), *_stand(there, standing), *_per_return(wholes, parts)]


def _refund_parts(result: Result, figures: MoneyFigures, due: int) -> Iterator[tuple[str, int]]:
    """How one refund of `due` minor units is explained: what is credited of it, the rest by the name of its class."""
    if figures.record_only:
        yield "record_only", due
    elif figures.actual is None or result.cls not in _CREDITED:
        yield result.cls.value, due
    else:
        yield "credited", figures.actual.minor
        yield ("tolerance" if result.cls in _SAME else result.cls.value), due - figures.actual.minor


def _standing_as(result: Result) -> str:
    return "credited" if result.cls in _CREDITED else result.cls.value


def _totals(wholes: Counter[tuple[str, str]], parts: dict[tuple[str, str], Counter[str]]) -> list[Balance]:
    currencies = sorted({currency for _, currency in [*wholes, *parts]})
    return [
        Balance(
            REFUNDED,
            sum(minor for (_, each), minor in wholes.items() if each == currency),
            _parts(_added(tally for (_, each), tally in parts.items() if each == currency)),
            currency=currency,
        )
        for currency in currencies
    ]


def _stand(there: Counter[str], standing: dict[str, Counter[str]]) -> list[Balance]:
    return [
        Balance(CREDITED, there[currency], _parts(standing.get(currency, Counter())), currency=currency)
        for currency in sorted({*there, *standing})
    ]


def _per_return(wholes: Counter[tuple[str, str]], parts: dict[tuple[str, str], Counter[str]]) -> list[Balance]:
    return [
        Balance(REFUNDED, wholes[key], _parts(parts.get(key, Counter())), key[0], key[1])
        for key in sorted({*wholes, *parts})
    ]


def _added(tallies: Iterable[Mapping[str, int]]) -> Counter[str]:
    """The sum of the tallies, negative numbers included."""
    total: Counter[str] = Counter()
    for tally in tallies:
        total.update(tally)
    return total


def _parts(tally: Counter[str]) -> tuple[tuple[str, int], ...]:
    """Settled parts first, then the others by name; parts of 0 are left out."""
    first = ("posted", "credited", "matched", "record_only", "timing", "held", "tolerance")
    rank = {name: place for place, name in enumerate(first)}
    names = sorted(tally, key=lambda name: (rank.get(name, len(first)), name))
    return tuple((name, tally[name]) for name in names if tally[name])
