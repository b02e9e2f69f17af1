"""The exceptions desk as flows: a form for people, the news each morning, the review each week."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from returnworks.errors import Refused
from returnworks.work.desk import acting
from tasks.bridge import open_bridge
from tasks.desk import Deed, act, end_waivers, look_back, publish_digest, publish_review, tell_news
from tasks.telling import told

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=acting.LONGEST)]


class Act(StrEnum):
    """What a person can do at the desk."""

    ASSIGN = "assign"
    NOTE = "note"
    WAIVE = "waive"
    UNWAIVE = "unwaive"


class DeskRequest(BaseModel):
    """What to do, to which exceptions. Nothing here closes one: only evidence does."""

    model_config = ConfigDict(extra="forbid")

    exception_ids: list[int] = Field(
        min_length=1, max_length=200, description="Their numbers, as in the night's table."
    )
    action: Act = Field(default=Act.NOTE, description="assign, note, waive or unwaive.")
    who: Words = Field(description="Your name or your team's; it is kept with what you do.", min_length=1)
    assignee: Words = Field(default="", description="assign: a person or a team; empty gives it back to its owner.")
    text: Words = Field(default="", description="note: what to write down. waive: why it may rest. Nobody's address.")
    until: date | None = Field(default=None, description="waive: the last day of rest, UTC, at most a year away.")

    @model_validator(mode="after")
    def _whole(self) -> DeskRequest:
        if self.action in (Act.NOTE, Act.WAIVE) and not self.text:
            raise ValueError(f"`text` is empty; {self.action} needs it.")
        if self.action == Act.WAIVE and self.until is None:
            raise ValueError("`until` is empty; a waiver ends on a day.")
        return self

    def deed(self) -> Deed:
        """The same as something that can be done to each exception."""
        match self.action:
            case Act.ASSIGN:
                return lambda ledger, item, now: acting.assign(ledger, item, self.assignee, self.who, now)
            case Act.NOTE:
                return lambda ledger, item, now: acting.note(ledger, item, self.text, self.who, now)
            case Act.UNWAIVE:
                return lambda ledger, item, now: acting.unwaive(ledger, item, self.who, now)
        waiver = partial(acting.waive, reason=self.text, until=self.until or date.min, who=self.who)
        return lambda ledger, item, now: waiver(ledger, item, now=now)


@flow(name="exceptions-desk")
async def exceptions_desk(request: DeskRequest) -> dict[str, Any]:
    """Assign, note, waive or unwaive exceptions. Those that it cannot be done to fail the run; the others are done."""
    asked = DeskRequest.model_validate(request)
    async with open_bridge() as bridge:
        refused = await act(bridge, asked.exception_ids, asked.deed())
    if refused:
        raise Refused("; ".join(f"{exception_id}: {why}" for exception_id, why in refused.items()))
    return told({f"{asked.action} done": len(asked.exception_ids)})


@flow(name="exception-digest")
async def exception_digest() -> dict[str, Any]:
    """Tell the alert webhook what is new at the desk, by owner, and whoever the policy escalates to."""
    async with open_bridge() as bridge:
        ended = await end_waivers(bridge)
        text = await tell_news(bridge)
        if text:
            await publish_digest(text)
        return told({"waivers_ended": ended, "lines": len(text.splitlines())})


@flow(name="weekly-review")
async def weekly_review() -> dict[str, Any]:
    """The desk's week: what came and went by code, ages, what keeps coming back, what was mended by itself."""
    async with open_bridge() as bridge:
        made = await look_back(bridge)
        await publish_review(made)
        return told(
            {
                "ties_out": made.week.ties_out,
                "reopened": len(made.reopened),
                "waivers_expiring": len(made.expiring),
                "healings": len(made.healings),
            }
        )
