"""What people decided about refunds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _foreign_refund()
    _refund_decision()


def _foreign_refund() -> None:
    op.create_table(
        "foreign_refund",
        _text("refund_id"),
        _text("order_id"),
        Column("order_number", sa.Integer(), nullable=True),
        _text("reference"),
        Column("amount_minor", sa.BigInteger(), nullable=False),
        _text("currency"),
        _time("made_at", nullable=True),
        Column("likely", sa.JSON(), nullable=False),
        _time("first_seen_at"),
        _time("last_seen_at"),
        _time("gone_at", nullable=True),
        sa.PrimaryKeyConstraint("refund_id", name="pk_foreign_refund"),
    )
    _partial("ix_foreign_refund_standing", "foreign_refund", "first_seen_at", where="gone_at IS NULL")


def _refund_decision() -> None:
    op.create_table(
        "refund_decision",
        Column("id", sa.Integer(), nullable=False),
        _text("refund_id"),
        Column("refund_ids", sa.JSON(), nullable=False),
        _text("order_id"),
        Column("amount_minor", sa.BigInteger(), nullable=False),
        _text("currency"),
        _text("outcome"),
        _text("reason"),
        _text("decided_by"),
        _time("decided_at"),
        _text("return_id", nullable=True),
        _text("transaction_id", nullable=True),
        _text("reference", nullable=True),
        _time("until", nullable=True),
        _time("undone_at", nullable=True),
        _text("undone_by"),
        _text("undone_reason"),
        sa.PrimaryKeyConstraint("id", name="pk_refund_decision"),
        sa.ForeignKeyConstraint(["reference"], ["posting.reference"], name="fk_refund_decision_reference_posting"),
    )
    _partial("uq_refund_decision_counting", "refund_decision", "refund_id", where="undone_at IS NULL", unique=True)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, sa.String(), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _partial(name: str, table: str, column: str, *, where: str, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [column], unique=unique, sqlite_where=condition, postgresql_where=condition)
