"""A backlog that is worked off by processes that are killed over and over, or by several at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from returnworks.ledger import Ledger
from returnworks.rules.model import Kind
from returnworks.rules.states import State
from returnworks.sandbox.handle import Sandbox
from tests.torture.processes import SIGKILLED, ended, run, start
from tests.torture.shop import Form, Verdict, a_backlog, judge_document

LEASES_OVER = timedelta(minutes=11)
NEXT_RUN = timedelta(minutes=2)
MOMENTS_A_RETURN = 25
"""Fewer than it has (before and after each write to Linnworks and each commit), so that there is always work left."""


@dataclass(frozen=True)
class Survived:
    """A backlog in the end: how many kills it took, and how its books stand."""

    kills: int
    verdict: Verdict
    unfinished: int
    """Postings that are not confirmed."""


def killed_over_and_over(
    sandbox: Sandbox, variables: Mapping[str, str], returns: int, kills: int, seed: int
) -> Survived:
    """Each process dies at a random moment, the next starts at once when the leases are over; the last one lives."""
    document = _begin(sandbox, returns)
    dice = Random(seed)
    ahead, deaths = timedelta(), 0
    for _ in range(kills):
        moment = dice.randint(1, MOMENTS_A_RETURN * returns // kills)
        deaths += run(variables, [ahead], kill_at=moment, every_commit=True) == SIGKILLED
        ahead += LEASES_OVER
    assert run(variables, [ahead, ahead + LEASES_OVER, ahead + 2 * LEASES_OVER]) == 0
    return _end(sandbox, variables, document, deaths)


def side_by_side(sandbox: Sandbox, variables: Mapping[str, str], returns: int, workers: int) -> Survived:
    """`workers` processes start at the same time and all live to the end; then comes the next scheduled run.

    It does what a worker left because another one held its order, or had just named its return again.
    """
    document = _begin(sandbox, returns)
    crew = [start(variables) for _ in range(workers)]
    assert [ended(worker) for worker in crew] == [0] * workers
    assert run(variables, [NEXT_RUN]) == 0
    return _end(sandbox, variables, document, 0)


def _begin(sandbox: Sandbox, returns: int) -> Form:
    sandbox.reset()
    sandbox.settings(rate_multiplier=1_000_000, daily_quota=1_000_000)
    document = a_backlog(returns)
    sandbox.seed(document)
    return document


def _end(sandbox: Sandbox, variables: Mapping[str, str], document: Form, kills: int) -> Survived:
    with Ledger.open(variables["RETURNWORKS_DATABASE_URL"]) as ledger:
        counts = ledger.counts_by_state()
    unfinished = sum(counts[kind][state] for kind in Kind for state in State if state != State.CONFIRMED)
    return Survived(kills, judge_document(sandbox.books(), document), unfinished)
