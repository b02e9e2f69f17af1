"""What a shop decided about exchanges beyond how their orders are marked; part of the table `[exchange]`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExchangeTerms:
    goods_back_days: int = 30
    """How long after an exchange shipped its returned goods may stay away before somebody asks for them."""
    set_free_orders_paid: bool = False
    """Whether an open exchange order that costs nothing, and that Linnworks holds as unpaid, is set to paid there."""
    rule_draft: bool = False
    """Whether `returnworks setup` makes the draft of a routing rule in Linnworks' rules engine."""
