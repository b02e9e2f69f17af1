"""How one refund falls on the orders of its sale: on which of them, and on which of its lines, exactly."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from returnworks.rules.credits import Claim, Refundable, allocate
from returnworks.rules.doubts import Doubt
from returnworks.rules.lifecycle import one_of, same
from returnworks.rules.matching import Matched
from returnworks.rules.model import CreditLine, Liability, Order, RefundUnit, Return, ReturnLine, Transaction
from returnworks.rules.money import Money, total
from returnworks.rules.policy import Policy
from returnworks.rules.refund_terms import Additional, SplitSale

Claims = Mapping[str, Sequence[Claim]]
"""By order id, in the order's own line order."""


@dataclass(frozen=True, slots=True)
class Credit:
    """A refund as it falls on one order."""

    order: Order
    lines: tuple[CreditLine, ...]
    notes: tuple[str, ...] = ()
    bonus: Liability | None = None
    """What of store value is above what the goods cost: owed, and not credited."""

    @property
    def amount(self) -> Money:
        return total([line.amount for line in self.lines], self.order.currency)


def falls(
    row: Transaction,
    ret: Return,
    matches: Mapping[str, Matched | Doubt],
    left: Mapping[str, Refundable],
    policy: Policy,
) -> Credit | Doubt:
    """The refund on the order that holds its goods; `Doubt` when amount, currency or order are not clear.

    `left` are the orders of the sale, by id, with what each still has to give.
    """
    amount = believable(row)
    if isinstance(amount, Doubt):
        return amount
    claims, unmatched = _claims(paid_lines(row, ret), matches, left)
    order = _order(amount, claims, left, policy)
    if isinstance(order, Doubt):
        return order
    if order.currency != amount.currency:
        return Doubt(
            "refund_currency",
            f"The refund is {amount}, but order {order.number} is in {order.currency}; find out what was paid in the "
            "order's currency and credit that by hand.",
        )
    mine = claims.get(order.order_id, ())
    if one_of(row.kind, policy.store_value_kinds):
        return _without_bonus(row, amount, order, mine)
    credit = _fall(row, amount, order, claims, left, unmatched)
    return _too_much(row, credit) if policy.refunds.additional == Additional.HOLD else credit


def paid_lines(row: Transaction, ret: Return) -> list[ReturnLine]:
    """The returned lines that a refund pays for: the ones it names, else all that are not exchanged, else all."""
    by_id = {line.line_id: line for line in ret.lines}
    named = [by_id[line_id] for line_id in dict.fromkeys(row.line_ids) if line_id in by_id]
    if named:
        return sorted(named, key=lambda line: line.line_id)
    lines = sorted(by_id.values(), key=lambda line: line.line_id)
    return [line for line in lines if "exchange" not in same(line.resolution)] or lines


def believable(row: Transaction) -> Money | Doubt:
    """The amount that was paid, where ReturnGO gives one that can be held exactly and is not negative."""
    if row.amount_said:
        return Doubt(
            "refund_amount_odd",
            f"ReturnGO says that {row.amount_said} was paid, which is finer than the currency's smallest unit; nothing "
            "is rounded. Look the amount up at the payment gateway and record it by hand.",
        )
    if row.amount is None:
        return Doubt("refund_without_amount", "This refund is paid, but ReturnGO gives no amount; look it up.")
    if row.amount.minor < 0:
        return Doubt(
            "refund_not_positive", f"This paid refund is of {row.amount}; check what it means before crediting."
        )
    return row.amount


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


def _order(amount: Money, claims: Claims, left: Mapping[str, Refundable], policy: Policy) -> Order | Doubt:
    """The order that carries the credit: the only one, else the one with most of the returned value, if it can."""
    if len(left) == 1:
        return next(iter(left.values())).order
    rooms = [left[order_id] for order_id in claims]
    if len(rooms) == 1:
        return rooms[0].order
    if rooms and policy.refunds.split_sale == SplitSale.HOLD:
        return Doubt(
            "refund_order_unclear",
            f"The refund of {amount} pays for goods on the orders {_numbers(rooms)}, and the policy leaves that "
            "to a person; record the credit by hand where it belongs.",
        )
    best = max(rooms, key=lambda room: (_worth(claims[room.order.order_id]), -room.order.number), default=None)
    if best is not None and amount.minor <= best.total:
        return best.order
    return Doubt(
        "refund_order_unclear",
        f"The sale is split over the orders {_numbers(left.values())}, and none of them alone can carry {amount}; "
        "record the credit by hand where it belongs.",
    )


def _worth(claims: Sequence[Claim]) -> int:
    return sum(claim.cap for claim in claims)


def _numbers(rooms: Iterable[Refundable]) -> str:
    return ", ".join(str(number) for number in sorted(room.order.number for room in rooms))


def _fall(
    row: Transaction,
    amount: Money,
    order: Order,
    claims: Claims,
    left: Mapping[str, Refundable],
    unmatched: int,
) -> Credit:
    """Postage is paid back only where all that the refund pays for is on this order."""
    mine = claims.get(order.order_id, ())
    elsewhere = [left[order_id] for order_id in claims if order_id != order.order_id]
    if elsewhere:
        lines = allocate(amount, mine, 0, "refund for returned goods on other orders of this sale")
        note = (
            f"transaction {row.transaction_id} pays for goods on order {_numbers(elsewhere)} too; "
            f"its one credit stands whole on order {order.number}"
        )
        return Credit(order, lines, (note,))
    if unmatched:
        return Credit(order, allocate(amount, mine, 0, "refund for returned goods that fit no order line"))
    postage = left[order.order_id].shipping
    return Credit(order, allocate(amount, mine, postage, "refund above the value of the returned lines and postage"))


def _too_much(row: Transaction, credit: Credit) -> Credit | Doubt:
    """Held where some of it would stand on an Additional line."""
    above = [line for line in credit.lines if line.unit == RefundUnit.ADDITIONAL]
    if not above:
        return credit
    return Doubt(
        "refund_above_value",
        f"Of the {row.amount} paid, {above[0].amount} finds no line of order {credit.order.number} to stand on "
        f"({above[0].note}), and the policy leaves such refunds to a person.",
    )


def _without_bonus(row: Transaction, amount: Money, order: Order, claims: Sequence[Claim]) -> Credit:
    """Store value up to what the returned lines still have; what is above was never paid for this order."""
    lines = tuple(line for line in allocate(amount, claims, 0, "") if line.unit == RefundUnit.ITEM)
    bonus = amount - total([line.amount for line in lines], amount.currency)
    if not bonus.minor:
        return Credit(order, lines)
    note = f"transaction {row.transaction_id}: {bonus} of store value is above what the goods cost, not credited"
    return Credit(order, lines, (note,), Liability(row.transaction_id, row.kind, bonus, bonus=True))
