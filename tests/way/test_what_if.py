"""History replayed against another policy: what would have gone elsewhere, from the ledger alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from returnworks.ledger import Ledger
from returnworks.rules.lifecycle import stage_of
from returnworks.rules.model import Disposition, Kind, Posting
from returnworks.rules.money import Money
from returnworks.rules.policy import BUILT_IN, CompositePolicy, Policy, StockTrigger, StoreCredit
from returnworks.rules.routes import Route
from returnworks.rules.what_if import NO_ROUTE
from returnworks.work.what_if import what_if
from tests.rules.faces import DAMAGED, NOW, order, refund, released, rma, row, tea_set, unit

D = Disposition
LONG_AGO = NOW - timedelta(days=365)
SOLD_AGAIN = Route("sold again", D.SELLABLE, restockable=True)


@pytest.fixture
def ledger():
    with Ledger.open("sqlite://") as opened:
        yield opened


def remember(ledger, ret, *orders):
    ledger.remember_returns([(ret, stage_of(ret))], NOW)
    ledger.remember_orders({ret.order_id: orders}, NOW)


def replay(ledger, after, before=BUILT_IN, since=LONG_AGO):
    return what_if(ledger, before, after, since, NOW)


def told(found):
    return [
        (change.fact, change.before.says or change.before.how, change.after.says or change.after.how)
        for change in found.changes
    ]


def test_the_same_policy_makes_no_difference(ledger):
    remember(ledger, rma(unit("1", "MUG-BLUE"), transactions=(refund("t", "20.50"),)), order(row("MUG-BLUE")))
    found = replay(ledger, Policy())
    assert (found.returns, found.changes, found.only_before, found.only_after) == (1, (), (), ())


def test_a_unit_that_would_have_gone_elsewhere_is_told_with_its_worth(ledger):
    remember(ledger, rma(unit("1", "MUG-BLUE"), unit("2", "RUG", DAMAGED)), order(row("MUG-BLUE"), row("RUG")))
    mugs = Route("mugs", D.QUARANTINE, "Cage", sku_patterns=("MUG-*",), category="Unwanted")
    found = replay(ledger, Policy(routes=(mugs, SOLD_AGAIN)))
    assert told(found) == [("1", "Default (sellable)", "Cage (quarantine), category Unwanted")]
    assert (found.units, found.goods_value, found.refunds_value) == (1, (Money(2050, "GBP"),), ())
    (move,) = found.moves
    assert (move.facts, move.units, move.value) == (1, 1, (Money(2050, "GBP"),))
    assert {use.route: (use.before, use.after) for use in found.routes} == {
        "mugs": (0, 1),
        "sold again": (0, 0),
        "restockable goods are sold again": (1, 0),
        "goods that cannot be sold wait apart": (1, 0),
        NO_ROUTE: (0, 1),
    }
    assert (found.only_before, found.only_after) == ((), ()), "the same booking, only elsewhere"


def test_another_rule_with_the_same_outcome_is_no_difference(ledger):
    remember(ledger, rma(unit("1", "MUG-BLUE")), order(row("MUG-BLUE")))
    assert replay(ledger, Policy(routes=(SOLD_AGAIN,))).changes == ()


@pytest.mark.parametrize(
    ("after", "before_says", "after_says"),
    [
        (Policy(stock_trigger=StockTrigger.RMA_RECEIVED), "left alone", "Inspection (undecided)"),
        (Policy(stock_trigger=StockTrigger.RMA_DONE), "", ""),
    ],
)
def test_another_trigger_posts_what_was_left_alone(ledger, after, before_says, after_says):
    remember(ledger, rma(unit("1", "MUG-BLUE", None)), order(row("MUG-BLUE")))
    found = replay(ledger, after)
    assert told(found) == ([("1", before_says, after_says)] if after_says else [])
    assert len(found.only_after) == bool(after_says)


def test_store_credit_that_would_have_been_credited_is_told_with_its_sum(ledger):
    ret = rma(unit("1", "MUG-BLUE"), transactions=(refund("t", "20.50", kind="RefundToStoreCredit"),))
    remember(ledger, ret, order(row("MUG-BLUE")))
    found = replay(ledger, Policy(store_credit=StoreCredit.CREDIT))
    assert told(found) == [("t", "left alone", "credited: 20.50 GBP on MUG-BLUE")]
    assert found.refunds_value == (Money(2050, "GBP"),)
    assert len(found.only_after) == 1


def test_a_set_that_would_have_gone_back_as_a_set_is_told(ledger):
    remember(ledger, rma(unit("1", "TEA-SET")), order(tea_set()))
    found = replay(ledger, Policy(composites=CompositePolicy.PARENT))
    assert told(found) == [("1", "Default (sellable), as TEA-CUP, TEA-POT, TEA-SAUCER", "Default (sellable)")]


def test_what_would_be_scrapped_or_held_is_told(ledger):
    lines = (unit("1", "MUG-BLUE", DAMAGED), unit("2", "RUG", resolution="Barter"))
    remember(ledger, rma(*lines), order(row("MUG-BLUE"), row("RUG")))
    after = Policy(routes=(SOLD_AGAIN, Route("bin", D.SCRAP)), extra_resolutions=("Barter",))
    assert told(replay(ledger, after)) == [
        ("1", "Quarantine (quarantine)", "Quarantine (scrap), scrapped"),
        ("2", "unknown_resolution", "Default (sellable)"),
    ]


def test_a_marking_with_another_tag_is_told(ledger):
    ret = rma(unit("1", "MUG-BLUE"), exchange_orders=(released(),))
    remember(ledger, ret, order(row("MUG-BLUE")))
    swap = order(row("MUG-RED"), number=2, processed=False, reference="710000000001")
    ledger.remember_orders({"710000000001": (swap,)}, NOW)
    assert told(replay(ledger, Policy(exchange_tag="SWAP"))) == [
        ("710000000001", "marked RETURNGO_EXCHANGE, folder Exchanges", "marked SWAP, folder Exchanges")
    ]


def test_what_a_person_put_into_stock_is_no_policys(ledger):
    remember(ledger, rma(unit("1", "MUG-BLUE")), order(row("MUG-BLUE")))
    by_hand = Posting("RW-S-90000004-AAAA", Kind.STOCK, "90000004", "by hand", ("1",))
    ledger.intend([by_hand], BUILT_IN.version, NOW)
    assert replay(ledger, Policy(routes=(Route("all", D.QUARANTINE),))).changes == ()


def test_returns_whose_order_is_not_remembered_are_named(ledger):
    ret = rma(unit("1", "MUG-BLUE"))
    ledger.remember_returns([(ret, stage_of(ret))], NOW)
    found = replay(ledger, Policy(sellable_location="Main"))
    assert (found.without_order, found.changes) == (("90000004",), ())


@pytest.mark.parametrize(("since", "returns"), [(timedelta(hours=2), 1), (timedelta(hours=1, minutes=59), 0)])
def test_only_returns_that_changed_since_then_are_replayed(ledger, since, returns):
    """The mug's return changed two hours ago."""
    remember(ledger, rma(unit("1", "MUG-BLUE")), order(row("MUG-BLUE")))
    assert replay(ledger, Policy(), since=NOW - since).returns == returns


def test_two_returns_on_one_order_share_what_was_sold(ledger):
    both = order(row("MUG-BLUE"))
    for return_id in ("90000004", "90000005"):
        remember(ledger, rma(unit(f"{return_id}-1", "MUG-BLUE"), return_id=return_id), both)
    found = replay(ledger, Policy(sellable_location="Main"))
    assert told(found) == [("90000004-1", "Default (sellable)", "Main (sellable)")], "the second one is held by both"


def test_nothing_is_written(ledger):
    remember(ledger, rma(unit("1", "MUG-BLUE"), transactions=(refund("t", "20.50"),)), order(row("MUG-BLUE")))
    replay(ledger, replace(BUILT_IN, sellable_location="Main"))
    assert (ledger.postings(), ledger.exceptions(), ledger.policies()) == ([], [], [])
    assert ledger.to_plan(NOW, 10) == ["90000004"]


def test_the_number_of_queries_does_not_grow_with_the_returns(ledger):
    from sqlalchemy import event

    counted = []
    event.listen(ledger._engine, "before_cursor_execute", lambda *given: counted.append(given[2]))
    numbers = []
    for number in range(1, 31):
        ret = rma(
            unit(f"{number}-1", "MUG-BLUE"), return_id=str(90000000 + number), order_id=f"o{number}", order_name=""
        )
        remember(ledger, ret, order(row("MUG-BLUE"), number=number))
        counted.clear()
        replay(ledger, Policy(sellable_location="Main"))
        numbers.append(len(counted))
    assert set(numbers) == {numbers[0]}
