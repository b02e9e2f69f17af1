"""Which policies decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_document",
        Column("version", sa.String(), nullable=False),
        Column("document", sa.String(), nullable=False),
        Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_policy_document"),
    )
    op.add_column("return_snapshot", Column("plan_policy", sa.String(), nullable=True))
