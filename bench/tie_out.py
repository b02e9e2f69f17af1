"""Thirty nights at the exceptions desk, printed: opening + new + reopened + changed - cleared = closing, remainder 0.

    python -m bench.tie_out [--nights 30] [--seed 1]

Faults come and go at random, people waive and think again, waivers expire, nights mend and some cannot tell. Each line
is summed over all codes; money is in the minor units of each currency. Exits with 1 where a remainder is not 0.
"""

from __future__ import annotations

import argparse

from returnworks.ledger import Ledger
from returnworks.reconcile.carry_forward import Line, RollForward, Tally
from returnworks.work.desk.rolling import at_moment, at_night, roll
from tests.ledger.desk_life import DAY, Desk
from tests.ledger.faces import NOW

COLUMNS = ("opening", "new", "reopened", "changed", "cleared", "closing", "waived", "remainder")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(
        f"{'night':>5} {'currency':>8} " + " ".join(f"{name:>16}" for name in COLUMNS) + "   (exceptions / minor units)"
    )
    with Ledger.open("sqlite://") as ledger:
        tied = [_shown(number, rolled) for number, rolled in _nights(ledger, given.nights, given.seed)]
    print(f"{sum(tied)} of {len(tied)} nights tie out")
    return 0 if all(tied) else 1


def _nights(ledger: Ledger, nights: int, seed: int) -> list[tuple[int, RollForward]]:
    desk, before = Desk(ledger, seed), at_moment(ledger, NOW)
    rolls = []
    for number in range(1, nights + 1):
        now = NOW + number * DAY
        desk.spend_the_day(now - DAY / 2)
        night = at_night(ledger, desk.file_a_night(now))
        rolls.append((number, roll(ledger, before, night)))
        before = night
    return rolls


def _shown(number: int, rolled: RollForward) -> bool:
    """Print one night; whether it ties out."""
    for currency, line in sorted(rolled.by_currency().items()):
        print(f"{number:>5} {currency or '-':>8} " + " ".join(f"{_cell(tally):>16}" for tally in _tallies(line)))
    return rolled.ties_out


def _tallies(line: Line) -> tuple[Tally, ...]:
    columns = (line.opening, line.new, line.reopened, line.changed, line.cleared, line.closing, line.waived)
    return (*columns, line.remainder)


def _cell(tally: Tally) -> str:
    return f"{tally.count} / {tally.minor:,}"


if __name__ == "__main__":
    raise SystemExit(main())
