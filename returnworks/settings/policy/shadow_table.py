"""`[shadow]`: what must be so before an installation goes live."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from returnworks.rules.shadow_terms import ShadowTerms
from returnworks.settings.policy.table import Count, Table


class ShadowTable(Table):
    nights: Count = ShadowTerms.nights
    agreement_percent: Annotated[int, Field(ge=0, le=100)] = ShadowTerms.agreement_percent
    decisions: Count = ShadowTerms.decisions

    def settings(self) -> dict[str, Any]:
        return {"shadow": ShadowTerms(**dict(self))}
