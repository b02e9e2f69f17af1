"""What ships an exchange: the orders that Linnworks has for it, whether they will ship, and what is still out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from returnworks.rules.lifecycle import is_kept, is_missing, is_released, one_of, same
from returnworks.rules.model import ExchangeOrder, Order, Return, ReturnLine


def released_goods(ret: Return) -> tuple[ExchangeOrder, ...]:
    """The rows behind which an order that ships goods exists on the channel, each order once, whatever its kind."""
    rows = {row.order_id: row for row in reversed(ret.exchange_orders) if is_released(row)}
    return tuple(row for row in ret.exchange_orders if row.order_id and rows.get(row.order_id) is row)


def live(orders: Iterable[Order]) -> tuple[Order, ...]:
    """Those that ship or have shipped, by number."""
    return tuple(sorted((order for order in orders if not order.cancelled), key=lambda order: order.number))


def is_split(orders: Sequence[Order]) -> bool:
    """Whether several orders are one that Linnworks split: no line of it is on two of them.

    A line whose quantity was split is on two, and so is every line of an order that was made twice; nothing tells
    these apart, so they count as made twice.
    """
    lines = [line for order in orders for line in {_name(line.channel_line_id, line.sku) for line in order.lines}]
    return len(orders) > 1 and all(order.lines for order in orders) and len(lines) == len(set(lines))


def _name(channel_line_id: str, sku: str) -> str:
    return channel_line_id or f"SKU {same(sku)}"


def why_stuck(order: Order) -> str | None:
    """Why an open order will not ship as it stands; None when nothing speaks against it.

    Linnworks also locks orders, which cannot be read. It has no priority of orders (absent from its contract).
    """
    if order.processed:
        return None
    reasons = ((not order.paid, "unpaid"), (order.parked, "parked"), (order.on_hold, "on hold"))
    return " and ".join(word for is_so, word in reasons if is_so) or None


def answers_to(order: Order, names: Iterable[str]) -> bool:
    """Whether one of the order's references is one of `names` in full: the start of one proves nothing."""
    own = (order.reference, order.secondary_reference, order.external_reference)
    return any(one_of(name.lstrip("#"), tuple(text.lstrip("#") for text in own if text)) for name in names)


def fact_of(channel_id: str, order: Order, nth: int) -> str:
    """What the marking of the `nth` order of an exchange covers; the first has the exchange's own id."""
    return channel_id if nth == 0 else f"{channel_id}/{order.number}"


def channel_id_of(fact: str) -> str:
    """The exchange that a fact of `fact_of` belongs to."""
    return fact.partition("/")[0]


def exchanged_lines(ret: Return) -> tuple[ReturnLine, ...]:
    """The units that an exchange replaces: those whose resolution says so, all of them where none does."""
    swapped = tuple(line for line in ret.lines if "exchange" in same(line.resolution))
    return swapped or ret.lines


def outstanding(ret: Return) -> tuple[ReturnLine, ...]:
    """The exchanged units that are not back: on their way, or found missing. What the shopper may keep is neither."""
    return tuple(
        line for line in exchanged_lines(ret) if not is_kept(line) and (line.inspection is None or is_missing(line))
    )


def resends(orders: Iterable[Order], ret: Return) -> tuple[Order, ...]:
    """Live resends of the sale that ship again what this return exchanges."""
    lines = exchanged_lines(ret)
    skus = {same(line.sku) for line in lines if line.sku}
    keys = {line.order_line_key for line in lines if line.order_line_key}
    return tuple(
        order
        for order in live(orders)
        if order.is_resend and any(line.channel_line_id in keys or same(line.sku) in skus for line in order.lines)
    )


def shared_orders(found: Iterable[Sequence[Order]]) -> frozenset[str]:
    """Order ids that more than one exchange was found by."""
    each = [{order.order_id for order in orders} for orders in found]
    return frozenset(itertools.chain.from_iterable(one & two for one, two in itertools.combinations(each, 2)))
