"""What the ledger says that we did, as rows for the comparison."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from returnworks.ledger import PostingRecord
from returnworks.reconcile.facts import LedgerCredit, LedgerExchange, LedgerGoods
from returnworks.rules.model import Kind


def goods(records: Iterable[PostingRecord]) -> Iterator[LedgerGoods]:
    for record in records:
        for line in record.posting.restock:
            yield LedgerGoods(
                reference=record.reference,
                return_id=record.return_id,
                order_id=record.order_id,
                sku=line.sku,
                location_id=line.location_id,
                location_name=line.location_name,
                quantity=line.quantity,
                state=record.state,
                phase=record.phase,
                confirmed_at=record.confirmed_at,
            )


def credits_made(records: Iterable[PostingRecord]) -> Iterator[LedgerCredit]:
    for record in records:
        if record.kind == Kind.CREDIT and record.amount is not None:
            yield LedgerCredit(
                reference=record.reference,
                return_id=record.return_id,
                transaction_id=record.posting.covers[0],
                order_id=record.order_id,
                amount=record.amount,
                state=record.state,
                refund_id=record.vendor_id,
                linked=record.linked,
            )


def exchanges(records: Iterable[PostingRecord]) -> Iterator[LedgerExchange]:
    for record in records:
        if record.kind == Kind.EXCHANGE:
            yield LedgerExchange(
                reference=record.reference,
                return_id=record.return_id,
                channel_order_id=record.posting.covers[0],
                order_id=record.order_id,
                state=record.state,
            )
