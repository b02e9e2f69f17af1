"""What each night read, kept so that it can be done again exactly."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "night_archive",
        Column("night_id", sa.Integer(), nullable=False),
        Column("as_of", sa.DateTime(timezone=True), nullable=False),
        Column("format", sa.Integer(), nullable=False),
        Column("program", sa.String(), nullable=False),
        Column("sha256", sa.String(), nullable=False),
        Column("size", sa.Integer(), nullable=False),
        Column("content", sa.LargeBinary(), nullable=True),
        Column("reports", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("night_id", name="pk_night_archive"),
        sa.ForeignKeyConstraint(["night_id"], ["night.id"], name="fk_night_archive_night_id_night"),
    )
    op.create_index("ix_night_archive_as_of", "night_archive", ["as_of"])
