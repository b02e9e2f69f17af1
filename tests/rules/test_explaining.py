"""Why a return becomes what it becomes: the rule that decided, and what kept each other route from deciding."""

from dataclasses import replace

import pytest

from returnworks.rules.explaining import Booked, explain, try_routes
from returnworks.rules.model import Disposition, ExchangeOrder, Kind
from returnworks.rules.planning import plan
from returnworks.rules.policy import BUILT_IN, Policy, StockTrigger, StoreCredit
from returnworks.rules.routes import Route
from returnworks.rules.routing import unit_of
from tests.rules.faces import (
    DAMAGED,
    GOOD,
    MISSING,
    NOW,
    SHOP,
    around,
    order,
    refund,
    released,
    rma,
    row,
    tea_set,
    unit,
)

D = Disposition
ROUTES = (
    Route("rugs of the outlet", D.QUARANTINE, "Cage", sku_patterns=("*-RUG",), shops=("outlet",)),
    Route("what hums", D.SCRAP, reasons=("It hums", "It buzzes")),
    Route("sold again", D.SELLABLE, restockable=True),
    Route("whole sets", D.UNDECIDED, whole_set=True),
)


def explained(ret, *orders, policy=BUILT_IN, booked=None):
    context = around(*orders)
    return {each.fact: each for each in explain(ret, context, policy, plan(ret, context, policy, NOW), booked or {})}


def test_one_route_decides_and_each_other_says_what_kept_the_unit_from_it():
    seen = unit_of(unit("1", "GARISH-RUG", GOOD), SHOP)
    tried = list(try_routes(seen, ROUTES))
    assert [each.decides for each in tried] == [False, False, True, False]
    assert [[miss.matcher for miss in each.misses] for each in tried] == [["shops"], ["reasons"], [], ["whole_set"]]
    assert (tried[0].misses[0].wanted, tried[0].misses[0].given) == ("'outlet'", f"'{SHOP}'")
    assert tried[1].misses[0].wanted == "'It hums' or 'It buzzes'"


def test_a_route_that_matches_too_comes_after():
    seen = unit_of(unit("1", "GARISH-RUG", GOOD, extended_reason=" > It hums"), SHOP)
    assert [(each.route, each.comes_after) for each in try_routes(seen, ROUTES) if not each.misses] == [
        ("what hums", False),
        ("sold again", True),
    ]


@pytest.mark.parametrize(
    ("line", "trigger", "when"),
    [
        (unit("1", "MUG-BLUE", GOOD), StockTrigger.ITEM_INSPECTED, "item_inspected: back since 2026-11-20 10:00 UTC"),
        (unit("1", "MUG-BLUE", None), StockTrigger.ITEM_INSPECTED, "item_inspected: not yet, nobody inspected it"),
        (unit("1", "MUG-BLUE", None), StockTrigger.RMA_RECEIVED, "rma_received: back since 2026-11-20 10:00 UTC"),
        (unit("1", "MUG-BLUE", None), StockTrigger.RMA_DONE, "rma_done: not yet, the return is Validated"),
        (unit("1", "MUG-BLUE", MISSING), StockTrigger.ITEM_INSPECTED, "never: it was not in the parcel"),
        (
            unit("1", "MUG-BLUE", GOOD, return_method="No shipment required"),
            StockTrigger.ITEM_INSPECTED,
            "never: the customer keeps it",
        ),
    ],
)
def test_the_trigger_says_whether_a_unit_is_back(line, trigger, when):
    found = explained(rma(line), order(row("MUG-BLUE")), policy=Policy(stock_trigger=trigger))["1"]
    assert found.trigger == when
    assert bool(found.tried) != when.startswith("never"), "what stays away needs no route"


@pytest.mark.parametrize(
    ("line", "rule", "outcome"),
    [
        (
            unit("1", "MUG-BLUE", GOOD),
            "route 'restockable goods are sold again': to Default as sellable",
            "would be posted as RW-R-",
        ),
        (unit("1", "MUG-BLUE", DAMAGED), "goods that cannot be sold wait apart", "would be posted as RW-R-"),
        (unit("1", "LAMP", GOOD), "no order line: Neither the channel line id", "line_not_found: "),
        (unit("1", "MUG-BLUE", MISSING), "none: nothing comes back", "it was not in the parcel (empty parcel)"),
        (unit("1", "MUG-BLUE", GOOD, resolution="Barter"), "to Default as sellable", "unknown_resolution: "),
    ],
)
def test_each_line_says_which_rule_decides_and_what_comes_of_it(line, rule, outcome):
    found = explained(rma(line), order(row("MUG-BLUE")))["1"]
    assert rule in found.rule
    assert found.outcome.startswith(outcome)


def test_a_whole_set_is_explained_as_one():
    policy = Policy(routes=(ROUTES[3], ROUTES[2]))
    found = explained(
        rma(unit("1", "TEA-SET"), unit("2", "TEA-CUP", order_line_key="key-TEA-SET")), order(tea_set()), policy=policy
    )
    assert found["1"].rule == "route 'whole sets': to Inspection as undecided"
    assert found["2"].rule == "route 'sold again': to Default as sellable"


def test_what_is_booked_says_so_with_the_rule_and_policy_of_then():
    booked = Booked("RW-R-90000004-AAAA", "confirmed", "item_inspected; route 'x'", "0123456789ab")
    context = replace(around(order(row("MUG-BLUE"))), covered={Kind.RESTOCK: frozenset({"1"})})
    ret = rma(unit("1", "MUG-BLUE"))
    (found,) = explain(ret, context, BUILT_IN, plan(ret, context, BUILT_IN, NOW), {(Kind.RESTOCK, "1"): booked})
    assert found.outcome == "confirmed as RW-R-90000004-AAAA"
    assert found.booked == booked


@pytest.mark.parametrize(
    ("transaction", "store_credit", "trigger", "rule", "outcome"),
    [
        (refund("t", "20.50"), "record_only", "paid", "is credited to the order", "would be posted as RW-C-"),
        (refund("t", "20.50", status="Pending"), "record_only", "not paid", "is credited", "Pending is not paid yet"),
        (
            refund("t", "5.00", kind="RefundToStoreCredit"),
            "record_only",
            "paid",
            "makes a liability of the shop",
            "5.00 GBP of store value is recorded",
        ),
        (refund("t", "5.00", kind="RefundToStoreCredit"), "credit", "paid", "is credited", "would be posted"),
        (refund("t", "5.00", kind="InvoicePayment"), "record_only", "paid", "is money towards the shop", "InvoicePay"),
        (refund("t", "5.00", kind="Alms"), "record_only", "paid", "is not known, so it is held", "unknown_transaction"),
    ],
)
def test_each_transaction_says_what_it_becomes_and_why(transaction, store_credit, trigger, rule, outcome):
    policy = Policy(store_credit=StoreCredit(store_credit))
    ret = rma(unit("1", "MUG-BLUE"), transactions=(transaction,))
    found = explained(ret, order(row("MUG-BLUE")), policy=policy)["t"]
    assert found.trigger.startswith(trigger)
    assert rule in found.rule
    assert found.outcome.startswith(outcome)


def test_exchanges_say_whether_they_ship():
    fee = ExchangeOrder("draft-2", "720000000002", "EX1004-F", "Fee")
    draft = ExchangeOrder("draft-3", None, None, "Exchange")
    ret = rma(unit("1", "MUG-BLUE"), exchange_orders=(released(), fee, draft))
    found = explained(ret, order(row("MUG-BLUE")))
    assert found["710000000001"].rule == "marked with RETURNGO_EXCHANGE, folder Exchanges"
    assert found["720000000002"].rule == "a fee is an invoice and ships nothing"
    assert (found["draft-3"].trigger, found["draft-3"].outcome) == ("not released yet", "nothing to do")


def test_every_fact_of_a_return_is_explained_once():
    ret = rma(
        unit("1", "MUG-BLUE"),
        unit("2", None, None),
        transactions=(refund("t", "1.00"), refund("u", "2.00", kind="Alms")),
        exchange_orders=(released(),),
    )
    assert list(explained(ret, order(row("MUG-BLUE")))) == ["1", "2", "t", "u", "710000000001"]
    assert list(explained(ret)) == ["1", "2", "t", "u", "710000000001"], "also without any order"
