"""The report at a glance: five numbers and the plots."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from returnworks.reconcile.night import Night
from returnworks.reconcile.results import Class, counted
from returnworks.report.inputs import ReportInput
from returnworks.report.plots import BarPlot, bar_plot
from returnworks.report.verdict import Tone, is_good, oldest
from returnworks.report.words import class_word, family_word, moment, moneys
from returnworks.rules.ageing import age_days

_AGE_TONES = ("age-1", "age-2", "age-3", "age-4")
"""From the youngest bucket to the oldest; a shop may have more or fewer buckets."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One number, what it is, and a few words about it. `to` is the section that tells more."""

    name: str
    number: str
    about: str
    tone: Tone
    to: str


def tiles(report: ReportInput) -> list[Tile]:
    return [_breaks(report.night), _open(report), _timing(report.night), _unexplained(report.night), _checks(report)]


def _breaks(night: Night) -> Tile:
    if not night.fresh:
        return _untold("Breaks", "breaks")
    worth = moneys(row.value for row in night.breaks)
    about = (f"worth {worth}" if worth else "without a value") if night.breaks else "nothing differs"
    return Tile("Breaks", str(len(night.breaks)), about, Tone.BAD if night.breaks else Tone.GOOD, "breaks")


def _untold(name: str, to: str) -> Tile:
    return Tile(name, "?", "a side is not fresh", Tone.WARN, to)


def _open(report: ReportInput) -> Tile:
    items = report.open_items
    worth = moneys(item.value for item in items)
    age = f"oldest {counted(oldest(items, report.night), 'day')}"
    about = ", ".join(filter(None, [worth, age])) if items else "every desk is clear"
    return Tile("Open exceptions", str(len(items)), about, Tone.BAD if items else Tone.GOOD, "exceptions")


def _timing(night: Night) -> Tile:
    if not night.fresh:
        return _untold("Within their time", "waiting")
    rows = [row for row in night.results if row.cls == Class.TIMING]
    last = max((row.clear_by for row in rows if row.clear_by), default=None)
    about = f"the last until {moment(last)}" if last else "nothing waits"
    return Tile("Within their time", str(len(rows)), about, Tone.GOOD, "waiting")


def _unexplained(night: Night) -> Tile:
    wrong = len(night.remainders)
    if not wrong and not night.fresh:
        return _untold("Unexplained sums", "sums")
    about = f"of {counted(len(night.conservation), 'sum')}" if wrong else "units and money add up"
    return Tile("Unexplained sums", str(wrong), about, Tone.BAD if wrong else Tone.GOOD, "sums")


def _checks(report: ReportInput) -> Tile:
    good, found = sum(map(is_good, report.checks)), sum(len(check.violations) for check in report.checks)
    well = good == len(report.checks)
    about = "passed" if well else f"passed; {counted(found, 'violation')}"
    tone = (Tone.GOOD if well else Tone.BAD) if report.checks else Tone.WARN
    return Tile("Checks", f"{good} of {len(report.checks)}", about, tone, "checks")


def class_plot(night: Night) -> BarPlot:
    """Breaks by family and class, the most frequent first."""
    tally = Counter((row.family.value, row.cls.value) for row in night.breaks)
    ranked = sorted(tally.items(), key=lambda entry: (-entry[1], entry[0]))
    return bar_plot([(f"{family_word(family)} · {class_word(cls)}", count, "bad") for (family, cls), count in ranked])


def age_plot(report: ReportInput) -> BarPlot:
    """Open exceptions by age, youngest bucket first."""
    tally = report.ageing.counted(age_days(item.event_at, report.night.as_of) for item in report.open_items)
    return bar_plot([(name, count, _tone(place, len(tally))) for place, (name, count) in enumerate(tally.items())])


def _tone(place: int, buckets: int) -> str:
    last = len(_AGE_TONES) - 1
    return _AGE_TONES[place * last // max(buckets - 1, 1)]
