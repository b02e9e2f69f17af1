"""Which units of an order's lines are spoken for: what the ledger's restocks and the plans of this run take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from returnworks.ledger import PostingRecord
from returnworks.rules.model import Kind, Order, Posting
from returnworks.rules.states import State

LIVE = (State.PLANNED, State.SENT, State.CONFIRMED, State.UNKNOWN, State.HELD)
"""States in which a posting's units are spoken for: it stands in Linnworks, or may still get there."""


class Restocks:
    """Live restocks by return. Returns that are decided together take one after the other: each sees what the ones
    before it were given."""

    def __init__(self, records: Iterable[PostingRecord] = (), undecided: Iterable[PostingRecord] = ()) -> None:
        """`undecided` are plans that are just being made anew: they take nothing."""
        open_plans = {record.reference for record in undecided}
        self._by_return: defaultdict[str, list[Posting]] = defaultdict(list)
        self._on_order: defaultdict[str, set[str]] = defaultdict(set)
        for record in records:
            if record.kind == Kind.RESTOCK and record.state in LIVE and record.reference not in open_plans:
                self._add(record.posting)

    def of(self, return_id: str) -> tuple[Posting, ...]:
        return tuple(self._by_return.get(return_id, ()))

    def of_others(self, return_id: str, orders: Iterable[Order]) -> tuple[Posting, ...]:
        """Restocks of other returns on these orders, by return."""
        wanted = {order.order_id for order in orders}
        others = {other for order_id in wanted for other in self._on_order.get(order_id, ())} - {return_id}
        return tuple(made for other in sorted(others) for made in self._by_return[other] if made.order_id in wanted)

    def add(self, postings: Iterable[Posting]) -> None:
        """From now on these take their units too."""
        for posting in postings:
            if posting.kind == Kind.RESTOCK:
                self._add(posting)

    def replace(self, return_id: str, postings: Sequence[Posting]) -> None:
        """From now on this return takes exactly these."""
        self._by_return[return_id] = []
        self.add(postings)

    def _add(self, posting: Posting) -> None:
        self._by_return[posting.return_id].append(posting)
        self._on_order[posting.order_id].add(posting.return_id)
