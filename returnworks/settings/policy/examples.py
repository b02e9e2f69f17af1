"""The worked examples of `returnworks.toml`, as people write them beside the rule that they are about."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from returnworks.rules.examples import MoneyExample, SetExample, UnitExample
from returnworks.rules.model import Disposition, Verdict
from returnworks.rules.policy import CompositePolicy
from returnworks.rules.routing import Unit
from returnworks.settings.policy.table import Table, Text


class UnitExampleTable(Table):
    """`[[route.example]]` and `[[example]]`: a returned unit, and what should become of it.

    Under a route, that route is expected to decide unless `decided_by` names another one or "nobody".
    """

    verdict: Literal["restockable", "not restockable", "uninspected"]
    reason: Text | None = None
    verdict_reason: Text | None = None
    sku: Text | None = None
    shop: Text | None = None
    resolution: Text | None = None
    whole_set: bool = False

    decided_by: Text | None = None
    disposition: Disposition | None = None
    location: Text | None = None
    scrap: bool | None = None
    category: Text | None = None

    @model_validator(mode="after")
    def _somebody_looked(self) -> UnitExampleTable:
        if Verdict(self.verdict) == Verdict.UNINSPECTED and self.verdict_reason:
            raise ValueError("has a verdict_reason, but nobody looked at it; choose another verdict")
        return self

    def example(self, under: str = "") -> UnitExample:
        """The example; `under` is the name of the route that it stands under."""
        unit = Unit(
            verdict=Verdict(self.verdict),
            reasons=(self.reason,) if self.reason else (),
            verdict_reason=self.verdict_reason or "",
            skus=(self.sku,) if self.sku else (),
            shop=self.shop or "",
            resolution=self.resolution or "",
            whole_set=self.whole_set,
        )
        return UnitExample(
            unit,
            decided_by=self.decided_by or under,
            disposition=self.disposition,
            location=self.location or "",
            scrap=self.scrap,
            category=self.category or "",
        )


class SetExampleTable(Table):
    """`[[composites.example]]`: where a whole set of this SKU should go."""

    sku: Text
    expect: CompositePolicy

    def example(self) -> SetExample:
        return SetExample(self.sku, self.expect)


class MoneyExampleTable(Table):
    """`[[money.example]]`: what a refund of this ReturnGO type should become."""

    kind: Text
    expect: Literal["credit", "record_only", "ignored", "held"]

    def example(self) -> MoneyExample:
        return MoneyExample(self.kind, self.expect)
