"""What the credits of other returns take from the same orders before they show in Linnworks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from returnworks.ledger import PostingRecord
from returnworks.rules.credits import paid_refunds
from returnworks.rules.model import Kind, Order, Posting, Refund
from returnworks.rules.money import Money
from returnworks.rules.references import owner_of
from returnworks.rules.states import State
from returnworks.work.bridge import Bridge
from returnworks.work.orders import references_of


class Promises:
    """Credits on their way, and the refunds in Linnworks that are somebody's credit already, by order.

    Returns that are decided together promise one after the other: each sees what the ones before it were given.
    """

    def __init__(self) -> None:
        self._credits: defaultdict[str, list[Posting]] = defaultdict(list)
        self._claims: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._unmet: defaultdict[str, list[tuple[str, Money]]] = defaultdict(list)

    def to_others(self, return_id: str, orders: Iterable[Order]) -> tuple[Posting, ...]:
        """Credits of other returns on these orders."""
        return tuple(
            posting
            for order in orders
            for posting in self._credits.get(order.order_id, ())
            if posting.return_id != return_id
        )

    def claimed_by_others(self, return_id: str, orders: Iterable[Order]) -> frozenset[str]:
        """Refund ids on these orders that are other returns' credits."""
        return frozenset(
            refund_id
            for order in orders
            for refund_id, owner in self._claims.get(order.order_id, {}).items()
            if owner != return_id
        )

    def rivals_of(self, return_id: str, orders: Iterable[Order]) -> tuple[Money, ...]:
        """What other returns of these orders were paid and have no refund for yet, as far as that was asked for."""
        return tuple(
            amount for order in orders for owner, amount in self._unmet.get(order.order_id, ()) if owner != return_id
        )

    def make(self, postings: Iterable[Posting]) -> None:
        """From now on what these credit is promised."""
        for posting in postings:
            if posting.kind == Kind.CREDIT:
                self._credits[posting.order_id].append(posting)

    def wait(self, order_id: str, return_id: str, amount: Money) -> None:
        """Something was paid for this order that has no refund yet."""
        self._unmet[order_id].append((return_id, amount))

    def claim(self, record: PostingRecord) -> None:
        """It stands in Linnworks, where it shows under its own id: claimed, and no promise any more."""
        self._claims[record.order_id][record.vendor_id or ""] = record.return_id


def promises(bridge: Bridge, standing: Mapping[str, Sequence[Refund]], undecided: Iterable[PostingRecord]) -> Promises:
    """What the ledger holds against the orders of `standing`, the refunds that show in Linnworks by order id.

    `undecided` are plans that are just being made anew.
    """
    known = Promises()
    if not standing:
        return known
    open_plans = {record.reference for record in undecided}
    records = bridge.ledger.postings(order_ids=list(standing), kinds=(Kind.CREDIT,))
    for record in records:
        if record.vendor_id:
            known.claim(record)
        elif record.reference not in open_plans and record.state != State.REFUSED:
            known.make([record.posting])
    doubtful = [order_id for order_id, refunds in standing.items() if _has_equals(refunds)]
    if doubtful:
        met = {fact for record in records if record.vendor_id for fact in record.posting.covers}
        _weigh(bridge, known, doubtful, met)
    return known


def _has_equals(refunds: Sequence[Refund]) -> bool:
    """Whether the channel brought one amount more than once."""
    brought = Counter(row.amount for row in refunds if row.channel_initiated and owner_of(row.reference) is None)
    return any(times > 1 for times in brought.values())


def _weigh(bridge: Bridge, known: Promises, order_ids: Sequence[str], met: Collection[str]) -> None:
    """Every payment on these orders, whichever return it is of, that has no refund in Linnworks by now."""
    ledger = bridge.ledger
    for order_id, order in ledger.get_orders(order_ids).items():
        names = references_of(order.reference, order.secondary_reference)
        siblings = {return_id for ids in ledger.returns_of_orders(names).values() for return_id in ids}
        for ret in ledger.get_returns(sorted(siblings)).values():
            for row in paid_refunds(ret, bridge.policy):
                if row.amount is not None and row.transaction_id not in met:
                    known.wait(order_id, ret.return_id, row.amount)
