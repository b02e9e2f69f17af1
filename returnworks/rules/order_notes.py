"""Order notes: what people who look at the original order in Linnworks read about its return.

One note per stage change. A return enters a stage for the first time, or again after it was reopened; the return,
the stage and the number of the visit are what a note covers. So a replay asks for the same notes by the same
references, and a ledger that was lost and made anew finds the old ones on the order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from returnworks.rules.model import Kind, Order, Posting, Return, Stage
from returnworks.rules.references import reference

ENDED = (Stage.CLOSED, Stage.REJECTED, Stage.CANCELLED)
"""Stages that a return leaves only by being reopened."""


@dataclass(frozen=True, slots=True)
class OrderNotes:
    """What a shop decided about order notes; the table `[notes]`."""

    enabled: bool = True
    stages: tuple[Stage, ...] = tuple(Stage)
    """Entering one of these is noted."""
    extended_property: bool = False
    """Whether the order also gets the extended property `STAGE_PROPERTY`, where the account allows it."""


STAGE_PROPERTY = "ReturnGO stage"
"""The extended property that says, for one return and stage each, that the return stood there."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A return as it was read: where it stood, and when that was so."""

    stage: Stage
    at: datetime


@dataclass(frozen=True, slots=True)
class StageChange:
    """A return entered `stage` at `at`, for the `visit`-th time; `before` is None when it was seen first."""

    stage: Stage
    before: Stage | None
    visit: int
    at: datetime

    @property
    def reopened(self) -> bool:
        return self.before in ENDED and self.stage not in ENDED


def stage_changes(history: Iterable[Seen]) -> Iterator[StageChange]:
    """The changes in a return's readings, oldest first; a reading that says nothing new is none."""
    visits: Counter[Stage] = Counter()
    before: Stage | None = None
    for seen in history:
        if seen.stage == before:
            continue
        visits[seen.stage] += 1
        yield StageChange(seen.stage, before, visits[seen.stage], seen.at)
        before = seen.stage


def notes_of(
    ret: Return, history: Iterable[Seen], orders: Sequence[Order], settings: OrderNotes
) -> tuple[Posting, ...]:
    """One note for every change that the shop wants to see; none while Linnworks has no order to write on."""
    order = order_to_note(ret, orders)
    if order is None or not settings.enabled:
        return ()
    wanted = (change for change in stage_changes(history) if change.stage in settings.stages)
    return tuple(_posting(ret, change, order) for change in wanted)


def order_to_note(ret: Return, orders: Sequence[Order]) -> Order | None:
    """The order that people look at: of a split sale the first, by number, that a returned line is on.

    Where the lines do not tell it is the first order; a cancelled one or a resend counts only where there is no other.
    """
    keys = {line.order_line_key for line in ret.lines if line.order_line_key}

    def least_likely(order: Order) -> tuple[bool, bool, int, str]:
        away = not any(line.channel_line_id in keys for line in order.lines)
        return order.cancelled or order.is_resend, away, order.number, order.order_id

    return min(orders, key=least_likely, default=None)


def stage_property(posting: Posting) -> str:
    """The value of `STAGE_PROPERTY` for a note: "90000004 received", the same for every visit of a stage."""
    return " ".join(posting.covers[0].split("/")[:2])


def _posting(ret: Return, change: StageChange, order: Order) -> Posting:
    fact = f"{ret.return_id}/{change.stage}/{change.visit}"
    name = reference(Kind.NOTE, ret.return_id, (fact,))
    return Posting(
        reference=name,
        kind=Kind.NOTE,
        return_id=ret.return_id,
        order_id=order.order_id,
        covers=(fact,),
        note=_text(ret.return_id, change, name),
        rule=f"the return is {_words(change.stage)}",
        due_at=change.at,
    )


def _text(return_id: str, change: StageChange, name: str) -> str:
    """`Return RMA 90000004 is received (was in transit), 2026-11-20 10:00 UTC. [RW-N-90000004-7F3KQ2A9]`."""
    now = "is reopened and stands at" if change.reopened else "is"
    was = f" (was {_words(change.before)})" if change.before else ""
    when = change.at.astimezone(UTC)
    return f"Return RMA {return_id} {now} {_words(change.stage)}{was}, {when:%Y-%m-%d %H:%M} UTC. [{name}]"


def _words(stage: Stage) -> str:
    return stage.value.replace("_", " ")
