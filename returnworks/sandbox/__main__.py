"""`python -m returnworks.sandbox`: prints one line of JSON with the URLs and credentials, and plays until stopped."""

from __future__ import annotations

import argparse
import json
import sys

from returnworks.sandbox.server import Ready, run


def _say(ready: Ready) -> None:
    print(json.dumps(ready.show()), flush=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m returnworks.sandbox", description=__doc__)
    for name in ("returngo", "linnworks", "control"):
        parser.add_argument(f"--{name}-port", type=int, default=0, help="0 is any free port")
    chosen = parser.parse_args(arguments)
    try:
        run(chosen.returngo_port, chosen.linnworks_port, chosen.control_port, _say)
    except OSError as error:
        print(f"The sandbox cannot listen: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
