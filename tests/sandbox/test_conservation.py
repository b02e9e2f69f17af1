"""Whatever is booked, changed, dropped and actioned: no piece comes back twice, and the shelf agrees with the book."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from returnworks.sandbox.bookings import BookedLine, Booking
from returnworks.sandbox.refusals import NotPossible
from returnworks.sandbox.seeding import seed
from returnworks.sandbox.warehouse import DEFAULT_LOCATION
from returnworks.sandbox.world import World

SETS, CUPS_IN_A_SET, POTS_IN_A_SET = 3, 2, 1

deeds = st.lists(
    st.tuples(
        st.sampled_from(["TEA-SET", "TEA-CUP", "TEA-POT"]),
        st.integers(min_value=1, max_value=4),
        st.sampled_from(["book", "action", "change", "delete"]),
    ),
    max_size=25,
)


def shop() -> World:
    world = World()
    items = [{"sku": "TEA-CUP"}, {"sku": "TEA-POT"}]
    tea = {"sku": "TEA-SET", "composition": {"TEA-CUP": CUPS_IN_A_SET, "TEA-POT": POTS_IN_A_SET}}
    order = {"reference": "1", "lines": [{"sku": "TEA-SET", "quantity": SETS}]}
    seed(world, {"items": [*items, tea], "orders": [order]})
    return world


def do(world: World, booked: list[Booking], sku: str, units: int, deed: str) -> None:
    order = world.book.find("1")[0]
    row = next(row.row_id for row, _ in order.rows() if row.sku == sku)
    line = BookedLine(row, DEFAULT_LOCATION, units)
    if deed == "book" or not booked:
        booked.append(
            world.bookings.book(order, [line], reference="R", channel_initiated=False, at=world.now, seen=world.now)
        )
    elif deed == "action":
        world.bookings.action(order, booked[units % len(booked)], again=False, at=world.now, seen=world.now)
    elif deed == "change":
        header = booked[-1]
        before = header.lines[0]
        world.bookings.change(order, header, {before.row_id: replace(before, quantity=units)})
    else:
        world.bookings.delete(booked.pop())


@given(deeds)
@settings(max_examples=150, deadline=None)
def test_no_more_pieces_come_back_than_were_sold_and_each_is_moved_once(
    plan: list[tuple[str, int, str]],
) -> None:
    world, booked = shop(), list[Booking]()
    for sku, units, deed in plan:
        try:
            do(world, booked, sku, units, deed)
        except NotPossible:
            continue
    back: Counter[str] = Counter()
    for move in world.warehouse.moves:
        back[move.sku] += move.change
    assert back["TEA-CUP"] <= SETS * CUPS_IN_A_SET
    assert back["TEA-POT"] <= SETS * POTS_IN_A_SET
    assert back == _actioned_pieces(world)
    assert {sku: world.warehouse.items[sku].levels.get(DEFAULT_LOCATION, 0) for sku in back} == back


def _actioned_pieces(world: World) -> Counter[str]:
    pieces = {"TEA-SET": {"TEA-CUP": CUPS_IN_A_SET, "TEA-POT": POTS_IN_A_SET}}
    back: Counter[str] = Counter()
    for booking in world.bookings.headers.values():
        for line in booking.standing() if booking.actioned_at else ():
            for sku, each in pieces.get(line.sku, {line.sku: 1}).items():
                back[sku] += each * line.quantity
    return back
