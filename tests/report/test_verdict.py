"""The headline counts returns, the tone follows what differs, and sentences agree in number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from returnworks.reconcile.facts import ReturnUnits
from returnworks.reconcile.results import Class
from returnworks.report import verdict
from returnworks.report.verdict import Standing, Tone, headline, judge, standings
from tests.report.faces import Check, broken_night, clean_night, item, morning, quiet_morning, stale_night, unbalanced


def as_class(night, cls, only=None):
    """The night with each result, or those of one return, of this class."""
    rows = [replace(row, cls=cls) if only in (None, row.return_id) else row for row in night.results]
    return replace(night, results=tuple(rows))


def test_the_headline_counts_each_return_once_by_its_worst_row():
    night = broken_night()
    assert headline(night) == "9 returns compared: 5 in order, 3 with breaks worth £61.50, 1 still within its time."
    assert verdict.strays(night) == "1 entry in Linnworks without a return behind it, worth £12.00."


@pytest.mark.parametrize(
    ("night", "said"),
    [
        (clean_night(), "4 returns compared: all in order."),
        (as_class(clean_night(), Class.TIMING), "4 returns compared: 4 still within their time."),
        (as_class(clean_night(), Class.HELD, "90000100"), "4 returns compared: 3 in order, 1 held by an exception."),
        (
            as_class(clean_night(), Class.CANNOT_TELL, "90000100"),
            "4 returns compared: 3 in order, 1 that cannot be told.",
        ),
        (replace(clean_night(), results=(), units=(), conservation=()), "There was no return to compare."),
        (stale_night(), "Nothing is proven: Linnworks is not fresh. 9 returns looked at."),
    ],
)
def test_the_headline_says_what_is_so(night, said):
    assert headline(night) == said


def test_a_return_of_which_nothing_is_due_is_in_order_one_with_a_held_unit_is_held():
    units = (ReturnUnits("1", approved=1, travelling=1), ReturnUnits("2", approved=1, received=1, held=1))
    night = replace(clean_night(), results=(), units=units, conservation=())
    assert standings(night) == {"1": Standing.IN_ORDER, "2": Standing.HELD}


def test_a_return_whose_units_do_not_add_up_is_not_in_order():
    assert standings(unbalanced(clean_night()))["90000007"] == Standing.BROKEN


@pytest.mark.parametrize(
    ("report", "judgement"),
    [
        (quiet_morning(), ("In order", Tone.GOOD)),
        (quiet_morning(night=as_class(clean_night(), Class.TIMING)), ("In order", Tone.GOOD)),
        (quiet_morning(open_items=(item(),)), ("Needs attention", Tone.BAD)),
        (quiet_morning(checks=(Check(success=False),)), ("Needs attention", Tone.BAD)),
        (quiet_morning(checks=(Check(ran=False, success=False),)), ("Needs attention", Tone.BAD)),
        (quiet_morning(night=unbalanced(clean_night())), ("Needs attention", Tone.BAD)),
        (
            quiet_morning(night=as_class(clean_night(), Class.CANNOT_TELL, "90000100")),
            ("Not all can be told", Tone.WARN),
        ),
        (morning(), ("Needs attention", Tone.BAD)),
        (morning(stale_night()), ("Cannot tell", Tone.WARN)),
    ],
)
def test_only_what_is_proven_is_in_order(report, judgement):
    assert judge(report) == judgement


def test_sentences_agree_in_number():
    assert verdict.exceptions_said(quiet_morning()) == "No exception is open."
    one = verdict.exceptions_said(quiet_morning(open_items=(item(),)))
    assert one == "1 exception is open, worth £20.50; the oldest is 3 days old."
    two = verdict.exceptions_said(quiet_morning(open_items=(item(1, value=None), item(2, value=None))))
    assert two == "2 exceptions are open; the oldest is 3 days old."
    assert verdict.checks_said(()) == "No check was run."
    assert verdict.checks_said((Check(),)) == "The check passed."
    assert verdict.checks_said((Check(), Check(success=False))) == "1 of 2 checks passed."
