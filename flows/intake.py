"""Intake: what changed in ReturnGO, read and decided upon."""

from typing import Any

from prefect import flow

from flows.way import queue_changes
from tasks.bridge import open_bridge
from tasks.drain import drain
from tasks.intake import listen, plan_due, read_queued
from tasks.telling import told


@flow(name="intake", validate_parameters=True)
async def intake(sweep: bool = False, poll: bool = True) -> dict[str, Any]:
    """Queue every return that changed, read it, and write down what it should cause in Linnworks.

    `sweep` re-reads all open returns now; otherwise that happens when the slow sweep is due. Without `poll` only
    what is queued already is read, as after a webhook that named its return.
    """
    async with open_bridge() as bridge:
        queued = await queue_changes(bridge, poll=poll, sweep=sweep)
        read = await drain(read_queued, bridge)
        planned = await drain(plan_due, bridge)
        await listen(bridge)
        return told({"queued": queued} | read.figures() | planned.figures())
