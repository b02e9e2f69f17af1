"""Killing a process at each moment of one return of each kind, and what the next process makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from returnworks.ledger import AttemptRecord, Ledger
from returnworks.rules.order_notes import OrderNotes
from returnworks.rules.policy import Policy
from returnworks.sandbox.handle import Sandbox
from tests.torture.fate import Fate
from tests.torture.places import fated_bridge
from tests.torture.processes import SIGKILLED, run, work_off
from tests.torture.shop import KINDS, judge_document
from tests.torture.watch import AheadWatch

NEXT_RUNS = (timedelta(0), timedelta(minutes=15), timedelta(minutes=20), timedelta(minutes=25))
"""The next process runs at once, then when the dead one's lease is over, then after the settle delay, then idly."""


@dataclass(frozen=True)
class Row:
    """One kill: where, what was there, what the next process did, and how it stands in the end."""

    kind: str
    moment: str
    ledger: str
    linnworks: str
    then: str
    end: str

    def cells(self) -> tuple[str, ...]:
        return (self.moment, self.ledger, self.linnworks, self.then, self.end)


async def kill_everywhere(sandbox: Sandbox, kind: str, fresh: Callable[[], Mapping[str, str]]) -> list[Row]:
    """A return of `kind` for each moment that it has, a process killed there. `fresh` makes an empty installation."""
    moments = await moments_of(sandbox, kind, fresh())
    return [kill_at(sandbox, kind, number, moment, fresh()) for number, moment in enumerate(moments, 1)]


async def moments_of(sandbox: Sandbox, kind: str, variables: Mapping[str, str]) -> list[str]:
    """Every moment of one return of `kind` when nothing goes wrong."""
    _begin(sandbox, kind)
    fate = Fate()
    async with fated_bridge(variables, AheadWatch(), fate, policy=_policy(kind)) as bridge:
        await work_off(bridge, by_hand=kind == "stock")
    return fate.moments


def kill_at(sandbox: Sandbox, kind: str, number: int, moment: str, variables: Mapping[str, str]) -> Row:
    """One process dies at its n-th moment; the next one ends the work."""
    document = _begin(sandbox, kind)
    by_hand, policy = kind == "stock", _policy(kind)
    how = run(variables, kill_at=number, by_hand=by_hand, policy=policy)
    assert how == SIGKILLED, f"the process was to be killed at {moment!r} but ended with {how}"
    stood, held, known = _standing(sandbox, kind), *_ledger(variables)
    assert run(variables, NEXT_RUNS, by_hand=by_hand, policy=policy) == 0
    _, after = _ledger(variables)
    end = _standing(sandbox, kind)
    exact = end == _WHOLE[kind] and (by_hand or judge_document(sandbox.books(), document).exact)
    return Row(kind, moment, held, stood, _said(after[len(known) :]), "once" if exact else end)


def _begin(sandbox: Sandbox, kind: str) -> dict[str, object]:
    sandbox.reset()
    sandbox.settings(rate_multiplier=1000, daily_quota=1_000_000)
    document = KINDS[kind]()
    sandbox.seed(document)
    return document


_WHOLE = {
    "restock": "booked and restocked",
    "stock": "put into stock",
    "credit": "credited",
    "exchange": "tag, folder and property",
    "note": "noted",
}


def _policy(kind: str) -> Policy:
    """Notes are written only where they are what is killed: one return of one kind is one posting."""
    return Policy(notes=OrderNotes(enabled=kind == "note"))


def _standing(sandbox: Sandbox, kind: str) -> str:
    """What the sandbox's books say about the one return."""
    books = sandbox.books()
    if kind == "restock":
        booked = ["booked"] * len(books["bookings"]) + ["restocked"] * len(books["stock_moves"])
        return " and ".join(booked) or "nothing"
    if kind == "stock":
        return " and ".join(["put into stock"] * len(books["stock_moves"])) or "nothing"
    if kind == "credit":
        return " and ".join(["credited"] * len(books["refunds"])) or "nothing"
    if kind == "note":
        return " and ".join(["noted"] * len(books["orders"]["55001001"]["notes"])) or "nothing"
    order = books["orders"]["55001101"]
    marks = {"tag": order["tags"], "folder": order["folders"], "property": list(order["properties"])}
    names = [name for name, values in marks.items() for _ in values]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names) or "nothing"


def _ledger(variables: Mapping[str, str]) -> tuple[str, list[AttemptRecord]]:
    """The posting's state in words, and its attempts so far."""
    with Ledger.open(variables["RETURNWORKS_DATABASE_URL"]) as ledger:
        records, attempts = ledger.postings(), ledger.attempts()
    assert len(records) <= 1, "one return of one kind is one posting"
    return (f"{records[0].state}, {records[0].phase}" if records else "nothing"), attempts


def _said(new: Sequence[AttemptRecord]) -> str:
    """What a process did, by the attempts that it wrote down."""
    return "; ".join(_deeds(new)) or "nothing: it was done"


def _deeds(attempts: Sequence[AttemptRecord]) -> Iterator[str]:
    for attempt in attempts:
        if attempt.action == "look":
            yield f"looked, {attempt.outcome}"
        else:
            yield f"sent {attempt.action.partition(',')[0]}, {attempt.outcome}"


def section(kind: str, rows: Sequence[Row]) -> str:
    """The rows of one kind as Markdown, as the docs have them."""
    head = "| Killed after | Ledger | Linnworks | The next process | In the end |\n|---|---|---|---|---|\n"
    lines = "\n".join(f"| {' | '.join(row.cells())} |" for row in rows)
    return f"### {kind.capitalize()}\n\n{head}{lines}\n"
