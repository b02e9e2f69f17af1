"""Order notes: one for each stage that a return enters, named so that a replay writes none twice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.rules.model import Kind, Stage
from returnworks.rules.order_notes import OrderNotes, Seen, notes_of, order_to_note, stage_changes, stage_property
from returnworks.rules.references import MAX_LENGTH, owner_of
from tests.rules.faces import NOW, RETURN_ID, order, rma, row, unit

SALE = order(row("MUG-BLUE"))
MUG = rma(unit("1", "MUG-BLUE"))
APPROVED, RECEIVED, CLOSED = Stage.APPROVED, Stage.RECEIVED, Stage.CLOSED


def seen(*stages):
    return [Seen(stage, NOW + timedelta(hours=n)) for n, stage in enumerate(stages)]


def noted(*stages, settings=None, orders=(SALE,)):
    return notes_of(MUG, seen(*stages), orders, settings or OrderNotes())


def facts(notes):
    return [note.covers[0] for note in notes]


@pytest.mark.parametrize(
    ("stages", "entered"),
    [
        ((), []),
        ((APPROVED,), ["approved/1"]),
        ((APPROVED, APPROVED, APPROVED), ["approved/1"]),
        ((APPROVED, RECEIVED), ["approved/1", "received/1"]),
        ((APPROVED, RECEIVED, RECEIVED, CLOSED), ["approved/1", "received/1", "closed/1"]),
        ((CLOSED, RECEIVED, CLOSED), ["closed/1", "received/1", "closed/2"]),
        ((RECEIVED, APPROVED, RECEIVED), ["received/1", "approved/1", "received/2"]),
    ],
)
def test_each_entering_of_a_stage_is_noted_once(stages, entered):
    assert facts(noted(*stages)) == [f"{RETURN_ID}/{each}" for each in entered]


def test_a_note_says_the_stage_the_time_and_its_own_reference():
    first, second = noted(APPROVED, RECEIVED)
    assert first.note == f"Return RMA 90000004 is approved, 2026-11-20 12:00 UTC. [{first.reference}]"
    assert second.note == f"Return RMA 90000004 is received (was approved), 2026-11-20 13:00 UTC. [{second.reference}]"
    assert (second.kind, second.order_id, second.due_at) == (Kind.NOTE, SALE.order_id, NOW + timedelta(hours=1))
    assert owner_of(second.reference).kind == Kind.NOTE


@pytest.mark.parametrize(
    ("stages", "word"),
    [((CLOSED, RECEIVED), "is reopened and stands at received"), ((CLOSED, Stage.CANCELLED), "is cancelled")],
)
def test_a_reopened_return_is_told_by_one_note(stages, word):
    _, last = noted(*stages)
    assert word in last.note


@pytest.mark.parametrize(
    ("settings", "entered"),
    [
        (OrderNotes(stages=(RECEIVED,)), ["received/1", "received/2"]),
        (OrderNotes(stages=(RECEIVED, CLOSED)), ["received/1", "closed/1", "received/2"]),
        (OrderNotes(stages=()), []),
        (OrderNotes(enabled=False), []),
    ],
)
def test_only_the_stages_that_the_shop_wants_are_noted(settings, entered):
    notes = noted(RECEIVED, CLOSED, RECEIVED, settings=settings)
    assert facts(notes) == [f"{RETURN_ID}/{each}" for each in entered]


def test_a_stage_that_is_not_noted_still_separates_two_visits_of_one_that_is():
    assert facts(noted(RECEIVED, APPROVED, RECEIVED, settings=OrderNotes(stages=(RECEIVED,)))) == [
        f"{RETURN_ID}/received/1",
        f"{RETURN_ID}/received/2",
    ]


def test_nothing_is_noted_where_there_is_no_order():
    assert noted(APPROVED, orders=()) == ()


OTHER = order(row("GARISH-RUG"), number=100100)


@pytest.mark.parametrize(
    ("orders", "number"),
    [
        ((OTHER, SALE), 100123),
        ((replace(OTHER, lines=SALE.lines), SALE), 100100),
        ((replace(SALE, cancelled=True), OTHER), 100100),
        ((replace(SALE, is_resend=True), OTHER), 100100),
        ((replace(SALE, cancelled=True),), 100123),
        ((replace(SALE, lines=()), OTHER), 100100),
    ],
)
def test_a_split_sale_is_noted_on_one_order(orders, number):
    for some in (orders, orders[::-1]):
        assert order_to_note(MUG, some).number == number


def test_the_property_of_a_note_names_the_return_and_the_stage_and_no_visit():
    first, _, again = noted(RECEIVED, CLOSED, RECEIVED)
    assert stage_property(first) == stage_property(again) == f"{RETURN_ID} received"


histories = st.lists(st.sampled_from(Stage), max_size=30)


@given(histories)
def test_reading_more_of_a_history_only_adds_notes(stages):
    whole = noted(*stages)
    for length in range(len(stages)):
        assert noted(*stages[:length]) == whole[: len(noted(*stages[:length]))]


@given(histories)
def test_no_two_changes_of_a_return_share_a_name(stages):
    notes = noted(*stages)
    assert len({note.reference for note in notes}) == len(notes) == len(list(stage_changes(seen(*stages))))
    assert all(len(note.reference) <= MAX_LENGTH and note.reference in note.note for note in notes)


@given(histories)
def test_a_note_says_nothing_but_the_return_its_stages_a_time_and_a_reference(stages):
    shape = r"Return RMA \d+ is [a-z ]+( \(was [a-z ]+\))?, \d{4}-\d\d-\d\d \d\d:\d\d UTC\. \[RW-N-\d+-[A-Z2-7]{8}\]"
    for note in noted(*stages):
        assert re.fullmatch(shape, note.note)
        assert len(note.note) < 140
