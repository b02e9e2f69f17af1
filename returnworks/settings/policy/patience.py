"""`[patience]`: how long the shop waits for goods and for a verdict on them before somebody is asked."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from returnworks.rules.patience import Patience
from returnworks.settings.policy.table import Table

DaysOrNever = Annotated[int, Field(ge=0, le=365)]
"""0: nobody is ever asked."""


class PatienceTable(Table):
    """In days; exactly so many days are already too long."""

    arrival_days: DaysOrNever = Patience.arrival_days
    verdict_days: DaysOrNever = Patience.verdict_days

    def settings(self) -> dict[str, Any]:
        return {"patience": Patience(**dict(self))}
