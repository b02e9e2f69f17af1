"""The night in words: one headline, and a sentence for each thing that is proven or is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from returnworks.reconcile.night import Night
from returnworks.reconcile.results import Class, counted
from returnworks.report.inputs import CheckShown, OpenItem, ReportInput
from returnworks.report.words import listed, moneys
from returnworks.rules.ageing import age_days


class Tone(StrEnum):
    """How a thing is shown."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


class Standing(StrEnum):
    """Where one return stands after the night; its worst row decides."""

    BROKEN = "with breaks"
    UNTOLD = "that cannot be told"
    HELD = "held by an exception"
    TIMING = "still within its time"
    IN_ORDER = "in order"


_STANDINGS = {
    Class.MATCHED: Standing.IN_ORDER,
    Class.LINKED: Standing.IN_ORDER,
    Class.GOODWILL: Standing.IN_ORDER,
    Class.TIMING: Standing.TIMING,
    Class.HELD: Standing.HELD,
    Class.CANNOT_TELL: Standing.UNTOLD,
}
"""Every other class is a break."""


def standings(night: Night) -> dict[str, Standing]:
    """Each return that was looked at. One of which nothing is due yet is in order, one that does not add up is not."""
    worst = list(Standing)
    found: dict[str, Standing] = {row.return_id: Standing.IN_ORDER for row in night.units}
    claims = [(row.return_id, _STANDINGS.get(row.cls, Standing.BROKEN)) for row in night.results]
    claims += [(row.return_id, Standing.HELD) for row in night.units if row.held]
    claims += [(row.return_id, Standing.BROKEN) for row in night.remainders]
    for return_id, standing in claims:
        if return_id is not None:
            known = found.get(return_id, Standing.IN_ORDER)
            found[return_id] = min(known, standing, key=worst.index)
    return found


def judge(report: ReportInput) -> tuple[str, Tone]:
    """The verdict in a word or two: nothing is told on a stale side, and nothing in order that cannot be told."""
    night = report.night
    if not night.fresh:
        return "Cannot tell", Tone.WARN
    if night.breaks or night.remainders or report.open_items or not all(map(is_good, report.checks)):
        return "Needs attention", Tone.BAD
    if any(row.cls == Class.CANNOT_TELL for row in night.results):
        return "Not all can be told", Tone.WARN
    return "In order", Tone.GOOD


def is_good(check: CheckShown) -> bool:
    return check.ran and check.success


def headline(night: Night) -> str:
    """As in "12 returns compared: 9 in order, 2 with breaks worth £65.00, 1 still within its time." """
    tally = Counter(standings(night).values())
    if not night.fresh:
        stale = listed([side.name for side in night.sides if not side.fresh])
        return f"Nothing is proven: {stale} is not fresh. {counted(tally.total(), 'return')} looked at."
    if not tally:
        return "There was no return to compare."
    start = f"{counted(tally.total(), 'return')} compared"
    if tally[Standing.IN_ORDER] == tally.total():
        return f"{start}: all in order."
    return f"{start}: {', '.join(_parts(night, tally))}."


def _parts(night: Night, tally: Counter[Standing]) -> list[str]:
    """The good news first, then by weight."""
    worth = moneys(row.value for row in night.breaks if row.return_id)
    order = (Standing.IN_ORDER, Standing.BROKEN, Standing.HELD, Standing.TIMING, Standing.UNTOLD)
    tail = {Standing.BROKEN: f" worth {worth}" if worth else ""}
    return [f"{tally[one]} {_agreed(one, tally[one])}{tail.get(one, '')}" for one in order if tally[one]]


def _agreed(standing: Standing, count: int) -> str:
    return standing.replace("its time", "their time") if count > 1 else standing.value


def strays(night: Night) -> str:
    """What stands in Linnworks and belongs to no return; "" when nothing does."""
    rows = [row for row in night.breaks if row.return_id is None]
    if not rows:
        return ""
    worth = moneys(row.value for row in rows)
    start = f"{'1 entry' if len(rows) == 1 else f'{len(rows)} entries'} in Linnworks without a return behind it"
    return f"{start}, worth {worth}." if worth else f"{start}."


def exceptions_said(report: ReportInput) -> str:
    """As in "4 exceptions are open, worth £85.50; the oldest is 9 days old." """
    items = report.open_items
    if not items:
        return "No exception is open."
    worth = moneys(item.value for item in items)
    days = oldest(items, report.night)
    start = f"{counted(len(items), 'exception')} {'is' if len(items) == 1 else 'are'} open"
    return f"{start}{f', worth {worth}' if worth else ''}; the oldest is {counted(days, 'day')} old."


def oldest(items: Sequence[OpenItem], night: Night) -> int:
    """Whole days of the oldest; 0 for none."""
    return max((age_days(item.event_at, night.as_of) for item in items), default=0)


def sums_said(night: Night) -> str:
    """Whether everything adds up. On a side that is not fresh a remainder of 0 proves nothing."""
    wrong = len(night.remainders)
    if not wrong and not night.fresh:
        return "Whether units and money add up cannot be told."
    if not wrong:
        return "Units and money add up: every remainder is 0."
    return f"{counted(wrong, 'sum')} of {len(night.conservation)} {'does' if wrong == 1 else 'do'} not add up."


def checks_said(checks: Sequence[CheckShown]) -> str:
    """How many checks passed, and what the others found."""
    if not checks:
        return "No check was run."
    good = sum(map(is_good, checks))
    if good == len(checks):
        return f"All {len(checks)} checks passed." if good > 1 else "The check passed."
    violations = sum(len(check.violations) for check in checks)
    silent = sum(not check.ran for check in checks)
    rest = [counted(violations, "violation") + " found"] if violations else []
    rest += [f"{silent} did not run"] if silent else []
    return f"{good} of {counted(len(checks), 'check')} passed{'; ' if rest else ''}{listed(rest)}."
