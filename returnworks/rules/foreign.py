"""Refunds in Linnworks that no ReturnGO transaction explains, and what a person can decide about one.

Three outcomes: it is the credit of a transaction after all (link), the shop gave it (goodwill, until a day), or
the return behind it is missing and CX makes it (cx). Nothing is ever decided by likeness alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from returnworks.rules.lifecycle import is_paid, one_of
from returnworks.rules.model import CreditLine, Kind, Posting, Refund, RefundUnit, Transaction
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy
from returnworks.rules.references import owner_of, reference


class Outcome(StrEnum):
    LINK = "link"
    """It is this transaction's credit: counted once, and no other credit is posted for it."""
    GOODWILL = "goodwill"
    """The shop gave it and nothing is owed for it, until the waiver ends."""
    CX = "cx"
    """CX makes the return that is missing; it stays a difference until that return's transaction explains it."""


@dataclass(frozen=True, slots=True)
class Likely:
    """A transaction (or a return, without one) that a record in Linnworks could belong to; never more than a hint."""

    return_id: str
    transaction_id: str
    """"" where a whole return is meant."""
    score: int
    """0 to 100; the higher the likelier."""
    reasons: tuple[str, ...]
    """In words, what speaks for it and against it, the weightiest first."""


@dataclass(frozen=True, slots=True)
class ForeignRefund:
    """A refund that the last night found without an explanation."""

    refund_id: str
    """As the night read it: the header's id, or a line's where Linnworks' search shows only lines."""
    order_id: str
    order_number: int | None
    reference: str
    amount: Money
    created_at: datetime | None
    likely: tuple[Likely, ...] = ()
    """Best first."""


@dataclass(frozen=True, slots=True)
class RefundDecision:
    """What one person decided about one refund. It counts until it is undone, goodwill until its end besides."""

    id: int
    refund_ids: tuple[str, ...]
    """Every id under which Linnworks shows the refund: as it was named, its header's and its lines'."""
    order_id: str
    amount: Money
    outcome: Outcome
    reason: str
    by: str
    at: datetime
    return_id: str | None = None
    transaction_id: str | None = None
    reference: str | None = None
    """Of the posting that the link confirmed."""
    until: datetime | None = None
    """When goodwill ends; exactly then it has ended."""
    undone_at: datetime | None = None
    undone_by: str = ""
    undone_reason: str = ""

    @property
    def last_day(self) -> date | None:
        """The last day, UTC, on which goodwill is accepted: what the person named."""
        return (self.until - timedelta.resolution).date() if self.until else None

    def counts(self, moment: datetime) -> bool:
        """Whether it was made by then, and not undone, and did not end."""
        if moment < self.at or (self.undone_at is not None and self.undone_at <= moment):
            return False
        return self.until is None or moment < self.until


def decided(decisions: Iterable[RefundDecision], moment: datetime) -> Mapping[str, RefundDecision]:
    """The decision that counts at `moment`, by every id of its refund; of several the latest."""
    found: dict[str, RefundDecision] = {}
    for decision in sorted(decisions, key=lambda each: (each.at, each.id)):
        if decision.counts(moment):
            found |= dict.fromkeys(decision.refund_ids, decision)
    return found


def objection_to_link(refund: Refund, row: Transaction, policy: Policy) -> str | None:
    """Why this refund cannot be this transaction's credit, in a sentence; None when a person may say so.

    Amounts may differ: the difference stays an exception of its own.
    """
    if owner_of(refund.reference) is not None:
        return f"Refund {refund.refund_id} carries the reference {refund.reference}, so it is another credit of ours."
    if not is_paid(row):
        return f"Transaction {row.transaction_id} is {row.status}: no money moved that a refund could be the credit of."
    if not one_of(row.kind, policy.refund_kinds + policy.store_value_kinds):
        return f"Transaction {row.transaction_id} is a {row.kind}, which pays nothing back to the customer."
    if row.amount is not None and row.amount.currency != refund.amount.currency:
        return f"Transaction {row.transaction_id} is of {row.amount}, refund {refund.refund_id} of {refund.amount}."
    return None


def linked_posting(refund: Refund, return_id: str, row: Transaction, reason: str) -> Posting:
    """The credit of `row`, as it stands in Linnworks already: the refund's own lines, nothing of it to be sent."""
    lines = tuple(
        CreditLine(_unit(line.unit), line.amount, line.order_line_id, line.reference)
        for line in refund.lines
        if not line.deleted
    )
    return Posting(
        reference=reference(Kind.CREDIT, return_id, (row.transaction_id,)),
        kind=Kind.CREDIT,
        return_id=return_id,
        order_id=refund.order_id,
        covers=(row.transaction_id,),
        credit=lines or (CreditLine(RefundUnit.ADDITIONAL, refund.amount),),
        amount=refund.amount,
        rule=f"a person: {reason}",
        due_at=row.updated_at or row.created_at,
    )


def _unit(text: str) -> RefundUnit:
    """Linnworks' own word; one that is not known here counts as Additional."""
    known = {unit.value.casefold(): unit for unit in RefundUnit}
    return known.get(text.strip().casefold(), RefundUnit.ADDITIONAL)
