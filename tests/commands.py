"""Running `returnworks` as a person at a terminal does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def run(variables: Mapping[str, str], *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """One command with these variables besides the process's own; never a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "returnworks", *arguments],
        env={**os.environ, **variables, "COLUMNS": "200"},
        cwd=cwd or Path(variables["RETURNWORKS_HOME"]).parent,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done
