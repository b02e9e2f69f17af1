"""Whose goods a booking in Linnworks is: by reference, then by order and SKU; several owners are said, not guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from returnworks.reconcile.facts import ActualGoods, ExpectedGoods, LedgerGoods
from returnworks.rules.lifecycle import same
from returnworks.rules.model import Kind
from returnworks.rules.references import owner_of, short

BY_REFERENCE = "by reference"
BY_ORDER = "by order and SKU"

Goods = TypeVar("Goods", ExpectedGoods, LedgerGoods)

_EARLIEST = datetime.min.replace(tzinfo=UTC)


class Group(NamedTuple):
    """The goods of one SKU that one return brings back to one order; ids and SKU folded for comparison."""

    return_id: str
    order_id: str
    sku: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A booking's row with how it found its owner."""

    row: ActualGoods
    how: str


@dataclass(slots=True)
class Attributed:
    owned: dict[Group, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    ambiguous: list[tuple[ActualGoods, tuple[str, ...]]] = field(default_factory=list)
    """Rows with the returns that could be behind them."""
    orphans: list[ActualGoods] = field(default_factory=list)
    unknown: list[ActualGoods] = field(default_factory=list)
    """Rows under a reference of ours whose return nobody here knows."""


def group_of(row: ExpectedGoods | LedgerGoods) -> Group:
    return Group(row.return_id, same(row.order_id), same(row.sku))


def group_for(return_id: str, row: ActualGoods) -> Group:
    """The group of a row of Linnworks that belongs to this return."""
    return Group(return_id, same(row.order_id), same(row.sku))


def attribute(
    actual: Iterable[ActualGoods],
    ledger: Sequence[LedgerGoods],
    expected: Sequence[ExpectedGoods],
    watched: Iterable[str] = (),
) -> Attributed:
    """Every row of `actual` ends in exactly one of the four lists. `watched` are returns known besides.

    A reference decides alone: the ledger's own, or one that has our shape and names a return known here. Rows
    without one go, oldest first, to the only return that still lacks that SKU on that order; when none lacks it,
    to the only return that brought it back at all (it is then one too many); else they have no owner.
    """
    found = Attributed()
    nameless = []
    by_reference = {row.reference: row.return_id for row in ledger}
    known = {row.return_id for row in expected} | {row.return_id for row in ledger} | set(watched)
    by_name = _by_short_name(known)
    for row in actual:
        owner = by_reference.get(row.reference) or _named_in(row, by_name)
        if owner is not None:
            found.owned[group_for(owner, row)].append(Placed(row, BY_REFERENCE))
        elif owner_of(row.reference) is not None:
            found.unknown.append(row)
        else:
            nameless.append(row)
    _by_order(sorted(nameless, key=age), expected, found)
    return found


def _by_short_name(return_ids: Iterable[str]) -> dict[str, list[str]]:
    names: defaultdict[str, list[str]] = defaultdict(list)
    for return_id in sorted(return_ids):
        names[short(return_id)].append(return_id)
    return names


def _named_in(row: ActualGoods, by_name: Mapping[str, Sequence[str]]) -> str | None:
    """The return that a reference of our shape names, which the ledger may have forgotten; None when unclear."""
    owned = owner_of(row.reference)
    named = by_name.get(owned.subject, ()) if owned and owned.kind == Kind.RESTOCK else ()
    return named[0] if len(named) == 1 else None


def _by_order(rows: Iterable[ActualGoods], expected: Sequence[ExpectedGoods], found: Attributed) -> None:
    needs = _needs(expected, found.owned)
    sharing: defaultdict[tuple[str, str], list[Group]] = defaultdict(list)
    for group in needs:
        sharing[group.order_id, group.sku].append(group)
    for row in rows:
        groups = sharing.get((same(row.order_id), same(row.sku)), [])
        lacking = [group for group in groups if needs[group] > 0]
        candidates = lacking or groups
        if len(candidates) == 1:
            found.owned[candidates[0]].append(Placed(row, BY_ORDER))
            needs[candidates[0]] -= row.quantity
        elif lacking:
            found.ambiguous.append((row, tuple(group.return_id for group in lacking)))
        else:
            found.orphans.append(row)


def _needs(expected: Iterable[ExpectedGoods], owned: Mapping[Group, Sequence[Placed]]) -> dict[Group, int]:
    needs: defaultdict[Group, int] = defaultdict(int)
    for row in expected:
        needs[group_of(row)] += row.quantity
    return {group: need - sum(placed.row.quantity for placed in owned.get(group, ())) for group, need in needs.items()}


def age(row: ActualGoods) -> tuple[datetime, str, str, str]:
    return (row.booked_at or _EARLIEST, row.reference, row.sku, row.location_id)


class Places:
    """One token per location, whether a row names it by id, by name or by both."""

    def __init__(self, rows: Iterable[ExpectedGoods | LedgerGoods | ActualGoods]) -> None:
        self._ids: dict[str, str] = {}
        self._names: dict[str, str] = {}
        known = list(rows)
        for row in known:
            if row.location_id and row.location_name:
                self._ids.setdefault(same(row.location_name), same(row.location_id))
        for row in known:
            self._names.setdefault(self.token(row), row.location_name or row.location_id)

    def token(self, row: ExpectedGoods | LedgerGoods | ActualGoods) -> str:
        return same(row.location_id) or self._ids.get(same(row.location_name), same(row.location_name))

    def name(self, token: str) -> str:
        return self._names.get(token, token)


def grouped(rows: Iterable[Goods]) -> dict[Group, list[Goods]]:
    groups: defaultdict[Group, list[Goods]] = defaultdict(list)
    for row in rows:
        groups[group_of(row)].append(row)
    return groups


def references(rows: Iterable[LedgerGoods | ActualGoods]) -> str:
    """The distinct references, in order, for people."""
    return ", ".join(dict.fromkeys(row.reference for row in rows if row.reference))
