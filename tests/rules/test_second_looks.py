"""What a verdict that comes or changes after the booking asks for, and what it does not."""

from dataclasses import replace

import pytest

from returnworks.rules.model import Disposition, Verdict
from returnworks.rules.policy import Policy, StockTrigger
from returnworks.rules.routes import Route
from returnworks.rules.second_looks import put_aside, second_look
from tests.cases.goods import after
from tests.cases.sets import SALE as TEA
from tests.rules.faces import DAMAGED, GOOD, MISSING, around, order, rma, row, unit

SALE = order(row("MUG-BLUE", 3))
VERDICTS = {"uninspected": None, "good": GOOD, "chipped": DAMAGED, "missing": MISSING}
ARRIVAL = Policy(stock_trigger=StockTrigger.RMA_RECEIVED)


def mug(verdict, **more):
    return unit("1", "MUG-BLUE", VERDICTS[verdict], **more)


def booked_as(verdict, policy=ARRIVAL):
    return after(rma(mug(verdict), status="Received"), around(SALE), policy)


@pytest.mark.parametrize(
    ("then", "now", "code"),
    [
        ("uninspected", "uninspected", None),
        ("uninspected", "good", "inspected_after_restock"),
        ("uninspected", "chipped", "inspected_after_restock"),
        ("uninspected", "missing", "verdict_corrected"),
        ("good", "good", None),
        ("good", "chipped", "verdict_corrected"),
        ("good", "missing", "verdict_corrected"),
        ("good", "uninspected", None),
        ("chipped", "chipped", None),
        ("chipped", "good", "inspected_after_restock"),
        ("chipped", "missing", "verdict_corrected"),
        ("chipped", "uninspected", None),
    ],
)
def test_each_change_of_a_verdict_after_the_booking_has_its_answer(then, now, code):
    doubt = second_look(rma(mug(now)), mug(now), booked_as(then), ARRIVAL)
    assert (doubt.code if doubt else None) == code


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        ("uninspected", "good", "transfer it from Inspection to Default."),
        ("uninspected", "chipped", "transfer it from Inspection to Quarantine."),
        ("good", "chipped", "(chipped); transfer it from Default to Quarantine."),
        ("good", "missing", "booked back to Default, and ReturnGO says now that it did not come back"),
    ],
)
def test_the_finding_says_from_where_to_where(then, now, words):
    doubt = second_look(rma(mug(now)), mug(now), booked_as(then), ARRIVAL)
    assert words in doubt.message
    assert doubt.message.startswith("1 × MUG-BLUE ")


def test_a_unit_that_the_customer_keeps_after_all_is_not_here():
    kept = mug("good", return_method="No shipment required")
    assert second_look(rma(kept), kept, booked_as("good"), ARRIVAL).code == "verdict_corrected"


def test_what_is_to_be_scrapped_where_it_lies_is_still_to_be_written_off():
    policy = Policy(
        stock_trigger=StockTrigger.RMA_RECEIVED,
        routes=(Route("bin", Disposition.SCRAP, "Inspection", restockable=False),),
    )
    doubt = second_look(rma(mug("chipped")), mug("chipped"), booked_as("uninspected"), policy)
    assert doubt.message.endswith("from Inspection to Inspection, and write it off there.")


def test_a_set_that_was_booked_as_its_pieces_names_them():
    whole = unit("1", "TEA-SET", DAMAGED)
    posted = after(rma(unit("1", "TEA-SET", GOOD)), around(TEA))
    doubt = second_look(rma(whole), whole, posted, Policy())
    assert "1 × TEA-SET, booked as TEA-CUP, TEA-POT, TEA-SAUCER, was booked back to Default" in doubt.message


def test_a_unit_that_was_never_booked_has_no_second_look():
    assert second_look(rma(mug("chipped")), mug("chipped"), (), Policy()) is None


def test_a_policy_that_leaves_no_safe_place_asks_for_no_transfer():
    nowhere = Policy(quarantine_location="Default", routes=(Route("mugs", Disposition.SELLABLE, restockable=True),))
    assert second_look(rma(mug("chipped")), mug("chipped"), booked_as("good"), nowhere) is None


@pytest.mark.parametrize(
    ("then", "now", "aside"),
    [
        ("uninspected", "good", True),
        ("uninspected", "chipped", True),
        ("chipped", "good", True),
        ("good", "chipped", False),
        ("good", "good", False),
        ("uninspected", "uninspected", False),
    ],
)
def test_only_what_was_booked_aside_stays_expected_where_it_was_put(then, now, aside):
    assert (put_aside(mug(now), booked_as(then)) is not None) is aside


def test_a_booking_from_before_verdicts_were_kept_is_judged_by_what_was_sold():
    (posting,) = booked_as("good")
    old = replace(posting, restock=tuple(replace(line, verdicts=()) for line in posting.restock))
    assert second_look(rma(mug("chipped")), mug("chipped"), (old,), Policy()).code == "verdict_corrected"
    assert posting.restock[0].verdicts == (("1", Verdict.RESTOCKABLE),)
