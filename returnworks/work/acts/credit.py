"""Money: one refund header on the original order for one refund that ReturnGO reports as paid.

It is recorded as initiated on the channel and never actioned: actioning may pay the customer again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from returnworks.ledger import PostingRecord
from returnworks.rules.credits import already_stands, is_deleted, over_room
from returnworks.rules.doubts import Doubt
from returnworks.rules.model import Kind, Refund
from returnworks.rules.money import Money
from returnworks.rules.states import State
from returnworks.work.acts.base import Standing, about
from returnworks.work.bridge import Bridge


class CreditAct:
    async def look(self, bridge: Bridge, record: PostingRecord) -> Standing:
        """Ours by its reference, else the channel's own for the same money; else whether there is room for it."""
        refunds = [row for row in await bridge.linnworks.refunds(record.order_id) if not is_deleted(row)]
        for refund in refunds:
            if refund.reference == record.reference:
                return _standing(refund)
        same = _from_channel(bridge, record, refunds)
        if isinstance(same, Doubt):
            return Standing(blocked=about(record, same.code, same.message))
        if same is not None:
            return _standing(same, linked=True)
        return _room(bridge, record, refunds)

    def request(self, record: PostingRecord, standing: Standing) -> tuple[str, dict[str, Any]]:
        lines = [
            {"unit": line.unit, "order_line": line.order_line_id, "amount": str(line.amount)}
            for line in record.posting.credit
        ]
        return "CreateRefund", {"order": record.order_id, "reference": record.reference, "lines": lines}

    async def send(self, bridge: Bridge, record: PostingRecord, standing: Standing) -> str | None:
        return await bridge.linnworks.create_credit(record.order_id, record.reference, record.posting.credit)

    def is_last(self, record: PostingRecord) -> bool:
        return True


def _from_channel(bridge: Bridge, record: PostingRecord, refunds: Sequence[Refund]) -> Refund | Doubt | None:
    """The channel's refund for this payment, among those that no other posting on this order accounts for."""
    others = [
        other
        for other in bridge.ledger.postings(order_ids=[record.order_id], kinds=(Kind.CREDIT,))
        if other.reference != record.reference and other.state != State.REFUSED
    ]
    taken = frozenset(other.vendor_id for other in others if other.vendor_id)
    amount = _amount(record)
    claimants = 1 + sum(other.amount == amount and not other.vendor_id for other in others)
    return already_stands(amount, refunds, taken, named=_named(bridge, record), claimants=claimants)


def _named(bridge: Bridge, record: PostingRecord) -> str | None:
    """The channel's own id of the payment, where ReturnGO gives one (`externalReferenceId`; observed)."""
    ret = bridge.ledger.get_return(record.return_id)
    rows = ret.transactions if ret else ()
    return next((row.external_reference for row in rows if row.transaction_id in record.posting.covers), None)


def _room(bridge: Bridge, record: PostingRecord, refunds: Sequence[Refund]) -> Standing:
    """Not done; stale where another credit took meanwhile what this one was decided to stand on."""
    order = bridge.ledger.get_orders([record.order_id]).get(record.order_id)
    above = over_room(order, refunds, record.posting.credit) if order else None
    return Standing(stale=f"{above} of it is above what the order has left since it was decided" if above else "")


def _amount(record: PostingRecord) -> Money:
    amount = record.posting.amount
    assert amount is not None, "a credit always has an amount"
    return amount


def _standing(refund: Refund, *, linked: bool = False) -> Standing:
    return Standing(
        done=True,
        vendor_id=refund.refund_id,
        linked=linked,
        evidence={
            "refund": refund.refund_id,
            "amount": str(refund.amount),
            "status": refund.status,
            "channel_initiated": refund.channel_initiated,
        },
    )
