"""A person says that a refund in Linnworks is a transaction's credit, or takes it back; nothing is ever sent for it.

The posting goes the way that every credit goes (planned, sent, confirmed), in one transaction and with an attempt
that names the person: so it covers its transaction, and no second credit can be planned for it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from returnworks.ledger.engine import lock
from returnworks.ledger.leases import LEASES
from returnworks.ledger.moves import apply, decide_anew, locked
from returnworks.ledger.redeciding import facts_of, is_held, live_facts, rewrite
from returnworks.ledger.refusals import NotLinkable
from returnworks.ledger.tables import AttemptRow, PostingCoverRow, PostingRow
from returnworks.rules.model import Kind, Posting
from returnworks.rules.states import Event, State, first_phase


def link(
    session: Session, posting: Posting, policy_version: str, refund_id: str, by: str, reason: str, now: datetime
) -> None:
    """`posting` is confirmed as the refund `refund_id`; NotLinkable, with nothing changed, where it must not be.

    Its return is decided anew, so that what kept the transaction waiting is closed.
    """
    lock(session, LEASES)
    row = session.get(PostingRow, posting.reference, with_for_update=True)
    _may_be_linked(session, posting, row, refund_id, now)
    if row is None:
        row = _written(session, posting, policy_version, now)
    else:
        _plan_again(session, row, posting, policy_version, now)
    apply(session, row, Event.SEND, now)
    apply(session, row, Event.CONFIRM, now, vendor_id=refund_id, linked=True)
    row.tries, row.sent_at = row.tries + 1, now
    decide_anew(session, posting.return_id, now)
    session.add(_attempt(row, by, "link", f"refund {refund_id}: {reason}", now))
    session.flush()


def unlink(session: Session, reference: str, by: str, reason: str, now: datetime) -> None:
    """The refund is not this credit after all: the posting is withdrawn, and its return decided anew."""
    row = locked(session, reference)
    if row.state != State.CONFIRMED.value or not row.linked:
        return
    apply(session, row, Event.UNLINK, now, reason=f"{by} took the link back: {reason}")
    row.vendor_id, row.linked = None, False
    decide_anew(session, row.return_id, now)
    session.add(_attempt(row, by, "unlink", reason, now))
    session.flush()


def _may_be_linked(session: Session, posting: Posting, row: PostingRow | None, refund_id: str, now: datetime) -> None:
    transaction = posting.covers[0]
    owner = session.scalars(
        select(PostingRow).where(
            col(PostingRow.vendor_id) == refund_id,
            col(PostingRow.kind) == Kind.CREDIT.value,
            col(PostingRow.reference) != posting.reference,
        )
    ).first()
    if owner is not None:
        raise NotLinkable(f"Refund {refund_id} is the credit {owner.reference} of RMA {owner.return_id} already.")
    if row is not None and row.state == State.CONFIRMED.value:
        raise NotLinkable(
            f"Transaction {transaction} is credited already, by {row.reference} (refund {row.vendor_id}): a link would "
            "make two credits for one transaction. Delete one of the two refunds in Linnworks, or accept this one."
        )
    if row is not None and row.state in (State.SENT.value, State.UNKNOWN.value):
        raise NotLinkable(
            f"It is not known yet whether Linnworks has the credit {row.reference} of transaction {transaction}; "
            f"`returnworks replay {row.return_id}` settles it. Then link."
        )
    if is_held(session, posting.order_id, now) or (row is not None and is_held(session, row.order_id, now)):
        raise NotLinkable("A worker is busy with this order now. Try again in a minute.")
    other = next(iter(live_facts(session, facts_of(posting)).values()), posting.reference)
    if other != posting.reference:
        raise NotLinkable(f"Transaction {transaction} is covered by {other} already.")


def _written(session: Session, posting: Posting, policy_version: str, now: datetime) -> PostingRow:
    row = PostingRow(
        reference=posting.reference,
        kind=posting.kind.value,
        return_id=posting.return_id,
        order_id=posting.order_id,
        state=State.PLANNED.value,
        phase=first_phase(posting.kind),
        payload={},
        rule=posting.rule,
        policy_version=policy_version,
        created_at=now,
        updated_at=now,
    )
    rewrite(row, posting, policy_version, now)
    session.add(row)
    session.flush()
    covers = [
        {"reference": row.reference, "kind": kind, "fact_id": fact, "live": True}
        for kind, fact in sorted(facts_of(posting))
    ]
    session.execute(insert(PostingCoverRow), covers)
    return row


def _plan_again(session: Session, row: PostingRow, posting: Posting, policy_version: str, now: datetime) -> None:
    """Whatever became of the plan, it is planned now and says what stands in Linnworks."""
    back = {State.HELD: Event.RELEASE, State.REFUSED: Event.RETRY, State.WITHDRAWN: Event.PLAN}
    event = back.get(State(row.state))
    if event is not None:
        apply(session, row, event, now)
    rewrite(row, posting, policy_version, now)
    covers = update(PostingCoverRow).where(col(PostingCoverRow.reference) == row.reference)
    session.execute(covers.values(live=True))


def _attempt(row: PostingRow, by: str, action: str, detail: str, now: datetime) -> AttemptRow:
    return AttemptRow(
        reference=row.reference,
        phase=row.phase,
        started_at=now,
        finished_at=now,
        worker=by,
        action=action,
        request={},
        outcome="linked" if action == "link" else "unlinked",
        response={"by": by, "why": detail},
    )
