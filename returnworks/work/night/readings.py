"""Everything that one night read, as values: what is compared, what is checked beside it, and what it cost.

This is what an archived night is made of, so every value here can be kept as JSON and read back the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from returnworks.reconcile.night import NightInputs
from returnworks.rules.model import Location, StockItem
from returnworks.work.night.calls import Calls


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositeRow:
    """One component (or the set itself) of one set on one order, or one set's availability at one location.

    Pieces are None in rows that are about availability, and the other way round.
    """

    return_id: str
    reference: str
    subject: str
    set_sku: str
    sku: str
    """The component's; the set's own where the set itself is booked."""
    place: str = ""
    due_pieces: int | None = None
    """What the returned lines that postings cover come to, by the composition at the sale."""
    posted_pieces: int | None = None
    excess_pieces: int | None = None
    """Posted beyond what was sold."""
    sale_per_set: int | None = None
    now_per_set: int | None = None
    """Pieces in one set at the sale and today; both None where there is nothing to compare."""
    parent_available: int | None = None
    component_sets: int | None = None
    """Whole sets that the components' available pieces make at this location."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """What the ledger says of one posting, or of one night, and how far that hangs together. Numbers are faults: 0."""

    return_id: str
    reference: str
    subject: str
    state: str
    illegal: int = 0
    """1 where its state or phase cannot be."""
    without_evidence: int = 0
    """1 where it is confirmed and nothing says by what."""
    uncovered_facts: int = 0
    """Facts of it that are not marked as settled, so that another posting could settle them again."""
    credit_gap_minor: int = 0
    """Its amount less the sum of its lines, minor units."""
    broken_attempts: int = 0
    """Attempts without an answer although it is not on its way, or effects without any attempt."""
    overdue_hours: int = 0
    """How long past the policy's patience it is only planned."""
    unknown_hours: int = 0
    """The same, while its outcome is not known."""
    untied: int = 0
    """Of a night: 1 where its record does not hang together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """One night's reading."""

    inputs: NightInputs
    composites: tuple[CompositeRow, ...] | None = ()
    """None: they could not be read."""
    places: tuple[Location, ...] = ()
    items: tuple[StockItem, ...] = ()
    tracked: tuple[tuple[str, str], ...] = ()
    """Locations, stock items, and the (stock item id, location id) of sets with stock of their own, as Linnworks had
    them: for whoever decides again what should have been."""
    ledger: tuple[LedgerRow, ...] | None = ()
    calls: Calls = field(default_factory=Calls)
