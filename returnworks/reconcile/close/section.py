"""One table of the close pack, in a form that a page, a spreadsheet and a hash can be made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from returnworks.rules.money import Money

Cell = str | int | Money | datetime | None


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    """Names its file, e.g. "refunds-owed"."""
    title: str
    note: str
    """What it shows and how it is counted, in a sentence or two."""
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[str, ...] = ()
    """Sums in words, one sentence each."""
    ties_out: bool = True
    """False where something does not add up: such a pack cannot be signed."""

    def plain(self) -> dict[str, object]:
        """As JSON: money as minor units and currency, times in ISO form."""
        return {
            "key": self.key,
            "title": self.title,
            "note": self.note,
            "columns": list(self.columns),
            "rows": [[_plain(cell) for cell in row] for row in self.rows],
            "totals": list(self.totals),
            "ties_out": self.ties_out,
        }


def sums(amounts: Sequence[Money | None]) -> tuple[str, ...]:
    """One sum per currency, in words."""
    found: dict[str, int] = {}
    for amount in amounts:
        if amount is not None:
            found[amount.currency] = found.get(amount.currency, 0) + amount.minor
    return tuple(str(Money(minor, currency)) for currency, minor in sorted(found.items()))


def _plain(cell: Cell) -> object:
    if isinstance(cell, Money):
        return {"minor": cell.minor, "currency": cell.currency}
    return cell.isoformat() if isinstance(cell, datetime) else cell
