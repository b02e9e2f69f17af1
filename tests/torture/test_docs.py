"""The pages say what is so."""

from __future__ import annotations

from tests.torture.docs import PICTURE, POSTINGS


def test_the_picture_of_a_postings_life_is_the_machine_of_today():
    assert POSTINGS.read_text(encoding="utf-8") == PICTURE, "write it anew with `make torture`"
