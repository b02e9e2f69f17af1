"""What nights in shadow mode scored."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shadow_night",
        sa.Column("night_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("night_id", name="pk_shadow_night"),
        sa.ForeignKeyConstraint(["night_id"], ["night.id"], name="fk_shadow_night_night_id_night"),
    )
