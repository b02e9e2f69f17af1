"""The tables of `returnworks.toml`. A new one is a class here (or in a module of its own) and one field of `File`."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from returnworks.rules.examples import Example
from returnworks.rules.exchange_terms import ExchangeTerms
from returnworks.rules.model import Disposition, Stage
from returnworks.rules.nights import NightTerms
from returnworks.rules.order_notes import OrderNotes
from returnworks.rules.policy import CompositePolicy, Policy, StockTrigger, StoreCredit
from returnworks.rules.problems import Where
from returnworks.rules.refund_terms import Additional, RefundTerms, SplitSale
from returnworks.rules.routes import Route
from returnworks.rules.windows import Peak, RestockWindows
from returnworks.settings.policy.desk import EscalationTable, ExceptionsTable, HealTable
from returnworks.settings.policy.examples import MoneyExampleTable, SetExampleTable, UnitExampleTable
from returnworks.settings.policy.patience import PatienceTable
from returnworks.settings.policy.payout_tables import PayoutsTable
from returnworks.settings.policy.shadow_table import ShadowTable
from returnworks.settings.policy.silence_table import SilenceTable
from returnworks.settings.policy.table import Count, Currency, Days, Hours, Minutes, NotEmpty, Table, Tag, Text, Texts


class PeakTable(Table):
    """`[[stock.peak]]`: hours in which the warehouse sends goods out and restock windows stay open."""

    start: time
    end: time
    days: Annotated[tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...], NotEmpty] = ()
    shops: Texts = ()

    @field_validator("start", "end")
    @classmethod
    def _on_the_wall(cls, at: time) -> time:
        if at.tzinfo is not None:
            raise ValueError("has a time zone of its own; write the shop's time, like 14:00")
        return at

    def peak(self) -> Peak:
        return Peak(**dict(self))


class StockTable(Table):
    """`[stock]`: when goods count as back and where they go where no route says otherwise."""

    trigger: StockTrigger = StockTrigger.ITEM_INSPECTED
    sellable_location: Text = Policy.sellable_location
    quarantine_location: Text = Policy.quarantine_location
    undecided_location: Text = Policy.undecided_location
    scrap_location: Text = Policy.scrap_location
    uninspected_disposition: Disposition = Disposition.UNDECIDED
    uninspected_location: Text = Policy.uninspected_location
    window_minutes: Minutes = RestockWindows.minutes
    window_minutes_by_shop: dict[Text, Minutes] = Field(default_factory=dict)
    peak: tuple[PeakTable, ...] = ()

    sets: ClassVar = {
        "trigger": "stock_trigger",
        "sellable_location": "sellable_location",
        "quarantine_location": "quarantine_location",
        "undecided_location": "undecided_location",
        "scrap_location": "scrap_location",
        "uninspected_disposition": "uninspected_disposition",
        "uninspected_location": "uninspected_location",
    }

    def settings(self) -> dict[str, Any]:
        peaks = tuple(row.peak() for row in self.peak)
        windows = RestockWindows(self.window_minutes, self.window_minutes_by_shop, peaks)
        return super().settings() | {"restock_windows": windows}

    def key_of(self, where: Where) -> Where | None:
        keys = {"minutes": "window_minutes", "by_shop": "window_minutes_by_shop", "peaks": "peak"}
        if where[0] == "restock_windows":
            return (keys[str(where[1])], *where[2:])
        return super().key_of(where)


class RouteTable(Table):
    """`[[route]]`: one row of the routing table."""

    name: Text
    disposition: Disposition
    location: str = ""
    scrap: bool = False
    category: str = ""
    restockable: bool | None = None
    reasons: Texts = ()
    verdict_reasons: Texts = ()
    sku_patterns: Texts = ()
    shops: Texts = ()
    resolutions: Texts = ()
    whole_set: bool | None = None
    reason: str = ""
    example: tuple[UnitExampleTable, ...] = ()

    def route(self) -> Route:
        return Route(**{key: value for key, value in self if key != "example"})


class CompositesTable(Table):
    """`[composites]`: where whole returned sets go."""

    default: CompositePolicy = CompositePolicy.COMPONENTS
    by_sku: dict[Text, CompositePolicy] = Field(default_factory=dict)
    example: tuple[SetExampleTable, ...] = ()

    sets: ClassVar = {"default": "composites", "by_sku": "composite_overrides"}


class MoneyTable(Table):
    """`[money]`: what refunds do in Linnworks."""

    store_credit: StoreCredit = StoreCredit.RECORD_ONLY
    tolerance: dict[Currency, Count] = Field(default_factory=dict)
    additional: Additional = Additional.POST
    split_sale: SplitSale = SplitSale.LARGEST
    example: tuple[MoneyExampleTable, ...] = ()

    sets: ClassVar = {"store_credit": "store_credit", "tolerance": "tolerance_minor"}

    def settings(self) -> dict[str, Any]:
        return super().settings() | {"refunds": RefundTerms(self.additional, self.split_sale)}


class ExchangeTable(Table):
    """`[exchange]`: how exchange orders are marked."""

    tag: Tag = Policy.exchange_tag
    folder: Text = Policy.exchange_folder
    goods_back_days: Days = ExchangeTerms().goods_back_days
    set_free_orders_paid: bool = ExchangeTerms().set_free_orders_paid
    rule_draft: bool = ExchangeTerms().rule_draft

    sets: ClassVar = {"tag": "exchange_tag", "folder": "exchange_folder"}

    def settings(self) -> dict[str, Any]:
        terms = ExchangeTerms(self.goods_back_days, self.set_free_orders_paid, self.rule_draft)
        return super().settings() | {"exchanges": terms}


class NotesTable(Table):
    """`[notes]`: what is written on the original order in Linnworks as its return goes its way."""

    enabled: bool = OrderNotes().enabled
    stages: tuple[Stage, ...] = OrderNotes().stages
    extended_property: bool = OrderNotes().extended_property

    def settings(self) -> dict[str, Any]:
        return {"notes": OrderNotes(**dict(self))}


class WatchTable(Table):
    """`[watch]`: how often and how long returns are looked at."""

    days: Days = Policy.watch_days
    overlap_minutes: Minutes = Policy.overlap_minutes
    sweep_hours: Annotated[int, Field(ge=1, le=24 * 7)] = Policy.sweep_hours
    unprocessed_order_hours: Hours = Policy.unprocessed_wait_hours

    sets: ClassVar = {
        "days": "watch_days",
        "overlap_minutes": "overlap_minutes",
        "sweep_hours": "sweep_hours",
        "unprocessed_order_hours": "unprocessed_wait_hours",
    }


class NightTable(Table):
    """`[night]`: how long a missing effect is only late, and how long a night can be done again."""

    stock_grace_hours: Hours = Policy.stock_grace_hours
    credit_grace_hours: Hours = Policy.credit_grace_hours
    exchange_grace_hours: Hours = Policy.exchange_grace_hours
    keep_archives_days: Annotated[int, Field(ge=1, le=365 * 11)] = NightTerms.keep_archives_days
    planned_patience_hours: Hours = NightTerms.planned_patience_hours
    unknown_patience_hours: Hours = NightTerms.unknown_patience_hours

    sets: ClassVar = {
        "stock_grace_hours": "stock_grace_hours",
        "credit_grace_hours": "credit_grace_hours",
        "exchange_grace_hours": "exchange_grace_hours",
    }

    def settings(self) -> dict[str, Any]:
        terms = NightTerms(self.keep_archives_days, self.planned_patience_hours, self.unknown_patience_hours)
        return super().settings() | {"nights": terms}


class LinnworksTable(Table):
    """`[linnworks]`: how this installation shares the account; not part of the policy."""

    calls_scale: Annotated[float, Field(gt=0, le=1000)] = 1.0
    """Share of Linnworks' documented limits to use, e.g. 0.5 where other programs use the same account."""


class File(Table):
    """The whole file."""

    time_zone: str = "UTC"
    stock: StockTable = StockTable()
    route: tuple[RouteTable, ...] = ()
    composites: CompositesTable = CompositesTable()
    money: MoneyTable = MoneyTable()
    exchange: ExchangeTable = ExchangeTable()
    notes: NotesTable = NotesTable()
    watch: WatchTable = WatchTable()
    night: NightTable = NightTable()
    patience: PatienceTable = PatienceTable()
    shadow: ShadowTable = ShadowTable()
    silence: SilenceTable = SilenceTable()
    payouts: PayoutsTable = PayoutsTable()
    exceptions: ExceptionsTable = ExceptionsTable()
    escalation: EscalationTable = EscalationTable()
    heal: HealTable = HealTable()
    linnworks: LinnworksTable = LinnworksTable()
    extra_resolutions: tuple[Text, ...] = ()
    example: tuple[UnitExampleTable, ...] = ()

    sets: ClassVar = {"extra_resolutions": "extra_resolutions"}

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as unknown:
            raise ValueError("is not a time zone; write one like Europe/London") from unknown
        return name

    def settings(self) -> dict[str, Any]:
        """The fields of `Policy` that the file decides, of all its tables together."""
        decided = super().settings() | {"routes": tuple(row.route() for row in self.route)}
        for _, value in self:
            if isinstance(value, Table):
                decided |= value.settings()
        decided["restock_windows"] = replace(decided["restock_windows"], time_zone=self.time_zone)
        return decided

    def examples(self) -> dict[Where, Example]:
        """The worked examples, by the key that they stand under."""
        found: dict[Where, Example] = {("example", n): row.example() for n, row in enumerate(self.example)}
        for position, route in enumerate(self.route):
            for n, row in enumerate(route.example):
                found["route", position, "example", n] = row.example(route.name)
        for n, each in enumerate(self.composites.example):
            found["composites", "example", n] = each.example()
        for n, refund in enumerate(self.money.example):
            found["money", "example", n] = refund.example()
        return found

    def key_of(self, where: Where) -> Where | None:
        if where[0] == "routes":
            return ("route", *where[1:])
        for name, value in self:
            inside = value.key_of(where) if isinstance(value, Table) else None
            if inside is not None:
                return (name, *inside)
        return super().key_of(where)
