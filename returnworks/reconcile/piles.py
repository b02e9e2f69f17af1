"""Units of one SKU, per location: what is wanted there, what lies there, and how the one is settled by the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from returnworks.reconcile.attribution import Places
from returnworks.reconcile.facts import ActualGoods, ExpectedGoods
from returnworks.rules.model import Disposition
from returnworks.rules.money import Money


@dataclass(slots=True)
class Want:
    """What one return should have brought to one location."""

    rows: list[ExpectedGoods] = field(default_factory=list)

    @property
    def quantity(self) -> int:
        return sum(row.quantity for row in self.rows)

    @property
    def scrap(self) -> int:
        return sum(row.scrap_quantity for row in self.rows)

    @property
    def is_for_sale(self) -> bool:
        return all(row.disposition == Disposition.SELLABLE for row in self.rows)

    def worth(self, units: int) -> Money | None:
        """What the customer paid for `units` of these, rounded down; None where it is not known in one currency."""
        values = [row.value for row in self.rows if row.value is not None]
        if not self.quantity or len(values) < len(self.rows) or len({value.currency for value in values}) > 1:
            return None
        return Money(sum(value.minor for value in values) * units // self.quantity, values[0].currency)


@dataclass(slots=True)
class Have:
    """What lies at one location according to Linnworks."""

    rows: list[ActualGoods] = field(default_factory=list)

    @property
    def quantity(self) -> int:
        return sum(row.quantity for row in self.rows)

    @property
    def scrap(self) -> int:
        return sum(row.scrap_quantity for row in self.rows)

    @property
    def unactioned(self) -> int:
        return sum(row.quantity for row in self.rows if row.actioned_at is None)


@dataclass(slots=True)
class Settled:
    """How one want is settled: `met` at its place, `strays` at others, `over` too many at its place."""

    met: int = 0
    strays: dict[str, int] = field(default_factory=dict)
    over: int = 0

    @property
    def stray(self) -> int:
        return sum(self.strays.values())


def wants(rows: Iterable[ExpectedGoods], places: Places) -> dict[str, Want]:
    """By the token of the location."""
    piles: defaultdict[str, Want] = defaultdict(Want)
    for row in rows:
        piles[places.token(row)].rows.append(row)
    return dict(piles)


def haves(rows: Iterable[ActualGoods], places: Places) -> dict[str, Have]:
    piles: defaultdict[str, Have] = defaultdict(Have)
    for row in rows:
        piles[places.token(row)].rows.append(row)
    return dict(piles)


def settle(wanted: Mapping[str, Want], there: Mapping[str, Have]) -> tuple[dict[str, Settled], dict[str, int]]:
    """How each want is settled, and the units left over where nothing is wanted.

    Units at their own place count first. What is short then takes from what is over elsewhere, both in the
    order of the locations' tokens: those units stand at another location.
    """
    settled, spare = {}, {}
    for token, want in wanted.items():
        lies = there[token].quantity if token in there else 0
        settled[token] = Settled(met=min(want.quantity, lies))
        spare[token] = max(0, lies - want.quantity)
    spare |= {token: have.quantity for token, have in there.items() if token not in wanted}
    for token in sorted(wanted):
        _take(settled[token], wanted[token].quantity, spare)
    for token, one in settled.items():
        one.over = spare.pop(token)
    return settled, {token: units for token, units in spare.items() if units}


def _take(one: Settled, quantity: int, spare: dict[str, int]) -> None:
    for token in sorted(spare):
        taken = min(quantity - one.met - one.stray, spare[token])
        if taken > 0:
            one.strays[token] = taken
            spare[token] -= taken
