"""The open exceptions as their owners read them: one desk per owner, the worst and oldest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from returnworks.reconcile.night import Night
from returnworks.report.inputs import OpenItem, ReportInput
from returnworks.report.words import moneys, owner_word, span
from returnworks.rules.ageing import Ageing, age_days
from returnworks.rules.model import Owner, Severity

_WEIGHT = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One exception, ready to be read."""

    item: OpenItem
    what: str
    """What is so, without the title and the next step, which stand beside it."""
    next_step: str
    age: str
    bucket: str
    worth: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What one owner has to do."""

    owner: Owner
    name: str
    items: tuple[DeskItem, ...]
    worth: str
    units: int
    oldest: str
    """Age of the oldest, "" when there is nothing."""
    buckets: Mapping[str, int]


def desks(report: ReportInput) -> list[Desk]:
    """All four owners, in a fixed order; one with nothing to do has no items."""
    steps = next_steps(report.night)
    return [_desk(owner, [item for item in report.open_items if item.owner == owner], report, steps) for owner in Owner]


def next_steps(night: Night) -> dict[tuple[str, str], str]:
    """By code and subject: the night knows order numbers and references that the desk may not have kept."""
    return {(row.code, row.subject): row.next_step for row in night.breaks if row.next_step}


def _desk(owner: Owner, items: Sequence[OpenItem], report: ReportInput, steps: Mapping[tuple[str, str], str]) -> Desk:
    night = report.night
    ranked = sorted(items, key=lambda one: (one.is_waived, _WEIGHT.index(one.severity), one.event_at, one.id))
    shown = tuple(_shown(item, night, steps, report.ageing) for item in ranked)
    eldest = min((item.event_at for item in items), default=None)
    return Desk(
        owner=owner,
        name=owner_word(owner),
        items=shown,
        worth=moneys(item.value for item in items),
        units=sum(item.units for item in items),
        oldest=span(night.as_of - eldest) if eldest else "",
        buckets=Counter(one.bucket for one in shown),
    )


def _shown(item: OpenItem, night: Night, steps: Mapping[tuple[str, str], str], ageing: Ageing) -> DeskItem:
    better = steps.get((item.code, item.subject), item.next_step)
    return DeskItem(
        item=item,
        what=_without(item.message, item.title, (better, item.next_step)),
        next_step=better,
        age=span(night.as_of - item.event_at),
        bucket=ageing.bucket(age_days(item.event_at, night.as_of)),
        worth=moneys([item.value]),
    )


def _without(message: str, title: str, steps: Iterable[str]) -> str:
    text = message.removeprefix(f"{title}: ")
    for step in steps:
        text = text.removesuffix(step).rstrip() if step else text
    return text
