"""Units in are units out, whatever comes back, in whatever order, in one parcel or in many."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from returnworks.reconcile.units import count_units
from returnworks.rules.lifecycle import is_kept, is_missing
from returnworks.rules.model import Inspection, Kind, Return
from returnworks.rules.planning import plan
from returnworks.rules.policy import CompositePolicy, Policy, StockTrigger
from tests.rules.arrivals import Books, pieces, pieces_of, restocks, rows
from tests.rules.faces import DAMAGED, GOOD, INSPECTED, MISSING, NOW, around, order, rma, row, tea_set, unit

SALE = order(row("MUG-BLUE", 3), row("GARISH-RUG", 2), tea_set(3))
SOLD = Counter({"MUG-BLUE": 3, "GARISH-RUG": 2, "TEA-CUP": 6, "TEA-SAUCER": 6, "TEA-POT": 3})
IN_PIECES = ("TEA-CUP", "TEA-CUP", "TEA-SAUCER", "TEA-SAUCER", "TEA-POT")
KEYS = {"MUG-BLUE": "key-MUG-BLUE", "GARISH-RUG": None, "TEA-SET": "key-TEA-SET", "LAMP-OAK": None}

skus = st.sampled_from(["MUG-BLUE", "GARISH-RUG", "TEA-SET", "TEA-CUP", "TEA-SAUCER", "TEA-POT", "LAMP-OAK"])
verdicts = st.sampled_from([GOOD, GOOD, GOOD, DAMAGED, MISSING, None])
mostly_good = st.sampled_from([GOOD, GOOD, GOOD, GOOD, GOOD, DAMAGED])
policies = st.builds(Policy, stock_trigger=st.sampled_from(StockTrigger), composites=st.sampled_from(CompositePolicy))
inspected_only = st.builds(Policy, composites=st.sampled_from(CompositePolicy))


def a_line(line_id: str, sku: str, verdict: Inspection | None, **more):
    return unit(line_id, sku, verdict, order_line_key=KEYS.get(sku, "key-TEA-SET"), **more)


@st.composite
def returns(draw, most: int = 8, return_id: str = "90000004") -> Return:
    """A return of up to `most` units: known and unknown ones, kept, missing, inspected or not."""
    lines = [
        a_line(
            f"{return_id[-2:]}{n:02}",
            draw(skus),
            draw(verdicts),
            return_method=draw(st.sampled_from(["Ship with any carrier"] * 4 + ["No shipment required"])),
        )
        for n in range(draw(st.integers(0, most)))
    ]
    status = draw(st.sampled_from(["Approved", "Received", "Validated", "Done", "Rejected", "Teleported"]))
    return rma(*lines, status=status, return_id=return_id)


some_pieces = st.lists(st.sampled_from(range(5)), unique=True).map(lambda chosen: [IN_PIECES[n] for n in chosen])
"""Pieces of one tea set."""


@st.composite
def what_was_sold(draw, most: int = 3) -> list[Return]:
    """Up to `most` returns that together bring back no more than what was sold, each set whole or in pieces."""
    shares = draw(st.integers(1, most))
    skus = ["MUG-BLUE"] * draw(st.integers(0, 3)) + ["GARISH-RUG"] * draw(st.integers(0, 2))
    for _ in range(draw(st.integers(0, 3))):
        skus += draw(st.one_of(st.just(["TEA-SET"]), st.just(list(IN_PIECES)), some_pieces))
    lines: list[list] = [[] for _ in range(shares)]
    for n, sku in enumerate(draw(st.permutations(skus))):
        lines[draw(st.integers(0, shares - 1))].append(a_line(f"96{n:04}", sku, draw(mostly_good)))
    return [rma(*mine, return_id=f"9000010{n}") for n, mine in enumerate(lines)]


# --- One return --------------------------------------------------------------------------------------


@given(returns(), policies)
def test_every_unit_is_posted_or_held_or_said_to_stay_away(ret, policy):
    made = plan(ret, Books(SALE, policy).around(ret), policy, NOW)
    posted = {fact for posting in restocks(made) for fact in posting.covers}
    held = {fact for found in made.findings for fact in found.covers} - posted
    noted = {line.line_id for line in ret.lines if any(n.startswith(f"line {line.line_id}:") for n in made.notes)}
    assert posted | held | noted == {line.line_id for line in ret.lines}
    assert not posted & noted


@given(returns(), policies)
def test_what_is_booked_is_what_the_posted_lines_are_piece_by_piece(ret, policy):
    made = restocks(plan(ret, Books(SALE, policy).around(ret), policy, NOW))
    booked: Counter[str] = Counter()
    for (sku, _, _), units in pieces(made).items():
        booked[sku] += units
    assert booked == pieces_of(ret, (fact for posting in made for fact in posting.covers))
    assert booked <= SOLD
    named = [line_id for posting in made for line_id in posting.covers]
    assert len(named) == len(set(named))


@given(returns(), policies)
def test_units_in_are_posted_and_held_and_waiting_and_missing_and_kept_and_travelling(ret, policy):
    made = plan(ret, Books(SALE, policy).around(ret), policy, NOW)
    units = count_units(ret, made, policy)
    assert units.approved == units.received + units.missing + units.kept + units.travelling
    posted = units.sellable + units.quarantine + units.scrap + units.undecided
    assert units.received == posted + units.held + units.waiting


@given(returns(), policies)
def test_what_does_not_come_back_is_never_booked(ret, policy):
    by_id = {line.line_id: line for line in ret.lines}
    for posting in restocks(plan(ret, Books(SALE, policy).around(ret), policy, NOW)):
        assert not any(is_kept(by_id[fact]) or is_missing(by_id[fact]) for fact in posting.covers)


@given(returns(), policies, st.randoms())
def test_the_order_of_lines_does_not_matter(ret, policy, chance):
    lines = list(ret.lines)
    chance.shuffle(lines)
    context = Books(SALE, policy).around(ret)
    assert plan(replace(ret, lines=tuple(lines)), context, policy, NOW) == plan(ret, context, policy, NOW)


@given(returns(), policies)
def test_what_is_booked_is_never_planned_again(ret, policy):
    books = Books(SALE, policy)
    books.arrive(ret)
    again = plan(ret, books.around(ret), policy, NOW)
    assert restocks(again) == []
    assert not {found.code for found in again.findings} & {"verdict_corrected", "inspected_after_restock"}


@given(returns(), policies)
def test_the_same_facts_have_the_same_references(ret, policy):
    references = [
        [posting.reference for posting in restocks(plan(ret, Books(SALE, policy).around(ret), policy, NOW))]
        for _ in range(2)
    ]
    assert references[0] == references[1]
    assert len(set(references[0])) == len(references[0])


# --- One return, unit by unit ------------------------------------------------------------------------


@given(what_was_sold(most=1), inspected_only, st.data())
def test_units_that_are_inspected_one_after_the_other_come_to_the_same_as_all_at_once(sold, policy, data):
    (ret,) = sold
    at_once, bit_by_bit = Books(SALE, policy), Books(SALE, policy)
    at_once.arrive(ret)
    seen: set[str] = set()
    for line_id in data.draw(st.permutations([line.line_id for line in ret.lines])):
        seen.add(line_id)
        now = tuple(line if line.line_id in seen else replace(line, inspection=None) for line in ret.lines)
        bit_by_bit.arrive(replace(ret, lines=now))
    assert pieces(bit_by_bit.everything()) == pieces(at_once.everything())


# --- Several returns of one sale ----------------------------------------------------------------------


@given(what_was_sold(), inspected_only, st.data())
def test_the_order_in_which_returns_arrive_does_not_matter(sold, policy, data):
    first, second = Books(SALE, policy), Books(SALE, policy)
    for ret in sold:
        first.arrive(ret)
    for ret in data.draw(st.permutations(sold)):
        second.arrive(ret)
    assert pieces(first.everything()) == pieces(second.everything())


@given(st.lists(st.sampled_from(["MUG-BLUE", "GARISH-RUG"]), max_size=9), st.data())
def test_of_too_many_units_as_many_are_booked_in_any_order_as_were_sold(skus, data):
    """Sets and their pieces share their room, so there the first to come takes it; of all else any order is equal."""
    sold = [rma(a_line(f"{n:04}", sku, GOOD), return_id=f"9000010{n}") for n, sku in enumerate(skus)]
    for sequence in (sold, data.draw(st.permutations(sold))):
        books = Books(SALE, Policy())
        plans = [books.arrive(ret) for ret in sequence]
        booked = Counter({sku: units for (sku, _, _), units in rows(books.everything()).items()})
        assert booked == Counter(skus) & SOLD
        held = [found.code for made in plans for found in made.findings]
        assert held == ["more_than_sold"] * (len(skus) - booked.total())


@given(st.lists(returns(most=4), min_size=2, max_size=4), policies)
def test_never_more_comes_back_than_was_sold_whoever_comes_first(made, policy):
    books = Books(SALE, policy)
    for n, ret in enumerate(made):
        lines = tuple(replace(line, line_id=f"{n}-{line.line_id}") for line in ret.lines)
        books.arrive(replace(ret, return_id=f"9000010{n}", lines=lines))
    booked: Counter[str] = Counter()
    for (sku, _, _), units in pieces(books.everything()).items():
        booked[sku] += units
    assert booked <= SOLD


# --- The night ----------------------------------------------------------------------------------------


@given(what_was_sold(), policies, st.data())
def test_the_night_expects_what_was_booked_in_whatever_order_units_arrived_and_were_inspected(sold, policy, data):
    books = Books(SALE, policy)
    for ret in data.draw(st.permutations(sold)):
        late = set(data.draw(st.lists(st.sampled_from([line.line_id for line in ret.lines]))) if ret.lines else [])
        books.arrive(
            replace(
                ret,
                status="Done",
                lines=tuple(replace(line, inspection=None) if line.line_id in late else line for line in ret.lines),
            )
        )
    for ret in data.draw(st.permutations(sold)):
        books.arrive(replace(ret, status="Done"))
    expected = [
        posting
        for ret in sold
        for posting in restocks(plan(replace(ret, status="Done"), books.around(ret, afresh=True), policy, NOW))
    ]
    assert rows(expected) == rows(books.everything())


def test_a_posting_is_due_since_its_first_unit_was_inspected():
    ret = rma(a_line("1", "MUG-BLUE", GOOD))
    (posting,) = restocks(plan(ret, around(SALE), Policy(), NOW))
    assert (posting.kind, posting.due_at) == (Kind.RESTOCK, INSPECTED)
