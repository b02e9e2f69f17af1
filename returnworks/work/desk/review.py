"""The desk's week: what came and went by code, how old the rest is, what keeps coming back, what was mended."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from returnworks.ledger import ExceptionRecord, HealingRecord, Ledger
from returnworks.reconcile.carry_forward import Line, RollForward
from returnworks.report.words import day, moneys, owner_word, span
from returnworks.rules.ageing import age_days
from returnworks.rules.codes import CODES
from returnworks.rules.model import Owner
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy
from returnworks.work.desk.rolling import at_moment, at_now, roll

WEEK = timedelta(days=7)
WEEKS = 4
"""That the trend goes back."""
LISTED = 20
"""Of those that keep coming back; all of them are in `returnworks exceptions list`."""


@dataclass(frozen=True, slots=True)
class Review:
    """One week at the desk, up to `at`."""

    at: datetime
    week: RollForward
    trend: Mapping[str, tuple[int, ...]]
    """By code: how many were opened or reopened in each of the last weeks, the oldest week first."""
    ages: Mapping[Owner, Mapping[str, int]]
    """Open exceptions by owner and age bucket."""
    reopened: tuple[ExceptionRecord, ...]
    """Open, and closed before at least once; the most often first."""
    expiring: tuple[ExceptionRecord, ...]
    """Waivers that end within a week, the first to end first."""
    healings: tuple[HealingRecord, ...]


def make_review(ledger: Ledger, policy: Policy, now: datetime) -> Review:
    """The week that ends now; reads only."""
    marks = [at_moment(ledger, now - weeks * WEEK) for weeks in range(WEEKS, 0, -1)] + [at_now(ledger, now)]
    rolls = [roll(ledger, since, until) for since, until in itertools.pairwise(marks)]
    items = ledger.exceptions()
    return Review(
        at=now,
        week=rolls[-1],
        trend=_trend(rolls),
        ages={owner: _ages(owner, items, policy, now) for owner in Owner},
        reopened=tuple(sorted((i for i in items if i.reopened), key=lambda item: (-item.reopened, item.id))),
        expiring=_expiring(items, now),
        healings=tuple(ledger.healings(now - WEEK)),
    )


def as_markdown(review: Review) -> str:
    """The review for the Prefect UI. Codes, ids, counts and sums; no words that a person typed."""
    sections = {
        "": _rolled(review),
        "New and reopened, week by week": _table(
            ("code", *_weeks(review.at)), [(code, *counts) for code, counts in sorted(review.trend.items())]
        ),
        "How old the open ones are": _aged(review),
        "What keeps coming back": _come_back(review),
        "Waivers that end within a week": _ending(review),
        "Mended by itself": _table(
            ("class", "outcome", "times", "units", "money"),
            [(*kind, *_mended(review.healings, kind)) for kind in sorted(_kinds(review.healings))],
        ),
    }
    parts = [f"# The exceptions desk, week to {day(review.at)}"]
    for title, table in sections.items():
        parts += [f"## {title}", table] if title else [table]
    return "\n\n".join(parts)


def trend_rows(review: Review) -> list[dict[str, object]]:
    """One row per code, for a table: what it is, whose, and its weeks."""
    return [
        {
            "code": code,
            "what": CODES[code].title,
            "owner": str(CODES[code].owner),
            **dict(zip(_weeks(review.at), counts, strict=True)),
        }
        for code, counts in sorted(review.trend.items())
    ]


def _trend(rolls: Sequence[RollForward]) -> dict[str, tuple[int, ...]]:
    weeks: list[Counter[str]] = []
    for rolled in rolls:
        weeks.append(Counter())
        for place, line in rolled.lines.items():
            weeks[-1][place.code] += line.new.count + line.reopened.count
    codes = {code for week in weeks for code, count in week.items() if count}
    return {code: tuple(week[code] for week in weeks) for code in codes}


def _ages(owner: Owner, items: Sequence[ExceptionRecord], policy: Policy, now: datetime) -> dict[str, int]:
    return policy.ageing.counted(age_days(item.event_at, now) for item in items if item.owner == owner)


def _expiring(items: Sequence[ExceptionRecord], now: datetime) -> tuple[ExceptionRecord, ...]:
    soon = [(item.waived_until, item.id, item) for item in items if item.waived_until and item.is_waived(now)]
    return tuple(item for until, _, item in sorted(soon, key=lambda row: row[:2]) if until <= now + WEEK)


def _rolled(review: Review) -> str:
    order = list(Owner)
    lines = sorted(review.week.by_owner().items(), key=lambda row: (order.index(row[0][0]), row[0][1]))
    names = ("opening", "new", "reopened", "changed", "cleared", "closing", "of it waived", "remainder")
    return _table(
        ("owner", "currency", *names),
        [(owner_word(owner), currency or "no value", *_cells(line, currency)) for (owner, currency), line in lines],
    )


def _aged(review: Review) -> str:
    buckets = next(iter(review.ages.values()))
    return _table(("owner", *buckets), [(owner_word(owner), *ages.values()) for owner, ages in review.ages.items()])


def _come_back(review: Review) -> str:
    return _table(
        ("id", "code", "RMA", "times", "age", "worth"),
        [
            (i.id, i.code, i.return_id or "—", i.reopened, span(review.at - i.event_at), moneys([i.value]))
            for i in review.reopened[:LISTED]
        ],
    )


def _ending(review: Review) -> str:
    return _table(
        ("id", "code", "RMA", "ends", "worth"),
        [
            (i.id, i.code, i.return_id or "—", day(i.waived_until), moneys([i.value]))
            for i in review.expiring
            if i.waived_until
        ],
    )


def _cells(line: Line, currency: str) -> list[str]:
    columns = (line.opening, line.new, line.reopened, line.changed, line.cleared, line.closing, line.waived)
    return [
        f"{tally.count}" + (f" · {Money(tally.minor, currency)}" if currency else "")
        for tally in (*columns, line.remainder)
    ]


def _weeks(at: datetime) -> list[str]:
    return [f"to {at - weeks * WEEK:%d %b}" for weeks in range(WEEKS - 1, -1, -1)]


def _kinds(healings: Sequence[HealingRecord]) -> set[tuple[str, str]]:
    return {(healing.what, healing.outcome) for healing in healings}


def _mended(healings: Sequence[HealingRecord], kind: tuple[str, str]) -> tuple[int, int, str]:
    same = [healing for healing in healings if (healing.what, healing.outcome) == kind]
    money = moneys(amount for healing in same for amount in healing.money)
    return len(same), sum(healing.units for healing in same), money


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; "Nothing." without rows."""
    if not rows:
        return "Nothing."
    lines = [columns, ["---"] * len(columns), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
