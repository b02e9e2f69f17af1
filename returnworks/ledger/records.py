"""What the ledger hands out: plain frozen values, complete when given, tied to no session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from returnworks.ledger.payloads import POSTING, RETURN
from returnworks.ledger.tables import (
    AttemptRow,
    DeskTallyRow,
    ExceptionEventRow,
    ExceptionRow,
    HealingRow,
    InboxRow,
    NightRow,
    PostingRow,
    ReturnVersionRow,
)
from returnworks.rules.model import Kind, Owner, Posting, Return, Severity
from returnworks.rules.money import Money
from returnworks.rules.states import State


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A claimed return that waits to be read."""

    return_id: str
    source: str
    hint: str
    received_at: datetime
    tries: int
    """How often it was claimed, this time included."""
    error: str | None
    """Why the last try failed."""

    @classmethod
    def of(cls, row: InboxRow) -> InboxItem:
        return cls(row.return_id, row.source, row.hint, row.received_at, row.tries, row.error)


@dataclass(frozen=True, slots=True)
class ReturnVersion:
    """A return as it was from `learned_at` on."""

    learned_at: datetime
    vendor_updated_at: datetime | None
    fingerprint: str
    value: Return

    @classmethod
    def of(cls, row: ReturnVersionRow) -> ReturnVersion:
        return cls(row.learned_at, row.vendor_updated_at, row.fingerprint, RETURN.load(row.payload))


@dataclass(frozen=True, slots=True)
class PostingRecord:
    """A posting and what became of it so far."""

    reference: str
    kind: Kind
    return_id: str
    order_id: str
    state: State
    phase: str
    posting: Posting
    policy_version: str
    not_before: datetime | None
    """When its restock window closes."""
    vendor_id: str | None
    """Linnworks' id of what stands: booking, refund header or order."""
    linked: bool
    """What stands was made by somebody else and is exactly what was meant."""
    reason: str
    """Why it is refused, held or unknown; empty otherwise."""
    tries: int
    sent_at: datetime | None
    next_try_at: datetime | None
    created_at: datetime
    updated_at: datetime
    confirmed_at: datetime | None

    @property
    def amount(self) -> Money | None:
        return self.posting.amount

    @property
    def due_at(self) -> datetime | None:
        return self.posting.due_at

    @property
    def rule(self) -> str:
        return self.posting.rule

    @classmethod
    def of(cls, row: PostingRow) -> PostingRecord:
        return cls(
            reference=row.reference,
            kind=Kind(row.kind),
            return_id=row.return_id,
            order_id=row.order_id,
            state=State(row.state),
            phase=row.phase,
            posting=POSTING.load(row.payload),
            policy_version=row.policy_version,
            not_before=row.not_before,
            vendor_id=row.vendor_id,
            linked=row.linked,
            reason=row.reason,
            tries=row.tries,
            sent_at=row.sent_at,
            next_try_at=row.next_try_at,
            created_at=row.created_at,
            updated_at=row.updated_at,
            confirmed_at=row.confirmed_at,
        )


@dataclass(frozen=True, slots=True)
class Intended:
    """What became of postings that were meant.

    `new` were written now. `known` carry a reference that was there before, in whatever state it is.
    `overlapping` were not written: another live posting already covers one of their facts. Of what was only
    planned before, `rewritten` (among `known` too) says something else now, `withdrawn` is not asked for any
    more, and `busy` could not be touched, as somebody is at work on its order.
    """

    new: tuple[PostingRecord, ...] = ()
    known: tuple[PostingRecord, ...] = ()
    overlapping: tuple[Posting, ...] = ()
    rewritten: tuple[PostingRecord, ...] = ()
    withdrawn: tuple[PostingRecord, ...] = ()
    busy: tuple[PostingRecord, ...] = ()

    @property
    def records(self) -> tuple[PostingRecord, ...]:
        return self.new + self.known

    def __iter__(self) -> Iterator[PostingRecord]:
        return iter(self.records)


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One try or look; `finished_at` is None while nobody wrote down an answer."""

    id: int
    reference: str
    phase: str
    started_at: datetime
    finished_at: datetime | None
    worker: str
    action: str
    request: dict[str, Any]
    outcome: str
    response: Any
    request_id: str | None
    error: str | None

    @classmethod
    def of(cls, row: AttemptRow) -> AttemptRecord:
        return cls(
            id=key(row.id),
            reference=row.reference,
            phase=row.phase,
            started_at=row.started_at,
            finished_at=row.finished_at,
            worker=row.worker,
            action=row.action,
            request=row.request,
            outcome=row.outcome,
            response=row.response,
            request_id=row.request_id,
            error=row.error,
        )


@dataclass(frozen=True, slots=True)
class ExceptionRecord:
    """An exception as it stands. Open while `closed_at` is None, waived or not."""

    id: int
    code: str
    subject: str
    return_id: str | None
    owner: Owner
    severity: Severity
    message: str
    units: int
    value: Money | None
    event_at: datetime
    opened_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None
    evidence: str
    reopened: int
    assignee: str
    waived_until: datetime | None
    waive_reason: str
    night_id: int | None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def state(self) -> str:
        """For people: closed, "waived until" a day (which may have passed), or open."""
        if self.closed_at is not None:
            return "closed"
        return f"waived until {self.waived_until:%Y-%m-%d}" if self.waived_until else "open"

    def state_at(self, now: datetime) -> str:
        """For people: closed, "waived until" a day that has not passed, or open."""
        return "open" if self.is_open and not self.is_waived(now) else self.state

    def is_waived(self, now: datetime) -> bool:
        return self.waived_until is not None and now < self.waived_until

    @classmethod
    def of(cls, row: ExceptionRow) -> ExceptionRecord:
        return cls(
            id=key(row.id),
            code=row.code,
            subject=row.subject,
            return_id=row.return_id,
            owner=Owner(row.owner),
            severity=Severity(row.severity),
            message=row.message,
            units=row.units,
            value=money(row.value_minor, row.currency),
            event_at=row.event_at,
            opened_at=row.opened_at,
            last_seen_at=row.last_seen_at,
            closed_at=row.closed_at,
            evidence=row.evidence,
            reopened=row.reopened,
            assignee=row.assignee,
            waived_until=row.waived_until,
            waive_reason=row.waive_reason,
            night_id=row.night_id,
        )


@dataclass(frozen=True, slots=True)
class ExceptionEvent:
    """Something that happened to an exception, and what it was worth from then on."""

    exception_id: int
    at: datetime
    what: str
    """opened, reopened, changed, closed, assigned, noted, waived, unwaived, waiver_ended, told or healed."""
    detail: str
    units: int
    value: Money | None
    until: datetime | None = None
    """Of a waiver: when it expires."""
    who: str = ""
    """The person, as they named themselves; empty for the program."""

    @classmethod
    def of(cls, row: ExceptionEventRow) -> ExceptionEvent:
        worth = money(row.value_minor, row.currency)
        return cls(row.item_id, row.at, row.what, row.detail, row.units, worth, row.until, row.who)


@dataclass(frozen=True, slots=True)
class DeskItem:
    """An exception that was open at some moment, and what it was worth then."""

    exception_id: int
    code: str
    units: int
    value: Money | None
    waived: bool


@dataclass(frozen=True, slots=True)
class DeskEvent:
    """Something that happened to an exception, with the code that it has."""

    exception_id: int
    code: str
    what: str
    """opened, reopened, changed and closed move the desk; see `ExceptionEvent` for the others."""
    units: int
    value: Money | None
    """From then on; of a closed one, what it was worth until then."""


@dataclass(frozen=True, slots=True)
class DeskLine:
    """What the desk held of one code in one currency, "" for unknown worth; the waived part is in the whole too."""

    code: str
    currency: str
    count: int
    units: int
    minor: int
    waived_count: int = 0
    waived_units: int = 0
    waived_minor: int = 0


@dataclass(frozen=True, slots=True)
class DeskTally:
    """What the desk held when a night was filed."""

    night_id: int
    at: datetime
    last_event: int
    """Everything up to and with this event is in it."""
    lines: tuple[DeskLine, ...]

    @classmethod
    def of(cls, row: DeskTallyRow) -> DeskTally:
        return cls(row.night_id, row.at, row.last_event, tuple(DeskLine(**line) for line in row.lines))


@dataclass(frozen=True, slots=True)
class HealingRecord:
    """Something that a night mended, would have mended, or left alone."""

    what: str
    """The class of healing."""
    outcome: str
    """healed, would_heal (a dry run), left or failed."""
    return_id: str
    subject: str
    why: str
    postings: tuple[str, ...] = ()
    """References."""
    units: int = 0
    money: tuple[Money, ...] = ()
    """One per currency."""
    about: tuple[tuple[str, str], ...] = ()
    """(code, subject) of the exceptions that it is told on; not kept here, as they tell it."""
    at: datetime | None = None
    """None until it is written down."""
    night_id: int | None = None

    @classmethod
    def of(cls, row: HealingRow) -> HealingRecord:
        return cls(
            what=row.what,
            outcome=row.outcome,
            return_id=row.return_id,
            subject=row.subject,
            why=row.why,
            postings=tuple(row.postings),
            units=row.units,
            money=tuple(Money(minor, currency) for currency, minor in sorted(row.money.items())),
            at=row.at,
            night_id=row.night_id,
        )


@dataclass(frozen=True, slots=True)
class ExceptionChanges:
    """What seeing findings did to the exceptions: new ones, ones that came back, ones that still stand."""

    opened: tuple[ExceptionRecord, ...] = ()
    reopened: tuple[ExceptionRecord, ...] = ()
    still: tuple[ExceptionRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class NightRecord:
    """One nightly reconciliation; `verdict` is empty and `finished_at` None while it runs or when it died."""

    id: int
    as_of: datetime
    started_at: datetime
    finished_at: datetime | None
    verdict: str
    counts: dict[str, Any]
    sides: dict[str, Any]
    report_path: str

    @classmethod
    def of(cls, row: NightRow) -> NightRecord:
        return cls(
            id=key(row.id),
            as_of=row.as_of,
            started_at=row.started_at,
            finished_at=row.finished_at,
            verdict=row.verdict,
            counts=row.counts,
            sides=row.sides,
            report_path=row.report_path,
        )


def money(minor: int | None, currency: str | None) -> Money | None:
    return None if minor is None or currency is None else Money(minor, currency)


def key(value: int | None) -> int:
    """The id of a row that was stored."""
    assert value is not None, "a stored row has an id"
    return value
