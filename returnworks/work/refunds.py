"""What a person does about a refund that no transaction explains: link it, accept it, hand it to CX, take that back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from returnworks.errors import Refused
from returnworks.ledger import Ledger
from returnworks.rules.foreign import ForeignRefund, Outcome, RefundDecision, linked_posting, objection_to_link
from returnworks.rules.model import Refund, Return, Transaction
from returnworks.work.bridge import Bridge
from returnworks.work.desk.acting import person, said
from returnworks.work.intake import read_queued
from returnworks.work.orders import references_of

LONGEST_GOODWILL = timedelta(days=366)


async def link(
    bridge: Bridge, refund_id: str, transaction_id: str, reason: str, who: str, return_id: str | None = None
) -> RefundDecision:
    """The refund is this transaction's credit: written down as confirmed, with nothing sent to Linnworks.

    Both sides are read again first. Raises Refused or NotLinkable, naming why, where it is not or must not be so.
    `return_id` is needed only where neither the order nor the likely matches lead to the transaction's return.
    """
    by, why = _person(who), said(reason, "A reason")
    seen = _seen(bridge.ledger, refund_id)
    refund = await _standing(bridge, seen)
    ret, row = await _payment(bridge, seen, transaction_id, return_id)
    objection = objection_to_link(refund, row, bridge.policy)
    if objection:
        raise Refused(objection)
    posting = linked_posting(refund, ret.return_id, row, why)
    return bridge.ledger.link_refund(posting, bridge.policy.version, _ids(refund, seen), why, by, bridge.now())


async def accept(bridge: Bridge, refund_id: str, reason: str, until: date, who: str) -> RefundDecision:
    """The shop gave it: calm up to and with the day `until`, UTC; after that it is an exception again."""
    end = datetime.combine(until, time(), UTC) + timedelta(days=1)
    if until <= bridge.now().date():
        raise Refused(f"Goodwill is accepted until a day to come; {until} is not one.")
    if end - bridge.now() > LONGEST_GOODWILL:
        raise Refused(f"Goodwill is accepted for at most a year; {until} is further away.")
    return await _decide(bridge, refund_id, Outcome.GOODWILL, reason, who, end)


async def hand_to_cx(bridge: Bridge, refund_id: str, reason: str, who: str) -> RefundDecision:
    """CX makes the missing return; the exception is theirs until its transaction explains the refund."""
    made = await _decide(bridge, refund_id, Outcome.CX, reason, who, None)
    for item in bridge.ledger.exceptions(code="foreign_refund"):
        if item.subject.endswith(f" / refund {refund_id}"):
            bridge.ledger.assign(item.id, "CX", bridge.now(), made.by)
    return made


def undo(ledger: Ledger, refund_id: str, reason: str, who: str, now: datetime) -> RefundDecision:
    """Take the decision about a refund back. A link is loosened: its transaction is decided upon anew."""
    undone = ledger.undo_decision(refund_id, said(reason, "A reason"), _person(who), now)
    if undone is None:
        raise Refused(f"Nothing is decided about refund {refund_id}, so there is nothing to undo.")
    return undone


async def _decide(
    bridge: Bridge, refund_id: str, outcome: Outcome, reason: str, who: str, until: datetime | None
) -> RefundDecision:
    by, why = _person(who), said(reason, "A reason")
    seen = _seen(bridge.ledger, refund_id)
    refund = await _standing(bridge, seen)
    ids = _ids(refund, seen)
    return bridge.ledger.decide(ids, refund.order_id, refund.amount, outcome, why, by, bridge.now(), until)


def _person(who: str) -> str:
    name = person(who)
    if not name:
        raise Refused("Say who decides: --by NAME, or set RETURNWORKS_ACTOR.")
    return name


def _seen(ledger: Ledger, refund_id: str) -> ForeignRefund:
    seen = ledger.foreign_refund(refund_id)
    if seen is None:
        raise Refused(
            f"No night found a refund {refund_id} without explanation. `returnworks refunds list` shows them."
        )
    return seen


async def _standing(bridge: Bridge, seen: ForeignRefund) -> Refund:
    """The refund as Linnworks has it now, found by its header or by one of its lines."""
    for refund in await bridge.linnworks.refunds(seen.order_id):
        if seen.refund_id in (refund.refund_id, *(line.row_id for line in refund.lines)):
            return refund
    raise Refused(f"Refund {seen.refund_id} does not stand in Linnworks any more; the next night closes its exception.")


def _ids(refund: Refund, seen: ForeignRefund) -> tuple[str, ...]:
    """The header first."""
    return tuple(dict.fromkeys((refund.refund_id, seen.refund_id, *(line.row_id for line in refund.lines))))


async def _payment(
    bridge: Bridge, seen: ForeignRefund, transaction_id: str, return_id: str | None
) -> tuple[Return, Transaction]:
    """The transaction as ReturnGO shows it now."""
    wanted = [return_id] if return_id else _returns_near(bridge.ledger, seen)
    holder = _holder(bridge.ledger.get_returns(wanted).values(), transaction_id)
    target = holder.return_id if holder else return_id
    if target is not None:
        bridge.ledger.enqueue([target], "manual", bridge.now())
        await read_queued(bridge, only=[target])
        holder = _holder(bridge.ledger.get_returns([target]).values(), transaction_id)
    if holder is None:
        where = f"RMA {return_id}" if return_id else f"No return on the order of refund {seen.refund_id}"
        raise Refused(
            f"{where} has {'no' if return_id else 'a'} transaction {transaction_id}. Name its return: --return-id."
        )
    return holder, next(row for row in holder.transactions if row.transaction_id == transaction_id)


def _holder(returns: Iterable[Return], transaction_id: str) -> Return | None:
    return next((ret for ret in returns if transaction_id in {row.transaction_id for row in ret.transactions}), None)


def _returns_near(ledger: Ledger, seen: ForeignRefund) -> list[str]:
    """The likely ones, then those of the refund's order as far as the ledger knows it."""
    order = ledger.get_orders([seen.order_id]).get(seen.order_id)
    texts = references_of(order.reference, order.secondary_reference) if order else ()
    of_order = (return_id for ids in ledger.returns_of_orders(texts).values() for return_id in ids)
    return list(dict.fromkeys([*(each.return_id for each in seen.likely), *of_order]))
