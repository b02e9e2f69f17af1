"""Manual re-run of chosen returns, as a form in the Prefect UI."""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from prefect.logging import get_run_logger
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from flows.way import ALL_STAGES, Stage, carry_through
from tasks.bridge import open_bridge
from tasks.preview import preview

ReturnId = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\d{1,20}$")]


class Rerun(BaseModel):
    """Which returns to take through which stages again. What is already posted stays as it is."""

    model_config = ConfigDict(extra="forbid")

    return_ids: list[ReturnId] = Field(min_length=1, max_length=500, description="RMA numbers, digits only.")
    stages: list[Stage] = Field(default=list(ALL_STAGES), min_length=1, description="What to run, in this order.")
    ask_again: bool = Field(default=True, description="Also post what was held or refused, as `replay` does.")
    dry_run: bool = Field(default=True, description="Only show what would be posted.")
    reason: str = Field(default="", max_length=200, description="Why, for whoever reads the run later.")


@flow(name="rerun-returns")
async def rerun_returns(request: Rerun) -> dict[str, Any]:
    """Read the chosen returns again, decide anew, and post what is still missing, once."""
    chosen = Rerun.model_validate(request)
    log = get_run_logger()
    log.info("Re-running %s: %s", ", ".join(chosen.return_ids), chosen.reason or "no reason given")
    async with open_bridge() as bridge:
        if chosen.dry_run:
            return {"dry_run": True, "would_post": await preview(bridge, chosen.return_ids)}
        if chosen.ask_again:
            bridge.ledger.retry(chosen.return_ids, bridge.now())
        report = await carry_through(bridge, chosen.return_ids, chosen.stages)
        return {"dry_run": False} | report.figures()
