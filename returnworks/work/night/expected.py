"""What should stand in Linnworks according to ReturnGO: every due effect, as if nothing had been posted yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from returnworks.reconcile.facts import ExpectedCredit, ExpectedExchange, ExpectedGoods
from returnworks.rules.crediting import paid_at
from returnworks.rules.doubts import changed_at
from returnworks.rules.exchanges import released_goods
from returnworks.rules.lifecycle import is_kept, is_paid, one_of
from returnworks.rules.model import Kind, Order, Plan, Return, Transaction
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy, StoreCredit

Orders = Mapping[str, Order]
"""Every order that a plan speaks of, by its id."""


def goods(plan: Plan, ret: Return, orders: Orders) -> Iterator[ExpectedGoods]:
    """One row per SKU and location that should be back."""
    paid = {line.line_id: line.paid for line in ret.lines}
    for posting in plan.postings:
        for line in posting.restock:
            yield ExpectedGoods(
                return_id=plan.return_id,
                order_id=posting.order_id,
                order_number=_number(posting.order_id, orders),
                sku=line.sku,
                location_id=line.location_id,
                location_name=line.location_name,
                disposition=line.disposition,
                quantity=line.quantity,
                scrap_quantity=line.scrap_quantity,
                due_at=posting.due_at,
                value=_sum(paid.get(line_id) for line_id in line.line_ids),
                held=None,
            )


def credits_due(plan: Plan, ret: Return, orders: Orders, policy: Policy) -> Iterator[ExpectedCredit]:
    """One row per refund that was paid, and one per store credit that is only recorded."""
    planned = {posting.covers[0]: posting for posting in plan.postings if posting.kind == Kind.CREDIT}
    held = {fact: finding.code for finding in plan.findings for fact in finding.covers}
    for row in ret.transactions:
        recorded = _is_recorded_only(row, policy)
        if not is_paid(row) or row.amount is None or not (recorded or one_of(row.kind, _credited(policy))):
            continue
        posting = planned.get(row.transaction_id)
        order_id = posting.order_id if posting else ""
        yield ExpectedCredit(
            return_id=ret.return_id,
            transaction_id=row.transaction_id,
            order_id=order_id,
            order_number=_number(order_id, orders),
            amount=row.amount,
            record_only=recorded,
            refunded_at=paid_at(row),
            held=None if recorded else held.get(row.transaction_id),
        )


def exchanges(plan: Plan, ret: Return) -> Iterator[ExpectedExchange]:
    """One row per released exchange order that ships goods."""
    goods_back = all(line.inspection is not None or is_kept(line) for line in ret.lines)
    held = {fact: finding.code for finding in plan.findings for fact in finding.covers}
    for row in released_goods(ret):
        channel_id = row.order_id or ""
        yield ExpectedExchange(
            return_id=ret.return_id,
            channel_order_id=channel_id,
            order_name=row.order_name,
            released_at=changed_at(ret),
            goods_back=goods_back,
            held=held.get(channel_id),
        )


def _number(order_id: str, orders: Orders) -> int | None:
    return orders[order_id].number if order_id in orders else None


def _is_recorded_only(row: Transaction, policy: Policy) -> bool:
    return policy.store_credit == StoreCredit.RECORD_ONLY and one_of(row.kind, policy.store_value_kinds)


def _credited(policy: Policy) -> tuple[str, ...]:
    return policy.refund_kinds + (policy.store_value_kinds if policy.store_credit == StoreCredit.CREDIT else ())


def _sum(amounts: Iterable[Money | None]) -> Money | None:
    known = [amount for amount in amounts if amount is not None]
    if not known or len({amount.currency for amount in known}) > 1:
        return None
    return Money(sum(amount.minor for amount in known), known[0].currency)
