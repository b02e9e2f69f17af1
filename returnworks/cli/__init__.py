"""The command `returnworks`. Imports nothing heavy: each command fetches what it needs when it runs."""

from __future__ import annotations

import os
import sys

CLEAN, DIFFERENCES, COULD_NOT, WRONG_USAGE = 0, 1, 2, 64
"""Exit codes: nothing to say; differences or refusals; could not do it; wrong usage."""


def main() -> None:
    """Run the command line and exit with one of the four codes; never with a traceback on screen."""
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    from returnworks.cli.app import run

    sys.exit(run(sys.argv[1:]))
