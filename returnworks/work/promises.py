"""What the credits of other returns take from the same orders before they show in Linnworks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from returnworks.ledger import PostingRecord
from returnworks.rules.model import Kind, Order, Posting
from returnworks.rules.states import State
from returnworks.work.bridge import Bridge


class Promises:
    """Credits on their way, and the refunds in Linnworks that are somebody's credit already, by order.

    Returns that are decided together promise one after the other: each sees what the ones before it were given.
    """

    def __init__(self) -> None:
        self._credits: defaultdict[str, list[Posting]] = defaultdict(list)
        self._claims: defaultdict[str, dict[str, str]] = defaultdict(dict)

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

    def make(self, postings: Iterable[Posting]) -> None:
        """From now on what these credit is promised."""
        for posting in postings:
            if posting.kind == Kind.CREDIT:
                self._credits[posting.order_id].append(posting)

    def claim(self, record: PostingRecord) -> None:
        """It stands in Linnworks, where it shows under its own id: claimed, and no promise any more."""
        self._claims[record.order_id][record.vendor_id or ""] = record.return_id


def promises(bridge: Bridge, order_ids: Sequence[str], undecided: Iterable[PostingRecord]) -> Promises:
    """What the ledger holds against these orders; `undecided` are plans that are just being made anew."""
    known = Promises()
    if not order_ids:
        return known
    open_plans = {record.reference for record in undecided}
    for record in bridge.ledger.postings(order_ids=order_ids, kinds=(Kind.CREDIT,)):
        if record.vendor_id:
            known.claim(record)
        elif record.reference not in open_plans and record.state != State.REFUSED:
            known.make([record.posting])
    return known
