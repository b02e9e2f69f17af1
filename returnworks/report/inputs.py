"""What a report is made of: the night, the exceptions that are open after it, and what the checks said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from returnworks.reconcile.carry_forward import Line
from returnworks.reconcile.conservation import Balance
from returnworks.reconcile.night import Night
from returnworks.report.waits import Waits
from returnworks.rules.ageing import Ageing
from returnworks.rules.model import Owner, Severity
from returnworks.rules.money import Money

WAIVED = "waived"
"""How the state of an exception begins that a person lets rest for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """One open exception, without personal data."""

    id: int
    code: str
    title: str
    """What this kind of exception is called, in words."""
    owner: Owner
    severity: Severity
    subject: str
    return_id: str | None
    message: str
    """What is so."""
    next_step: str
    """What the owner can do. Text between backticks is a command."""
    units: int
    value: Money | None
    event_at: datetime
    """When the fact happened, aware: the exception's age counts from here."""
    state: str = "open"
    """"open", or a text that begins with `WAIVED`."""

    @property
    def is_waived(self) -> bool:
        return self.state.startswith(WAIVED)


class ViolationShown(Protocol):
    """One row that breaks a rule of a check; `expected` and `actual` are the values as text."""

    @property
    def return_id(self) -> str: ...
    @property
    def reference(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def expected(self) -> str: ...
    @property
    def actual(self) -> str: ...
    @property
    def cls(self) -> str: ...


class CheckShown(Protocol):
    """A suite of checks. One that did not run has not succeeded, and `reason` says why."""

    @property
    def suite(self) -> str: ...
    @property
    def ran(self) -> bool: ...
    @property
    def success(self) -> bool: ...
    @property
    def reason(self) -> str: ...
    @property
    def checked(self) -> int:
        """Rows that were looked at."""

    @property
    def violations(self) -> Sequence[ViolationShown]: ...


@dataclass(frozen=True, slots=True)
class PastNight:
    """An earlier night, for the trend: its results counted by family and class."""

    as_of: datetime
    counts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealedShown:
    """Something that the night mended by itself, would have mended, or left."""

    what: str
    """The class of healing."""
    outcome: str
    """healed, would_heal (a dry run), left or failed."""
    subject: str
    why: str
    postings: tuple[str, ...] = ()
    """References of what is asked for again, or would be."""
    units: int = 0
    money: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True)
class RolledShown:
    """How one owner's desk moved in one currency, "" for what has no known worth, since the night before."""

    owner: Owner
    currency: str
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutShown:
    """One refund, or money that no refund explains, beside what the payment gateway paid."""

    cls: str
    is_break: bool
    return_id: str
    transaction_id: str
    order: str
    refunded: Money | None
    credit: str
    """How its credit in Linnworks stands, in a word."""
    paid: tuple[Money, ...]
    """One amount per row of the exports; below zero for what came back."""
    payouts: tuple[str, ...]
    causes: tuple[str, ...]
    since: datetime
    clear_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutsShown:
    """The fourth side, where the gateway's exports cover the night's days."""

    covered: tuple[tuple[datetime, datetime], ...]
    rows: tuple[PayoutShown, ...]
    sums: tuple[Balance, ...]
    fees: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInput:
    """All that a report shows."""

    title: str
    night: Night
    checks: Sequence[CheckShown] = ()
    open_items: Sequence[OpenItem] = ()
    """Every exception that is open after the night, waived ones too, whichever night found it."""
    source: str = ""
    """The shop that the returns come from."""
    past: Sequence[PastNight] = ()
    """Earlier nights, in any order; the trend is shown from one on."""
    ageing: Ageing = field(default_factory=Ageing)
    """The buckets that ages are counted in."""
    rolled_since: str = ""
    """The night before, as people say it; "" where there is none."""
    rolled: Sequence[RolledShown] = ()
    """The desk's roll-forward from the night before to this one, by owner and currency."""
    healed: Sequence[HealedShown] = ()
    payouts: PayoutsShown | None = None
    waits: Waits = field(default_factory=Waits)
    """How long goods took until they could be sold again."""
    rerun: str = ""
    """Of a night that is done again: when, and from what. Shown in one line of the page and of the JSON document."""
