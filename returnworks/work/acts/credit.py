"""Money: one refund header on the original order for one refund that ReturnGO reports as paid.

It is recorded as initiated on the channel and never actioned: actioning may pay the customer again.
"""

from __future__ import annotations

from typing import Any

from returnworks.ledger import PostingRecord
from returnworks.rules.credits import already_stands
from returnworks.rules.model import Kind, Refund
from returnworks.work.acts.base import Standing
from returnworks.work.bridge import Bridge


class CreditAct:
    async def look(self, bridge: Bridge, record: PostingRecord) -> Standing:
        refunds = await bridge.linnworks.refunds(record.order_id)
        for refund in refunds:
            if refund.reference == record.reference:
                return _standing(refund)
        same = already_stands(_amount(record), refunds, self._taken(bridge, record))
        return _standing(same, linked=True) if same else Standing()

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

    @staticmethod
    def _taken(bridge: Bridge, record: PostingRecord) -> frozenset[str]:
        """Refunds on this order that other postings already account for."""
        others = bridge.ledger.postings(order_ids=[record.order_id], kinds=(Kind.CREDIT,))
        return frozenset(o.vendor_id for o in others if o.vendor_id and o.reference != record.reference)


def _amount(record: PostingRecord) -> Any:
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
