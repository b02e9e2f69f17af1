"""The commands of a story, typed as a person would type them, and what they answer."""

from __future__ import annotations

import io
import json
import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from returnworks.cli.app import run
from returnworks.errors import ReturnworksError


@dataclass(frozen=True, slots=True)
class Answered:
    """One command line, its exit code, and its JSON document."""

    command: str
    code: int
    said: Mapping[str, Any]


MONTH = timedelta(days=30)


def typed(command: str) -> Answered:
    """Run one command line in this process, DATE being a month from now.

    Raises `ReturnworksError` where it gives no JSON.
    """
    words = command.replace("DATE", f"{datetime.now(UTC) + MONTH:%Y-%m-%d}")
    caught = io.StringIO()
    with redirect_stdout(caught):
        code = run([*shlex.split(words)[1:], "--json"])
    try:
        said = json.loads(caught.getvalue())
    except ValueError as nonsense:
        raise ReturnworksError(f"`{command}` gave no JSON: {nonsense}") from nonsense
    return Answered(command, code, said)


@contextmanager
def living_at(home: Path, sandbox: Mapping[str, str], policy: str) -> Iterator[None]:
    """This process is an installation in `home` that knows only the sandbox; as it was before, afterwards."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("RETURNWORKS_")]:
        del os.environ[name]
    os.environ.update(sandbox, RETURNWORKS_HOME=str(home))
    if policy:
        (home / "returnworks.toml").write_text(policy, encoding="utf-8")
        os.environ["RETURNWORKS_CONFIG"] = str(home / "returnworks.toml")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
