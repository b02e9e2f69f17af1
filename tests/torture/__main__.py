"""`make torture`: the whole attack at full length, with its figures; it writes the docs' tables anew.

    python -m tests.torture [--histories 2000] [--returns 1000] [--kills 50] [--seed 0]

Ends with 1 when anything was lost, doubled, paid or made sellable.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import stamina

from returnworks.ledger import Ledger
from returnworks.sandbox.handle import Sandbox
from tests.torture import docs
from tests.torture.backlogs import Survived, killed_over_and_over, side_by_side
from tests.torture.deeds import history
from tests.torture.histories import Tally, live
from tests.torture.installing import Fresh, on_sqlite
from tests.torture.kills import kill_everywhere, section
from tests.torture.shop import KINDS, Verdict

LENGTH = 30


def main() -> int:
    wanted = _wanted()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder, stamina.set_testing(True, attempts=2):
        total = _steps(Path(folder))
        total.add(_backlogs(Path(folder), wanted.returns, wanted.kills, wanted.seed))
        total.add(_histories(Path(folder), wanted.histories, wanted.seed))
    print(
        f"\nhistories {total.histories}, faults injected {total.faults}, kills survived {total.kills}, "
        f"lost {total.lost}, doubled {total.doubled}, payouts {total.payouts}, "
        f"unsellable made sellable {total.made_sellable}"
    )
    return 1 if total.lost or total.doubled or total.payouts or total.made_sellable or total.unfinished else 0


def _wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make torture")
    parser.add_argument("--histories", type=int, default=2000)
    parser.add_argument("--returns", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


@contextmanager
def _sandbox(folder: Path) -> Iterator[tuple[Sandbox, Fresh]]:
    with Sandbox(process=True) as sandbox, tempfile.TemporaryDirectory(dir=folder) as own:
        yield sandbox, on_sqlite(sandbox.env(), Path(own))


def _steps(folder: Path) -> Tally:
    """A process killed at every step of each kind; the docs' tables are what came out."""
    tally, sections = Tally(), []
    with _sandbox(folder) as (sandbox, fresh):
        for kind in KINDS:
            rows = asyncio.run(kill_everywhere(sandbox, kind, fresh))
            wrong = [row for row in rows if row.end != "once"]
            tally.add(Tally(kills=len(rows), unfinished=len(wrong)))
            sections.append(section(kind, rows))
            print(f"killed at every step, {kind}: {len(rows)} kills, {len(wrong)} not exactly once", flush=True)
    docs.write(sections)
    return tally


def _backlogs(folder: Path, returns: int, kills: int, seed: int) -> Tally:
    with _sandbox(folder) as (sandbox, fresh):
        killed = killed_over_and_over(sandbox, fresh(), returns, kills, seed)
        print(f"backlog of {returns} returns, seed {seed}: {_told(killed)}", flush=True)
        shared = side_by_side(sandbox, fresh(), 60, 2)
        print(f"backlog of 60 returns, two workers: {_told(shared)}", flush=True)
    tally = Tally()
    for survived in (killed, shared):
        tally.add(Tally(kills=survived.kills, unfinished=survived.unfinished))
        tally.judge(survived.verdict)
    return tally


def _told(survived: Survived) -> str:
    end = "exact books" if survived.verdict == Verdict() and not survived.unfinished else f"{survived}"
    return f"{survived.kills} kills, {end}"


def _histories(folder: Path, number: int, first: int) -> Tally:
    """One history for each seed from `first` on; those that end badly are named with their seed."""
    total = Tally()
    with Ledger.open(f"sqlite:///{folder / 'histories.sqlite3'}") as ledger:
        for seed in range(first, first + number):
            outcome = asyncio.run(live(history(seed, LENGTH), ledger, seed))
            total.add(outcome.tally)
            total.unfinished += len(outcome.open_ends) + outcome.writes_when_idle
            if not outcome.exact:
                print(f"seed {seed} ends badly: {outcome}", flush=True)
            if (seed - first + 1) % 100 == 0:
                print(f"seeds {first} to {seed}: {total.faults} faults, {total.kills} kills", flush=True)
    return total


if __name__ == "__main__":
    sys.exit(main())
