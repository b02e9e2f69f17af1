"""`refunds`: refunds in Linnworks that no transaction explains, and what people decide about them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import click

from returnworks.cli import CLEAN, DIFFERENCES
from returnworks.cli.options import bridge, by_whom, ledger, with_output
from returnworks.cli.output import Output, moment
from returnworks.reconcile.likely import in_words
from returnworks.rules.foreign import ForeignRefund, Outcome, RefundDecision, decided
from returnworks.work import refunds as work
from returnworks.work.bridge import Bridge

DAY = click.DateTime(["%Y-%m-%d"])
_REASON = click.option("--reason", required=True, help="Why; kept with the decision, without personal data.")


@click.group()
def refunds() -> None:
    """Refunds in Linnworks that no ReturnGO transaction explains, and what is decided about each."""


@refunds.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that are explained by now.")
@with_output
def list_(out: Output, everything: bool) -> int:
    """List what the last whole night found, longest known first. Exit code 1 when any waits for a decision."""
    now = datetime.now(UTC)
    with ledger() as opened:
        found = opened.foreign_refunds(standing_only=not everything)
        counting = decided(opened.refund_decisions(now), now)
    waiting = [each for each in found if each.refund_id not in counting]
    if found:
        columns = ("refund", "order", "amount", "since", "decided", "likeliest")
        out.table("", columns, [_row(each, counting.get(each.refund_id)) for each in found])
    else:
        out.say("No refund in Linnworks is without explanation.")
    out.put(refunds=[{"refund": each, "decision": counting.get(each.refund_id)} for each in found])
    return DIFFERENCES if waiting and not everything else CLEAN


@refunds.command("show")
@click.argument("refund_id")
@with_output
def show(out: Output, refund_id: str) -> int:
    """One refund: what it could belong to, and every decision about it."""
    with ledger() as opened:
        found = opened.foreign_refund(refund_id)
        decisions = opened.refund_decisions(refund_id=refund_id)
    if found is None and not decisions:
        raise click.BadParameter(f"No night found a refund {refund_id}. `returnworks refunds list` shows them.")
    if found is not None:
        out.say(f"Refund {refund_id} of {found.amount} on order {found.order_number or found.order_id}")
        out.say(f"made {moment(found.created_at)}, reference {found.reference or '(none)'}")
        rows = [
            (each.score, each.return_id, each.transaction_id or "—", ", ".join(each.reasons)) for each in found.likely
        ]
        if rows:
            out.table("It could belong to", ("score", "RMA", "transaction", "because"), rows)
        else:
            out.say("Nothing in ReturnGO is like it.")
    if decisions:
        out.table("Decisions", ("when", "who", "what", "why"), [_decision(each) for each in decisions])
    out.put(refund=found, decisions=decisions)
    return CLEAN


@refunds.command("link")
@click.argument("refund_id")
@click.argument("transaction_id")
@_REASON
@click.option("--return-id", help="The transaction's return, where it is on another order.")
@by_whom
@with_output
def link(out: Output, refund_id: str, transaction_id: str, reason: str, return_id: str | None, who: str) -> int:
    """Say that the refund is this transaction's credit. Nothing is sent; no other credit is posted for it.

    Refused where the transaction is credited already: two credits for one transaction are never made.
    """
    made = _with_bridge(lambda opened: work.link(opened, refund_id, transaction_id, reason, who, return_id))
    out.say(f"Refund {refund_id} is the credit of transaction {made.transaction_id} of RMA {made.return_id}.")
    return _done(out, made)


@refunds.command("accept")
@click.argument("refund_id")
@_REASON
@click.option("--until", required=True, type=DAY, help="The last day on which it is accepted, UTC.")
@by_whom
@with_output
def accept(out: Output, refund_id: str, reason: str, until: datetime, who: str) -> int:
    """Accept the refund as goodwill until a day; after that it is an exception again."""
    made = _with_bridge(lambda opened: work.accept(opened, refund_id, reason, until.date(), who))
    out.say(f"Refund {refund_id} of {made.amount} is accepted as goodwill up to {until:%Y-%m-%d}.")
    return _done(out, made)


@refunds.command("hand-to-cx")
@click.argument("refund_id")
@_REASON
@by_whom
@with_output
def hand_to_cx(out: Output, refund_id: str, reason: str, who: str) -> int:
    """Have CX make the missing return. It stays an exception until that return explains the refund."""
    made = _with_bridge(lambda opened: work.hand_to_cx(opened, refund_id, reason, who))
    out.say(f"Refund {refund_id} is handed to CX.")
    return _done(out, made)


@refunds.command("undo")
@click.argument("refund_id")
@_REASON
@by_whom
@with_output
def undo(out: Output, refund_id: str, reason: str, who: str) -> int:
    """Take the decision about a refund back. After a link, the transaction is decided upon anew by the next run."""
    with ledger() as opened:
        made = work.undo(opened, refund_id, reason, who, datetime.now(UTC))
    out.say(f"The decision about refund {refund_id} ({_what(made)}) is taken back.")
    return _done(out, made)


def _with_bridge(act: Callable[[Bridge], Awaitable[RefundDecision]]) -> RefundDecision:
    async def run() -> RefundDecision:
        async with bridge() as opened:
            return await act(opened)

    return asyncio.run(run())


def _done(out: Output, made: RefundDecision) -> int:
    out.put(decision=made)
    return CLEAN


def _row(each: ForeignRefund, made: RefundDecision | None) -> tuple[object, ...]:
    order = each.order_number or each.order_id
    best = in_words(each.likely[:1]).partition(":")[0].removeprefix("Likeliest is ")
    likeliest = f"{best} ({each.likely[0].score})" if each.likely else "nothing is like it"
    return each.refund_id, order, each.amount, moment(each.created_at), _what(made) if made else "", likeliest


def _what(made: RefundDecision) -> str:
    match made.outcome:
        case Outcome.LINK:
            return f"credit of transaction {made.transaction_id} of RMA {made.return_id}"
        case Outcome.GOODWILL:
            return f"goodwill up to {made.last_day}"
        case Outcome.CX:
            return "handed to CX"


def _decision(made: RefundDecision) -> tuple[object, ...]:
    undone = (
        f"; taken back {moment(made.undone_at)} by {made.undone_by}: {made.undone_reason}" if made.undone_at else ""
    )
    return moment(made.at), made.by, _what(made), made.reason + undone
