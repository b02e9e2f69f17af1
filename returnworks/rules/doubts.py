"""Doubts: why one thing is not posted, and how a doubt becomes the Finding that a person reads.

The rules speak of a `Doubt` (a code and a sentence); owner and severity come from the table of codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from returnworks.rules import findings
from returnworks.rules.model import Finding, Liability, Posting, Return, ReturnLine
from returnworks.rules.money import Money, total


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason not to post, with the way out in the same sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Part:
    """One kind's part of a plan: what to post, what a person must look at, what was left alone and why."""

    postings: tuple[Posting, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    waits: bool = False
    """Whether something waits for Linnworks, so that deciding again later may decide otherwise."""
    again_at: datetime | None = None
    """From when on deciding again decides otherwise although nothing changed."""
    liabilities: tuple[Liability, ...] = ()
    """Store value that the shop owes besides what is credited."""

    def __add__(self, other: Part) -> Part:
        return Part(
            self.postings + other.postings,
            self.findings + other.findings,
            self.notes + other.notes,
            self.waits or other.waits,
            _earlier(self.again_at, other.again_at),
            self.liabilities + other.liabilities,
        )


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)


def joined(parts: Iterable[Part]) -> Part:
    """The parts one after the other."""
    whole = Part()
    for part in parts:
        whole += part
    return whole


def return_subject(return_id: str) -> str:
    return f"RMA {return_id}"


def line_subject(return_id: str, line_id: str) -> str:
    return f"RMA {return_id} / line {line_id}"


def refund_subject(return_id: str, transaction_id: str) -> str:
    return f"RMA {return_id} / transaction {transaction_id}"


def exchange_subject(return_id: str, channel_order_id: str) -> str:
    return f"RMA {return_id} / exchange {channel_order_id}"


def finding(
    doubt: Doubt,
    ret: Return,
    subject: str,
    *,
    covers: Sequence[str] = (),
    units: int = 0,
    value: Money | None = None,
    since: datetime | None = None,
) -> Finding:
    """The doubt as a person reads it; `since` falls back to the return's own last change."""
    return findings.finding(
        doubt.code,
        subject,
        doubt.message,
        return_id=ret.return_id,
        covers=tuple(covers),
        units=units,
        value=value,
        since=since or changed_at(ret),
    )


def line_finding(doubt: Doubt, ret: Return, line: ReturnLine, since: datetime | None = None) -> Finding:
    """One returned unit that waits for a person, at the price the customer paid for it."""
    subject = line_subject(ret.return_id, line.line_id)
    return finding(doubt, ret, subject, covers=(line.line_id,), units=1, value=line.paid, since=since)


def lines_finding(
    doubt: Doubt, ret: Return, lines: Sequence[ReturnLine], subject: str, since: datetime | None = None
) -> Finding:
    """Several returned units that wait for the same thing."""
    covers = sorted(line.line_id for line in lines)
    return finding(doubt, ret, subject, covers=covers, units=len(lines), value=paid_for(lines), since=since)


def paid_for(lines: Sequence[ReturnLine]) -> Money | None:
    """What the customer paid for these units; None when it is not known in one currency."""
    paid = [line.paid for line in lines if line.paid is not None]
    currencies = {amount.currency for amount in paid}
    return total(paid, currencies.pop()) if len(currencies) == 1 else None


def changed_at(ret: Return) -> datetime | None:
    """When the return last changed, as far as ReturnGO says."""
    return ret.updated_at or ret.approved_at or ret.created_at
