"""Exchanges: the order that ReturnGO released is found in Linnworks, marked and routed; never made, never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from returnworks.rules.context import OrderContext
from returnworks.rules.doubts import Doubt, Part, changed_at, exchange_subject, finding, joined, paid_for
from returnworks.rules.lifecycle import one_of, same
from returnworks.rules.model import ExchangeOrder, Finding, Kind, Order, Posting, Return
from returnworks.rules.policy import Policy
from returnworks.rules.references import reference
from returnworks.rules.shipments import (
    exchanged_lines,
    fact_of,
    is_split,
    live,
    outstanding,
    released_goods,
    resends,
    shared_orders,
    why_stuck,
)

__all__ = ["is_tagged", "plan_exchanges", "released_goods"]

KNOWN_KINDS = ("", "Exchange")
"""Assumed: the only kind of row that ReturnGO documents is "Fee", which is an invoice and not goods."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One released row with everything that decides about it."""

    ret: Return
    row: ExchangeOrder
    orders: tuple[Order, ...]
    """Linnworks' live orders for it, by number; several where it was split, or made twice."""
    cancelled: tuple[Order, ...]
    shared: frozenset[str]
    """Order ids that another exchange of this return was found by too."""
    others: int
    """How many other exchanges of this return have a live order."""
    context: OrderContext
    policy: Policy

    @property
    def channel_id(self) -> str:
        return self.row.order_id or ""

    @property
    def name(self) -> str:
        return self.row.order_name or self.channel_id or "(no name)"

    @property
    def numbers(self) -> str:
        return ", ".join(str(order.number) for order in self.orders)


def plan_exchanges(ret: Return, context: OrderContext, policy: Policy, now: datetime) -> Part:
    """One marking per order that ships a released exchange and has no live posting yet.

    What may go wrong after the marking is looked for as long as the order is open: it is cancelled, parked or unpaid,
    or a second one ships the same.
    """
    exchanges = _exchanges(ret, context, policy)
    return Part(notes=_left_alone(ret), findings=_unnamed(ret)) + joined(_plan_one(one, now) for one in exchanges)


def is_tagged(order: Order, policy: Policy) -> bool:
    return one_of(policy.exchange_tag, order.identifiers)


def _exchanges(ret: Return, context: OrderContext, policy: Policy) -> list[Exchange]:
    rows = released_goods(ret)
    found = {row.order_id: context.exchange_orders.get(row.order_id or "", ()) for row in rows}
    shared = shared_orders(found.values())
    shipping = [row.order_id for row in rows if live(found[row.order_id])]
    return [
        Exchange(
            ret=ret,
            row=row,
            orders=live(found[row.order_id]),
            cancelled=tuple(order for order in found[row.order_id] if order.cancelled),
            shared=shared,
            others=len(shipping) - (row.order_id in shipping),
            context=context,
            policy=policy,
        )
        for row in rows
    ]


def _left_alone(ret: Return) -> tuple[str, ...]:
    invoices = [row for row in ret.exchange_orders if same(row.kind) == "fee"]
    drafts = [row for row in ret.exchange_orders if same(row.kind) != "fee" and not row.order_id and not row.order_name]
    said = ((len(drafts), "exchange order(s) not released yet"), (len(invoices), "fee invoice(s), which ship nothing"))
    return tuple(f"{count} {what}" for count, what in said if count)


def _unnamed(ret: Return) -> tuple[Finding, ...]:
    """Rows that have a name and no id: perhaps released, but what names an order for certain is its id."""
    named = [row for row in ret.exchange_orders if row.order_name and not row.order_id and same(row.kind) != "fee"]
    return tuple(
        finding(
            Doubt(
                "exchange_without_id",
                f"ReturnGO names the exchange order {row.order_name} but not its id, so it is not marked; mark it in "
                "Linnworks by hand if it ships goods.",
            ),
            ret,
            exchange_subject(ret.return_id, row.order_name or ""),
            covers=(row.order_name or "",),
        )
        for row in named
    )


def _plan_one(one: Exchange, now: datetime) -> Part:
    doubt = _unclear(one)
    if doubt is not None:
        return _doubted(one, doubt)
    if not one.orders:
        return _not_there(one, now)
    return Part(
        postings=tuple(_postings(one)),
        findings=tuple(_finding(one, doubt) for doubt in _warnings(one)),
        notes=tuple(_notes(one)),
    )


def _unclear(one: Exchange) -> Doubt | None:
    """Why it is not certain which order to mark, or whether any."""
    if not one_of(one.row.kind, KNOWN_KINDS):
        return Doubt(
            "exchange_kind_unknown",
            f"ReturnGO calls the exchange order {one.name} {one.row.kind!r}, which is not known here; "
            "mark its order in Linnworks by hand if it ships goods.",
        )
    if any(order.order_id in one.shared for order in one.orders):
        return Doubt(
            "exchange_candidates",
            f"Order {one.numbers} in Linnworks answers to more than one exchange of this return; mark each exchange's "
            "own order by hand.",
        )
    if len(one.orders) > 1 and not is_split(one.orders):
        return Doubt(
            "exchange_double_shipment",
            f"Linnworks has {len(one.orders)} orders for the exchange {one.name} ({one.numbers}); stop all but one.",
        )
    return _unmarkable(one)


def _unmarkable(one: Exchange) -> Doubt | None:
    """Why the order that was found must not be marked, or cannot be any more."""
    if {order.order_id for order in one.orders} & {order.order_id for order in one.context.orders}:
        return Doubt(
            "exchange_same_order",
            f"ReturnGO names the returned order itself ({one.numbers}) as the exchange; marking it would hide a sale. "
            "Find the order that really ships the exchange.",
        )
    late = [str(order.number) for order in one.orders if order.processed and not is_tagged(order, one.policy)]
    if late:
        return Doubt(
            "exchange_counted_as_sale",
            f"Order {', '.join(late)} ships the exchange {one.name} and was processed before it was marked, so "
            "reports count it as a sale; exclude it by hand.",
        )
    return None


def _warnings(one: Exchange) -> Iterator[Doubt]:
    """What a person must see to although the marks are right: an order that stands still, or a second shipment."""
    for order in one.orders:
        why = why_stuck(order)
        if why and not _will_be_paid(order, one.policy):
            yield Doubt(
                "exchange_stuck",
                f"Order {order.number} ships the exchange {one.name} and is {why}, so it does not ship; see in "
                "Linnworks why, and let it go or cancel it.",
            )
            break
    again = resends(one.context.orders, one.ret)
    units = len(exchanged_lines(one.ret))
    if again:
        numbers = ", ".join(str(order.number) for order in again)
        text = f"Order {one.numbers} ships the exchange {one.name}, and resend {numbers} ships it again; stop one."
        yield Doubt("exchange_double_shipment", text)
    elif 0 < units <= one.others:
        text = f"{one.others + 1} orders ship exchanges of {units} returned unit(s), one of them {one.numbers}"
        yield Doubt("exchange_double_shipment", f"{text}; stop what was released twice.")


def _will_be_paid(order: Order, policy: Policy) -> bool:
    """Unpaid and nothing else, costs nothing, and the shop wants such orders set to paid."""
    return policy.exchanges.set_free_orders_paid and why_stuck(order) == "unpaid" and order.total.minor == 0


def _postings(one: Exchange) -> Iterator[Posting]:
    """One for each order of a split exchange; the first has the exchange's own fact, so that it never changes."""
    for nth, order in enumerate(one.orders):
        fact = fact_of(one.channel_id, order, nth)
        if order.processed or order.parked or one.context.is_covered(Kind.EXCHANGE, fact):
            continue
        yield Posting(
            reference=reference(Kind.EXCHANGE, one.ret.return_id, (fact,)),
            kind=Kind.EXCHANGE,
            return_id=one.ret.return_id,
            order_id=order.order_id,
            covers=(fact,),
            exchange_tag=one.policy.exchange_tag,
            exchange_folder=one.policy.exchange_folder,
            exchange_paid=_will_be_paid(order, one.policy),
            rule="released exchange order",
            due_at=changed_at(one.ret),
        )


def _notes(one: Exchange) -> Iterator[str]:
    for order in one.orders:
        if order.processed:
            yield f"exchange order {order.number} is marked and processed already"
        elif order.parked:
            yield f"exchange order {order.number} is parked, and Linnworks puts no parked order into a folder"
    out = outstanding(one.ret)
    if out and any(order.processed for order in one.orders):
        value = paid_for(out)
        yield f"{len(out)} unit(s) still out{f', worth {value}' if value else ''}, although the exchange has shipped"


def _not_there(one: Exchange, now: datetime) -> Part:
    """Ordinary until `exchange_grace_hours` after the release; exactly that long is already too long.

    ReturnGO gives no time of release, so the return's last change stands for it (assumed).
    """
    if one.cancelled:
        numbers = ", ".join(str(order.number) for order in one.cancelled)
        text = f"Order {numbers}, which was to ship the exchange {one.name}, is cancelled; release it again or refund."
        return _doubted(one, Doubt("exchange_cancelled", text)) + Part(waits=True)
    hours = one.policy.exchange_grace_hours
    since = changed_at(one.ret)
    waiting = Part(notes=(f"the exchange order {one.name} has not reached Linnworks yet",), waits=True)
    if since is not None and now - since < timedelta(hours=hours):
        return waiting
    text = f"The exchange order {one.name} was released more than {hours} hours ago and is not in Linnworks"
    return _doubted(one, Doubt("exchange_not_found", f"{text}; download it from the channel.")) + waiting


def _doubted(one: Exchange, doubt: Doubt) -> Part:
    return Part(findings=(_finding(one, doubt),))


def _finding(one: Exchange, doubt: Doubt) -> Finding:
    subject = exchange_subject(one.ret.return_id, one.channel_id)
    return finding(doubt, one.ret, subject, covers=(one.channel_id,))
