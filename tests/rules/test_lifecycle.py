from dataclasses import replace

import pytest

from returnworks.rules.lifecycle import back_since, knows_resolution, knows_status, stage_of
from returnworks.rules.model import ExchangeOrder, Parcel, Stage
from returnworks.rules.policy import Policy, StockTrigger
from tests.rules.faces import DAMAGED, GOOD, INSPECTED, MISSING, refund, released, rma, unit

MUG = unit("1", "MUG-BLUE")
WAITING = unit("2", "MUG-BLUE", None)
KEPT = unit("3", "GARISH-RUG", None, return_method="No shipment required")


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("Pending", Stage.REQUESTED),
        ("Approved", Stage.APPROVED),
        ("Received", Stage.RECEIVED),
        ("Validated", Stage.INSPECTED),
        (" done ", Stage.CLOSED),
        ("Rejected", Stage.REJECTED),
        ("Canceled", Stage.CANCELLED),
        ("Cancelled", Stage.CANCELLED),
        ("Teleported", Stage.REQUESTED),
    ],
)
def test_each_status_has_its_stage(status, stage):
    assert stage_of(rma(WAITING, status=status)) == stage


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        ({"parcels": (Parcel("p", "LabelCreated"),)}, Stage.APPROVED),
        ({"parcels": (Parcel("p", "Shipped"),)}, Stage.IN_TRANSIT),
        ({"parcels": (Parcel("p", "Shipped", outbound=True),)}, Stage.APPROVED),
        ({"parcels": (Parcel("p", "Received"),)}, Stage.RECEIVED),
        ({"lines": (MUG, WAITING)}, Stage.RECEIVED),
        ({"lines": (MUG, KEPT)}, Stage.INSPECTED),
        ({"lines": (MUG, KEPT), "transactions": (refund("t", "20.50"),)}, Stage.SETTLED),
        ({"lines": (MUG, KEPT), "transactions": (refund("t", "20.50", status="Requested"),)}, Stage.INSPECTED),
        ({"lines": (MUG, WAITING), "transactions": (refund("t", "20.50"),)}, Stage.RECEIVED),
        ({"lines": (KEPT,), "transactions": (refund("t", "20.50"),)}, Stage.SETTLED),
        ({"lines": (MUG,), "exchange_orders": (released(),)}, Stage.SETTLED),
        ({"lines": (MUG,), "exchange_orders": (released(kind="Fee"),)}, Stage.INSPECTED),
        ({"lines": (MUG,), "exchange_orders": (ExchangeOrder("d", None, None, None),)}, Stage.INSPECTED),
        ({"lines": ()}, Stage.APPROVED),
    ],
)
def test_facts_carry_an_approved_return_further_than_its_status(facts, stage):
    assert stage_of(replace(rma(WAITING, status="Approved"), **facts)) == stage


def test_facts_never_pull_a_return_back():
    assert stage_of(rma(WAITING, status="Received", parcels=(Parcel("p", "Shipped"),))) == Stage.RECEIVED


@pytest.mark.parametrize("inspection", [GOOD, DAMAGED])
def test_an_inspected_unit_is_back_since_its_own_inspection(inspection):
    line = unit("1", "MUG-BLUE", inspection)
    assert back_since(line, rma(line, status="Approved"), Policy()) == INSPECTED


@pytest.mark.parametrize("trigger", StockTrigger)
def test_kept_and_missing_units_are_never_back(trigger):
    policy = Policy(stock_trigger=trigger)
    for line in (KEPT, replace(KEPT, inspection=GOOD), unit("4", "MUG-BLUE", MISSING)):
        assert back_since(line, rma(line, status="Done"), policy) is None


@pytest.mark.parametrize(
    ("trigger", "status", "parcels", "back"),
    [
        ("item_inspected", "Received", (), False),
        ("item_inspected", "Done", (), False),
        ("rma_received", "Approved", (), False),
        ("rma_received", "Received", (), True),
        ("rma_received", "Validated", (), True),
        ("rma_received", "Done", (), True),
        ("rma_received", "Done", (Parcel("p", "Received"),), True),
        ("rma_received", "Done", (Parcel("p", "Shipped"),), False),
        ("rma_received", "Rejected", (), False),
        ("rma_done", "Received", (), False),
        ("rma_done", "Validated", (), False),
        ("rma_done", "Done", (), True),
        ("rma_done", "Canceled", (), False),
    ],
)
def test_an_uninspected_unit_is_back_when_the_shops_trigger_says_so(trigger, status, parcels, back):
    ret = rma(WAITING, status=status, parcels=parcels)
    since = back_since(WAITING, ret, Policy(stock_trigger=StockTrigger(trigger)))
    assert since == (ret.updated_at if back else None)


def test_inspected_goods_still_wait_for_done_where_done_is_the_trigger():
    policy = Policy(stock_trigger=StockTrigger.RMA_DONE)
    assert back_since(MUG, rma(MUG, status="Validated"), policy) is None
    assert back_since(MUG, rma(MUG, status="Done"), policy) == INSPECTED


@pytest.mark.parametrize(
    ("resolution", "known"),
    [
        ("RefundToPaymentMethod", True),
        ("refundtopaymentmethod ", True),
        ("VariantExchange", True),
        (None, True),
        ("", True),
        ("Raffle", False),
        ("Lottery", True),
    ],
)
def test_resolutions_are_known_or_added_by_the_policy(resolution, known):
    line = unit("1", "MUG-BLUE", resolution=resolution)
    assert knows_resolution(line, Policy(extra_resolutions=("lottery",))) is known


def test_an_unknown_status_is_not_known():
    assert not knows_status(rma(status="Teleported"))
    assert not knows_status(rma(status=""))
    assert knows_status(rma(status="DONE"))
