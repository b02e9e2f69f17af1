"""The night as a whole: stale sides, verdicts, exceptions, and sums that come to nothing."""

from dataclasses import replace
from datetime import timedelta

from returnworks.reconcile import night as nights
from returnworks.reconcile.conservation import money_balances, piece_balances
from returnworks.reconcile.facts import Side
from returnworks.reconcile.night import assess
from returnworks.reconcile.results import Class, Family
from returnworks.rules.codes import NIGHT_CODES
from returnworks.rules.model import Plan, Stage
from tests.reconcile.faces import (
    NOW,
    booked,
    credited,
    due,
    exchange,
    exchange_order,
    gbp,
    inputs,
    marked,
    paid,
    posted,
    refund,
    ships,
    sides,
)
from tests.rules.faces import rma, unit


def in_order(**more):
    return inputs(
        **{
            "expected_goods": [due()],
            "ledger_goods": [posted()],
            "actual_goods": [booked()],
            "expected_credits": [paid()],
            "ledger_credits": [credited()],
            "actual_refunds": [refund()],
            "expected_exchanges": [exchange()],
            "ledger_exchanges": [marked()],
            "actual_exchanges": [ships(exchange_order())],
        }
        | more
    )


def totals(night):
    return {(row.what, row.currency): (row.whole, dict(row.parts)) for row in night.totals if row.whole}


def test_a_night_in_order_is_clean_and_opens_nothing():
    night = assess(in_order())
    assert night.verdict == nights.CLEAN
    assert night.counts() == {"goods": {"matched": 1}, "money": {"matched": 1}, "exchange": {"matched": 1}}
    assert (night.findings, night.breaks, night.remainders) == ((), (), ())


def test_timing_is_no_difference():
    night = assess(in_order(actual_refunds=[], expected_credits=[paid(refunded_at=NOW)]))
    assert night.verdict == nights.CLEAN
    assert night.of(Family.MONEY, Class.TIMING)


def test_a_break_makes_a_difference_and_opens_one_exception_with_its_owner_value_and_event():
    night = assess(in_order(actual_refunds=[]))
    [doubt] = night.findings
    assert night.verdict == nights.DIFFERENCES
    assert (doubt.code, doubt.subject) == ("credit_missing", "RMA 90000004 / transaction t-1")
    assert (doubt.owner, doubt.value, doubt.since) == ("finance", gbp("20.50"), paid().refunded_at)
    assert doubt.code in NIGHT_CODES


def test_a_side_that_is_not_fresh_makes_every_row_untellable_and_opens_one_exception_for_the_side():
    night = assess(in_order(actual_refunds=[], sides=sides(Linnworks="it did not answer")))
    assert night.verdict == nights.CANNOT_TELL
    assert {row.cls for row in night.results} == {Class.CANNOT_TELL}
    assert {row.label for row in night.results} == {"looks matched", "looks missing_credit"}
    [doubt] = night.findings
    assert (doubt.code, doubt.subject) == ("feed_stale", "Linnworks side")
    assert "it did not answer" in doubt.message
    assert "so 3 rows cannot be told" in doubt.message
    assert (doubt.units, doubt.value) == (0, gbp("20.50"))


def test_a_stale_side_without_a_single_row_is_still_said():
    night = assess(inputs(sides=sides(ReturnGO="never read")))
    assert night.verdict == nights.CANNOT_TELL
    assert [doubt.code for doubt in night.findings] == ["feed_stale"]


def test_the_oldest_side_says_what_may_still_be_timing():
    older = (Side("ReturnGO", NOW), Side("ledger", NOW), Side("Linnworks", NOW - timedelta(hours=6)))
    late = due(due_at=NOW - timedelta(hours=29))
    assert assess(in_order(expected_goods=[late], actual_goods=[])).counts()["goods"] == {"missing": 1}
    assert assess(in_order(expected_goods=[late], actual_goods=[], sides=older)).counts()["goods"] == {"timing": 1}


def test_a_booking_on_an_order_that_is_none_of_ours_is_not_judged_unless_the_ledger_knows_it():
    elsewhere = booked(order_id="order-of-another-channel", reference="by hand")
    ours = in_order(actual_goods=[booked(), elsewhere], our_orders=frozenset({"ORDER-100123"}))
    assert assess(ours).counts()["goods"] == {"matched": 1}
    assert assess(replace(ours, our_orders=None)).counts()["goods"] == {"matched": 1, "orphan": 1}
    strange = booked(order_id="order-of-another-channel")
    assert assess(replace(ours, actual_goods=[booked(), strange])).counts()["goods"] == {"matched": 1, "orphan": 1}


def test_returns_that_were_not_worked_out_are_judged_by_the_ledger():
    plans = {"90000099": Plan("90000099", Stage.CLOSED)}
    old = in_order(expected_goods=[], expected_credits=[], expected_exchanges=[], plans=plans)
    night = assess(old)
    assert (night.verdict, night.counts()["goods"], night.counts()["money"]) == (
        nights.CLEAN,
        {"matched": 1},
        {"matched": 1},
    )
    assert night.remainders == ()


def test_two_breaks_about_one_thing_are_one_exception_worth_both():
    by_hand = [booked(reference="", sku="GARISH-RUG"), booked(reference="", sku="GARISH-RUG", quantity=2)]
    night = assess(in_order(actual_goods=[booked(), *by_hand]))
    [doubt] = night.findings
    assert (doubt.code, doubt.units, doubt.since) == ("goods_orphan", 3, booked().booked_at)
    assert len(night.breaks) == 2


def test_results_are_found_by_family_and_class():
    night = assess(in_order(actual_goods=[]))
    assert [row.cls for row in night.of(Family.GOODS)] == [Class.MISSING]
    assert night.of(Family.MONEY, Class.MISSING_CREDIT) == ()
    assert len(night.of(Family.MONEY, Class.MATCHED, Class.AMOUNT)) == 1


def test_pieces_and_money_add_up_with_every_difference_under_its_name():
    night = assess(
        inputs(
            expected_goods=[due(), due("GARISH-RUG", 2), due("LAMP", due_at=NOW)],
            ledger_goods=[posted()],
            actual_goods=[booked(), booked(), booked("GARISH-RUG", 1), booked("VASE", reference="by hand")],
            expected_credits=[
                paid(),
                paid("30.00", "t-2"),
                paid("5.00", "t-3", record_only=True),
                paid("7.00", "t-4"),
                paid("8.00", "t-5", refunded_at=NOW),
                paid("9.00", "t-6", held="refund_currency"),
            ],
            actual_refunds=[refund(), refund("31.00", "t-2"), refund("1.00", None)],
        )
    )
    assert totals(night) == {
        ("pieces due in stock", ""): (4, {"posted": 2, "timing": 1, "quantity": 1}),
        ("pieces booked in Linnworks", ""): (4, {"posted": 2, "duplicate": 1, "orphan": 1}),
        ("money refunded", "GBP"): (
            7950,
            {
                "credited": 5150,
                "record_only": 500,
                "timing": 800,
                "held": 900,
                "amount": -100,
                "missing_credit": 700,
            },
        ),
        ("credits in Linnworks", "GBP"): (5250, {"credited": 5150, "foreign": 100}),
    }
    assert night.remainders == ()


def test_a_refund_and_a_credit_that_no_result_speaks_of_are_remainders():
    balances = money_balances([paid()], [refund()], [])
    assert [(row.what, row.return_id, row.remainder) for row in balances] == [
        ("money refunded", None, 2050),
        ("credits in Linnworks", None, 2050),
        ("money refunded", "90000004", 2050),
    ]


def test_pieces_that_no_result_speaks_of_are_remainders():
    assert [row.remainder for row in piece_balances([due(quantity=3)], [booked(quantity=2)], [])] == [3, 2, 3]


def test_a_received_unit_that_its_plan_forgets_is_a_difference_and_an_exception():
    ret = rma(unit("1", "MUG-BLUE"))
    night = assess(inputs(returns=[ret], plans={ret.return_id: Plan(ret.return_id, Stage.INSPECTED)}))
    assert night.verdict == nights.DIFFERENCES
    assert [(doubt.code, doubt.subject, doubt.units) for doubt in night.findings] == [
        ("conservation_remainder", "all / units received", 1),
        ("conservation_remainder", "RMA 90000004 / units received", 1),
    ]
    assert night.findings[0].message == "units received: 1, but the parts make 0."
