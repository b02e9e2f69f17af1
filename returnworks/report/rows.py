"""The night's results as rows to be read: breaks with all three sides, what only waits, and what is in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from returnworks.reconcile.night import Night
from returnworks.reconcile.results import Class, Family, Result
from returnworks.report.inputs import OpenItem
from returnworks.report.words import class_word, family_word, moment, moneys
from returnworks.rules.codes import CODES

_CALM = {
    Class.MATCHED: "Both systems say the same.",
    Class.LINKED: "A person said that this refund is the transaction's credit.",
    Class.GOODWILL: "A refund without a transaction, which a person accepted until a day.",
    Class.TIMING: "They differ, and the time since the event explains it.",
    Class.HELD: "Not posted, because an exception holds it.",
    Class.CANNOT_TELL: "A side is not fresh, or what should be cannot be worked out.",
}
_TONES = {
    Class.MATCHED: "good",
    Class.LINKED: "good",
    Class.GOODWILL: "info",
    Class.TIMING: "wait",
    Class.HELD: "hold",
    Class.CANNOT_TELL: "warn",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One result, ready to be read."""

    result: Result
    subject: str
    """With the order's number, where there is one."""
    cls: str
    tone: str
    worth: str
    event: str
    clear_by: str
    next_step: str
    """Only of a break that no open exception speaks of."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many results of one family are of one class."""

    family: str
    cls: str
    tone: str
    meaning: str
    count: int
    units: int
    worth: str


@dataclass(frozen=True, slots=True)
class FamilyRows:
    family: str
    rows: tuple[Row, ...]
    worth: str


def breaks_by_family(night: Night, open_items: Iterable[OpenItem]) -> list[FamilyRows]:
    """Families that have breaks, each with all of its breaks in the night's order."""
    told = {(item.code, item.subject) for item in open_items}
    groups = [(family, [row for row in night.breaks if row.family == family]) for family in Family]
    return [
        FamilyRows(
            family=family_word(family),
            rows=tuple(_row(row, told) for row in rows),
            worth=moneys(row.value for row in rows),
        )
        for family, rows in groups
        if rows
    ]


IN_ORDER_SHOWN = 1000
"""Results in order that the page lists, so that it opens on a phone; the CSV has them all."""


@dataclass(frozen=True, slots=True)
class InOrder:
    """Results on which both systems say the same: the first of them, and how many there are in all."""

    rows: tuple[Row, ...]
    count: int


def in_order(night: Night) -> InOrder:
    found = [row for row in night.results if row.cls == Class.MATCHED]
    return InOrder(tuple(_row(row, ()) for row in found[:IN_ORDER_SHOWN]), len(found))


def rows_of(night: Night, cls: Class) -> list[Row]:
    """All results of one class that is no break."""
    return [_row(row, ()) for row in night.results if row.cls == cls]


def counts(night: Night) -> list[Count]:
    """By family, and within it in the order in which the classes are defined."""
    groups = [(family, cls, night.of(family, cls)) for family in Family for cls in Class]
    return [_count(family, cls, rows) for family, cls, rows in groups if rows]


def _count(family: Family, cls: Class, rows: Sequence[Result]) -> Count:
    return Count(
        family=family_word(family),
        cls=class_word(cls),
        tone=tone(cls),
        meaning=_CALM.get(cls) or f"{CODES[rows[0].code].title}.",
        count=len(rows),
        units=sum(row.units for row in rows),
        worth=moneys(row.value for row in rows) if cls != Class.MATCHED else "",
    )


def tone(cls: Class) -> str:
    return _TONES.get(cls, "bad")


def _row(row: Result, told: Collection[tuple[str, str]]) -> Row:
    return Row(
        result=row,
        subject=_subject(row),
        cls=class_word(row.cls),
        tone=tone(row.cls),
        worth=moneys([row.value]),
        event=moment(row.event_at) if row.event_at else "",
        clear_by=moment(row.clear_by) if row.clear_by else "",
        next_step=row.next_step if row.is_break and (row.code, row.subject) not in told else "",
    )


def _subject(row: Result) -> str:
    order = f"order {row.order_number}" if row.order_number else ""
    return row.subject if order in row.subject else f"{row.subject} / {order}"
