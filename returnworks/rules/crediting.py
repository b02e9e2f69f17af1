"""Money: one credit for every refund that ReturnGO reports as paid, on the order whose goods it pays back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from returnworks.rules.context import OrderContext
from returnworks.rules.credits import Claim, Refundable, age, allocate, already_stands, is_deleted, paid_refunds
from returnworks.rules.doubts import Doubt, Part, finding, joined, refund_subject
from returnworks.rules.lifecycle import FAILED_STATUSES, WAITING_STATUSES, is_paid, one_of, same
from returnworks.rules.matching import Matched, match_lines
from returnworks.rules.model import (
    CreditLine,
    Kind,
    Order,
    Posting,
    Refund,
    RefundUnit,
    Return,
    ReturnLine,
    Transaction,
)
from returnworks.rules.money import Money, total
from returnworks.rules.policy import Policy
from returnworks.rules.references import is_for, reference
from returnworks.rules.waiting import no_order, not_processed


@dataclass(frozen=True, slots=True)
class Credit:
    """A refund as it falls on one order."""

    order: Order
    lines: tuple[CreditLine, ...]
    notes: tuple[str, ...] = ()


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
        amount = row.amount or "an unknown amount"
        return Part(notes=(f"{name}: {amount} of store value is recorded as a liability, not credited to the order",))
    return Part()


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
    standing = _standing_for_others(ret, paid, context.refunds)
    left = {order.order_id: Refundable(order, standing) for order in context.orders if not order.cancelled}
    said = Part()
    for row in paid:
        credit = _credit(row, ret, matches, left, policy)
        if isinstance(credit, Credit):
            left[credit.order.order_id].take(credit.lines)
        if not context.is_covered(Kind.CREDIT, row.transaction_id):
            said += _post(row, ret, credit, policy, now)
    return said


def _standing_for_others(ret: Return, paid: Sequence[Transaction], refunds: Sequence[Refund]) -> list[Refund]:
    """The refunds in Linnworks that are not the ones this return is about.

    A credit of ours for this return, and a refund that the channel brought for one of its transactions, take no
    value from it: they are what it is about.
    """
    others = [
        refund
        for refund in refunds
        if not is_deleted(refund) and not is_for(refund.reference, Kind.CREDIT, ret.return_id)
    ]
    for row in paid:
        same_money = already_stands(row.amount, others, frozenset()) if row.amount else None
        if same_money is not None:
            others.remove(same_money)
    return others


def _credit(
    row: Transaction,
    ret: Return,
    matches: Mapping[str, Matched | Doubt],
    left: Mapping[str, Refundable],
    policy: Policy,
) -> Credit | Doubt:
    """The refund on the order that holds its goods; `Doubt` when amount, currency or order are not clear."""
    amount = row.amount
    if amount is None:
        return Doubt("refund_without_amount", "This refund is paid, but ReturnGO gives no amount; look it up.")
    if amount.minor < 0:
        return Doubt("refund_not_positive", f"This paid refund is of {amount}; check what it means before crediting.")
    lines = paid_lines(row, ret)
    claims, unmatched = _claims(lines, matches, left)
    order = _order(amount, claims, left)
    if isinstance(order, Doubt):
        return order
    if order.currency != amount.currency:
        return Doubt(
            "refund_currency",
            f"The refund is {amount}, but order {order.number} is in {order.currency}; find out what was paid in the "
            "order's currency and credit that by hand.",
        )
    return _fall(row, amount, order, claims, left[order.order_id], unmatched, policy)


def paid_lines(row: Transaction, ret: Return) -> list[ReturnLine]:
    """The returned lines that a refund pays for: the ones it names, else all that are not exchanged, else all."""
    by_id = {line.line_id: line for line in ret.lines}
    named = [by_id[line_id] for line_id in dict.fromkeys(row.line_ids) if line_id in by_id]
    if named:
        return sorted(named, key=lambda line: line.line_id)
    lines = sorted(by_id.values(), key=lambda line: line.line_id)
    return [line for line in lines if "exchange" not in same(line.resolution)] or lines


def _claims(
    lines: Sequence[ReturnLine], matches: Mapping[str, Matched | Doubt], left: Mapping[str, Refundable]
) -> tuple[dict[str, list[Claim]], int]:
    """The claims of returned lines by order id, in the order's own line order; and how many lines fit none."""
    whole: Counter[str] = Counter()
    pieces: dict[str, list[int | None]] = defaultdict(list)
    unmatched = 0
    for line in lines:
        match = matches[line.line_id]
        if isinstance(match, Doubt):
            unmatched += 1
        elif match.child is None:
            whole[match.order_line.row_id] += 1
        else:
            pieces[match.order_line.row_id].append(_paid_in(line, match.order.currency))
    claims: dict[str, list[Claim]] = {}
    for order_id, room in sorted(left.items()):
        rows = [row for row in room.order.lines if whole[row.row_id] or row.row_id in pieces]
        if rows:
            claims[order_id] = [room.claim(row, whole[row.row_id], pieces[row.row_id]) for row in rows]
    return claims, unmatched


def _paid_in(line: ReturnLine, currency: str) -> int | None:
    return line.paid.minor if line.paid is not None and line.paid.currency == currency else None


def _order(amount: Money, claims: Mapping[str, Sequence[Claim]], left: Mapping[str, Refundable]) -> Order | Doubt:
    """The order that carries the credit: the only one, else the one with most of the returned value, if it can."""
    if len(left) == 1:
        return next(iter(left.values())).order
    rooms = [left[order_id] for order_id in claims]
    if rooms:
        best = max(rooms, key=lambda room: (sum(c.cap for c in claims[room.order.order_id]), -room.order.number))
        if len(rooms) == 1 or amount.minor <= best.total:
            return best.order
    numbers = ", ".join(str(number) for number in sorted(room.order.number for room in left.values()))
    return Doubt(
        "refund_order_unclear",
        f"The sale is split over the orders {numbers}, and none of them alone can carry {amount}; record the credit "
        "by hand where it belongs.",
    )


def _fall(
    row: Transaction,
    amount: Money,
    order: Order,
    claims: Mapping[str, Sequence[Claim]],
    room: Refundable,
    unmatched: int,
    policy: Policy,
) -> Credit:
    mine = claims.get(order.order_id, [])
    elsewhere = len(claims) - (1 if mine else 0)
    if one_of(row.kind, policy.store_value_kinds):
        return _without_bonus(row, amount, order, mine)
    if unmatched or elsewhere:
        why = "returned goods on other orders of this sale" if elsewhere else "returned goods that fit no order line"
        return Credit(order, allocate(amount, mine, 0, f"refund for {why}"))
    return Credit(
        order, allocate(amount, mine, room.shipping, "refund above the value of the returned lines and postage")
    )


def _without_bonus(row: Transaction, amount: Money, order: Order, claims: Sequence[Claim]) -> Credit:
    """Store value up to what the returned lines still have; what is above was never paid for this order."""
    lines = tuple(line for line in allocate(amount, claims, 0, "") if line.unit == RefundUnit.ITEM)
    bonus = amount - total([line.amount for line in lines], amount.currency)
    if not bonus.minor:
        return Credit(order, lines)
    note = f"transaction {row.transaction_id}: {bonus} of store value is above what the goods cost, not credited"
    return Credit(order, lines, (note,))


def _post(row: Transaction, ret: Return, credit: Credit | Doubt, policy: Policy, now: datetime) -> Part:
    if isinstance(credit, Doubt):
        return _doubted(row, ret, credit)
    if not credit.lines:
        nothing = f"transaction {row.transaction_id}: nothing of it is left to credit"
        return Part(notes=(*credit.notes, nothing))
    if not credit.order.processed:
        return _wait(row, ret, credit.order, policy, now)
    amount = total([line.amount for line in credit.lines], credit.order.currency)
    posting = Posting(
        reference=reference(Kind.CREDIT, ret.return_id, (row.transaction_id,)),
        kind=Kind.CREDIT,
        return_id=ret.return_id,
        order_id=credit.order.order_id,
        covers=(row.transaction_id,),
        credit=credit.lines,
        amount=amount,
        rule=f"{row.kind} paid",
        due_at=paid_at(row),
    )
    return Part(postings=(posting,), notes=credit.notes)


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
