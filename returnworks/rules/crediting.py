"""Money: one credit for every refund that ReturnGO reports as paid, on the order whose goods it pays back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from returnworks.rules.context import OrderContext
from returnworks.rules.credits import Refundable, age, already_stands, brought_by_channel, is_deleted, paid_refunds
from returnworks.rules.doubts import Doubt, Part, finding, joined, refund_subject
from returnworks.rules.falling import Credit, believable, falls
from returnworks.rules.lifecycle import FAILED_STATUSES, WAITING_STATUSES, is_paid, one_of, same
from returnworks.rules.matching import match_lines
from returnworks.rules.model import Kind, Liability, Order, Posting, Refund, Return, Transaction
from returnworks.rules.policy import Policy
from returnworks.rules.references import is_for, reference
from returnworks.rules.waiting import no_order, not_processed


def plan_credits(ret: Return, context: OrderContext, policy: Policy, now: datetime) -> Part:
    """One posting per paid refund without a live one; every other transaction is named or explained."""
    times = Counter(row.transaction_id for row in ret.transactions)
    doubled = {transaction_id for transaction_id, count in times.items() if count > 1}
    unique = {row.transaction_id: row for row in ret.transactions}
    others = joined(
        _other(row, ret, context, policy)
        for row in sorted(unique.values(), key=age)
        if row.transaction_id not in doubled
    )
    twice = joined(_doubled(unique[transaction_id], ret) for transaction_id in sorted(doubled))
    paid = [row for row in paid_refunds(ret, policy) if row.transaction_id not in doubled]
    return twice + others + _credit_all(ret, paid, context, policy, now)


def _doubled(row: Transaction, ret: Return) -> Part:
    return _doubted(
        row,
        ret,
        Doubt(
            "transaction_duplicate",
            f"ReturnGO names transaction {row.transaction_id} more than once; nothing of it is credited until the "
            "return shows it once.",
        ),
    )


# --- Transactions that are no credit -------------------------------------------------------------


def _other(row: Transaction, ret: Return, context: OrderContext, policy: Policy) -> Part:
    """What is to be said about a transaction that is not to be credited; nothing about one that is."""
    name = f"transaction {row.transaction_id}"
    if one_of(row.kind, policy.ignored_kinds):
        return Part(notes=(f"{name}: {row.kind} is money towards the shop",))
    stores_value = one_of(row.kind, policy.store_value_kinds)
    if not stores_value and not one_of(row.kind, policy.refund_kinds):
        return _doubted(row, ret, _unknown_kind(row))
    if one_of(row.status, WAITING_STATUSES):
        return Part(notes=(f"{name}: {row.status} is not paid yet",))
    if not is_paid(row):
        return _not_paid(row, ret)
    if stores_value and row not in paid_refunds(ret, policy):
        return _owed(row, ret)
    return Part()


def _owed(row: Transaction, ret: Return) -> Part:
    """Store value that is not credited: the shop owes it, so it is shown by name and amount."""
    amount = believable(row)
    if isinstance(amount, Doubt):
        return _doubted(row, ret, amount)
    note = f"transaction {row.transaction_id}: {amount} of store value is recorded as a liability, not credited"
    owed = (Liability(row.transaction_id, row.kind, amount),) if amount.minor else ()
    return Part(notes=(f"{note} to the order",), liabilities=owed)


def _unknown_kind(row: Transaction) -> Doubt:
    return Doubt(
        "unknown_transaction",
        f"ReturnGO reports a transaction of type {row.kind!r} ({row.status}), which is not known here; name it in the "
        "policy as refund, store value or ignored.",
    )


def _not_paid(row: Transaction, ret: Return) -> Part:
    if not one_of(row.status, FAILED_STATUSES):
        return _doubted(
            row,
            ret,
            Doubt(
                "unknown_transaction_status",
                f"ReturnGO reports the status {row.status!r} for this {row.kind}, which is not known here; check "
                "whether the money moved.",
            ),
        )
    again = [other for other in ret.transactions if is_paid(other) and other.amount == row.amount]
    if any(same(other.kind) == same(row.kind) for other in again):
        return Part(notes=(f"transaction {row.transaction_id}: {row.status}, and paid by another one since",))
    return _doubted(
        row, ret, Doubt("refund_failed", f"This {row.kind} is {row.status}: the customer has not been paid; pay again.")
    )


# --- Refunds that are credited -------------------------------------------------------------------


def _credit_all(ret: Return, paid: Sequence[Transaction], context: OrderContext, policy: Policy, now: datetime) -> Part:
    """Oldest first, so that each takes its value from what the ones before it left, posted already or not."""
    if all(context.is_covered(Kind.CREDIT, row.transaction_id) for row in paid):
        return Part()
    doubt = no_order(ret, context.orders)
    if doubt is not None:
        waiting = [row for row in paid if not context.is_covered(Kind.CREDIT, row.transaction_id)]
        return joined(_doubted(row, ret, doubt) for row in waiting)
    matches = match_lines(ret, context)
    left = _left(ret, paid, context)
    said = Part()
    for row in paid:
        credit = falls(row, ret, matches, left, policy)
        if isinstance(credit, Credit):
            left[credit.order.order_id].take(credit.lines)
        if not context.is_covered(Kind.CREDIT, row.transaction_id):
            said += _post(row, ret, _unless_unclear(row, credit, paid, context), policy, now)
    return said


def _left(ret: Return, paid: Sequence[Transaction], context: OrderContext) -> dict[str, Refundable]:
    """What each order has to give to this return: neither what stands for others nor what was promised to them."""
    standing = _standing_for_others(ret, paid, context)
    shown = {refund.reference for refund in standing}
    left = {order.order_id: Refundable(order, standing) for order in context.orders if not order.cancelled}
    for posting in context.promised:
        if posting.order_id in left and posting.return_id != ret.return_id and posting.reference not in shown:
            left[posting.order_id].take(posting.credit)
    return left


def _standing_for_others(ret: Return, paid: Sequence[Transaction], context: OrderContext) -> list[Refund]:
    """The refunds in Linnworks that are not the ones this return is about.

    A credit of ours for this return, and a refund that the channel brought for one of its transactions, take no
    value from it: they are what it is about.
    """
    others = [
        refund
        for refund in context.refunds
        if not is_deleted(refund) and not is_for(refund.reference, Kind.CREDIT, ret.return_id)
    ]
    for row in paid:
        brought = brought_by_channel(row.amount, others, context.claimed) if row.amount else ()
        if brought:
            others.remove(brought[0])
    return others


def _unless_unclear(
    row: Transaction, credit: Credit | Doubt, paid: Sequence[Transaction], context: OrderContext
) -> Credit | Doubt:
    """`Doubt` where the channel brought more refunds of this amount than there are payments to go with them."""
    if isinstance(credit, Doubt) or not credit.lines:
        return credit
    here = [refund for refund in context.refunds if refund.order_id == credit.order.order_id]
    ours = [each for each in paid if not context.is_covered(Kind.CREDIT, each.transaction_id)]
    claimants = sum(each.amount == row.amount for each in ours)
    claimants += context.rivals.count(credit.amount)
    found = already_stands(credit.amount, here, context.claimed, named=row.external_reference, claimants=claimants)
    return found if isinstance(found, Doubt) else credit


def _post(row: Transaction, ret: Return, credit: Credit | Doubt, policy: Policy, now: datetime) -> Part:
    if isinstance(credit, Doubt):
        return _doubted(row, ret, credit)
    owed = Part(notes=credit.notes, liabilities=(credit.bonus,) if credit.bonus else ())
    if not credit.lines:
        return owed + Part(notes=(f"transaction {row.transaction_id}: nothing of it is left to credit",))
    if not credit.order.processed:
        return _wait(row, ret, credit.order, policy, now)
    posting = Posting(
        reference=reference(Kind.CREDIT, ret.return_id, (row.transaction_id,)),
        kind=Kind.CREDIT,
        return_id=ret.return_id,
        order_id=credit.order.order_id,
        covers=(row.transaction_id,),
        credit=credit.lines,
        amount=credit.amount,
        rule=f"{row.kind} paid",
        due_at=paid_at(row),
    )
    return Part(postings=(posting,)) + owed


def paid_at(row: Transaction) -> datetime | None:
    """When the money moved: its last change, as ReturnGO gives no time of payment (assumed)."""
    return row.updated_at or row.created_at


def _wait(row: Transaction, ret: Return, order: Order, policy: Policy, now: datetime) -> Part:
    note = f"transaction {row.transaction_id} waits until order {order.number} is processed in Linnworks"
    doubt = not_processed(order, paid_at(row), policy, now)
    said = Part(notes=(note,), waits=True)
    return said if doubt is None else said + _doubted(row, ret, doubt)


def _doubted(row: Transaction, ret: Return, doubt: Doubt) -> Part:
    subject = refund_subject(ret.return_id, row.transaction_id)
    found = finding(doubt, ret, subject, covers=(row.transaction_id,), value=row.amount, since=paid_at(row))
    return Part(findings=(found,))
