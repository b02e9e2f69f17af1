"""The whole way of a return in one go, as a person asks for it: read, decide, post goods, money and exchange."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from returnworks.rules.model import Kind
from returnworks.work.bridge import Bridge
from returnworks.work.intake import ReadReport, sweep_is_due
from returnworks.work.planning import PlanReport
from returnworks.work.posting import PostReport
from tasks.drain import drain
from tasks.intake import plan_due, poll_changes, read_queued, sweep_open
from tasks.posting import post_due, settle_unknowns


class Stage(StrEnum):
    """The stages a person can choose to run."""

    INTAKE = "intake"
    RESTOCK = "restock"
    CREDIT = "credit"
    EXCHANGE = "exchange"
    NOTES = "notes"


ALL_STAGES = tuple(Stage)
_KINDS = {Stage.RESTOCK: Kind.RESTOCK, Stage.CREDIT: Kind.CREDIT, Stage.EXCHANGE: Kind.EXCHANGE, Stage.NOTES: Kind.NOTE}


@dataclass(frozen=True, slots=True)
class WayReport:
    """What became of everything that was due."""

    settled: PostReport = field(default_factory=PostReport)
    read: ReadReport = field(default_factory=ReadReport)
    planned: PlanReport = field(default_factory=PlanReport)
    posted: dict[str, PostReport] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """Nothing was refused, held, lost, unreadable, unknown to ReturnGO, or waits for a person."""
        posts = [self.settled, *self.posted.values()]
        troubled = any(post.refused or post.held or post.unknown for post in posts)
        return not (
            troubled or self.read.unreadable or self.read.nowhere or self.planned.opened or self.planned.standing
        )

    def figures(self) -> dict[str, Any]:
        stages = {name: post.figures() for name, post in self.posted.items()}
        return {"settled": self.settled.figures(), **self.read.figures(), **self.planned.figures(), **stages}


async def carry_through(
    bridge: Bridge, only: Sequence[str] | None = None, stages: Sequence[Stage] = ALL_STAGES
) -> WayReport:
    """Take every return that is due, or exactly `only`, through the chosen stages; the open window is closed.

    Whatever the stages, what is known is decided upon first: nothing is posted that is out of date.
    """
    settled = await drain(settle_unknowns, bridge, only=only)
    read = ReadReport()
    if Stage.INTAKE in stages:
        read = await _take_in(bridge, only)
    planned = await _decide(bridge, only)
    posted = {
        stage.value: await drain(post_due, bridge, _KINDS[stage], only=only, at_once=True)
        for stage in ALL_STAGES
        if stage in stages and stage in _KINDS
    }
    return WayReport(settled, read, planned, posted)


async def _take_in(bridge: Bridge, only: Sequence[str] | None) -> ReadReport:
    if only is not None:
        bridge.ledger.enqueue(only, "manual", bridge.now())
    else:
        await queue_changes(bridge)
    return await drain(read_queued, bridge, only=only)


async def queue_changes(bridge: Bridge, *, poll: bool = True, sweep: bool = False) -> int:
    """Queue what changed, and the open returns when their slow sweep is due or `sweep` asks for it now."""
    queued = await poll_changes(bridge) if poll else 0
    if sweep or sweep_is_due(bridge):
        older_than = timedelta(0) if sweep else timedelta(hours=bridge.policy.sweep_hours)
        queued += await sweep_open(bridge, older_than)
    return queued


async def _decide(bridge: Bridge, only: Sequence[str] | None) -> PlanReport:
    if only is not None:
        return await plan_due(bridge, only=only)
    return await drain(plan_due, bridge)
