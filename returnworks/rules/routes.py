"""The routing table as values: each row's matchers, and what it does with a unit that meets them all."""

from __future__ import annotations

from dataclasses import dataclass

from returnworks.rules.model import Disposition


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the routing table: a unit that meets every matcher that is given goes there.

    An empty matcher meets everything. Texts are compared trimmed and without regard to case; `sku_patterns`
    are shell patterns ("MUG-*").
    """

    name: str
    disposition: Disposition
    location: str = ""
    """Name of a Linnworks location; empty means the policy's own location for this disposition."""
    scrap: bool = False
    """Whether units that go this way are booked back and thrown away; so is the disposition scrap."""
    category: str = ""
    """Linnworks return category, one of those that the account has."""
    restockable: bool | None = None
    """The warehouse's verdict: True or False meet inspected units only, None meets every unit."""
    reasons: tuple[str, ...] = ()
    """The shopper's reasons: ReturnGO `returnReason` or `extendedReason` (merchant's own texts)."""
    verdict_reasons: tuple[str, ...] = ()
    """The warehouse's reasons why a unit cannot be sold."""
    sku_patterns: tuple[str, ...] = ()
    """One of the SKUs by which ReturnGO or Linnworks knows the unit fits one of these."""
    shops: tuple[str, ...] = ()
    resolutions: tuple[str, ...] = ()
    """ReturnGO `resolutionType`, e.g. "RefundToPaymentMethod"."""
    whole_set: bool | None = None
    """True meets only whole sets (composites) that came back as such, False everything else."""
    reason: str = ""
    """What Linnworks shows as the reason of the return; empty means the shopper's own reason."""

    @property
    def scraps(self) -> bool:
        return self.scrap or self.disposition == Disposition.SCRAP

    @property
    def sells(self) -> bool:
        return self.disposition == Disposition.SELLABLE and not self.scrap


BUILT_IN_ROUTES = (
    Route("restockable goods are sold again", Disposition.SELLABLE, restockable=True),
    Route("goods that cannot be sold wait apart", Disposition.QUARANTINE, restockable=False),
)
"""Uninspected goods need no route: `uninspected_disposition` and `uninspected_location` say where they go."""
