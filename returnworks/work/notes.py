"""Order notes: which ones the returns that were just decided upon ask for. Reads only the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

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
    if not wanted:
        return []
    histories = bridge.ledger.histories([ret.return_id for ret in wanted])
    names = {ret.return_id: references_of(ret.order_id, ret.order_name) for ret in wanted}
    orders = bridge.ledger.orders_for({name for each in names.values() for name in each})
    return [
        posting
        for ret in wanted
        for posting in notes_of(
            ret,
            readings(histories.get(ret.return_id, ())),
            _first_known(names[ret.return_id], orders),
            bridge.policy.notes,
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
