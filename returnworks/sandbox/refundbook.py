"""Linnworks' refund headers, and the payouts that actioning them causes on the sales channel.

Documented: a refund never exceeds what an item line is worth, use an Additional line for the rest; lines of one
header share their external reference (the word MultipleReferences suggests it); actioning sends the refund to
the channel. Assumed: an actioned refund cannot be actioned again; recording a refund as initiated on the channel
does not stop an action from paying out (nothing says that it would, so the sandbox pays).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from itertools import count

from returnworks.sandbox.orderbook import Order
from returnworks.sandbox.refusals import NotPossible
from returnworks.sandbox.warehouse import stable_id


@dataclass(slots=True)
class RefundLine:
    unit: str
    """Item, Shipping, Service or Additional."""
    amount: Decimal
    order_row: str | None = None
    quantity: int = 0
    reference: str = ""
    note: str = ""
    return_row_id: int | None = None
    row_id: str = ""
    sku: str = ""
    deleted: bool = False


@dataclass(slots=True)
class Refund:
    header_id: int
    order_id: str
    currency: str
    channel_initiated: bool
    created_at: datetime
    visible_at: datetime
    lines: list[RefundLine] = field(default_factory=list)
    actioned_at: datetime | None = None
    action_visible_at: datetime | None = None

    @property
    def own_reference(self) -> str:
        """Linnworks' own, made up by it."""
        return sha256(f"refund {self.header_id}".encode()).hexdigest()[:14].upper()

    @property
    def reference(self) -> str:
        """The external one that the lines share."""
        return next((line.reference for line in self.standing() if line.reference), "")

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.standing()), Decimal(0))

    def standing(self) -> list[RefundLine]:
        return [line for line in self.lines if not line.deleted]

    def looks_actioned(self, now: datetime) -> bool:
        return self.action_visible_at is not None and self.action_visible_at <= now


@dataclass(frozen=True, slots=True)
class Payout:
    """Money that left for the customer because a refund was actioned."""

    order_id: str
    refund_header_id: int
    amount: Decimal
    currency: str
    at: datetime


class RefundBook:
    def __init__(self) -> None:
        self.headers: dict[int, Refund] = {}
        self.payouts: list[Payout] = []
        self._of_order: defaultdict[str, list[Refund]] = defaultdict(list)
        self._header_ids = count(3001)
        self._row_ids = count(1)

    def of_order(self, order_id: str) -> list[Refund]:
        return list(self._of_order.get(order_id, ()))

    def refunded(self, order_id: str, *, with_bookings: bool) -> Decimal:
        """Actioned refunds of an order, with those that are only booked if asked."""
        counted = (r for r in self.of_order(order_id) if with_bookings or r.actioned_at)
        return sum((refund.amount for refund in counted), Decimal(0))

    def left(self, order: Order, line: RefundLine, others: Sequence[RefundLine]) -> Decimal | None:
        """What the unit that `line` refunds is still worth; None: no limit (Additional)."""
        if line.unit == "Additional":
            return None
        if line.unit == "Shipping":
            return order.postage - sum(o.amount for o in others if o.unit == "Shipping")
        pair = order.row(line.order_row or "")
        if pair is None:
            raise NotPossible("An order item row is not on this order.")
        return pair[0].value - sum(o.amount for o in others if o.order_row == line.order_row)

    def create(
        self, order: Order, lines: Sequence[RefundLine], *, channel_initiated: bool, at: datetime, seen: datetime
    ) -> Refund:
        """Record a refund, not actioned. Raises `NotPossible` and records nothing if a line is wrong."""
        if not order.processed:
            raise NotPossible("The order is open in Linnworks.", reason="OpenOrderInLinnworks")
        if not lines:
            raise NotPossible("There is nothing to refund.", reason="NoNewRefundsSpecified")
        self._check(order, lines, self._standing_lines(order.order_id))
        refund = Refund(next(self._header_ids), order.order_id, order.currency, channel_initiated, at, seen)
        refund.lines = [self._numbered(order, line) for line in lines]
        self.headers[refund.header_id] = refund
        self._of_order[order.order_id].append(refund)
        return refund

    def _standing_lines(self, order_id: str) -> list[RefundLine]:
        return [line for refund in self.of_order(order_id) for line in refund.standing()]

    def _numbered(self, order: Order, line: RefundLine) -> RefundLine:
        pair = order.row(line.order_row or "")
        line.row_id = stable_id("refund row", str(next(self._row_ids)))
        line.sku = pair[0].sku if pair else ""
        return line

    def _check(self, order: Order, lines: Sequence[RefundLine], standing: list[RefundLine]) -> None:
        if len({line.reference for line in lines}) > 1:
            raise NotPossible("The lines carry several references.", reason="MultipleReferences")
        for line in lines:
            left = self.left(order, line, standing)
            if line.amount <= 0:
                raise NotPossible("A refund must be above zero.")
            if left is not None and line.amount > left:
                raise NotPossible(f"The refund of {line.amount} exceeds the {max(left, Decimal(0))} that is left.")
            standing = [*standing, line]

    def change(self, order: Order, refund: Refund, changed: dict[str, RefundLine | None]) -> None:
        """Replace lines by row id (None: take it off). All or nothing; actioned refunds stand."""
        if refund.actioned_at:
            raise NotPossible("The refund is actioned already.")
        old = [line for line in refund.standing() if line.row_id in changed]
        if len(old) != len(changed):
            raise NotPossible("A line is not on this refund.", reason="NoUpdatedRefundsSpecified")
        others = [o for o in self._standing_lines(order.order_id) if not any(o is line for line in old)]
        self._check(order, [line for line in changed.values() if line is not None], others)
        for line in old:
            replacement = changed[line.row_id]
            if replacement is None:
                line.deleted = True
            else:
                replacement.row_id, replacement.sku = line.row_id, line.sku
                refund.lines[refund.lines.index(line)] = replacement

    def delete(self, refund: Refund) -> None:
        if refund.actioned_at:
            raise NotPossible("The refund is actioned already.")
        del self.headers[refund.header_id]
        self._of_order[refund.order_id].remove(refund)

    def action(self, refund: Refund, *, pays: bool, again: bool, at: datetime, seen: datetime) -> None:
        """Close the refund; `pays`: the channel's refunds are on, so the customer is paid now."""
        if refund.actioned_at and not again:
            raise NotPossible("The refund is actioned already.")
        if pays:
            self.payouts.append(Payout(refund.order_id, refund.header_id, refund.amount, refund.currency, at))
        refund.actioned_at = at
        refund.action_visible_at = refund.action_visible_at or seen
