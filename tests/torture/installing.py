"""New installations for the attack: the sandbox's environment with an empty ledger of the present version."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from returnworks.ledger import Ledger

Fresh = Callable[[], dict[str, str]]
"""Makes the environment of a new installation, with an empty ledger."""


def installation(environment: Mapping[str, str], home: Path, database_url: str) -> dict[str, str]:
    return {**environment, "RETURNWORKS_HOME": str(home), "RETURNWORKS_DATABASE_URL": database_url}


def on_sqlite(environment: Mapping[str, str], folder: Path, template: Path | None = None) -> Fresh:
    """New installations with a SQLite ledger each, in `folder`, copied from `template`."""
    numbers = itertools.count()
    empty = template or _template(folder)

    def copy() -> dict[str, str]:
        file = shutil.copy(empty, folder / f"{next(numbers)}.sqlite3")
        return installation(environment, folder, f"sqlite:///{file}")

    return copy


def _template(folder: Path) -> Path:
    file = folder / "template.sqlite3"
    Ledger.open(f"sqlite:///{file}").close()
    return file
