"""The ledger as it begins."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _inbox()
    _night()
    _order_lease()
    _order_snapshot()
    _posting()
    _return_snapshot()
    _watermark()
    _attempt()
    _exception_item()
    _order_reference()
    _posting_cover()
    _return_line()
    _return_version()
    _exception_event()


def _inbox() -> None:
    op.create_table(
        "inbox",
        _whole("id"),
        _text("return_id"),
        _text("source"),
        _text("hint"),
        _whole("priority"),
        _time("received_at"),
        _time("next_try_at"),
        _whole("tries"),
        _text("lease_owner", nullable=True),
        _time("lease_until", nullable=True),
        _flag("again"),
        _time("done_at", nullable=True),
        _text("error", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
    )
    _partial("ix_inbox_due", "inbox", ["priority", "next_try_at"], "done_at IS NULL")
    _partial("uq_inbox_waiting", "inbox", ["return_id"], "done_at IS NULL", unique=True)


def _night() -> None:
    op.create_table(
        "night",
        _whole("id"),
        _time("as_of"),
        _time("started_at"),
        _time("finished_at", nullable=True),
        _text("verdict"),
        _json("counts"),
        _json("sides"),
        _text("report_path"),
        sa.PrimaryKeyConstraint("id", name="pk_night"),
    )
    op.create_index("ix_night_as_of", "night", ["as_of"])


def _order_lease() -> None:
    op.create_table(
        "order_lease",
        _text("order_id"),
        _text("owner"),
        _time("until"),
        sa.PrimaryKeyConstraint("order_id", name="pk_order_lease"),
    )


def _order_snapshot() -> None:
    op.create_table(
        "order_snapshot",
        _text("order_id"),
        _whole("number"),
        _text("reference"),
        _text("secondary_reference"),
        _text("external_reference"),
        _flag("processed"),
        _json("payload"),
        _time("fetched_at"),
        sa.PrimaryKeyConstraint("order_id", name="pk_order_snapshot"),
    )


def _posting() -> None:
    op.create_table(
        "posting",
        _text("reference"),
        _text("kind"),
        _text("return_id"),
        _text("order_id"),
        _text("state"),
        _text("phase"),
        _json("payload"),
        _minor("amount_minor", nullable=True),
        _text("currency", nullable=True),
        _text("rule"),
        _text("policy_version"),
        _time("due_at", nullable=True),
        _time("not_before", nullable=True),
        _text("vendor_id", nullable=True),
        _flag("linked"),
        _text("reason"),
        _whole("tries"),
        _time("sent_at", nullable=True),
        _time("next_try_at", nullable=True),
        _time("created_at"),
        _time("updated_at"),
        _time("confirmed_at", nullable=True),
        sa.PrimaryKeyConstraint("reference", name="pk_posting"),
    )
    op.create_index("ix_posting_order_id_kind_state", "posting", ["order_id", "kind", "state"])
    op.create_index("ix_posting_return_id", "posting", ["return_id"])
    op.create_index("ix_posting_state_kind_next_try_at", "posting", ["state", "kind", "next_try_at"])
    op.create_index("ix_posting_updated_at", "posting", ["updated_at"])


def _return_snapshot() -> None:
    op.create_table(
        "return_snapshot",
        _text("return_id"),
        _text("shop"),
        _text("status"),
        _text("stage"),
        _text("order_id", nullable=True),
        _text("order_name", nullable=True),
        _json("payload"),
        _text("fingerprint"),
        _time("vendor_updated_at", nullable=True),
        _time("fetched_at"),
        _time("changed_at"),
        _time("watch_until", nullable=True),
        _text("plan_fingerprint", nullable=True),
        _time("planned_at", nullable=True),
        _time("plan_again_at", nullable=True),
        sa.PrimaryKeyConstraint("return_id", name="pk_return_snapshot"),
    )
    op.create_index("ix_return_snapshot_changed_at", "return_snapshot", ["changed_at"])
    op.create_index("ix_return_snapshot_order_id", "return_snapshot", ["order_id"])
    op.create_index("ix_return_snapshot_order_name", "return_snapshot", ["order_name"])
    op.create_index("ix_return_snapshot_plan_again_at", "return_snapshot", ["plan_again_at"])
    op.create_index("ix_return_snapshot_stage_watch_until", "return_snapshot", ["stage", "watch_until"])
    _partial(
        "ix_return_snapshot_unplanned",
        "return_snapshot",
        ["changed_at"],
        "plan_fingerprint IS NULL OR plan_fingerprint <> fingerprint",
    )


def _watermark() -> None:
    op.create_table(
        "watermark",
        _text("name"),
        _time("at"),
        _text("detail"),
        sa.PrimaryKeyConstraint("name", name="pk_watermark"),
    )


def _attempt() -> None:
    op.create_table(
        "attempt",
        _whole("id"),
        _text("reference"),
        _text("phase"),
        _time("started_at"),
        _time("finished_at", nullable=True),
        _text("worker"),
        _text("action"),
        _json("request"),
        _text("outcome"),
        _json("response", nullable=True),
        _text("request_id", nullable=True),
        _text("error", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
        sa.ForeignKeyConstraint(["reference"], ["posting.reference"], name="fk_attempt_reference_posting"),
    )
    op.create_index("ix_attempt_reference", "attempt", ["reference"])


def _exception_item() -> None:
    op.create_table(
        "exception_item",
        _whole("id"),
        _text("code"),
        _text("subject"),
        _text("return_id", nullable=True),
        _text("owner"),
        _text("severity"),
        _text("message"),
        _whole("units"),
        _minor("value_minor", nullable=True),
        _text("currency", nullable=True),
        _time("event_at"),
        _time("opened_at"),
        _time("last_seen_at"),
        _time("closed_at", nullable=True),
        _text("evidence"),
        _whole("reopened"),
        _text("assignee"),
        _time("waived_until", nullable=True),
        _text("waive_reason"),
        _whole("night_id", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_exception_item"),
        sa.ForeignKeyConstraint(["night_id"], ["night.id"], name="fk_exception_item_night_id_night"),
        sa.UniqueConstraint("code", "subject", name="uq_exception_item_code_subject"),
    )
    _partial("ix_exception_item_open", "exception_item", ["owner", "code"], "closed_at IS NULL")
    op.create_index("ix_exception_item_return_id", "exception_item", ["return_id"])


def _order_reference() -> None:
    op.create_table(
        "order_reference",
        _text("reference"),
        _text("order_id"),
        sa.PrimaryKeyConstraint("reference", "order_id", name="pk_order_reference"),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order_snapshot.order_id"], name="fk_order_reference_order_id_order_snapshot"
        ),
    )
    op.create_index("ix_order_reference_order_id", "order_reference", ["order_id"])


def _posting_cover() -> None:
    op.create_table(
        "posting_cover",
        _text("reference"),
        _text("kind"),
        _text("fact_id"),
        _flag("live"),
        sa.PrimaryKeyConstraint("reference", "fact_id", name="pk_posting_cover"),
        sa.ForeignKeyConstraint(["reference"], ["posting.reference"], name="fk_posting_cover_reference_posting"),
    )
    _partial("uq_posting_cover_live", "posting_cover", ["fact_id", "kind"], "live", unique=True)


def _return_line() -> None:
    op.create_table(
        "return_line",
        _text("line_id"),
        _text("return_id"),
        sa.PrimaryKeyConstraint("line_id", name="pk_return_line"),
        sa.ForeignKeyConstraint(
            ["return_id"], ["return_snapshot.return_id"], name="fk_return_line_return_id_return_snapshot"
        ),
    )
    op.create_index("ix_return_line_return_id", "return_line", ["return_id"])


def _return_version() -> None:
    op.create_table(
        "return_version",
        _whole("id"),
        _text("return_id"),
        _text("fingerprint"),
        _json("payload"),
        _time("vendor_updated_at", nullable=True),
        _time("learned_at"),
        sa.PrimaryKeyConstraint("id", name="pk_return_version"),
        sa.ForeignKeyConstraint(
            ["return_id"], ["return_snapshot.return_id"], name="fk_return_version_return_id_return_snapshot"
        ),
    )
    op.create_index("ix_return_version_return_id_learned_at", "return_version", ["return_id", "learned_at"])


def _exception_event() -> None:
    op.create_table(
        "exception_event",
        _whole("id"),
        _whole("item_id"),
        _time("at"),
        _text("what"),
        _text("detail"),
        _whole("units"),
        _minor("value_minor", nullable=True),
        _text("currency", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_exception_event"),
        sa.ForeignKeyConstraint(["item_id"], ["exception_item.id"], name="fk_exception_event_item_id_exception_item"),
    )
    op.create_index("ix_exception_event_item_id_at", "exception_event", ["item_id", "at"])


def _text(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, sa.String(), nullable=nullable)


def _time(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _whole(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, sa.Integer(), nullable=nullable)


def _minor(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, sa.BigInteger(), nullable=nullable)


def _flag(name: str) -> Column[Any]:
    return Column(name, sa.Boolean(), nullable=False)


def _json(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, sa.JSON(), nullable=nullable)


def _partial(name: str, table: str, columns: list[str], where: str, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
