"""Worked examples of a policy: what holds says nothing, what does not says what came out instead."""

import pytest

from returnworks.rules.examples import NOBODY, MoneyExample, SetExample, UnitExample, failures
from returnworks.rules.model import Disposition, Verdict
from returnworks.rules.policy import CompositePolicy, Policy, StoreCredit
from returnworks.rules.routes import Route
from returnworks.rules.routing import Unit

D = Disposition
POLICY = Policy(
    routes=(
        Route("torn", D.SCRAP, reasons=("Torn",), category="Faulty"),
        Route("sold again", D.SELLABLE, restockable=True),
    ),
    composite_overrides={"HAMPER": CompositePolicy.PARENT},
    store_credit=StoreCredit.CREDIT,
)
TORN = Unit(Verdict.NOT_RESTOCKABLE, ("Torn",), skus=("MUG",))
GOOD = Unit(Verdict.RESTOCKABLE, ("Too big",))
DIRTY = Unit(Verdict.NOT_RESTOCKABLE)


@pytest.mark.parametrize(
    "example",
    [
        UnitExample(TORN),
        UnitExample(TORN, "torn", D.SCRAP, "quarantine", scrap=True, category="FAULTY"),
        UnitExample(GOOD, " Sold again", D.SELLABLE, "Default", scrap=False),
        UnitExample(DIRTY, NOBODY, D.QUARANTINE),
        SetExample("hamper", CompositePolicy.PARENT),
        SetExample("TEA-SET", CompositePolicy.COMPONENTS),
        MoneyExample("RefundToPaymentMethod", "credit"),
        MoneyExample("RefundToGiftCard", "credit"),
        MoneyExample("InvoicePayment", "ignored"),
        MoneyExample("Alms", "held"),
    ],
)
def test_an_example_that_holds_has_nothing_to_say(example):
    assert failures(example, POLICY) == ()


@pytest.mark.parametrize(
    ("example", "says"),
    [
        (UnitExample(TORN, disposition=D.SELLABLE), "it should be sellable, and is scrap"),
        (UnitExample(TORN, location="Skip"), "it should go to 'Skip', and goes to 'Quarantine'"),
        (UnitExample(TORN, scrap=False), "it should not be scrapped, and is"),
        (UnitExample(GOOD, scrap=True), "it should be scrapped, and is not"),
        (UnitExample(GOOD, category="Faulty"), "its category should be 'Faulty', and is 'none'"),
        (
            UnitExample(GOOD, "torn"),
            "'torn' should decide, and 'sold again' does: reasons should be 'Torn' and is 'Too big'",
        ),
        (UnitExample(Unit(Verdict.RESTOCKABLE, ("Torn",)), "sold again"), "and 'torn' does, because it comes first"),
        (UnitExample(GOOD, "lost"), "'lost' should decide, and 'sold again' does, because no route has that name"),
        (UnitExample(GOOD, NOBODY), "'nobody' should decide, and 'sold again' does"),
        (SetExample("HAMPER", CompositePolicy.COMPONENTS), "a whole set HAMPER should be components, and is parent"),
        (MoneyExample("RefundToGiftCard", "record_only"), "a RefundToGiftCard should be record_only, and is credit"),
    ],
)
def test_an_example_that_does_not_hold_says_what_came_out_instead(example, says):
    (failure,) = failures(example, POLICY)
    assert failure.endswith(says)
