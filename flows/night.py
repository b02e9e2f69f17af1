"""The night as a flow: what `one_night` finds is also published in the Prefect UI."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow

from flows.one_night import one_night
from returnworks.rules.healing import HealMode
from tasks.alert import alert
from tasks.bridge import open_bridge
from tasks.night import publish
from tasks.telling import told


@flow(name="reconcile-nightly")
async def reconcile_nightly(since: datetime | None = None, heal: HealMode | None = None) -> dict[str, Any]:
    """Compare ReturnGO, the ledger and Linnworks, and give every unexplained difference an owner.

    `heal`: whether what the policy allows is mended; empty leaves that to the policy.
    """
    async with open_bridge() as bridge:
        report = await one_night(bridge, since=since, heal=heal)
        await publish(report.night, report.checks, report.filed, report.calls)
        await alert(report.filed)
        return told(report.figures())
