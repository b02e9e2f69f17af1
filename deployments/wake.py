"""Waking the intake when a webhook came, instead of waiting for its schedule."""

from __future__ import annotations

from prefect.deployments.flow_runs import arun_deployment

INTAKE = "intake/intake"


async def wake_intake(poll: bool) -> None:
    """Start one run of the deployment `intake` and do not wait for it. `poll`: ask ReturnGO what changed first.

    Raises whatever Prefect raises when its server does not answer or the deployment is not there.
    """
    await arun_deployment(INTAKE, parameters={"poll": poll}, timeout=0, as_subflow=False, tags=["webhook"])
