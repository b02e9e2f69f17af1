"""Where each unit of one return is, counted from what ReturnGO shows and what the plan makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from returnworks.reconcile.facts import ReturnUnits
from returnworks.rules.lifecycle import back_since, is_kept, is_missing
from returnworks.rules.model import Disposition, Kind, Plan, Return, ReturnLine, Stage
from returnworks.rules.policy import Policy

_NOT_APPROVED = (Stage.REQUESTED, Stage.REJECTED, Stage.CANCELLED)
"""Of such returns only the units that are here nevertheless count."""


def count_units(ret: Return, plan: Plan, policy: Policy) -> ReturnUnits:
    """`plan` is the whole plan of the return, made as if nothing had been posted.

    Each group is counted by its own question and none as the rest of the others, so that a unit that nobody
    accounts for shows as a remainder.
    """
    places = _dispositions(plan)
    received = [line for line in ret.lines if line.line_id in places or _is_back(line, ret, policy)]
    lines = received if plan.stage in _NOT_APPROVED else ret.lines
    ways = Counter(places[line.line_id] for line in received if line.line_id in places)
    others = [line for line in received if line.line_id not in places]
    holds = _holds(plan, ret)
    held = [line for line in others if line.line_id in holds]
    return ReturnUnits(
        return_id=ret.return_id,
        approved=len(lines),
        kept=sum(is_kept(line) for line in lines),
        missing=sum(is_missing(line) and not is_kept(line) for line in lines),
        travelling=sum(_travels(line, ret, policy) for line in lines if line.line_id not in places),
        received=len(received),
        sellable=ways[Disposition.SELLABLE],
        quarantine=ways[Disposition.QUARANTINE],
        scrap=ways[Disposition.SCRAP],
        undecided=ways[Disposition.UNDECIDED],
        held=len(held),
        waiting=len(others) - len(held) if plan.waits else 0,
        held_by=tuple(sorted({holds[line.line_id] for line in ret.lines if line.line_id in holds})),
    )


def _is_back(line: ReturnLine, ret: Return, policy: Policy) -> bool:
    return back_since(line, ret, policy) is not None


def _travels(line: ReturnLine, ret: Return, policy: Policy) -> bool:
    """Neither kept nor missing, and not back under the shop's trigger."""
    return not is_kept(line) and not is_missing(line) and back_since(line, ret, policy) is None


def _dispositions(plan: Plan) -> Mapping[str, Disposition]:
    """What each planned return line is good for; a set's components share their line's."""
    return {
        line_id: row.disposition
        for posting in plan.postings
        if posting.kind in (Kind.RESTOCK, Kind.STOCK)
        for row in posting.restock
        for line_id in row.line_ids
    }


def _holds(plan: Plan, ret: Return) -> Mapping[str, str]:
    """The code of the first finding that covers each line; one that covers nothing speaks of the whole return."""
    every = tuple(line.line_id for line in ret.lines)
    return {fact: finding.code for finding in reversed(plan.findings) for fact in finding.covers or every}
