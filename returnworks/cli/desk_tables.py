"""The desk's tables on screen: the list with its sums, and the roll-forward."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from returnworks.cli.output import moment
from returnworks.ledger import ExceptionRecord
from returnworks.reconcile.carry_forward import Line, RollForward, Tally
from returnworks.report.words import moneys, span
from returnworks.rules.ageing import age_days
from returnworks.rules.escalation import severity_now
from returnworks.rules.model import Owner
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy

LISTED = ("id", "owner", "severity", "code", "subject", "age", "units", "value", "state", "assignee")
ROLLED = ("opening", "new", "reopened", "changed", "cleared", "closing", "of it waived", "remainder")


def listed(item: ExceptionRecord, policy: Policy, now: datetime) -> tuple[object, ...]:
    severity = severity_now(item, policy.escalation, now)
    age = span(now - item.event_at)
    worth = moneys([item.value])
    state = item.state_at(now) + (f", came back {item.reopened}×" if item.reopened else "")
    return (item.id, item.owner, severity, item.code, item.subject, age, item.units or "", worth, state, item.assignee)


def summed(items: Sequence[ExceptionRecord], now: datetime) -> str:
    """All of it, and how much of it rests: a waiver hides nothing."""
    open_items = [item for item in items if item.is_open]
    resting = [item for item in open_items if item.is_waived(now)]
    text = f"{len(open_items)} open: {_worth(open_items)}."
    return text + (f" Of these {len(resting)} are waived: {_worth(resting)}." if resting else "")


def _worth(items: Iterable[ExceptionRecord]) -> str:
    listed = list(items)
    units = sum(item.units for item in listed)
    return f"{units} units, {moneys(item.value for item in listed) or 'no value known'}"


def aged(item: ExceptionRecord, policy: Policy, now: datetime) -> str:
    days = age_days(item.event_at, now)
    return f"since {moment(item.event_at)} ({policy.ageing.bucket(days)})"


def rolled_rows(rolled: RollForward) -> list[tuple[str, ...]]:
    order = list(Owner)
    lines = sorted(rolled.by_owner().items(), key=lambda row: (order.index(row[0][0]), row[0][1]))
    rows = [(owner.value, currency or "—", *_cells(line, currency)) for (owner, currency), line in lines]
    totals = [("all", currency or "—", *_cells(line, currency)) for currency, line in rolled.by_currency().items()]
    return [*rows, *totals]


def _cells(line: Line, currency: str) -> list[str]:
    return [_cell(tally, currency) for tally in _tallies(line)]


def _cell(tally: Tally, currency: str) -> str:
    return f"{tally.count}" + (f" · {moneys([Money(tally.minor, currency)])}" if currency and tally else "")


def _tallies(line: Line) -> tuple[Tally, ...]:
    columns = (line.opening, line.new, line.reopened, line.changed, line.cleared, line.closing, line.waived)
    return (*columns, line.remainder)


def rolled_documents(rolled: RollForward) -> list[dict[str, object]]:
    """One per code and currency, each column with its count, units and minor units."""
    names = [name.removeprefix("of it ") for name in ROLLED]
    return [
        {"code": place.code, "owner": place.owner, "currency": place.currency}
        | dict(zip(names, _tallies(line), strict=True))
        for place, line in rolled.lines.items()
    ]
