"""Moving a posting: always through `returnworks.rules.states.move`, always inside the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from returnworks.ledger.refusals import NotInLedger
from returnworks.ledger.tables import PostingCoverRow, PostingRow, ReturnRow
from returnworks.rules.model import Kind
from returnworks.rules.states import Event, State, first_phase, move

PLANNED_AGAIN = (Event.NOT_FOUND, Event.RELEASE, Event.RETRY)


def order_of(session: Session, reference: str) -> str:
    """The order that a posting is about; NotInLedger for unknown references."""
    order_id = session.scalar(select(col(PostingRow.order_id)).where(col(PostingRow.reference) == reference))
    if order_id is None:
        raise NotInLedger(f"The ledger holds no posting {reference}.")
    return order_id


def locked(session: Session, reference: str) -> PostingRow:
    """The posting, which nobody else can move until this transaction ends; NotInLedger for unknown references."""
    row = session.scalars(
        select(PostingRow).where(col(PostingRow.reference) == reference).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotInLedger(f"The ledger holds no posting {reference}.")
    return row


def apply(
    session: Session,
    row: PostingRow,
    event: Event,
    now: datetime,
    *,
    reason: str = "",
    vendor_id: str | None = None,
    linked: bool = False,
    next_try_at: datetime | None = None,
) -> None:
    """Move `row` by `event`, or IllegalMove with nothing changed.

    A posting that is refused or withdrawn before anything of it stood lets its facts go. When a later phase is
    refused the earlier one stands in Linnworks, so the facts stay covered. One that is planned again waits
    until its return is decided anew: what it says may be out of date.
    """
    kind, phase = Kind(row.kind), row.phase
    state, row.phase = move(kind, State(row.state), phase, event)
    row.state = state.value
    row.reason = reason
    row.vendor_id = vendor_id or row.vendor_id
    row.linked = row.linked or linked
    row.next_try_at = next_try_at if state == State.PLANNED else None
    row.updated_at = now
    row.confirmed_at = now if state == State.CONFIRMED else None
    if state in (State.REFUSED, State.WITHDRAWN) and phase == first_phase(kind):
        _let_go(session, row.reference)
    if event in PLANNED_AGAIN and phase == first_phase(kind):
        decide_anew(session, row.return_id, now)


def _let_go(session: Session, reference: str) -> None:
    session.execute(update(PostingCoverRow).where(col(PostingCoverRow.reference) == reference).values(live=False))


def decide_anew(session: Session, return_id: str, now: datetime) -> None:
    """The return counts as not decided upon; whoever is deciding just now began too early to know of this."""
    session.execute(
        update(ReturnRow)
        .where(col(ReturnRow.return_id) == return_id)
        .values(plan_fingerprint=None, plan_again_at=None, changed_at=now)
    )
