"""What a past night had read, taken from the ledger as it was kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from returnworks.errors import LedgerError
from returnworks.ledger import Ledger, NightArchive
from returnworks.reconcile.facts import ActualGoods, ActualRefund
from returnworks.reconcile.night import NightInputs
from returnworks.work.night.archive import Shown, unpack
from returnworks.work.night.readings import Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """What there is to compare again. Of a moment between two nights `filed` is None: no report was written then."""

    readings: Readings
    shown: Shown
    whence: str
    """One sentence: from what it is made."""
    filed: NightArchive | None = None


def filed_night(ledger: Ledger, night_id: int) -> Recalled:
    """Exactly what the night had read and shown. LedgerError where that was never kept, let go, or is damaged."""
    kept = ledger.archive(night_id)
    if kept is None:
        raise LedgerError(f"The ledger holds no readings of a night {night_id}.")
    if kept.content is None:
        raise LedgerError(
            f"What night {night_id} read was let go when the policy's time to keep it was over.",
            "Its report is still in the reports folder; [night] keep_archives_days says how long the next are kept.",
        )
    archived = unpack(kept.content, kept.sha256, kept.format)
    whence = f"from what night {night_id} had read, filed by Returnworks {kept.program}."
    return Recalled(readings=archived.readings, shown=archived.shown, whence=whence, filed=kept)


def only_since(recalled: Recalled, since: datetime) -> Recalled:
    """Without the returns that had not changed since. No report was ever filed of that part."""
    whence = f"{recalled.whence} Only returns that changed since {since:%Y-%m-%d %H:%M} UTC."
    readings = replace(recalled.readings, inputs=changed_since(recalled.readings.inputs, since))
    return replace(recalled, readings=readings, whence=whence, filed=None)


def changed_since(inputs: NightInputs, since: datetime) -> NightInputs:
    """The part of the inputs that is about returns which changed at or after `since`, or that happened since then."""
    kept = frozenset(ret.return_id for ret in inputs.returns if (ret.updated_at or inputs.as_of) >= since)
    goods, credited = _of(inputs.expected_goods, kept), _of(inputs.expected_credits, kept)
    booked, posted = _of(inputs.ledger_goods, kept), _of(inputs.ledger_credits, kept)
    ours = _orders(goods) | _orders(credited) | _orders(booked) | _orders(posted)
    others = (_orders(inputs.expected_goods) | _orders(inputs.expected_credits)) - ours
    others |= (_orders(inputs.ledger_goods) | _orders(inputs.ledger_credits)) - ours
    exchanges = {row.channel_order_id for row in inputs.expected_exchanges if row.return_id in kept}
    return replace(
        inputs,
        returns=tuple(ret for ret in inputs.returns if ret.return_id in kept),
        plans={return_id: made for return_id, made in inputs.plans.items() if return_id in kept},
        watched=kept,
        expected_goods=goods,
        ledger_goods=booked,
        actual_goods=[
            row
            for row in inputs.actual_goods
            if row.order_id not in others and (row.order_id in ours or _moved(row, since))
        ],
        expected_credits=credited,
        ledger_credits=posted,
        actual_refunds=[
            row
            for row in inputs.actual_refunds
            if row.order_id not in others and (row.order_id in ours or _moved(row, since))
        ],
        expected_exchanges=_of(inputs.expected_exchanges, kept),
        ledger_exchanges=_of(inputs.ledger_exchanges, kept),
        actual_exchanges=[row for row in inputs.actual_exchanges if row.channel_order_id in exchanges],
    )


class _OfReturn(Protocol):
    @property
    def return_id(self) -> str: ...


R = TypeVar("R", bound=_OfReturn)


def _of(rows: Iterable[R], kept: AbstractSet[str]) -> Sequence[R]:
    return [row for row in rows if row.return_id in kept]


class _OnOrder(Protocol):
    @property
    def order_id(self) -> str: ...


def _orders(rows: Iterable[_OnOrder]) -> set[str]:
    return {row.order_id for row in rows}


def _moved(row: ActualGoods | ActualRefund, since: datetime) -> bool:
    """Whether Linnworks got it since then; a row without a time may have been."""
    times = [row.booked_at, row.actioned_at] if isinstance(row, ActualGoods) else [row.created_at]
    known = [at for at in times if at is not None]
    return not known or max(known) >= since
