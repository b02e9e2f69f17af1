"""One contender on one shop in a process of its own: `python -m bench.measure CONTENDER FOLDER`.

Prints one line of JSON: CPU seconds of all threads and seconds by the clock of match and classify (reading the
files included, importing the libraries not), the greatest memory the process held in MB (everything included), and,
counted afterwards, how many planted breaks were found in their class, how many at all, how many false alarms, and, of
ours, how many returns the results leave unexplained.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from importlib import import_module
from pathlib import Path

_KB_PER_MB = 1024 if sys.platform != "darwin" else 1024 * 1024


def main(contender: str, folder: Path) -> None:
    if contender == "engine":
        import_module("returnworks.reconcile")  # before Polars, as a night does
    module = import_module(f"bench.contenders.{contender}")
    before, began = _cpu(), time.perf_counter()
    found = module.compare(folder)
    cpu, clock = _cpu() - before, time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _KB_PER_MB
    told: dict[str, float | None] = {
        "cpu": cpu,
        "clock": clock,
        "memory": memory,
        **judged(module.breaks(found), _truth(folder)),
    }
    told["remainder"] = module.remainder(found) if hasattr(module, "remainder") else None
    print(json.dumps(told))


def judged(told: list[tuple[str, str]], truth: list[tuple[str, str]]) -> dict[str, int]:
    """`in_class` and `found` of `planted`; `false_alarms` are told about keys that nobody broke, or told too often."""
    claims, plants = Counter(told), Counter(truth)
    keys, broken = Counter(key for key, _ in told), Counter(key for key, _ in truth)
    return {
        "planted": plants.total(),
        "in_class": (claims & plants).total(),
        "found": (keys & broken).total(),
        "false_alarms": (keys - broken).total(),
    }


def _truth(folder: Path) -> list[tuple[str, str]]:
    return [(key, cls) for _, cls, key in json.loads((folder / "truth.json").read_text(encoding="utf-8"))]


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
