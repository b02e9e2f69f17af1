"""Exchanges: each order that ships one is in Linnworks once, marked, in its folder, and never counts as a sale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from returnworks.reconcile.facts import ActualExchange, ExpectedExchange, LedgerExchange
from returnworks.reconcile.results import Class, ExchangeFigures, Family, Result, counted, judged
from returnworks.reconcile.terms import Terms
from returnworks.rules.exchanges import is_tagged
from returnworks.rules.lifecycle import one_of
from returnworks.rules.model import Order
from returnworks.rules.money import Money
from returnworks.rules.shipments import channel_id_of, is_split, live, why_stuck


@dataclass(frozen=True, slots=True)
class Shipment:
    """One exchange with the orders that would ship it."""

    expected: ExpectedExchange
    ledger: tuple[LedgerExchange, ...]
    live: tuple[Order, ...]
    cancelled: tuple[Order, ...]
    shared: bool
    """Whether another return names the same order as its exchange."""
    terms: Terms

    @property
    def order(self) -> Order | None:
        return self.live[0] if self.live else None

    @property
    def is_twice(self) -> bool:
        """Whether it would ship twice: by two orders that are not parts of one, or by another way that was found."""
        made_twice = len(self.live) > 1 and not is_split(self.live)
        return made_twice or (bool(self.live) and self.expected.held == "exchange_double_shipment")


def compare_exchanges(
    expected: Sequence[ExpectedExchange],
    ledger: Iterable[LedgerExchange],
    actual: Iterable[ActualExchange],
    terms: Terms,
) -> list[Result]:
    """One result per released exchange, by return and channel order id."""
    made: dict[tuple[str, str], tuple[LedgerExchange, ...]] = {}
    for row in ledger:
        key = (row.return_id, channel_id_of(row.channel_order_id))
        made[key] = (*made.get(key, ()), row)
    found = {row.channel_order_id: row.orders for row in actual}
    claims = Counter(order.order_id for row in expected for order in found.get(row.channel_order_id, ()))
    return [
        _compare(_shipment(row, made, found.get(row.channel_order_id, ()), claims, terms))
        for row in sorted(expected, key=lambda row: (row.return_id, row.channel_order_id))
    ]


def _shipment(
    row: ExpectedExchange,
    made: Mapping[tuple[str, str], tuple[LedgerExchange, ...]],
    orders: Sequence[Order],
    claims: Mapping[str, int],
    terms: Terms,
) -> Shipment:
    return Shipment(
        expected=row,
        ledger=made.get((row.return_id, row.channel_order_id), ()),
        live=live(orders),
        cancelled=tuple(order for order in orders if order.cancelled),
        shared=any(claims[order.order_id] > 1 for order in orders),
        terms=terms,
    )


def _compare(one: Shipment) -> Result:
    """What is wrong first counts; what is only late is timing until its own limit."""
    cls, difference, clear_by = _class(one)
    late = cls
    if cls not in (Class.MATCHED, Class.HELD) and clear_by is not None and one.terms.moment < clear_by:
        cls = Class.TIMING
    result = _result(one, cls, difference, clear_by if cls == Class.TIMING else None)
    if late == Class.GOODS_OUTSTANDING:
        result = replace(result, units=one.expected.units_out, value=one.expected.value_out or result.value)
    return judged(result, (one.expected.held or "") if cls in (Class.HELD, Class.NOT_FOUND) else "")


Verdict = tuple[Class, str, datetime | None]
"""Class, difference, and the moment until which it is only timing (None where no wait explains it)."""


def _class(one: Shipment) -> Verdict:
    soon = one.terms.clear_by(Family.EXCHANGE, one.expected.released_at)
    if not one.live:
        return _not_shipped(one, soon)
    if one.is_twice:
        numbers = ", ".join(str(order.number) for order in one.live)
        many = f"{counted(len(one.live), 'order')} would ship it: {numbers}"
        return Class.DOUBLE_SHIPMENT, many if len(one.live) > 1 else f"order {numbers} is not the only one", None
    if one.shared:
        return Class.AMBIGUOUS, "another exchange names the same order", None
    parts = (_class_of_order(one, order, soon) for order in one.live)
    return next((verdict for verdict in parts if verdict[0] != Class.MATCHED), (Class.MATCHED, "", None))


def _not_shipped(one: Shipment, soon: datetime | None) -> Verdict:
    """A finding that says the same as the night is no reason to say it less loudly; another one holds it."""
    gone = "only a cancelled order ships it" if one.cancelled else "no order in Linnworks ships it"
    if one.expected.held in (None, "exchange_not_found", "exchange_cancelled"):
        return Class.NOT_FOUND, gone, soon
    return Class.HELD, "", None


def _class_of_order(one: Shipment, order: Order, soon: datetime | None) -> Verdict:
    policy = one.terms.policy
    if not is_tagged(order, policy):
        if order.processed:
            return Class.COUNTED_AS_SALE, f"processed without {policy.exchange_tag}", None
        return Class.UNTAGGED, f"open without {policy.exchange_tag}", soon
    if not order.processed and not _is_routed(order, one.terms):
        return Class.UNROUTED, f"not in folder {policy.exchange_folder}", soon
    if stuck := why_stuck(order):
        return Class.UNROUTED, f"{stuck}, so it does not ship", soon
    if order.processed and not one.expected.goods_back:
        due = one.terms.goods_due_back(order.processed_at or one.expected.released_at)
        return Class.GOODS_OUTSTANDING, "shipped, and the returned goods are not back", due
    return Class.MATCHED, "", None


def _is_routed(order: Order, terms: Terms) -> bool:
    """A folder steers what is still to be shipped, so it is asked of open orders only."""
    return one_of(terms.policy.exchange_folder, order.folders)


def _result(one: Shipment, cls: Class, difference: str, clear_by: datetime | None) -> Result:
    row, order = one.expected, one.order
    return Result(
        family=Family.EXCHANGE,
        cls=cls,
        return_id=row.return_id,
        order_id=order.order_id if order else "",
        order_number=order.number if order else None,
        reference=next((each.reference for each in one.ledger), ""),
        subject=f"RMA {row.return_id} / exchange {row.channel_order_id}",
        figures=_figures(one),
        expected=f"one order {row.order_name or row.channel_order_id}",
        booked=", ".join(f"{each.state} ({each.reference})" for each in one.ledger),
        actual="; ".join(_words(each) for each in (*one.live, *one.cancelled)) or "nothing",
        difference=difference,
        label=(row.held or "") if cls == Class.HELD else "",
        value=None if cls == Class.MATCHED else _at_risk(one),
        event_at=row.released_at,
        clear_by=clear_by,
    )


def _figures(one: Shipment) -> ExchangeFigures:
    order = one.order
    return ExchangeFigures(
        channel_order_id=one.expected.channel_order_id,
        orders=len(one.live),
        tagged=order is not None and is_tagged(order, one.terms.policy),
        routed=order is not None and (order.processed or _is_routed(order, one.terms)),
        processed=order is not None and order.processed,
        goods_back=one.expected.goods_back,
    )


def _at_risk(one: Shipment) -> Money | None:
    """What the goods of the orders sold for, where the channel left a price on them (exchanges often have none)."""
    lines = [line.value for order in one.live[:1] for line in order.lines]
    if not lines:
        return None
    return Money(sum(value.minor for value in lines), lines[0].currency)


def _words(order: Order) -> str:
    state = "cancelled" if order.cancelled else "processed" if order.processed else "open"
    marks = [*order.identifiers, *(f"in {folder}" for folder in order.folders)]
    return ", ".join([f"order {order.number} {state}", *marks])
