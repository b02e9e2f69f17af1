"""Shadow mode: what is left to people, how far we agree, and what speaks against going live."""

from __future__ import annotations

from datetime import timedelta

import pytest

from returnworks.rules.model import ExchangeOrder, Kind
from returnworks.rules.policy import BUILT_IN
from returnworks.rules.shadow import Mode, Score, ScoredNight, left_to_people, objections
from returnworks.rules.shadow_terms import ShadowTerms
from tests.reconcile.close.faces import at, line, refund, rma

EARLY, LATE = at(1), at(20)
TERMS = ShadowTerms(nights=2, agreement_percent=98, decisions=10)
GOOD = Score(agreed=98, otherwise=2)


@pytest.mark.parametrize(
    ("mode", "shadow", "ours_since"),
    [
        (Mode(), False, None),
        (Mode(shadow_since=EARLY), True, EARLY),
        (Mode(shadow_since=EARLY, live_since=LATE), False, LATE),
        (Mode(shadow_since=LATE, live_since=EARLY), True, LATE),
    ],
    ids=["from the beginning", "shadow", "live after shadow", "shadow again"],
)
def test_the_later_of_shadow_and_live_counts(mode, shadow, ours_since):
    assert (mode.is_shadow, mode.ours_since) == (shadow, ours_since)


@pytest.mark.parametrize(("seconds", "theirs"), [(-1, True), (0, False)])
def test_what_happened_before_we_went_live_is_left_to_people(seconds, theirs):
    moment = LATE + timedelta(seconds=seconds)
    ret = rma(
        lines=(line("1", inspected=moment), line("2")),
        transactions=(refund("t1", paid=moment),),
        exchange_orders=(ExchangeOrder(None, "6001", "#6001", "Order"),),
        updated_at=moment,
    )
    left = left_to_people(ret, BUILT_IN, LATE)
    assert left == {
        Kind.RESTOCK: frozenset({"1"} if theirs else ()),
        Kind.CREDIT: frozenset({"t1"} if theirs else ()),
        Kind.EXCHANGE: frozenset({"6001"} if theirs else ()),
    }


@pytest.mark.parametrize(("score", "percent"), [(Score(), 100), (Score(agreed=2, ours_only=1), 66), (GOOD, 98)])
def test_agreement_is_rounded_down(score, percent):
    assert score.percent == percent


def night(day, score=GOOD, fresh=True):
    return ScoredNight(at(day), fresh, {"goods": score})


def test_nothing_speaks_against_a_good_fortnight():
    assert objections([night(1), night(2)], TERMS) == []


@pytest.mark.parametrize(
    ("nights", "objection"),
    [
        ([], "0 of 2 nights"),
        ([night(1), night(2, fresh=False)], "1 of 2 nights"),
        ([night(1), night(2, Score(agreed=9))], "Only 9 decisions were compared; 10"),
        ([night(1), night(2, Score(agreed=97, otherwise=3))], "Of goods, 97% agree; 98%"),
        ([night(1), night(2, Score(agreed=99, otherwise=1, unsafe=1))], "1 units would be sold by one"),
    ],
)
def test_what_speaks_against_going_live_is_said(nights, objection):
    assert any(said.startswith(objection) for said in objections(nights, TERMS))


def test_the_last_fresh_night_decides():
    assert objections([night(1, Score(agreed=1, otherwise=99)), night(2)], TERMS) == []
