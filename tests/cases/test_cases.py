"""Every worked case comes out as its card says."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.cases import words
from tests.cases.case import Case
from tests.cases.chapters import CASES, CHAPTERS


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_worked_case_comes_out_as_it_says(case: Case):
    made = case.planned()
    assert tuple(words.posting(posting, case.around) for posting in made.postings) == case.posts
    assert tuple(words.finding(found) for found in made.findings) == case.holds
    assert tuple(words.liability(owed) for owed in made.liabilities) == case.owes
    assert len(made.notes) == len(case.leaves), made.notes
    for part, note in zip(case.leaves, made.notes, strict=True):
        assert part in note


def test_each_case_has_a_name_of_its_own_and_a_reason():
    assert [name for name, times in Counter(case.name for case in CASES).items() if times > 1] == []
    assert all(case.because.endswith(".") for case in CASES)


def test_there_are_cases_of_goods_sets_credits_and_exchanges_and_at_least_sixty():
    assert len(CASES) >= 60
    assert all(CHAPTERS.values())
