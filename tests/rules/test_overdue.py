"""Goods that stay away: who is asked, from which day on, and when asking again makes sense."""

from dataclasses import replace
from datetime import timedelta

import pytest

from returnworks.rules.overdue import overdue
from returnworks.rules.patience import Patience
from returnworks.rules.policy import Policy
from tests.rules.faces import GOOD, NOW, gbp, rma, unit

WAITING = unit("1", "MUG-BLUE", None)
POLICY = Policy(patience=Patience(arrival_days=30, verdict_days=14))


def asked(ret, policy=POLICY, now=NOW):
    part = overdue(ret, WAITING, policy, now)
    return [found.code for found in part.findings], part.again_at


def approved(days, status="Approved"):
    return rma(WAITING, status=status, approved_at=NOW - timedelta(days=days))


@pytest.mark.parametrize(("days", "codes"), [(29, []), (30, ["goods_not_arrived"]), (31, ["goods_not_arrived"])])
def test_goods_that_do_not_arrive_are_asked_for_after_thirty_days(days, codes):
    assert asked(approved(days))[0] == codes


def test_a_moment_before_the_day_nobody_is_asked_and_the_day_is_named():
    moment = NOW - timedelta(days=30) + timedelta(seconds=1)
    ret = rma(WAITING, status="Approved", approved_at=moment)
    assert asked(ret) == ([], moment + timedelta(days=30))


@pytest.mark.parametrize(("days", "codes"), [(13, []), (14, ["goods_not_inspected"])])
@pytest.mark.parametrize("status", ["Received", "Validated", "Done"])
def test_goods_that_arrived_are_to_be_inspected_within_fourteen_days(status, days, codes):
    ret = rma(WAITING, status=status, updated_at=NOW - timedelta(days=days))
    assert asked(ret)[0] == codes


def test_the_first_inspection_of_the_return_tells_when_it_arrived():
    seen = unit("2", "MUG-BLUE", replace(GOOD, at=NOW - timedelta(days=14)))
    assert asked(rma(WAITING, seen, status="Validated", updated_at=NOW))[0] == ["goods_not_inspected"]


@pytest.mark.parametrize("status", ["Pending", "Rejected", "Canceled"])
def test_nobody_is_asked_for_goods_that_were_not_to_be_sent(status):
    assert asked(approved(300, status)) == ([], None)


@pytest.mark.parametrize("status", ["Approved", "Received"])
def test_patience_of_no_days_asks_nobody(status):
    never = Policy(patience=Patience(arrival_days=0, verdict_days=0))
    assert asked(approved(300, status), never) == ([], None)


def test_a_return_that_does_not_say_when_it_was_approved_counts_from_its_beginning():
    ret = rma(WAITING, status="Approved", approved_at=None, created_at=NOW - timedelta(days=30))
    assert asked(ret)[0] == ["goods_not_arrived"]
    assert asked(replace(ret, created_at=None)) == ([], None)


def test_what_is_asked_for_is_worth_what_was_paid():
    (found,) = overdue(approved(30), WAITING, POLICY, NOW).findings
    assert (found.units, found.value, found.covers) == (1, gbp("20.50"), ("1",))
    assert found.since == NOW - timedelta(days=30)
