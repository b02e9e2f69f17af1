"""What Linnworks holds around one return: everything a plan is made from besides the return and the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from returnworks.rules.model import Booking, Component, Kind, Location, Order, OrderLine, Posting, Refund, StockItem
from returnworks.rules.money import Money


@dataclass(frozen=True, slots=True)
class OrderContext:
    orders: tuple[Order, ...]
    """All Linnworks orders found for the sale; several where Linnworks split it."""
    locations: tuple[Location, ...]
    items: Mapping[str, StockItem]
    """By stock item id. A row whose item is lacking is held: nobody knows whether it is batched."""
    refunds: tuple[Refund, ...] = ()
    """Standing on those orders in Linnworks, whoever made them."""
    bookings: tuple[Booking, ...] = ()
    """Standing on those orders in Linnworks, whoever made them."""
    exchange_orders: Mapping[str, tuple[Order, ...]] = field(default_factory=dict)
    """Linnworks orders found for each released exchange, by channel order id."""
    covered: Mapping[Kind, frozenset[str]] = field(default_factory=dict)
    """The facts of this return that have a live posting already."""
    posted: tuple[Posting, ...] = ()
    """The live restocks of this return, sent or done: what was decided about its units."""
    moved_on: frozenset[str] = frozenset()
    """Lines of this return that were put aside and have left since: Linnworks counts none of the item there."""
    restocked_for_others: tuple[Posting, ...] = ()
    """Restocks of other returns on these orders, planned or done; what shows in `bookings` counts once."""
    promised: tuple[Posting, ...] = ()
    """Credits of other returns on these orders that are on their way; what shows in `refunds` counts once."""
    claimed: frozenset[str] = frozenset()
    """Refund ids in Linnworks that other returns' credits are."""
    rivals: tuple[Money, ...] = ()
    """What other returns of these orders were paid and have no refund for in Linnworks yet, where several equal
    refunds stand there that could be theirs too."""
    tracked_parents: frozenset[tuple[str, str]] = frozenset()
    """(stock item id, location id) where Linnworks keeps a composite's own stock level."""
    compositions: Mapping[str, tuple[Component, ...]] = field(default_factory=dict)
    """What sets are made of today, by the set's stock item id; () for what is no set any more. Absent: not read."""

    def is_covered(self, kind: Kind, fact: str) -> bool:
        return fact in self.covered.get(kind, frozenset())

    def tracks_parent(self, row: OrderLine, location: Location) -> bool:
        """Whether Linnworks keeps this set's own stock level there."""
        return (row.stock_item_id or "", location.location_id) in self.tracked_parents
