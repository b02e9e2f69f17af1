import itertools

import pytest

from returnworks.rules.model import Kind
from returnworks.rules.states import (
    PHASES,
    Event,
    IllegalMove,
    State,
    first_phase,
    last_phase,
    legal_moves,
    move,
    picture,
)

P, S, C, R, U, H = State.PLANNED, State.SENT, State.CONFIRMED, State.REFUSED, State.UNKNOWN, State.HELD
W = State.WITHDRAWN


@pytest.mark.parametrize(
    ("state", "event", "after"),
    [
        (P, Event.SEND, S),
        (P, Event.HOLD, H),
        (S, Event.CONFIRM, C),
        (S, Event.REFUSE, R),
        (S, Event.LOSE, U),
        (S, Event.NOT_FOUND, P),
        (U, Event.CONFIRM, C),
        (U, Event.NOT_FOUND, P),
        (H, Event.RELEASE, P),
        (R, Event.RETRY, P),
        (P, Event.WITHDRAW, W),
        (W, Event.PLAN, P),
        (C, Event.UNLINK, W),
    ],
)
def test_a_credit_moves_like_this(state, event, after):
    assert move(Kind.CREDIT, state, "post", event) == (after, "post")


def test_everything_else_is_refused():
    legal = {(kind, state, phase, event) for kind in Kind for state, phase, event, *_ in legal_moves(kind)}
    every = {(k, s, p, e) for k in Kind for s, p, e in itertools.product(State, PHASES[k], Event)}
    assert len(legal) == 12 + 12 + 12 + 13 + 22
    for kind, state, phase, event in every - legal:
        with pytest.raises(IllegalMove, match="cannot"):
            move(kind, state, phase, event)


def test_a_restock_is_confirmed_only_after_its_second_phase():
    with pytest.raises(IllegalMove):
        move(Kind.RESTOCK, S, "book", Event.CONFIRM)
    assert move(Kind.RESTOCK, S, "book", Event.ADVANCE) == (P, "action")
    assert move(Kind.RESTOCK, U, "book", Event.ADVANCE) == (P, "action")
    assert move(Kind.RESTOCK, S, "action", Event.CONFIRM) == (C, "action")
    with pytest.raises(IllegalMove):
        move(Kind.RESTOCK, S, "action", Event.ADVANCE)


def test_what_is_booked_is_not_withdrawn_by_forgetting_it():
    assert move(Kind.RESTOCK, P, "book", Event.WITHDRAW) == (W, "book")
    with pytest.raises(IllegalMove):
        move(Kind.RESTOCK, P, "action", Event.WITHDRAW)


@pytest.mark.parametrize("kind", Kind)
def test_nothing_leaves_confirmed_but_a_credit_that_a_person_unlinks_and_unknown_is_never_sent(kind):
    moves = legal_moves(kind)
    leaves = [(m[2], m[3]) for m in moves if m[0] == C]
    assert leaves == ([(Event.UNLINK, W)] if kind == Kind.CREDIT else [])
    assert not [m for m in moves if m[0] == U and m[2] == Event.SEND]


@pytest.mark.parametrize("kind", Kind)
def test_no_move_skips_a_phase_or_goes_back(kind):
    for _, phase, _, _, after in legal_moves(kind):
        assert PHASES[kind].index(after) - PHASES[kind].index(phase) in (0, 1)
    assert first_phase(kind) == PHASES[kind][0]
    assert last_phase(kind) == PHASES[kind][-1]


def test_a_phase_of_another_kind_is_refused():
    with pytest.raises(IllegalMove, match="no phase"):
        move(Kind.CREDIT, P, "book", Event.SEND)


def test_the_picture_shows_every_state():
    text = picture()
    assert text.startswith("stateDiagram-v2")
    assert all(state.value in text for state in State)
