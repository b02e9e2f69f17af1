"""`db`: the ledger's database."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from returnworks.cli import CLEAN
from returnworks.cli.options import configured, with_output
from returnworks.cli.output import Output
from returnworks.errors import LedgerError
from returnworks.ledger import Ledger, back_up
from returnworks.ledger.measures import BACKUP


@click.group()
def db() -> None:
    """The ledger's database."""


@db.command()
@with_output
def upgrade(out: Output) -> int:
    """Make the database, or bring it to this version's schema."""
    environment, _ = configured()
    with Ledger.open(environment.ledger_url) as ledger:
        revision = ledger.revision()
    out.say(f"The ledger is at revision {revision}.")
    out.put(revision=revision)
    return CLEAN


@db.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_output
def backup(out: Output, file: Path) -> int:
    """Copy a SQLite ledger to the new FILE while it is in use. For PostgreSQL use its own pg_dump."""
    environment, _ = configured()
    back_up(environment.ledger_url, file)
    _note(environment.ledger_url)
    out.say(f"Copied to {file}. How to restore it: docs/restore.md.")
    out.put(file=file)
    return CLEAN


def _note(url: str) -> None:
    """So that `doctor` knows of it. A ledger of another version stays as it is, without the note."""
    with suppress(LedgerError), Ledger.open(url, create=False) as ledger:
        ledger.set_watermark(BACKUP, datetime.now(UTC))
