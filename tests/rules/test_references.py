import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.rules.model import Kind
from returnworks.rules.references import MAX_LENGTH, Owned, is_for, owner_of, reference, short

facts = st.lists(st.text(max_size=12), max_size=6)


@given(st.sampled_from(Kind), st.text(max_size=60), facts, st.randoms())
def test_a_reference_does_not_depend_on_the_order_of_what_it_covers(kind, subject, covers, chance):
    shuffled = list(covers) + covers[:1]
    chance.shuffle(shuffled)
    assert reference(kind, subject, shuffled) == reference(kind, subject, covers)


@given(st.sampled_from(Kind), st.text(max_size=60), facts)
def test_a_reference_fits_30_ascii_characters_and_is_known_again(kind, subject, covers):
    text = reference(kind, subject, covers)
    assert len(text) <= MAX_LENGTH
    assert text.isascii()
    assert owner_of(text) == Owned(kind, short(subject))
    assert is_for(f" {text} ", kind, subject)


def test_a_reference_can_be_read():
    assert re.fullmatch(r"RW-R-90000004-[A-Z2-7]{8}", reference(Kind.RESTOCK, "90000004", ["96000006"]))


def test_a_reference_never_changes_between_versions():
    assert reference(Kind.RESTOCK, "90000004", ["96000006"]) == "RW-R-90000004-7QPNBB7F"


@pytest.mark.parametrize(
    "other",
    [
        reference(Kind.CREDIT, "90000004", ["1", "2"]),
        reference(Kind.RESTOCK, "90000005", ["1", "2"]),
        reference(Kind.RESTOCK, "90000004", ["1"]),
        reference(Kind.RESTOCK, "90000004", ["12"]),
        reference(Kind.RESTOCK, "90000004", ["1", "2", "3"]),
    ],
)
def test_another_kind_return_or_fact_makes_another_reference(other):
    assert other != reference(Kind.RESTOCK, "90000004", ["1", "2"])


def test_long_return_ids_that_look_alike_when_shortened_stay_apart():
    one, two = "A" * 20 + "1234567890123456", "B" * 20 + "1234567890123456"
    assert short(one) == short(two)
    assert reference(Kind.CREDIT, one, ["t"]) != reference(Kind.CREDIT, two, ["t"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "R100123",
        "RW-Z-1-AAAAAAAA",
        "RW-R-1-AAAAAAA",
        "RW-R--AAAAAAAA",
        "RW-R-1-AAAAAAAA trailing",
        "rw-r-1-aaaaaaaa",
    ],
)
def test_texts_of_others_are_nobody_of_ours(text):
    assert owner_of(text) is None
