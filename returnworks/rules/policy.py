"""A shop's policy as values: when goods count as back, where they go, how long we wait for what.

Every default together is the built-in policy, which needs no file. Reading a file into these values is
somebody else's job; `rules.soundness` says what such a file must not ask for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import Any

from returnworks.rules.ageing import Ageing
from returnworks.rules.escalation import Escalation
from returnworks.rules.exchange_terms import ExchangeTerms
from returnworks.rules.healing import Healing
from returnworks.rules.model import Disposition
from returnworks.rules.nights import NightTerms
from returnworks.rules.order_notes import OrderNotes
from returnworks.rules.patience import Patience
from returnworks.rules.payouts import PayoutPolicy
from returnworks.rules.refund_terms import RefundTerms
from returnworks.rules.routes import BUILT_IN_ROUTES, Route
from returnworks.rules.shadow_terms import ShadowTerms
from returnworks.rules.silence import SilencePolicy
from returnworks.rules.windows import RestockWindows

__all__ = ["BUILT_IN", "BUILT_IN_ROUTES", "CompositePolicy", "Policy", "Route", "StockTrigger", "StoreCredit"]


class StockTrigger(StrEnum):
    """The moment from which a unit counts as back."""

    ITEM_INSPECTED = "item_inspected"
    """The unit's own validation date is set (ReturnGO item validation, documented; off by default)."""
    RMA_RECEIVED = "rma_received"
    """The RMA stands at Received or later; for shops without item validation."""
    RMA_DONE = "rma_done"
    """The RMA stands at Done; for shops without item validation."""


class StoreCredit(StrEnum):
    """What a refund to store credit or gift card does in Linnworks."""

    RECORD_ONLY = "record_only"
    """Nothing: the liability is shown, the order is not credited."""
    CREDIT = "credit"
    """Credited like a refund, up to what the order still has; a bonus above it never is."""


class CompositePolicy(StrEnum):
    """Where a whole returned set goes."""

    COMPONENTS = "components"
    """Each component to its own stock; an untracked parent's level follows by itself (documented)."""
    PARENT = "parent"
    """The set to the parent's own stock, only where Linnworks tracks the parent at that location."""


@dataclass(frozen=True)
class Policy:
    """What one shop decided. Locations are Linnworks location names, compared without regard to case."""

    stock_trigger: StockTrigger = StockTrigger.ITEM_INSPECTED
    routes: tuple[Route, ...] = ()
    """First match wins; what matches none goes to quarantine or inspection, never to a sellable place.

    Empty means `BUILT_IN_ROUTES`."""
    uninspected_disposition: Disposition = Disposition.UNDECIDED
    """Where goods go that count as back but that nobody looked at; never sellable."""
    uninspected_location: str = "Inspection"
    sellable_location: str = "Default"
    quarantine_location: str = "Quarantine"
    undecided_location: str = "Inspection"
    scrap_location: str = "Quarantine"
    """Where scrapped units are booked back before Linnworks writes them off."""
    composites: CompositePolicy = CompositePolicy.COMPONENTS
    composite_overrides: Mapping[str, CompositePolicy] = field(default_factory=dict)
    """By SKU of the set, where one set differs from `composites`."""
    extra_resolutions: tuple[str, ...] = ()
    """ReturnGO resolution types this shop uses beyond the known ones."""
    refund_kinds: tuple[str, ...] = ("RefundToPaymentMethod",)
    """ReturnGO transaction types that pay the customer back (documented)."""
    store_value_kinds: tuple[str, ...] = ("RefundToStoreCredit", "RefundToGiftCard")
    """Transaction types that make a liability of the shop (seen in public client code, unverified)."""
    ignored_kinds: tuple[str, ...] = ("InvoicePayment", "Purchase", "Authorization", "Capture")
    """Transaction types that are money towards the shop (InvoicePayment observed, the others assumed)."""
    store_credit: StoreCredit = StoreCredit.RECORD_ONLY
    refunds: RefundTerms = field(default_factory=RefundTerms)
    """Refunds that do not fall on one order without a remainder."""
    exchange_tag: str = "RETURNGO_EXCHANGE"
    exchange_folder: str = "Exchanges"
    exchanges: ExchangeTerms = field(default_factory=ExchangeTerms)
    """What is done about exchanges beyond marking them."""
    notes: OrderNotes = field(default_factory=OrderNotes)
    """What is written on the original order as its return goes its way."""
    restock_windows: RestockWindows = field(default_factory=RestockWindows)
    watch_days: int = 30
    """How long a return that looks finished stays watched."""
    overlap_minutes: int = 35
    """How far each poll reaches back before the last one."""
    sweep_hours: int = 12
    """How often open returns are read again although nothing says that they changed."""
    patience: Patience = field(default_factory=Patience)
    unprocessed_wait_hours: int = 72
    """How long an order may stay unprocessed in Linnworks before the wait becomes an exception."""
    stock_grace_hours: int = 24
    credit_grace_hours: int = 24
    exchange_grace_hours: int = 24
    """Within the grace a missing effect is a timing difference, after it a break."""
    tolerance_minor: Mapping[str, int] = field(default_factory=dict)
    """By currency, in minor units; currencies that are not named have none."""
    shadow: ShadowTerms = field(default_factory=ShadowTerms)
    """What must be so before going live."""
    silence: SilencePolicy = field(default_factory=SilencePolicy)
    """From when on nothing being heard is an alarm."""
    payouts: PayoutPolicy = field(default_factory=PayoutPolicy)
    """How the payment gateway's exports are read."""
    ageing: Ageing = field(default_factory=Ageing)
    """The age buckets of the exceptions desk."""
    escalation: Escalation = field(default_factory=Escalation)
    """Who else hears of exceptions that grow old or dear."""
    healing: Healing = field(default_factory=Healing)
    """What a night mends by itself; nothing unless a shop asks for it."""
    nights: NightTerms = field(default_factory=NightTerms)
    """How long nights are kept, and what the ledger's own check has patience with."""
    version: str = field(init=False, default="")
    """The first 12 hex digits of a hash of everything above: which policy decided."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "version", _fingerprint(self))

    def document(self) -> str:
        """Everything above as JSON text, in one fixed order: the same policy always gives the same text."""
        shown = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "version"}
        return json.dumps(shown, sort_keys=True, default=_plain)

    @property
    def routing_table(self) -> tuple[Route, ...]:
        """The routes that decide, in order."""
        return self.routes or BUILT_IN_ROUTES

    def tolerance(self, currency: str) -> int:
        """How far two amounts of `currency` may differ and still match, in minor units."""
        return self.tolerance_minor.get(currency, 0)

    def location_for(self, disposition: Disposition) -> str:
        """The name of the location for a disposition, where no route names one."""
        return {
            Disposition.SELLABLE: self.sellable_location,
            Disposition.QUARANTINE: self.quarantine_location,
            Disposition.SCRAP: self.scrap_location,
            Disposition.UNDECIDED: self.undecided_location,
        }[disposition]

    def composite_policy(self, sku: str) -> CompositePolicy:
        """What happens to a whole returned set of this SKU."""
        overrides = {key.strip().casefold(): value for key, value in self.composite_overrides.items()}
        return overrides.get(sku.strip().casefold(), self.composites)

    def is_sellable_place(self, location: str) -> bool:
        """Whether goods at this location are offered for sale, as far as the policy knows."""
        places = {
            self.sellable_location,
            *(r.location for r in self.routes if r.disposition == Disposition.SELLABLE),
        }
        return _same_text(location) in {_same_text(place) for place in places if place}

    def location_keys(self) -> dict[str, str]:
        """Every location the policy can send goods to, by the key that names it."""
        keys = {
            "sellable_location": self.sellable_location,
            "quarantine_location": self.quarantine_location,
            "undecided_location": self.undecided_location,
            "scrap_location": self.scrap_location,
            "uninspected_location": self.uninspected_location,
        }
        named = {f"routes.{route.name}.location": route.location for route in self.routes if route.location}
        return keys | named


def _fingerprint(policy: Policy) -> str:
    return hashlib.sha256(policy.document().encode()).hexdigest()[:12]


def _plain(value: Any) -> Any:
    """What JSON does not know: groups of settings as tables, sets in order, moments as text."""
    if is_dataclass(value):
        return {f.name: getattr(value, f.name) for f in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    return sorted(value) if isinstance(value, frozenset | set) else str(value)


def changed_settings(one: str, other: str) -> tuple[str, ...]:
    """The settings in which two policies differ, given as `Policy.document`; a group's are named "group.setting"."""
    return tuple(sorted(_differing(json.loads(one), json.loads(other))))


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    for key in one.keys() | other.keys():
        old, new = one.get(key), other.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from (f"{key}.{inner}" for inner in _differing(old, new))
        elif old != new:
            yield key


def _same_text(text: str) -> str:
    return text.strip().casefold()


BUILT_IN = Policy()
"""The policy that needs no file."""
