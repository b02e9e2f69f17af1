"""Order notes: which ones the returns that were just decided upon ask for. Reads only the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from returnworks.ledger import ReturnVersion
from returnworks.rules.lifecycle import stage_of
from returnworks.rules.model import Order, Posting, Return
from returnworks.rules.order_notes import Seen, notes_of
from returnworks.work.bridge import Bridge
from returnworks.work.orders import references_of


def notes_due(bridge: Bridge, returns: Iterable[Return]) -> list[Posting]:
    """Every note of these returns, written already or not: the ledger tells those apart by their references.

    Their orders were looked up when they were decided upon. A return whose order Linnworks does not have yet is noted
    when it is decided upon again.
    """
    wanted = list(returns) if bridge.policy.notes.enabled else []
    return _notes(bridge, wanted, _histories(bridge, wanted)) if wanted else []


def notes_to_come(bridge: Bridge, returns: Iterable[Return]) -> list[Posting]:
    """The notes that are not in the ledger yet, as these returns are shown now; for looking, nothing is written."""
    wanted = list(returns) if bridge.policy.notes.enabled else []
    if not wanted:
        return []
    shown = {ret.return_id: ReturnVersion(bridge.now(), ret.updated_at, "", ret) for ret in wanted}
    notes = _notes(bridge, wanted, _histories(bridge, wanted, shown))
    known = bridge.ledger.postings(references=[note.reference for note in notes])
    return [note for note in notes if note.reference not in {record.reference for record in known}]


Histories = dict[str, list[Seen]]
"""Where each return stood whenever it was read, by return id."""


def _histories(
    bridge: Bridge, returns: Iterable[Return], shown: Mapping[str, ReturnVersion] = MappingProxyType({})
) -> Histories:
    """`shown` are readings that are not in the ledger yet, the last of their returns."""
    ids = [ret.return_id for ret in returns]
    read = bridge.ledger.histories(ids)
    every = {key: [*read.get(key, ()), *([shown[key]] if key in shown else [])] for key in ids}
    return {return_id: list(readings(versions)) for return_id, versions in every.items()}


def _notes(bridge: Bridge, returns: Sequence[Return], histories: Histories) -> list[Posting]:
    names = {ret.return_id: references_of(ret.order_id, ret.order_name) for ret in returns}
    orders = bridge.ledger.orders_for({name for each in names.values() for name in each})
    return [
        posting
        for ret in returns
        for posting in notes_of(
            ret, histories[ret.return_id], _first_known(names[ret.return_id], orders), bridge.policy.notes
        )
    ]


def readings(versions: Iterable[ReturnVersion]) -> Iterator[Seen]:
    """Where a return stood whenever it was read, oldest first.

    ReturnGO's time counts where it moved since the last reading. Parcels and inspections do not move it (documented),
    so else it is the time at which we learned of the change.
    """
    before = None
    for version in versions:
        told = version.vendor_updated_at
        yield Seen(stage_of(version.value), told if told and told != before else version.learned_at)
        before = told


def _first_known(names: Iterable[str], orders: Mapping[str, tuple[Order, ...]]) -> tuple[Order, ...]:
    return next((orders[name] for name in names if orders.get(name)), ())
