"""Money: which refunds are credited, and how one falls on the lines of its order, exact to the minor unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from returnworks.rules.doubts import Doubt
from returnworks.rules.lifecycle import is_paid, one_of, same
from returnworks.rules.model import CreditLine, Order, OrderLine, Refund, RefundUnit, Return, Transaction
from returnworks.rules.money import Money, share
from returnworks.rules.policy import BUILT_IN, Policy, StoreCredit
from returnworks.rules.references import owner_of


@dataclass(frozen=True, slots=True)
class Claim:
    """What a refund can put on one order line.

    `weight` is the remaining value of what came back of it, `cap` the most it may take; both in minor units.
    """

    order_line_id: str
    weight: int
    cap: int


def paid_refunds(ret: Return, policy: Policy = BUILT_IN) -> tuple[Transaction, ...]:
    """The transactions that should each be one credit: paid, and of a kind that is credited; oldest first."""
    kinds = policy.refund_kinds
    if policy.store_credit == StoreCredit.CREDIT:
        kinds += policy.store_value_kinds
    rows = [row for row in ret.transactions if is_paid(row) and one_of(row.kind, kinds)]
    return tuple(sorted(rows, key=age))


def age(transaction: Transaction) -> tuple[bool, str, str]:
    """Sorts transactions by their creation, undated ones last, then by id."""
    made = transaction.created_at
    return (made is None, made.isoformat() if made else "", transaction.transaction_id)


def brought_by_channel(amount: Money, refunds: Iterable[Refund], taken: frozenset[str]) -> tuple[Refund, ...]:
    """The refunds that the channel itself brought for this amount, and that nobody else claims; oldest first.

    `taken` are the refund ids that other postings account for. Refunds with a reference of ours are never
    the channel's.
    """
    found = [
        refund
        for refund in refunds
        if refund.channel_initiated
        and refund.refund_id not in taken
        and refund.amount == amount
        and owner_of(refund.reference) is None
        and not is_deleted(refund)
    ]
    return tuple(sorted(found, key=_age_of_refund))


def already_stands(
    amount: Money, refunds: Iterable[Refund], taken: frozenset[str], *, named: str | None = None, claimants: int = 1
) -> Refund | Doubt | None:
    """The refund that the channel brought for a payment of this amount, so that none is posted; None: there is none.

    An id decides: the one whose reference is `named`, the channel's own id of the payment. Else, where there are
    no more such refunds than `claimants` (payments of this amount on the order that have none yet), they are
    interchangeable and the oldest is it. Where there are more, nobody can say which are its own.
    """
    found = brought_by_channel(amount, refunds, taken)
    by_id = [refund for refund in found if named and same(refund.reference) == same(named)]
    if len(by_id) == 1:
        return by_id[0]
    if len(found) <= claimants:
        return found[0] if found else None
    ids = ", ".join(refund.refund_id for refund in found)
    return Doubt(
        "refund_match_unclear",
        f"The channel brought {len(found)} refunds of {amount} (ids {ids}), and {claimants} payment"
        f"{'' if claimants == 1 else 's'} of that amount should be there; say which refund is this payment's.",
    )


def is_deleted(refund: Refund) -> bool:
    """Every line of it is deleted: nothing stands any more."""
    return bool(refund.lines) and all(line.deleted for line in refund.lines)


def _age_of_refund(refund: Refund) -> tuple[bool, str, str]:
    made = refund.created_at
    return (made is None, made.isoformat() if made else "", refund.refund_id)


class Refundable:
    """What one order still has to give: what was paid, less what already stands against it, in minor units."""

    def __init__(self, order: Order, refunds: Iterable[Refund] = ()) -> None:
        self.order = order
        self._parents = {row.row_id: line for line in order.lines for row in (line, *line.children)}
        self._lines = {line.row_id: line.value.minor for line in order.lines}
        self._shipping = order.shipping.minor
        self._total = order.total.minor
        for refund in refunds:
            self._subtract(refund)

    @property
    def shipping(self) -> int:
        return max(0, self._shipping)

    @property
    def total(self) -> int:
        """What the whole order has left."""
        return max(0, self._total)

    def left_on(self, row_id: str) -> int:
        return max(0, self._lines.get(row_id, 0))

    def take(self, lines: Iterable[CreditLine]) -> None:
        """Count a credit as standing."""
        for line in lines:
            self._use(line.unit.value, line.order_line_id, line.amount.minor)

    def claim(self, line: OrderLine, whole: int, pieces: Sequence[int | None]) -> Claim:
        """The claim of returned units on one order line.

        `whole` counts returned units of the line itself. `pieces` are components of it that came back alone, each
        with what ReturnGO says was paid for it, or None; their money stands on the set's line, whose components
        carry no price. A whole unit weighs its part of the line, rounded up, so that no odd penny is left over.
        """
        weight = _part(line.value.minor, whole, line.quantity)
        all_pieces = sum(child.quantity for child in line.children)
        weight += sum(paid if paid else _part(line.value.minor, 1, all_pieces) for paid in pieces)
        sets = min(whole + len(pieces), line.quantity)
        cap = min(self.left_on(line.row_id), _part(line.value.minor, sets, line.quantity))
        return Claim(line.row_id, min(weight, cap), cap)

    def _subtract(self, refund: Refund) -> None:
        if refund.order_id != self.order.order_id:
            return
        if not refund.lines:
            self._total -= refund.amount.minor
        for line in refund.lines:
            if not line.deleted:
                self._use(line.unit, line.order_line_id, line.amount.minor)

    def _use(self, unit: str, row_id: str | None, minor: int) -> None:
        self._total -= minor
        if unit == RefundUnit.SHIPPING:
            self._shipping -= minor
        elif row_id in self._parents:
            self._lines[self._parents[row_id].row_id] -= minor


def allocate(amount: Money, claims: Sequence[Claim], shipping: int, rest: str) -> tuple[CreditLine, ...]:
    """One refund as the lines of one credit; their sum is `amount`.

    By weight to the claims, largest remainder first, ties by their order, none above its cap; then up to
    `shipping` minor units of postage; what is left becomes an Additional line that says why (`rest`).
    """
    shares = share(amount.minor, [claim.weight for claim in claims], [claim.cap for claim in claims])
    lines = [
        CreditLine(RefundUnit.ITEM, Money(minor, amount.currency), claim.order_line_id)
        for claim, minor in zip(claims, shares, strict=True)
        if minor
    ]
    left = amount.minor - sum(shares)
    postage = min(left, shipping)
    if postage:
        lines.append(CreditLine(RefundUnit.SHIPPING, Money(postage, amount.currency)))
    if left > postage:
        lines.append(CreditLine(RefundUnit.ADDITIONAL, Money(left - postage, amount.currency), note=rest))
    return tuple(lines)


def over_room(order: Order, refunds: Iterable[Refund], lines: Iterable[CreditLine]) -> Money | None:
    """By how much `lines` are above what `order` has left of those units besides `refunds`; None when they fit.

    An Additional line has no limit.
    """
    room = Refundable(order, refunds)
    above = 0
    for line in lines:
        if line.unit == RefundUnit.SHIPPING:
            above += max(0, line.amount.minor - room.shipping)
        elif line.unit == RefundUnit.ITEM:
            above += max(0, line.amount.minor - room.left_on(line.order_line_id or ""))
        room.take([line])
    return Money(above, order.currency) if above else None


def _part(value: int, units: int, of: int) -> int:
    """`units` of `of` equal parts of `value`, rounded up; nothing of nothing."""
    return -(-value * units // of) if of > 0 else 0
