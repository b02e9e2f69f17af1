"""`[silence]`: from when on nothing being heard is an alarm."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from returnworks.rules.silence import SilencePolicy
from returnworks.settings.policy.table import Hours, Table


class SilenceTable(Table):
    factor: Annotated[float, Field(ge=1, le=100)] = SilencePolicy.factor
    least_hours: Hours = SilencePolicy.least_hours
    unknown_hours: Hours = SilencePolicy.unknown_hours
    poll_hours: Annotated[int, Field(ge=1, le=24 * 7)] = SilencePolicy.poll_hours

    def settings(self) -> dict[str, Any]:
        return {"silence": SilencePolicy(**dict(self))}
