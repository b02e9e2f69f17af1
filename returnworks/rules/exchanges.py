"""Exchanges: the order that ReturnGO released is found in Linnworks, marked and routed; never made, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from returnworks.rules.context import OrderContext
from returnworks.rules.doubts import Doubt, Part, changed_at, exchange_subject, finding, joined
from returnworks.rules.lifecycle import is_released, one_of, same
from returnworks.rules.model import ExchangeOrder, Kind, Order, Posting, Return
from returnworks.rules.policy import Policy
from returnworks.rules.references import reference

KNOWN_KINDS = ("", "Exchange")
"""Assumed: the only kind of row that ReturnGO documents is "Fee", which is an invoice and not goods."""


def released_goods(ret: Return) -> tuple[ExchangeOrder, ...]:
    """The rows behind which an order that ships goods exists on the channel, each order once, whatever its kind."""
    rows = {row.order_id: row for row in reversed(ret.exchange_orders) if is_released(row)}
    return tuple(row for row in ret.exchange_orders if row.order_id and rows.get(row.order_id) is row)


def plan_exchanges(ret: Return, context: OrderContext, policy: Policy, now: datetime) -> Part:
    """One marking per released exchange order that has no live posting yet."""
    notes = _left_alone(ret)
    rows = [row for row in released_goods(ret) if not context.is_covered(Kind.EXCHANGE, row.order_id or "")]
    return Part(notes=notes) + joined(_plan_one(ret, row, context, policy, now) for row in rows)


def _left_alone(ret: Return) -> tuple[str, ...]:
    invoices = [row for row in ret.exchange_orders if same(row.kind) == "fee"]
    drafts = [row for row in ret.exchange_orders if same(row.kind) != "fee" and not row.order_id]
    said = ((len(drafts), "exchange order(s) not released yet"), (len(invoices), "fee invoice(s), which ship nothing"))
    return tuple(f"{count} {what}" for count, what in said if count)


def is_tagged(order: Order, policy: Policy) -> bool:
    return one_of(policy.exchange_tag, order.identifiers)


def _plan_one(ret: Return, row: ExchangeOrder, context: OrderContext, policy: Policy, now: datetime) -> Part:
    channel_id = row.order_id or ""
    if not one_of(row.kind, KNOWN_KINDS):
        return _doubted(
            ret,
            channel_id,
            Doubt(
                "exchange_kind_unknown",
                f"ReturnGO calls the exchange order {_name(row)} {row.kind!r}, which is not known here; "
                "mark its order in Linnworks by hand if it ships goods.",
            ),
        )
    found = [order for order in context.exchange_orders.get(channel_id, ()) if not order.cancelled]
    if not found:
        return _not_there(ret, row, policy, now)
    doubt = _doubt_about(row, found, context, policy)
    if doubt is not None:
        return _doubted(ret, channel_id, doubt)
    if found[0].processed:
        return Part(notes=(f"exchange order {found[0].number} is marked and processed already",))
    return Part(postings=(_posting(ret, channel_id, found[0], policy),))


def _doubt_about(row: ExchangeOrder, found: Sequence[Order], context: OrderContext, policy: Policy) -> Doubt | None:
    numbers = ", ".join(str(order.number) for order in found)
    if len(found) > 1:
        return Doubt(
            "exchange_double_shipment",
            f"Linnworks has {len(found)} orders for the exchange {_name(row)} ({numbers}); stop all but one.",
        )
    if found[0].order_id in {order.order_id for order in context.orders}:
        return Doubt(
            "exchange_same_order",
            f"ReturnGO names the returned order itself ({numbers}) as the exchange; marking it would hide a sale. "
            "Find the order that really ships the exchange.",
        )
    if found[0].processed and not is_tagged(found[0], policy):
        return Doubt(
            "exchange_counted_as_sale",
            f"Order {numbers} ships the exchange {_name(row)} and was processed before it was marked, so reports "
            "count it as a sale; exclude it by hand.",
        )
    return None


def _not_there(ret: Return, row: ExchangeOrder, policy: Policy, now: datetime) -> Part:
    """Ordinary until `exchange_grace_hours` after the release; exactly that long is already too long.

    ReturnGO gives no time of release, so the return's last change stands for it (assumed).
    """
    since = changed_at(ret)
    note = f"the exchange order {_name(row)} has not reached Linnworks yet"
    if since is not None and now - since < timedelta(hours=policy.exchange_grace_hours):
        return Part(notes=(note,), waits=True)
    doubt = Doubt(
        "exchange_not_found",
        f"The exchange order {_name(row)} was released more than {policy.exchange_grace_hours} hours ago and is not in "
        "Linnworks; download it from the channel.",
    )
    return _doubted(ret, row.order_id or "", doubt) + Part(notes=(note,), waits=True)


def _posting(ret: Return, channel_id: str, order: Order, policy: Policy) -> Posting:
    return Posting(
        reference=reference(Kind.EXCHANGE, ret.return_id, (channel_id,)),
        kind=Kind.EXCHANGE,
        return_id=ret.return_id,
        order_id=order.order_id,
        covers=(channel_id,),
        exchange_tag=policy.exchange_tag,
        exchange_folder=policy.exchange_folder,
        rule="released exchange order",
        due_at=changed_at(ret),
    )


def _doubted(ret: Return, channel_id: str, doubt: Doubt) -> Part:
    subject = exchange_subject(ret.return_id, channel_id)
    return Part(findings=(finding(doubt, ret, subject, covers=(channel_id,)),))


def _name(row: ExchangeOrder) -> str:
    return row.order_name or row.order_id or "(no name)"
