"""`make bench`: the planted-break benchmark. Exit 1 when ours misses a break, misnames one or raises a false alarm."""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

OURS = "engine"
RIVALS = ("polars_join", "pandas_merge", "datacompy_compare")
SIZES = (10_000, 100_000, 1_000_000, 5_000_000)
RIVALS_UP_TO = 1_000_000
_IN_RIVALS_PYTHON = ("pandas_merge", "datacompy_compare")
_HEAD = (
    f"{'contender':<18} {'lines':>9} {'CPU s':>7} {'clock s':>8} {'MB':>6} {'in class':>15} {'found':>8} {'false':>6}"
)


def main() -> int:
    asked = _arguments()
    print(f"Seed {asked.seed}; each run in its own process; the least CPU of {asked.runs} runs.\n{_HEAD}")
    ours = []
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        for lines in asked.sizes:
            folder = Path(scratch) / str(lines)
            folder.mkdir()
            _run(sys.executable, "bench.shop", str(folder), str(lines), str(asked.seed))
            ours.append((lines, _told(OURS, folder, lines, asked)))
            for rival in RIVALS if lines <= asked.rivals_up_to else ():
                _told(rival, folder, lines, asked)
    return _verdict(ours)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="lines of each shop")
    parser.add_argument("--seed", type=int, default=20_261_120)
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured")
    parser.add_argument("--rivals-up-to", type=int, default=RIVALS_UP_TO, help="0 for ours alone")
    parser.add_argument("--rivals-python", default=sys.executable, help="the interpreter that has pandas and datacompy")
    return parser.parse_args()


def _told(contender: str, folder: Path, lines: int, asked: argparse.Namespace) -> dict[str, Any]:
    """Measure and print one row."""
    python = asked.rivals_python if contender in _IN_RIVALS_PYTHON else sys.executable
    runs = [json.loads(_run(python, "bench.measure", contender, str(folder))) for _ in range(asked.runs)]
    best: dict[str, Any] = min(runs, key=lambda run: run["cpu"])
    share = f"{best['in_class']}/{best['planted']}"
    print(
        f"{contender:<18} {lines:>9,} {best['cpu']:>7.2f} {best['clock']:>8.2f} {best['memory']:>6} "
        f"{share:>15} {best['found']:>8} {best['false_alarms']:>6}",
        flush=True,
    )
    return best


def _run(python: str, module: str, *arguments: str) -> str:
    done = subprocess.run([python, "-m", module, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def _verdict(ours: list[tuple[int, dict[str, Any]]]) -> int:
    wrong = [
        lines for lines, run in ours if run["in_class"] != run["planted"] or run["false_alarms"] or run["remainder"]
    ]
    proven = "every planted break found in its class, no false alarm, remainder 0"
    print(f"\nOurs: {f'WRONG at {wrong} lines' if wrong else proven}.")
    large = [(lines, run["cpu"]) for lines, run in ours if lines >= RIVALS_UP_TO // 10]
    if len(large) > 1:
        (few, less), (many, more) = large[0], large[-1]
        exponent = math.log(more / less) / math.log(many / few)
        print(f"CPU grows with lines to the power of {exponent:.2f} from {few:,} to {many:,}.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
