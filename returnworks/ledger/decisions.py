"""Refunds that nobody explains, as the nights saw them, and what people decided about each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.linking import link, unlink
from returnworks.ledger.records import key
from returnworks.ledger.statements import chunks, upsert
from returnworks.ledger.tables import ForeignRefundRow, RefundDecisionRow
from returnworks.rules.foreign import ForeignRefund, Likely, Outcome, RefundDecision
from returnworks.rules.model import Posting
from returnworks.rules.money import Money


class Decisions(Book):
    def see_foreign(self, found: Sequence[ForeignRefund], now: datetime) -> None:
        """A whole night found these and no others: the rest of those that stood are explained or gone."""
        with self._write("foreign refunds") as session:
            earlier = _first_seen(session, [each.refund_id for each in found])
            session.execute(
                update(ForeignRefundRow)
                .where(col(ForeignRefundRow.gone_at).is_(None), col(ForeignRefundRow.last_seen_at) < now)
                .values(gone_at=now)
            )
            rows = {each.refund_id: _seen(each, earlier.get(each.refund_id, now), now) for each in found}
            upsert(session, ForeignRefundRow, list(rows.values()))

    def foreign_refunds(self, standing_only: bool = True) -> list[ForeignRefund]:
        """What the last whole night found unexplained, longest known first; all that any night found, if asked."""
        wanted = [col(ForeignRefundRow.gone_at).is_(None)] if standing_only else []
        oldest = (col(ForeignRefundRow.first_seen_at), col(ForeignRefundRow.refund_id))
        with self._read() as session:
            return [_foreign(row) for row in session.scalars(select(ForeignRefundRow).where(*wanted).order_by(*oldest))]

    def foreign_refund(self, refund_id: str) -> ForeignRefund | None:
        """A refund that some night found unexplained, explained by now or not."""
        with self._read() as session:
            row = session.get(ForeignRefundRow, refund_id)
            return _foreign(row) if row else None

    def refund_decisions(self, as_of: datetime | None = None, refund_id: str | None = None) -> list[RefundDecision]:
        """Every decision, oldest first: those that counted at `as_of`, or those about one refund, by any of its ids."""
        wanted = []
        if as_of is not None:
            wanted.append(col(RefundDecisionRow.decided_at) <= as_of)
            wanted.append(or_(col(RefundDecisionRow.undone_at).is_(None), col(RefundDecisionRow.undone_at) > as_of))
        with self._read() as session:
            rows = session.scalars(select(RefundDecisionRow).where(*wanted).order_by(col(RefundDecisionRow.id)))
            found = [_decision(row) for row in rows]
        return [each for each in found if refund_id is None or refund_id in each.refund_ids]

    def decide(
        self,
        refund_ids: Sequence[str],
        order_id: str,
        amount: Money,
        outcome: Outcome,
        reason: str,
        by: str,
        now: datetime,
        until: datetime | None = None,
    ) -> RefundDecision:
        """Goodwill until a moment in the future, or CX. An earlier decision about the refund ends with it.

        `refund_ids` begin with the refund's header. ValueError without a reason, a person, or the end of goodwill.
        """
        _must_be_whole(reason, by)
        if outcome == Outcome.LINK or (outcome == Outcome.GOODWILL) != (until is not None and until > now):
            raise ValueError("Goodwill needs a moment in the future at which it ends; no other outcome has one.")
        with self._write("intents") as session:
            _end(session, _counting(session, refund_ids), by, "decided anew", now)
            row = _row(refund_ids, order_id, amount, outcome, reason, by, now)
            row.until = until
            return _added(session, row)

    def link_refund(
        self, posting: Posting, policy_version: str, refund_ids: Sequence[str], reason: str, by: str, now: datetime
    ) -> RefundDecision:
        """The refund is the credit that `posting` means: confirmed, with nothing sent; all or nothing.

        Raises `NotLinkable`, with the reason, where another credit of that transaction stands or may stand,
        or where somebody is at work on the order.
        """
        _must_be_whole(reason, by)
        assert posting.amount is not None, "a credit has an amount"
        with self._write("intents") as session:
            _end(session, _counting(session, refund_ids), by, "decided anew", now)
            link(session, posting, policy_version, refund_ids[0], by, reason, now)
            row = _row(refund_ids, posting.order_id, posting.amount, Outcome.LINK, reason, by, now)
            row.return_id, row.transaction_id = posting.return_id, posting.covers[0]
            row.reference = posting.reference
            return _added(session, row)

    def undo_decision(self, refund_id: str, reason: str, by: str, now: datetime) -> RefundDecision | None:
        """Take the decision about a refund back; None when none counts. A link is loosened with it."""
        _must_be_whole(reason, by)
        with self._write("intents") as session:
            rows = _counting(session, [refund_id])
            _end(session, rows, by, reason, now)
            return _decision(rows[0]) if rows else None


def _must_be_whole(reason: str, by: str) -> None:
    if not reason.strip() or not by.strip():
        raise ValueError("A decision needs a reason and the person who decided.")


def _first_seen(session: Session, refund_ids: Sequence[str]) -> dict[str, datetime]:
    return {
        row.refund_id: row.first_seen_at
        for part in chunks(refund_ids)
        for row in session.scalars(select(ForeignRefundRow).where(col(ForeignRefundRow.refund_id).in_(part)))
    }


def _seen(found: ForeignRefund, first: datetime, now: datetime) -> dict[str, object]:
    return {
        "refund_id": found.refund_id,
        "order_id": found.order_id,
        "order_number": found.order_number,
        "reference": found.reference,
        "amount_minor": found.amount.minor,
        "currency": found.amount.currency,
        "made_at": found.created_at,
        "likely": [asdict(each) for each in found.likely],
        "first_seen_at": first,
        "last_seen_at": now,
        "gone_at": None,
    }


def _foreign(row: ForeignRefundRow) -> ForeignRefund:
    return ForeignRefund(
        refund_id=row.refund_id,
        order_id=row.order_id,
        order_number=row.order_number,
        reference=row.reference,
        amount=Money(row.amount_minor, row.currency),
        created_at=row.made_at,
        likely=tuple(Likely(**{**each, "reasons": tuple(each["reasons"])}) for each in row.likely),
    )


def _counting(session: Session, refund_ids: Iterable[str]) -> list[RefundDecisionRow]:
    """The decisions that are not undone about a refund of any of these ids."""
    ids = set(refund_ids)
    counting = select(RefundDecisionRow).where(col(RefundDecisionRow.undone_at).is_(None))
    return [row for row in session.scalars(counting.with_for_update()) if ids & {row.refund_id, *row.refund_ids}]


def _end(session: Session, rows: Sequence[RefundDecisionRow], by: str, reason: str, now: datetime) -> None:
    for row in rows:
        row.undone_at, row.undone_by, row.undone_reason = now, by, reason
        if row.outcome == Outcome.LINK.value and row.reference:
            unlink(session, row.reference, by, reason, now)
    session.flush()


def _row(
    refund_ids: Sequence[str], order_id: str, amount: Money, outcome: Outcome, reason: str, by: str, now: datetime
) -> RefundDecisionRow:
    return RefundDecisionRow(
        refund_id=refund_ids[0],
        refund_ids=list(refund_ids),
        order_id=order_id,
        amount_minor=amount.minor,
        currency=amount.currency,
        outcome=outcome.value,
        reason=reason,
        decided_by=by,
        decided_at=now,
    )


def _added(session: Session, row: RefundDecisionRow) -> RefundDecision:
    session.add(row)
    session.flush()
    return _decision(row)


def _decision(row: RefundDecisionRow) -> RefundDecision:
    return RefundDecision(
        id=key(row.id),
        refund_ids=tuple(row.refund_ids),
        order_id=row.order_id,
        amount=Money(row.amount_minor, row.currency),
        outcome=Outcome(row.outcome),
        reason=row.reason,
        by=row.decided_by,
        at=row.decided_at,
        return_id=row.return_id,
        transaction_id=row.transaction_id,
        reference=row.reference,
        until=row.until,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
        undone_reason=row.undone_reason,
    )
