"""The life of a posting: its states, the legal moves between them, and the picture of both.

This module is the only owner of the machine. Whoever wants to move a posting asks `move`.
"""

from __future__ import annotations

from enum import StrEnum

from returnworks.rules.model import Kind


class State(StrEnum):
    PLANNED = "planned"
    """Written down; nothing of its present phase has been sent."""
    SENT = "sent"
    """On its way: an attempt was written down before the request left."""
    CONFIRMED = "confirmed"
    """Seen in Linnworks by its reference."""
    REFUSED = "refused"
    """Linnworks said no. Nothing of this phase stands, and nothing is retried until a person asks for it."""
    UNKNOWN = "unknown"
    """Sent, and the answer is lost. Only a look can move it."""
    HELD = "held"
    """Not to be sent, by rule or by a person."""
    WITHDRAWN = "withdrawn"
    """The facts changed before anything of it was sent. Nothing stands, and its facts are free."""


class Event(StrEnum):
    SEND = "send"
    """The attempt is written down; the request leaves next."""
    CONFIRM = "confirm"
    """The last phase stands in Linnworks."""
    ADVANCE = "advance"
    """This phase stands in Linnworks; the next one is planned."""
    REFUSE = "refuse"
    LOSE = "lose"
    """No answer, or none that can be believed."""
    NOT_FOUND = "not_found"
    """Proven not to have been executed: planned again."""
    HOLD = "hold"
    RELEASE = "release"
    RETRY = "retry"
    """A person mended the cause of a refusal and asks for the same effect again."""
    WITHDRAW = "withdraw"
    """Its return was decided anew, and this is not asked for any more."""
    PLAN = "plan"
    """Its return was decided anew, and this is asked for again."""
    UNLINK = "unlink"
    """A person takes back that somebody else's record in Linnworks is it."""


class IllegalMove(ValueError):
    """A posting was asked to make a move that its state does not allow."""


PHASES: dict[Kind, tuple[str, ...]] = {
    Kind.RESTOCK: ("book", "action"),
    Kind.STOCK: ("adjust",),
    Kind.CREDIT: ("post",),
    Kind.EXCHANGE: ("mark",),
    Kind.NOTE: ("write",),
}

_MOVES: dict[tuple[State, Event], State] = {
    (State.PLANNED, Event.SEND): State.SENT,
    (State.PLANNED, Event.HOLD): State.HELD,
    (State.PLANNED, Event.WITHDRAW): State.WITHDRAWN,
    (State.SENT, Event.CONFIRM): State.CONFIRMED,
    (State.SENT, Event.ADVANCE): State.PLANNED,
    (State.SENT, Event.REFUSE): State.REFUSED,
    (State.SENT, Event.LOSE): State.UNKNOWN,
    (State.SENT, Event.NOT_FOUND): State.PLANNED,
    (State.UNKNOWN, Event.CONFIRM): State.CONFIRMED,
    (State.UNKNOWN, Event.ADVANCE): State.PLANNED,
    (State.UNKNOWN, Event.NOT_FOUND): State.PLANNED,
    (State.HELD, Event.RELEASE): State.PLANNED,
    (State.REFUSED, Event.RETRY): State.PLANNED,
    (State.WITHDRAWN, Event.PLAN): State.PLANNED,
    (State.CONFIRMED, Event.UNLINK): State.WITHDRAWN,
}


def first_phase(kind: Kind) -> str:
    return PHASES[kind][0]


def last_phase(kind: Kind) -> str:
    return PHASES[kind][-1]


def move(kind: Kind, state: State, phase: str, event: Event) -> tuple[State, str]:
    """The state and phase after `event`; IllegalMove where there is none.

    `CONFIRM` belongs to the last phase only and `ADVANCE` to the ones before it; `WITHDRAW` and `PLAN` belong to
    the first, as what stands in Linnworks is not withdrawn by forgetting it.
    `UNLINK` is for credits only: of one that is somebody else's refund nothing was sent.
    """
    phases = PHASES[kind]
    if phase not in phases:
        raise IllegalMove(f"a {kind} has no phase {phase!r}")
    target = _MOVES.get((state, event))
    if event == Event.UNLINK and kind != Kind.CREDIT:
        target = None
    if target is None or not _belongs(event, first=phase == phases[0], last=phase == phases[-1]):
        raise IllegalMove(f"a {kind} that is {state} in phase {phase!r} cannot {event}")
    if event == Event.ADVANCE:
        return target, phases[phases.index(phase) + 1]
    return target, phase


def _belongs(event: Event, *, first: bool, last: bool) -> bool:
    """Whether an event can happen in a phase that is the first or last of its kind."""
    if event == Event.CONFIRM:
        return last
    if event == Event.ADVANCE:
        return not last
    return first or event not in (Event.WITHDRAW, Event.PLAN)


def legal_moves(kind: Kind) -> list[tuple[State, str, Event, State, str]]:
    """Every legal move of a kind: from state and phase, by event, to state and phase."""
    moves = []
    for phase in PHASES[kind]:
        for state, event in _MOVES:
            try:
                moves.append((state, phase, event, *move(kind, state, phase, event)))
            except IllegalMove:
                continue
    return moves


def picture() -> str:
    """The machine as a Mermaid state diagram; `advance` leads to the next phase, planned."""
    lines = ["stateDiagram-v2", "    [*] --> planned: intended"]
    lines += [f"    {state} --> {target}: {event}" for (state, event), target in _MOVES.items()]
    lines += ["    confirmed --> [*]", "    refused --> [*]", "    withdrawn --> [*]"]
    return "\n".join(lines) + "\n"
