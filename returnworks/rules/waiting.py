"""Whether the order is there to post on: unknown, cancelled and unprocessed orders keep goods and money waiting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from returnworks.rules.doubts import Doubt
from returnworks.rules.model import Order, Return
from returnworks.rules.policy import Policy


def no_order(ret: Return, orders: Sequence[Order]) -> Doubt | None:
    """Why no order of this sale can carry anything; None when one can."""
    if not orders:
        name = ret.order_name or ret.order_id
        return Doubt(
            "order_not_found",
            f"Linnworks knows no order {name}; download it from the channel, then replay the return."
            if name
            else "ReturnGO names no order for this return; book by hand what came back.",
        )
    if all(order.cancelled for order in orders):
        numbers = ", ".join(str(order.number) for order in orders)
        return Doubt("order_cancelled", f"Order {numbers} is cancelled in Linnworks; book by hand what came back.")
    return None


def not_processed(order: Order, since: datetime | None, policy: Policy, now: datetime) -> Doubt | None:
    """The doubt about an open order on which something waits since `since`; None while waiting is ordinary.

    Exactly `unprocessed_wait_hours` is already too long.
    """
    hours = policy.unprocessed_wait_hours
    if since is not None and now - since < timedelta(hours=hours):
        return None
    return Doubt(
        "order_not_processed",
        f"Order {order.number} is still not processed in Linnworks, {hours} hours after the return asked for it; "
        "process it if it was shipped, the return carries on by itself.",
    )
