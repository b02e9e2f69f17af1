"""Why one return becomes what it becomes: the rules asked now, beside what was posted and by which policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from returnworks.ledger import Ledger, PostingRecord
from returnworks.rules.explaining import Booked, Decision, Fact, explain
from returnworks.rules.model import Kind, Return, Stage
from returnworks.rules.policy import Policy, changed_settings
from returnworks.rules.states import State
from returnworks.work.bridge import Bridge
from returnworks.work.planning import decide


@dataclass(frozen=True, slots=True)
class EarlierPolicy:
    """A policy that decided about this return before, and how today's differs."""

    version: str
    references: tuple[str, ...]
    """What it decided."""
    differs: tuple[str, ...] | None
    """Settings that are others now; None where its text was never kept."""


@dataclass(frozen=True, slots=True)
class Explained:
    return_id: str
    stage: Stage
    policy_version: str
    """The policy that was asked: today's."""
    decided_by: str | None
    """The policy that decided last on the way; None while nothing was decided."""
    closes_at: datetime
    """When goods that are decided upon now are posted by the schedules."""
    decisions: tuple[Decision, ...]
    earlier: tuple[EarlierPolicy, ...]


async def explain_return(bridge: Bridge, return_id: str) -> Explained:
    """The return as ReturnGO shows it now. Reads both vendors, posts nothing. NotFound when ReturnGO has none such."""
    ret = await bridge.returngo.get_return(return_id)
    made = (await decide(bridge, [ret]))[return_id]
    records = bridge.ledger.postings(return_ids=[return_id])
    return Explained(
        return_id=return_id,
        stage=made.plan.stage,
        policy_version=bridge.policy.version,
        decided_by=bridge.ledger.decided_by([return_id]).get(return_id),
        closes_at=_closes_at(bridge, ret),
        decisions=explain(ret, made.context, bridge.policy, made.plan, booked(records)),
        earlier=_earlier(bridge.ledger, records, bridge.policy),
    )


def _closes_at(bridge: Bridge, ret: Return) -> datetime:
    return bridge.policy.restock_windows.closes_at(bridge.now(), ret.shop)


def booked(records: Iterable[PostingRecord]) -> dict[Fact, Booked]:
    """The postings by what they settle; one that was refused counts only where no other settles it."""
    found: dict[Fact, Booked] = {}
    for record in sorted(records, key=lambda record: (record.state != State.REFUSED, record.created_at)):
        kind = Kind.RESTOCK if record.kind == Kind.STOCK else record.kind
        for fact in record.posting.covers:
            found[kind, fact] = Booked(record.reference, record.state.value, record.rule, record.policy_version)
    return found


def _earlier(ledger: Ledger, records: Iterable[PostingRecord], now: Policy) -> tuple[EarlierPolicy, ...]:
    by_version: dict[str, list[str]] = {}
    for record in records:
        if record.policy_version != now.version:
            by_version.setdefault(record.policy_version, []).append(record.reference)
    return tuple(
        EarlierPolicy(version, tuple(references), _differs(ledger.policy_document(version), now))
        for version, references in by_version.items()
    )


def _differs(document: str | None, now: Policy) -> tuple[str, ...] | None:
    return None if document is None else changed_settings(document, now.document())
