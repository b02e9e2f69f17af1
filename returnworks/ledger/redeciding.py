"""Second thoughts: a posting of which nothing was sent is only a plan, and follows what its return says now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from returnworks.ledger.engine import lock
from returnworks.ledger.leases import LEASES
from returnworks.ledger.moves import apply
from returnworks.ledger.payloads import POSTING
from returnworks.ledger.statements import chunks
from returnworks.ledger.tables import OrderLeaseRow, PostingCoverRow, PostingRow, ReturnRow
from returnworks.rules.model import Kind, Posting
from returnworks.rules.states import Event, State, first_phase

Fact = tuple[str, str]
"""(kind, fact id): what a posting covers."""


@dataclass(slots=True)
class Changes:
    """What became of postings that were only planned; see `Intended`."""

    rewritten: list[PostingRow] = field(default_factory=list)
    withdrawn: list[PostingRow] = field(default_factory=list)
    busy: list[PostingRow] = field(default_factory=list)


def changed_after(session: Session, return_ids: Collection[str], moment: datetime) -> set[str]:
    """Those of these returns of which something new was learned after `moment`."""
    return {
        return_id
        for part in chunks(return_ids)
        for return_id in session.scalars(
            select(col(ReturnRow.return_id)).where(
                col(ReturnRow.return_id).in_(part), col(ReturnRow.changed_at) > moment
            )
        )
    }


def redecide(
    session: Session,
    decided: Collection[str],
    instead_of: Collection[str],
    wanted: Mapping[str, Posting],
    policy_version: str,
    now: datetime,
) -> Changes:
    """Make the plans of the returns `decided` say what is `wanted`, by reference.

    One that became a plan only after the decision began (it is not in `instead_of`), or whose order somebody
    holds, stays as it is and is `busy`: its return has to be decided once more.
    """
    changes = Changes()
    if not decided:
        return changes
    lock(session, LEASES)
    for part in chunks(decided):
        for row in session.scalars(plans_of(part).order_by(col(PostingRow.reference)).with_for_update()).all():
            posting = wanted.get(row.reference)
            if posting is not None and POSTING.dump(posting) == row.payload:
                continue
            if row.reference not in instead_of or is_held(session, row.order_id, now):
                changes.busy.append(row)
            elif posting is not None:
                rewrite(row, posting, policy_version, now)
                changes.rewritten.append(row)
            else:
                apply(session, row, Event.WITHDRAW, now, reason="the return does not ask for it any more")
                changes.withdrawn.append(row)
    session.flush()
    return changes


def revive(
    session: Session, known: Iterable[PostingRow], wanted: Mapping[str, Posting], policy_version: str, now: datetime
) -> None:
    """Plan withdrawn postings again that are wanted again, where no other posting covers their facts by now."""
    for row in known:
        posting = wanted[row.reference]
        if row.state == State.WITHDRAWN.value and not live_facts(session, facts_of(posting)):
            apply(session, row, Event.PLAN, now)
            rewrite(row, posting, policy_version, now)
            covers = update(PostingCoverRow).where(col(PostingCoverRow.reference) == row.reference)
            session.execute(covers.values(live=True))


def rewrite(row: PostingRow, posting: Posting, policy_version: str, now: datetime) -> None:
    """From now on `row` means `posting`, which has its reference and so its facts."""
    for name, value in said_by(posting, policy_version).items():
        setattr(row, name, value)
    row.updated_at = now


def said_by(posting: Posting, policy_version: str) -> dict[str, Any]:
    """What a row keeps of what its posting says now."""
    return {
        "order_id": posting.order_id,
        "payload": POSTING.dump(posting),
        "amount_minor": posting.amount.minor if posting.amount else None,
        "currency": posting.amount.currency if posting.amount else None,
        "rule": posting.rule,
        "policy_version": policy_version,
        "due_at": posting.due_at,
    }


def plans_of(return_ids: Sequence[str]) -> Select[Any]:
    """Postings that are planned in their first phase. What a person asked for (STOCK) is no rule's to take back."""
    kinds = [kind for kind in Kind if kind != Kind.STOCK]
    first = or_(
        *(and_(col(PostingRow.kind) == kind.value, col(PostingRow.phase) == first_phase(kind)) for kind in kinds)
    )
    return select(PostingRow).where(
        col(PostingRow.return_id).in_(return_ids), col(PostingRow.state) == State.PLANNED.value, first
    )


def is_held(session: Session, order_id: str, now: datetime) -> bool:
    """Whether somebody is at work on the order; whoever asks holds the lock of the leases."""
    lease = session.get(OrderLeaseRow, order_id)
    return lease is not None and lease.until > now


def facts_of(posting: Posting) -> set[Fact]:
    """A returned line is one fact, whether it is booked on its order or put into stock: never both."""
    kind = Kind.RESTOCK if posting.kind == Kind.STOCK else posting.kind
    return {(kind.value, fact) for fact in posting.covers}


def live_facts(session: Session, facts: Iterable[Fact]) -> dict[Fact, str]:
    """Those of `facts` that live postings cover, with the reference of the one that does."""
    wanted = set(facts)
    found = {
        (cover.kind, cover.fact_id): cover.reference
        for part in chunks(sorted({fact_id for _, fact_id in wanted}))
        for cover in session.scalars(
            select(PostingCoverRow).where(col(PostingCoverRow.fact_id).in_(part), col(PostingCoverRow.live))
        )
    }
    return {fact: found[fact] for fact in wanted & found.keys()}
