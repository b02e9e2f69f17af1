"""What is served and when. Flows are found by module path, so there is one copy of each in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from prefect import Flow, serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import EntrypointType, RunnerDeployment

from flows.desk import exception_digest, exceptions_desk, weekly_review
from flows.intake import intake
from flows.month_end import month_end_close
from flows.night import reconcile_nightly
from flows.rerun import rerun_returns
from flows.stages import credit, exchange, notes, restock, settle
from returnworks.settings import PolicyFile


@dataclass(frozen=True, slots=True)
class Served:
    flow: Flow[..., Any]
    text: str
    every: timedelta | None = None
    cron: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


SERVED = (
    Served(intake, "Reads what changed in ReturnGO and writes down what it should cause.", timedelta(minutes=15)),
    Served(restock, "Books and actions returned goods when their window has closed.", timedelta(minutes=5)),
    Served(credit, "Records one credit for every refund that was paid.", timedelta(minutes=5)),
    Served(exchange, "Marks and routes exchange orders so that they ship and are no sales.", timedelta(minutes=5)),
    Served(notes, "Writes on the original orders where their returns stand.", timedelta(minutes=15)),
    Served(settle, "Looks up postings whose answer was lost.", timedelta(minutes=5)),
    Served(reconcile_nightly, "Compares both systems and the ledger, explains every difference.", cron="30 2 * * *"),
    Served(
        month_end_close, "Makes last month's close pack and looks whether earlier ones still hold.", cron="0 6 * * *"
    ),
    Served(exception_digest, "Tells each owner what is new at the exceptions desk.", cron="0 7 * * *"),
    Served(weekly_review, "Looks back at the exceptions desk's week.", cron="30 7 * * 1"),
    Served(exceptions_desk, "Assigns, notes or waives exceptions."),
    Served(rerun_returns, "Takes chosen returns through chosen stages again."),
)


def deployments(policy: PolicyFile) -> list[RunnerDeployment]:
    """One deployment per flow, of the same name; at most one run of each at a time, later ones wait."""
    return [_deployment(served, policy.time_zone) for served in SERVED]


def _deployment(served: Served, time_zone: str) -> RunnerDeployment:
    from prefect.schedules import Cron, Interval

    schedule = None
    if served.every:
        schedule = Interval(served.every)
    elif served.cron:
        schedule = Cron(served.cron, timezone=time_zone)
    deployment = served.flow.to_deployment(
        name=served.flow.name,
        description=served.text,
        schedule=schedule,
        parameters=dict(served.parameters),
        tags=["returnworks"],
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    assert isinstance(deployment, RunnerDeployment)
    return deployment


def run(policy: PolicyFile) -> None:
    """Serve all deployments until stopped."""
    serve(*deployments(policy), limit=4)
