"""What a shop decided about refunds that do not fall on one order's lines without a remainder."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Additional(StrEnum):
    """What happens to the part of a refund that is above what the returned lines and the postage have left."""

    POST = "post"
    """It stands on an Additional line of the credit, which says why."""
    HOLD = "hold"
    """The whole refund waits for finance."""


class SplitSale(StrEnum):
    """What happens to a refund for goods that Linnworks holds on several orders of one sale."""

    LARGEST = "largest"
    """Its one credit stands on the order with most of the returned value, where that order can carry it whole."""
    HOLD = "hold"
    """It waits for finance."""


@dataclass(frozen=True, slots=True)
class RefundTerms:
    additional: Additional = Additional.POST
    split_sale: SplitSale = SplitSale.LARGEST
