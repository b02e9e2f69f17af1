"""Opening + new + reopened ± changed − cleared = closing, in count, units and money; what does not add up shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.reconcile.carry_forward import Happened, Line, Place, Tally, Worth, roll_forward, standing
from returnworks.rules.model import Owner
from returnworks.rules.money import Money

GOODS, CREDIT = "goods_missing", "credit_missing"
TEN, SEVEN, EUROS = (
    Worth(1, Money(minor, currency)) for minor, currency in ((1000, "GBP"), (700, "GBP"), (900, "EUR"))
)
UNKNOWN = Worth(2, None)
GBP, EUR, NONE = Place(GOODS, "GBP"), Place(GOODS, "EUR"), Place(GOODS, "")


def happened(what, worth=TEN, exception_id=1, code=GOODS):
    return Happened(exception_id, code, what, worth)


def rolled(opening, events, closing, waived=()):
    """`opening` and `closing` are lists of (exception id, worth) of GOODS."""
    return roll_forward(
        standing((GOODS, worth) for _, worth in opening),
        events,
        dict(opening),
        standing((GOODS, worth) for _, worth in closing),
        standing((GOODS, worth) for worth in waived),
    )


@pytest.mark.parametrize(
    ("opening", "events", "closing", "lines"),
    [
        ([], [], [], {}),
        ([(1, TEN)], [], [(1, TEN)], {GBP: Line(opening=TEN.tally, closing=TEN.tally)}),
        ([], [happened("opened")], [(1, TEN)], {GBP: Line(new=TEN.tally, closing=TEN.tally)}),
        ([(1, TEN)], [happened("closed")], [], {GBP: Line(opening=TEN.tally, cleared=TEN.tally)}),
        ([], [happened("reopened")], [(1, TEN)], {GBP: Line(reopened=TEN.tally, closing=TEN.tally)}),
        (
            [(1, TEN)],
            [happened("changed", SEVEN)],
            [(1, SEVEN)],
            {GBP: Line(opening=TEN.tally, changed=Tally(0, 0, -300), closing=SEVEN.tally)},
        ),
        (
            [(1, TEN)],
            [happened("changed", EUROS)],
            [(1, EUROS)],
            {
                GBP: Line(opening=TEN.tally, changed=-TEN.tally),
                EUR: Line(changed=EUROS.tally, closing=EUROS.tally),
            },
        ),
        (
            [(1, UNKNOWN)],
            [happened("changed", TEN)],
            [(1, TEN)],
            {
                NONE: Line(opening=UNKNOWN.tally, changed=-UNKNOWN.tally),
                GBP: Line(changed=TEN.tally, closing=TEN.tally),
            },
        ),
        (
            [],
            [happened("opened"), happened("changed", SEVEN), happened("closed", SEVEN)],
            [],
            {GBP: Line(new=TEN.tally, changed=Tally(0, 0, -300), cleared=SEVEN.tally)},
        ),
        ([(1, TEN)], [happened("noted"), happened("waived")], [(1, TEN)], {GBP: Line(TEN.tally, closing=TEN.tally)}),
    ],
)
def test_each_movement_has_its_column(opening, events, closing, lines):
    found = rolled(opening, events, closing)
    assert dict(found.lines) == lines
    assert found.ties_out


@pytest.mark.parametrize(
    ("opening", "events", "closing", "remainder"),
    [
        ([(1, TEN)], [], [], -TEN.tally),
        ([], [], [(1, TEN)], TEN.tally),
        ([(1, TEN)], [], [(1, SEVEN)], Tally(0, 0, -300)),
        ([(1, TEN)], [happened("closed", SEVEN)], [], Tally(0, 0, -300)),
    ],
)
def test_what_no_event_explains_is_the_remainder(opening, events, closing, remainder):
    found = rolled(opening, events, closing)
    assert not found.ties_out
    assert found.lines[GBP].remainder == remainder


def test_a_waiver_hides_nothing_and_has_a_column_of_its_own():
    (line,) = rolled([(1, TEN)], [happened("opened", SEVEN, 2)], [(1, TEN), (2, SEVEN)], waived=[SEVEN]).lines.values()
    assert line.closing == Tally(2, 2, 1700)
    assert line.waived == SEVEN.tally
    assert not line.remainder


def test_lines_add_up_by_owner_and_by_currency():
    events = [happened("opened"), happened("opened", TEN, 2, CREDIT), happened("opened", EUROS, 3, CREDIT)]
    closing = standing([(GOODS, TEN), (CREDIT, TEN), (CREDIT, EUROS)])
    found = roll_forward({}, events, {}, closing, {})
    assert {key: line.new.count for key, line in found.by_owner().items()} == {
        (Owner.WAREHOUSE, "GBP"): 1,
        (Owner.FINANCE, "GBP"): 1,
        (Owner.FINANCE, "EUR"): 1,
    }
    assert {key: line.new.minor for key, line in found.by_currency().items()} == {"GBP": 2000, "EUR": 900}


WORTHS = st.builds(
    Worth, st.integers(0, 9), st.none() | st.builds(Money, st.integers(0, 99999), st.sampled_from(["GBP", "JPY"]))
)
MOVES = st.lists(st.tuples(st.integers(1, 4), st.booleans(), WORTHS), max_size=40)


@given(MOVES, st.integers(0, 40))
def test_whatever_happens_in_whatever_order_the_remainder_is_nothing(moves, cut):
    """Each move opens, reopens, changes or closes one of four exceptions; any cut of the history ties out."""
    known, seen, events, marks = {}, set(), [], [{}]
    for exception_id, closes, worth in moves:
        if closes and exception_id in known:
            events.append(happened("closed", known.pop(exception_id), exception_id))
        else:
            what = "changed" if exception_id in known else "reopened" if exception_id in seen else "opened"
            events.append(happened(what, worth, exception_id))
            known[exception_id] = worth
            seen.add(exception_id)
        marks.append(dict(known))
    start = min(cut, len(events))
    assert rolled(list(marks[start].items()), events[start:], list(known.items())).ties_out
