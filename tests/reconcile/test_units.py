"""Every unit of a return is in one place: counted from a real plan, and again when the plan forgets one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from returnworks.reconcile.conservation import unit_balances
from returnworks.reconcile.units import count_units
from returnworks.rules.findings import finding
from returnworks.rules.model import Disposition, Plan, Stage
from returnworks.rules.planning import plan
from returnworks.rules.policy import BUILT_IN, Policy, StockTrigger
from tests.rules.faces import DAMAGED, MISSING, NOW, around, order, rma, row, tea_set, unit


def units(ret, *orders, policy=BUILT_IN):
    return count_units(ret, plan(ret, around(*orders), policy, NOW), policy)


def remainders(*rows):
    return [balance.remainder for balance in unit_balances(rows)]


def test_each_unit_counts_where_it_is():
    lines = (
        unit("1", "MUG-BLUE"),
        unit("2", "MUG-BLUE", DAMAGED),
        unit("3", "MUG-BLUE", MISSING),
        unit("4", "MUG-BLUE", None),
        unit("5", "MUG-BLUE", None, return_method="No shipment required"),
        unit("6", "NOBODY-KNOWS-IT"),
    )
    seen = units(rma(*lines), order(row("MUG-BLUE", 5)))
    assert (seen.approved, seen.received, seen.missing, seen.travelling, seen.kept) == (6, 3, 1, 1, 1)
    assert (seen.sellable, seen.quarantine, seen.held, seen.waiting) == (1, 1, 1, 0)
    assert seen.held_by == ("line_not_found",)
    assert set(remainders(seen)) == {0}


def test_a_whole_set_is_one_unit_however_many_pieces_it_has():
    seen = units(rma(unit("1", "TEA-SET")), order(tea_set()))
    assert (seen.received, seen.sellable) == (1, 1)


def test_units_of_an_order_that_is_not_processed_yet_wait_and_then_are_held():
    ret = rma(unit("1", "MUG-BLUE"))
    waiting = units(ret, order(row("MUG-BLUE"), processed=False))
    assert (waiting.received, waiting.waiting, waiting.held) == (1, 1, 0)
    impatient = replace(BUILT_IN, unprocessed_wait_hours=1)
    held = units(ret, order(row("MUG-BLUE"), processed=False), policy=impatient)
    assert (held.waiting, held.held, held.held_by) == (0, 1, ("order_not_processed",))
    assert set(remainders(waiting, held)) == {0}


def test_uninspected_goods_are_received_where_the_shop_counts_them_so():
    policy = Policy(stock_trigger=StockTrigger.RMA_RECEIVED)
    seen = units(rma(unit("1", "MUG-BLUE", None), status="Received"), order(row("MUG-BLUE")), policy=policy)
    assert (seen.received, seen.undecided, seen.travelling) == (1, 1, 0)


def test_a_received_unit_that_neither_plan_nor_finding_speaks_of_is_a_remainder():
    ret = rma(unit("1", "MUG-BLUE"), unit("2", "MUG-BLUE"))
    made = plan(ret, around(order(row("MUG-BLUE", 2))), BUILT_IN, NOW)
    posting = made.postings[0]
    forgetful = replace(
        made, postings=(replace(posting, restock=(replace(posting.restock[0], line_ids=("1",)),)),), waits=False
    )
    seen = count_units(ret, forgetful, BUILT_IN)
    assert seen.received == 2
    assert remainders(seen) == [0, 1, 0, 1]


@pytest.mark.parametrize("disposition", [Disposition.SELLABLE, Disposition.QUARANTINE])
def test_the_disposition_is_the_plans(disposition):
    inspection = DAMAGED if disposition == Disposition.QUARANTINE else replace(DAMAGED, restockable=True)
    seen = units(rma(unit("1", "MUG-BLUE", inspection)), order(row("MUG-BLUE")))
    assert getattr(seen, disposition.value) == 1


def test_a_rejected_return_whose_goods_are_here_holds_them():
    ret = rma(unit("1", "MUG-BLUE"), status="Rejected", updated_at=NOW - timedelta(hours=1))
    seen = units(ret, order(row("MUG-BLUE")))
    assert (seen.received, seen.held, seen.held_by) == (1, 1, ("ended_but_back",))


def test_a_finding_about_the_whole_return_holds_all_its_units():
    ret = rma(unit("1", "MUG-BLUE"))
    doubt = finding("order_unreadable", "RMA 90000004", "It could not be read.", return_id="90000004")
    seen = count_units(ret, Plan(ret.return_id, Stage.INSPECTED, findings=(doubt,)), BUILT_IN)
    assert (seen.held, seen.held_by, remainders(seen)) == (1, ("order_unreadable",), [0, 0, 0, 0])


@pytest.mark.parametrize(("status", "approved"), [("Pending", 0), ("Canceled", 0), ("Approved", 2)])
def test_units_of_a_return_that_is_not_approved_count_only_when_they_are_here(status, approved):
    seen = units(rma(unit("1", "MUG-BLUE", None), unit("2", "LAMP", None), status=status), order(row("MUG-BLUE")))
    assert (seen.approved, seen.travelling) == (approved, approved)
    assert set(remainders(seen)) == {0}
