"""A backlog ends with exact books, however often its workers are killed and however many they are."""

from __future__ import annotations

import pytest

from tests.torture.backlogs import Survived, killed_over_and_over, side_by_side
from tests.torture.shop import Verdict


def on_postgres(*values):
    return pytest.param("postgresql", *values, marks=pytest.mark.postgres)


@pytest.mark.parametrize(("fresh", "returns"), [("sqlite", 200), on_postgres(50)], indirect=["fresh"])
def test_a_backlog_whose_workers_are_killed_ten_times_in_a_row_ends_with_exact_books(far_sandbox, fresh, returns):
    survived = killed_over_and_over(far_sandbox, fresh(), returns, kills=10, seed=7)
    assert survived == Survived(kills=10, verdict=Verdict(), unfinished=0)


@pytest.mark.parametrize(("fresh", "workers"), [("sqlite", 2), on_postgres(2), on_postgres(4)], indirect=["fresh"])
def test_workers_on_one_backlog_share_it_and_do_nothing_twice(far_sandbox, fresh, workers):
    survived = side_by_side(far_sandbox, fresh(), returns=60, workers=workers)
    assert survived == Survived(kills=0, verdict=Verdict(), unfinished=0)
