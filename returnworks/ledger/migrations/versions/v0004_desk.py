"""The desk remembers who acted, until when a waiver lasts, who was told, what each night held and mended."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exception_event", _time("until", nullable=True))
    op.add_column("exception_event", Column("who", sa.String(), nullable=False, server_default=""))
    _read_old_waivers()
    _exception_notice()
    _desk_tally()
    _healing()


def _read_old_waivers() -> None:
    """Until now the end of a waiver stood in its words: "until 2026-03-02T09:30:00+00:00: recount"."""
    event = sa.table(
        "exception_event",
        sa.column("id", sa.Integer()),
        sa.column("what", sa.String()),
        sa.column("detail", sa.String()),
        sa.column("until", sa.DateTime(timezone=True)),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(event.c.id, event.c.detail).where(event.c.what == "waived")).all():
        if said := re.match(r"until (\S+): ", row.detail):
            until = datetime.fromisoformat(said[1])
            moment = until if connection.dialect.name == "postgresql" else until.replace(tzinfo=None)
            connection.execute(sa.update(event).where(event.c.id == row.id).values(until=moment))


def _exception_notice() -> None:
    op.create_table(
        "exception_notice",
        _whole("item_id"),
        _whole("life"),
        _text("step"),
        _text("tell"),
        _time("at"),
        sa.PrimaryKeyConstraint("item_id", "life", "step", name="pk_exception_notice"),
        sa.ForeignKeyConstraint(["item_id"], ["exception_item.id"], name="fk_exception_notice_item_id_exception_item"),
    )


def _desk_tally() -> None:
    op.create_table(
        "desk_tally",
        _whole("night_id"),
        _time("at"),
        _whole("last_event"),
        _json("lines"),
        sa.PrimaryKeyConstraint("night_id", name="pk_desk_tally"),
        sa.ForeignKeyConstraint(["night_id"], ["night.id"], name="fk_desk_tally_night_id_night"),
    )


def _healing() -> None:
    op.create_table(
        "healing",
        _whole("id"),
        _time("at"),
        _whole("night_id", nullable=True),
        _text("what"),
        _text("outcome"),
        _text("return_id"),
        _text("subject"),
        _text("why"),
        _json("postings"),
        _whole("units"),
        _json("money"),
        sa.PrimaryKeyConstraint("id", name="pk_healing"),
        sa.ForeignKeyConstraint(["night_id"], ["night.id"], name="fk_healing_night_id_night"),
    )
    op.create_index("ix_healing_at", "healing", ["at"])
    op.create_index("ix_healing_night_id", "healing", ["night_id"])


def _text(name: str) -> Column[Any]:
    return Column(name, sa.String(), nullable=False)


def _time(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _whole(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, sa.Integer(), nullable=nullable)


def _json(name: str) -> Column[Any]:
    return Column(name, sa.JSON(), nullable=False)
