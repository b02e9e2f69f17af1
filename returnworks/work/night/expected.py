"""What should stand in Linnworks according to ReturnGO: every due effect, as if nothing had been posted yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from returnworks.reconcile.facts import ExpectedCredit, ExpectedExchange, ExpectedGoods
from returnworks.reconcile.liabilities import BONUS
from returnworks.rules.crediting import paid_at
from returnworks.rules.doubts import changed_at, paid_for
from returnworks.rules.lifecycle import is_paid, one_of
from returnworks.rules.model import Kind, Liability, Order, Plan, Posting, Return, Transaction
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy
from returnworks.rules.shipments import outstanding, released_goods

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
    """One row per refund that was paid, and one per store value that is owed and not credited.

    A gift card that is credited is expected at what is credited of it; the bonus above that is a row of its own.
    """
    planned = {posting.covers[0]: posting for posting in plan.postings if posting.kind == Kind.CREDIT}
    held = {fact: finding.code for finding in plan.findings for fact in finding.covers}
    owed = {row.transaction_id: row for row in plan.liabilities}
    for row in ret.transactions:
        if not is_paid(row) or not row.amount or not row.amount.minor or not one_of(row.kind, _paying(policy)):
            continue
        liability, posting = owed.get(row.transaction_id), planned.get(row.transaction_id)
        if posting is not None or liability is None:
            yield _due(row, ret, posting, held.get(row.transaction_id), orders)
        if liability is not None:
            yield _owed(row, ret, liability, alone=posting is None)


def _due(row: Transaction, ret: Return, posting: Posting | None, held: str | None, orders: Orders) -> ExpectedCredit:
    order_id = posting.order_id if posting else ""
    amount = posting.amount if posting is not None and posting.amount is not None else row.amount
    assert amount is not None, "a paid refund without an amount is not expected anywhere"
    return ExpectedCredit(
        return_id=ret.return_id,
        transaction_id=row.transaction_id,
        order_id=order_id,
        order_number=_number(order_id, orders),
        amount=amount,
        record_only=False,
        refunded_at=paid_at(row),
        held=held,
    )


def _owed(row: Transaction, ret: Return, liability: Liability, *, alone: bool) -> ExpectedCredit:
    """`alone`: nothing of the transaction is credited, so its name is free for what is owed."""
    return ExpectedCredit(
        return_id=ret.return_id,
        transaction_id=row.transaction_id if alone else f"{row.transaction_id} {BONUS}",
        order_id="",
        order_number=None,
        amount=liability.amount,
        record_only=True,
        refunded_at=paid_at(row),
        liability=BONUS if liability.bonus else liability.kind,
    )


def exchanges(plan: Plan, ret: Return) -> Iterator[ExpectedExchange]:
    """One row per released exchange order that ships goods."""
    out = outstanding(ret)
    held = {fact: finding.code for finding in plan.findings for fact in finding.covers}
    for row in released_goods(ret):
        channel_id = row.order_id or ""
        yield ExpectedExchange(
            return_id=ret.return_id,
            channel_order_id=channel_id,
            order_name=row.order_name,
            released_at=changed_at(ret),
            goods_back=not out,
            units_out=len(out),
            value_out=paid_for(out),
            held=held.get(channel_id),
        )


def _number(order_id: str, orders: Orders) -> int | None:
    return orders[order_id].number if order_id in orders else None


def _paying(policy: Policy) -> tuple[str, ...]:
    """Types of transactions that give something to the customer."""
    return policy.refund_kinds + policy.store_value_kinds


def _sum(amounts: Iterable[Money | None]) -> Money | None:
    known = [amount for amount in amounts if amount is not None]
    if not known or len({amount.currency for amount in known}) > 1:
        return None
    return Money(sum(amount.minor for amount in known), known[0].currency)
