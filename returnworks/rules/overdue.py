"""Goods that should be back and are not: on their way for too long, or arrived and never inspected.

They are asked for, not written off: the finding stands at what the customer paid until the unit is inspected, kept or
called off in ReturnGO.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from returnworks.rules.doubts import Doubt, Part, changed_at, line_finding
from returnworks.rules.lifecycle import has_arrived, is_approved
from returnworks.rules.model import Return, ReturnLine
from returnworks.rules.policy import Policy


def overdue(ret: Return, line: ReturnLine, policy: Policy, now: datetime) -> Part:
    """What is to be said about a unit that is expected and does not count as back; when to ask, where not yet.

    ReturnGO gives no time for an arrival (documented), so the first inspection of the same return stands for it,
    else the return's last change, which is late rather than early.
    """
    if has_arrived(ret):
        return _wait(ret, line, _arrived_at(ret), policy.patience.verdict_days, _not_decided(line), now)
    if is_approved(ret):
        return _wait(ret, line, _approved_at(ret), policy.patience.arrival_days, _not_arrived(line), now)
    return Part()


def _wait(ret: Return, line: ReturnLine, since: datetime | None, days: int, doubt: Doubt, now: datetime) -> Part:
    if since is None or days <= 0:
        return Part()
    until = since + timedelta(days=days)
    if now < until:
        return Part(again_at=until)
    return Part(findings=(line_finding(doubt, ret, line, since),))


def _not_arrived(line: ReturnLine) -> Doubt:
    return Doubt(
        "goods_not_arrived",
        f"{line.sku or 'The unit'} is expected since the return was approved and has not arrived; ask the customer or "
        "the carrier, then mark it in ReturnGO as received, missing or called off.",
    )


def _not_decided(line: ReturnLine) -> Doubt:
    return Doubt(
        "goods_not_inspected",
        f"The return has arrived, but nobody said what became of {line.sku or 'this unit'}; inspect it in ReturnGO, or "
        "mark it there as not returned.",
    )


def _arrived_at(ret: Return) -> datetime | None:
    inspected = [line.inspection.at for line in ret.lines if line.inspection is not None]
    return min(inspected, default=changed_at(ret))


def _approved_at(ret: Return) -> datetime | None:
    return ret.approved_at or ret.created_at
