"""The ledger's tables. What each one remembers is said once, here; the migrations build the same.

Times are aware UTC, money is whole minor units with its currency beside it, payloads are values of
`returnworks.rules.model` as JSON. Ids of vendors are opaque text.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index, MetaData, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from returnworks.ledger.columns import PlainJson, UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """Any table of the ledger; one metadata of its own, so that nobody else's tables get in."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows where `where` holds, the same on SQLite and PostgreSQL."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


class InboxRow(Row, table=True):
    """A return that somebody said to read. At most one row per return is not done."""

    __tablename__ = "inbox"
    __table_args__ = (
        partial("uq_inbox_waiting", "return_id", where="done_at IS NULL", unique=True),
        partial("ix_inbox_due", "priority", "next_try_at", where="done_at IS NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    return_id: str
    source: str
    hint: str = ""
    priority: int
    """Smaller is read first; follows from the source."""
    received_at: datetime = Field(sa_type=UtcDateTime)
    next_try_at: datetime = Field(sa_type=UtcDateTime)
    tries: int = 0
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    again: bool = False
    """Asked for again while it was being read: finishing makes it wait again instead of done."""
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str | None = None


class ReturnRow(Row, table=True):
    """A return as it was last read."""

    __tablename__ = "return_snapshot"
    __table_args__ = (
        Index("ix_return_snapshot_order_id", "order_id"),
        Index("ix_return_snapshot_order_name", "order_name"),
        Index("ix_return_snapshot_stage_watch_until", "stage", "watch_until"),
        Index("ix_return_snapshot_changed_at", "changed_at"),
        partial(
            "ix_return_snapshot_unplanned",
            "changed_at",
            where="plan_fingerprint IS NULL OR plan_fingerprint <> fingerprint",
        ),
        Index("ix_return_snapshot_plan_again_at", "plan_again_at"),
    )

    return_id: str = Field(primary_key=True)
    shop: str
    status: str
    stage: str
    order_id: str | None = None
    order_name: str | None = None
    payload: dict[str, Any] = Field(sa_type=PlainJson)
    fingerprint: str
    vendor_updated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fetched_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    """When we learned of the last change, or that a posting of it has to be decided anew."""
    watch_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    plan_fingerprint: str | None = None
    """The fingerprint that was decided upon last."""
    planned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    plan_again_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When to decide anew although the return did not change: it waits for something in Linnworks."""
    plan_policy: str | None = None
    """The version of the policy that decided last."""


class ReturnVersionRow(Row, table=True):
    """Append-only: every different state in which a return was seen."""

    __tablename__ = "return_version"
    __table_args__ = (Index("ix_return_version_return_id_learned_at", "return_id", "learned_at"),)

    id: int | None = Field(default=None, primary_key=True)
    return_id: str = Field(foreign_key="return_snapshot.return_id")
    fingerprint: str
    payload: dict[str, Any] = Field(sa_type=PlainJson)
    vendor_updated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    learned_at: datetime = Field(sa_type=UtcDateTime)


class ReturnLineRow(Row, table=True):
    """Which return a ReturnGO line belongs to; transactions name lines only."""

    __tablename__ = "return_line"
    __table_args__ = (Index("ix_return_line_return_id", "return_id"),)

    line_id: str = Field(primary_key=True)
    return_id: str = Field(foreign_key="return_snapshot.return_id")


class OrderRow(Row, table=True):
    """A Linnworks order. From its first sight as processed it is kept as it was: "as of the sale"."""

    __tablename__ = "order_snapshot"

    order_id: str = Field(primary_key=True)
    number: int
    reference: str
    secondary_reference: str
    external_reference: str
    processed: bool
    payload: dict[str, Any] = Field(sa_type=PlainJson)
    fetched_at: datetime = Field(sa_type=UtcDateTime)


class OrderReferenceRow(Row, table=True):
    """Which orders Linnworks named when `reference` was looked up there, for look-ups without a call."""

    __tablename__ = "order_reference"
    __table_args__ = (Index("ix_order_reference_order_id", "order_id"),)

    reference: str = Field(primary_key=True)
    order_id: str = Field(primary_key=True, foreign_key="order_snapshot.order_id")


class PostingRow(Row, table=True):
    """One intended effect on Linnworks, its state, and what it became."""

    __tablename__ = "posting"
    __table_args__ = (
        Index("ix_posting_return_id", "return_id"),
        Index("ix_posting_order_id_kind_state", "order_id", "kind", "state"),
        Index("ix_posting_state_kind_next_try_at", "state", "kind", "next_try_at"),
        Index("ix_posting_updated_at", "updated_at"),
    )

    reference: str = Field(primary_key=True)
    kind: str
    return_id: str
    order_id: str
    state: str
    phase: str
    payload: dict[str, Any] = Field(sa_type=PlainJson)
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    rule: str
    policy_version: str
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its restock window closes; NULL means at once."""
    vendor_id: str | None = None
    linked: bool = False
    """Somebody else's record in Linnworks is exactly what was meant; nothing was sent."""
    reason: str = ""
    tries: int = 0
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the last attempt began."""
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PolicyRow(Row, table=True):
    """A policy that decided, as it was: kept when it is first used, and never changed."""

    __tablename__ = "policy_document"

    version: str = Field(primary_key=True)
    document: str
    first_used_at: datetime = Field(sa_type=UtcDateTime)


class PostingCoverRow(Row, table=True):
    """Which ReturnGO fact a posting settles. The database itself refuses two live covers of one fact."""

    __tablename__ = "posting_cover"
    __table_args__ = (partial("uq_posting_cover_live", "fact_id", "kind", where="live", unique=True),)

    reference: str = Field(primary_key=True, foreign_key="posting.reference")
    kind: str
    fact_id: str = Field(primary_key=True)
    live: bool = True


class ForeignRefundRow(Row, table=True):
    """A refund in Linnworks that a night found without an explanation, as it saw it last."""

    __tablename__ = "foreign_refund"
    __table_args__ = (partial("ix_foreign_refund_standing", "first_seen_at", where="gone_at IS NULL"),)

    refund_id: str = Field(primary_key=True)
    order_id: str
    order_number: int | None = None
    reference: str = ""
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    made_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    likely: list[dict[str, Any]] = Field(default_factory=list, sa_type=PlainJson)
    """The transactions that it could belong to, best first: the fields of `rules.foreign.Likely`."""
    first_seen_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When a night found it explained, or not there any more."""


class RefundDecisionRow(Row, table=True):
    """What a person decided about a refund. Append-only but for its end; at most one per refund counts."""

    __tablename__ = "refund_decision"
    __table_args__ = (partial("uq_refund_decision_counting", "refund_id", where="undone_at IS NULL", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    refund_id: str
    """The refund's header."""
    refund_ids: list[str] = Field(sa_type=PlainJson)
    """Every id under which Linnworks shows it."""
    order_id: str
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    outcome: str
    reason: str
    decided_by: str
    decided_at: datetime = Field(sa_type=UtcDateTime)
    return_id: str | None = None
    transaction_id: str | None = None
    reference: str | None = Field(default=None, foreign_key="posting.reference")
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: str = ""
    undone_reason: str = ""


class OrderLeaseRow(Row, table=True):
    """Who may have effects on an order now."""

    __tablename__ = "order_lease"

    order_id: str = Field(primary_key=True)
    owner: str
    until: datetime = Field(sa_type=UtcDateTime)


class AttemptRow(Row, table=True):
    """One try at an effect, or one look for it: what was sent, what came back. Kept forever."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_reference", "reference"),)

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(foreign_key="posting.reference")
    phase: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    worker: str
    action: str
    request: dict[str, Any] = Field(sa_type=PlainJson)
    """Redacted by whoever sent it."""
    outcome: str = ""
    response: Any = Field(default=None, sa_type=PlainJson, nullable=True)
    request_id: str | None = None
    error: str | None = None


class ExceptionRow(Row, table=True):
    """A doubt or a difference that is somebody's job until evidence closes it."""

    __tablename__ = "exception_item"
    __table_args__ = (
        UniqueConstraint("code", "subject"),
        Index("ix_exception_item_return_id", "return_id"),
        partial("ix_exception_item_open", "owner", "code", where="closed_at IS NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str
    subject: str
    return_id: str | None = None
    owner: str
    severity: str
    message: str
    units: int = 0
    value_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    event_at: datetime = Field(sa_type=UtcDateTime)
    """When the fact happened that waits; ages are counted from here."""
    opened_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    evidence: str = ""
    reopened: int = 0
    assignee: str = ""
    waived_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    waive_reason: str = ""
    night_id: int | None = Field(default=None, foreign_key="night.id")


class ExceptionEventRow(Row, table=True):
    """Append-only: what happened to an exception, with what it was worth from then on."""

    __tablename__ = "exception_event"
    __table_args__ = (Index("ix_exception_event_item_id_at", "item_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="exception_item.id")
    at: datetime = Field(sa_type=UtcDateTime)
    what: str
    detail: str = ""
    units: int = 0
    value_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Of a waiver: when it expires."""
    who: str = ""
    """The person, as they named themselves; empty for the program."""


class ExceptionNoticeRow(Row, table=True):
    """Somebody was told of an exception that grew old or dear. Once per step in each of its lives."""

    __tablename__ = "exception_notice"

    item_id: int = Field(primary_key=True, foreign_key="exception_item.id")
    life: int = Field(primary_key=True)
    """How often it had come back by then."""
    step: str = Field(primary_key=True)
    """Name of the policy's escalation step."""
    tell: str
    at: datetime = Field(sa_type=UtcDateTime)


class DeskTallyRow(Row, table=True):
    """What the exceptions desk held when a night was filed. Roll-forwards between nights begin and end here."""

    __tablename__ = "desk_tally"

    night_id: int = Field(primary_key=True, foreign_key="night.id")
    at: datetime = Field(sa_type=UtcDateTime)
    last_event: int
    """Id of the last exception event that is in it; 0 before the first."""
    lines: list[dict[str, Any]] = Field(sa_type=PlainJson)
    """One per code and currency: the fields of `records.DeskLine`."""


class HealingRow(Row, table=True):
    """Append-only: what a night mended by itself, would have mended, or left, and why."""

    __tablename__ = "healing"
    __table_args__ = (Index("ix_healing_at", "at"), Index("ix_healing_night_id", "night_id"))

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    night_id: int | None = Field(default=None, foreign_key="night.id")
    what: str
    """The class: missing_posting, stale_posting or stale_return."""
    outcome: str
    """healed, would_heal (a dry run), left or failed."""
    return_id: str
    subject: str
    why: str
    """What was so; of what was left or failed, also the reason."""
    postings: list[str] = Field(default_factory=list, sa_type=PlainJson)
    """Their references."""
    units: int = 0
    money: dict[str, int] = Field(default_factory=dict, sa_type=PlainJson)
    """Minor units by currency."""


class NightRow(Row, table=True):
    """One nightly reconciliation: as of when, how it ended, and how fresh each side was."""

    __tablename__ = "night"
    __table_args__ = (Index("ix_night_as_of", "as_of"),)

    id: int | None = Field(default=None, primary_key=True)
    as_of: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    verdict: str = ""
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=PlainJson)
    sides: dict[str, Any] = Field(default_factory=dict, sa_type=PlainJson)
    report_path: str = ""


class NightArchiveRow(Row, table=True):
    """What one night read, packed, so that it can be done again exactly. Written once; its content may be let go."""

    __tablename__ = "night_archive"
    __table_args__ = (Index("ix_night_archive_as_of", "as_of"),)

    night_id: int = Field(primary_key=True, foreign_key="night.id")
    as_of: datetime = Field(sa_type=UtcDateTime)
    format: int
    program: str
    """The version of Returnworks that filed the night."""
    sha256: str
    """Of the content before it was packed."""
    size: int
    """Bytes before it was packed."""
    content: bytes | None = None
    """NULL once the policy's time to keep it was over."""
    reports: dict[str, str] = Field(sa_type=PlainJson)
    """SHA-256 of each file of the report, by its suffix."""


class WatermarkRow(Row, table=True):
    """How far something was read."""

    __tablename__ = "watermark"

    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    detail: str = ""


class PayoutFileRow(Row, table=True):
    """A payment gateway's export that was taken in. The same file is the same row, whatever its name."""

    __tablename__ = "payout_file"
    __table_args__ = (Index("ix_payout_file_covers_to", "covers_to"),)

    sha256: str = Field(primary_key=True)
    name: str
    gateway: str
    layout: str
    """Fingerprint of the columns as they were understood."""
    rows: int
    covers_from: datetime = Field(sa_type=UtcDateTime)
    covers_to: datetime = Field(sa_type=UtcDateTime)
    taken_at: datetime = Field(sa_type=UtcDateTime)


class PayoutRowRow(Row, table=True):
    """Money back to a customer in a gateway's export; later exports of the same row only add its payout."""

    __tablename__ = "payout_row"
    __table_args__ = (
        Index("ix_payout_row_happened_at", "happened_at"),
        Index("ix_payout_row_order_name", "order_name"),
    )

    row_id: str = Field(primary_key=True)
    gateway: str
    order_name: str
    refund: str
    paid_minor: int = Field(sa_type=BigInteger)
    paid_currency: str
    settled_minor: int = Field(sa_type=BigInteger)
    settled_currency: str
    fee_minor: int | None = Field(default=None, sa_type=BigInteger)
    """In the settled currency."""
    reversal: bool
    happened_at: datetime = Field(sa_type=UtcDateTime)
    payout: str
    paid_on: date | None = None
    sha256: str = Field(foreign_key="payout_file.sha256")
    """The last file that held it."""


class ClosePackRow(Row, table=True):
    """A month's close as it was made; a month that is closed again gets another number."""

    __tablename__ = "close_pack"
    __table_args__ = (UniqueConstraint("month", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    month: str
    """Like 2026-10."""
    number: int
    """1 for the first pack of the month."""
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: str
    sha256: str
    document: dict[str, Any] = Field(sa_type=PlainJson)
    ties_out: bool
    policy_version: str
    folder: str
    signed_by: str = ""
    signed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    stale_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When a later look first found it different; it stays different."""
    stale_why: str = ""


class ShadowNightRow(Row, table=True):
    """One night in shadow mode, as it was scored."""

    __tablename__ = "shadow_night"

    night_id: int = Field(primary_key=True, foreign_key="night.id")
    as_of: datetime = Field(sa_type=UtcDateTime)
    fresh: bool
    scores: dict[str, Any] = Field(sa_type=PlainJson)
    """By family, the fields of `rules.shadow.Score`."""
