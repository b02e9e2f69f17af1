"""Sets and late verdicts on their whole way: from ReturnGO into Linnworks' stock, past the night."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner

from flows.one_night import one_night
from flows.way import carry_through
from returnworks.cli.app import app
from returnworks.rules.model import Kind
from returnworks.rules.policy import CompositePolicy, Policy, StockTrigger
from returnworks.rules.states import State
from returnworks.work.availability import availability
from returnworks.work.intake import read_queued
from returnworks.work.planning import decide, plan_due
from returnworks.work.posting import post_due

GOOD = {"at": {"hours_ago": 2}, "returned": True, "restockable": True}
TORN = {"at": {"hours_ago": 2}, "returned": True, "restockable": False, "reason": "torn"}
LATER = {"at": {"hours_ago": 1}, "returned": True, "restockable": True}
PLACES = [{"name": "Quarantine"}, {"name": "Inspection"}]
SET = {"TEA-CUP": 2, "TEA-POT": 1}


def _tea_shop(*rmas, tracked_at=()):
    """Two tea sets were sold; two cups and a pot lie at Default. The set is tracked where `tracked_at` says."""
    pieces = [{"sku": sku, "title": sku, "cost": "1.00", "levels": {"Default": n}} for sku, n in SET.items()]
    levels = dict.fromkeys(tracked_at, 5)
    tea_set = {"sku": "TEA-SET", "title": "Tea set", "cost": "9.00", "composition": SET, "levels": levels}
    sale = {"reference": "5500009001", "name": "MM9001", "processed": True}
    line = {"sku": "TEA-SET", "quantity": 2, "price": "40.00", "line_id": "L1"}
    return {
        "items": [*pieces, tea_set | {"minimums": dict.fromkeys(tracked_at, 0)}],
        "locations": PLACES,
        "orders": [sale | {"lines": [line]}],
        "rmas": list(rmas),
    }


def _rma(return_id, *skus, verdict=GOOD, **more):
    lines = [
        {"sku": sku, "id": f"{return_id}{n:02}", "line_id": "L1", "paid": "10.00", "inspected": verdict}
        for n, sku in enumerate(skus)
    ]
    return {"id": return_id, "order": "MM9001", "status": "Validated", "lines": lines} | more


def _moves(sandbox):
    return sorted((move["sku"], move["location"], move["change"]) for move in sandbox.books()["stock_moves"])


async def _goods_of_the_night(bridge):
    return (await one_night(bridge)).night.counts()["goods"]


# --- Sets ----------------------------------------------------------------------------------------


async def test_the_pieces_of_a_tracked_set_go_back_as_the_set_and_the_night_agrees(sandbox, returnworks):
    sandbox.seed(_tea_shop(_rma("90009001", "TEA-CUP", "TEA-CUP", "TEA-POT"), tracked_at=["Default"]))
    returnworks.policy = Policy(composites=CompositePolicy.PARENT)
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        assert _moves(sandbox) == [("TEA-SET", "Default", 1)]
        await carry_through(bridge, ["90009001"])
        report = await one_night(bridge)
        assert report.night.counts()["goods"] == {"matched": 1}
        assert [(check.suite, check.violations) for check in report.checks if check.violations] == []
    assert _moves(sandbox) == [("TEA-SET", "Default", 1)]


@pytest.mark.parametrize("fault", ["not_json", "errors_in_200"])
async def test_where_linnworks_does_not_say_what_is_tracked_pieces_wait_instead_of_being_guessed(
    sandbox, returnworks, fault
):
    sandbox.seed(_tea_shop(_rma("90009001", "TEA-CUP", "TEA-CUP", "TEA-POT"), tracked_at=["Default"]))
    returnworks.policy = Policy(composites=CompositePolicy.PARENT)
    sandbox.fault(fault, "*GetStockLevel_Batch", vendor="linnworks", count=100)
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        assert _moves(sandbox) == []
        sandbox.clear_faults()
        await carry_through(bridge, ["90009001"])
    assert _moves(sandbox) == [("TEA-SET", "Default", 1)]


async def test_a_set_completed_by_a_second_parcel_or_a_second_return_stays_pieces_and_the_night_agrees(
    sandbox, returnworks
):
    first = _rma("90009001", "TEA-CUP", "TEA-POT", "TEA-CUP")
    first["lines"][2]["inspected"] = None
    sandbox.seed(_tea_shop(first, tracked_at=["Default"]))
    returnworks.policy = Policy(composites=CompositePolicy.PARENT)
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        first["lines"][2]["inspected"] = LATER
        sandbox.seed({"rmas": [first, _rma("90009002", "TEA-POT", "TEA-CUP")]})
        await carry_through(bridge, ["90009001", "90009002"])
        assert await _goods_of_the_night(bridge) == {"matched": 4}
        assert bridge.ledger.exceptions() == []
    back = {"TEA-CUP": 3, "TEA-POT": 2}
    moved = {sku: sum(n for one, _, n in _moves(sandbox) if one == sku) for sku in back}
    assert moved == back


async def test_a_set_is_asked_about_once_a_run_and_only_where_the_policy_wants_sets(sandbox, returnworks):
    sandbox.seed(_tea_shop(_rma("90009001", "TEA-SET"), _rma("90009002", "TEA-SET"), tracked_at=["Default"]))
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        assert bridge.linnworks.calls["Stock/GetStockLevel_Batch"] == 0
        assert bridge.linnworks.calls["Inventory/GetInventoryItemsCompositionByIds"] == 1
    assert _moves(sandbox) == [(sku, "Default", n) for sku, n in sorted(SET.items()) for _ in range(2)]


async def test_the_plan_shows_what_it_does_to_the_parent_at_each_location(sandbox, returnworks):
    sandbox.seed(_tea_shop(_rma("90009001", "TEA-SET"), tracked_at=["Quarantine"]))
    async with returnworks.bridge() as bridge:
        ret = await bridge.returngo.get_return("90009001")
        decided = await decide(bridge, [ret])
        effects = (await availability(bridge, decided))["90009001"]
        assert [(e.sku, e.location, e.before, e.after, e.tracked) for e in effects] == [
            ("TEA-SET", "Default", 1, 2, False)
        ]
        torn = replace(ret.lines[0].inspection, restockable=False)
        decided = await decide(bridge, [replace(ret, lines=(replace(ret.lines[0], inspection=torn),))])
        effects = (await availability(bridge, decided))["90009001"]
        assert [(e.location, e.before, e.after, e.tracked) for e in effects] == [("Quarantine", 5, 5, True)]
    assert _moves(sandbox) == []


def test_plan_prints_and_tells_programs_how_many_sets_can_be_sold(sandbox, installation):
    sandbox.seed(_tea_shop(_rma("90009001", "TEA-SET")))
    said = CliRunner(env=installation).invoke(app, ["plan", "90009001"], standalone_mode=False)
    assert "sets: TEA-SET at Default: 1 → 2 available (made by its components)" in said.output
    told = CliRunner(env=installation).invoke(app, ["plan", "90009001", "--json"], standalone_mode=False)
    assert json.loads(told.output)["sets"] == {
        "90009001": [{"sku": "TEA-SET", "location": "Default", "before": 1, "after": 2, "tracked": False}]
    }


async def test_a_set_that_is_made_up_differently_today_goes_back_as_it_was_sold(sandbox, returnworks):
    sandbox.seed(_tea_shop(_rma("90009001", "TEA-SET")))
    changed = {"sku": "TEA-SET", "title": "Tea set", "cost": "9.00", "composition": {"TEA-CUP": 4, "TEA-POT": 1}}
    sandbox.seed({"items": [changed]})
    async with returnworks.bridge() as bridge:
        decided = await decide(bridge, [await bridge.returngo.get_return("90009001")])
        assert "is 4 × TEA-CUP, 1 × TEA-POT today" in " ".join(decided["90009001"].plan.notes)
        await carry_through(bridge)
    assert _moves(sandbox) == [("TEA-CUP", "Default", 2), ("TEA-POT", "Default", 1)]


# --- Two returns on one order ----------------------------------------------------------------------


async def test_two_returns_that_are_decided_together_do_not_give_back_more_than_was_sold(sandbox, returnworks):
    sandbox.seed(_tea_shop(_rma("90009001", "TEA-SET", "TEA-SET"), _rma("90009002", "TEA-CUP")))
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        assert {(item.code, item.return_id) for item in bridge.ledger.exceptions()} == {("more_than_sold", "90009002")}
        await carry_through(bridge, ["90009002", "90009001"])
        assert {record.return_id for record in bridge.ledger.postings(kinds=[Kind.RESTOCK])} == {"90009001"}
        assert await _goods_of_the_night(bridge) == {"matched": 2}
    assert sum(n for sku, _, n in _moves(sandbox) if sku == "TEA-CUP") == 4


async def test_whoever_was_booked_first_keeps_its_units_in_the_eyes_of_the_night(sandbox, returnworks):
    sandbox.seed(_tea_shop(_rma("90009002", "TEA-SET", "TEA-SET")))
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        sandbox.seed({"rmas": [_rma("90009001", "TEA-CUP")]})
        await carry_through(bridge)
        assert await _goods_of_the_night(bridge) == {"matched": 2}
        assert {(item.code, item.return_id) for item in bridge.ledger.exceptions()} == {("more_than_sold", "90009001")}


async def test_a_unit_that_somebody_booked_back_after_it_was_decided_is_decided_anew_and_not_sent(sandbox, returnworks):
    sandbox.seed(_tea_shop(_rma("90009001", "TEA-SET", "TEA-SET")))
    async with returnworks.bridge() as bridge:
        await read_queued(bridge, only=_queued(bridge, "90009001"))
        await plan_due(bridge)
        (planned,) = bridge.ledger.postings(kinds=[Kind.RESTOCK])
        pot = replace(planned.posting.restock[0], quantity=1)
        await bridge.linnworks.create_booking(planned.order_id, "R-BY-HAND", [pot])
        assert (await post_due(bridge, Kind.RESTOCK, at_once=True)).confirmed == ()
        assert sandbox.books()["stock_moves"] == []
        await carry_through(bridge, ["90009001"])
        await carry_through(bridge, ["90009001"])
        assert {item.code for item in bridge.ledger.exceptions()} == {"more_than_sold"}
        restocks = bridge.ledger.postings(kinds=[Kind.RESTOCK])
        assert [(record.state, record.posting.covers) for record in restocks] == [(State.CONFIRMED, ("9000900100",))]


def _queued(bridge, *return_ids):
    bridge.ledger.enqueue(list(return_ids), "manual", bridge.now())
    return list(return_ids)


# --- Late verdicts ---------------------------------------------------------------------------------


async def test_a_verdict_that_comes_after_the_goods_were_put_aside_asks_for_a_transfer_and_books_nothing(
    sandbox, returnworks
):
    sandbox.seed(_tea_shop(_rma("90009001", "TEA-CUP", verdict=None, status="Received")))
    returnworks.policy = Policy(stock_trigger=StockTrigger.RMA_RECEIVED)
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        sandbox.seed({"rmas": [_rma("90009001", "TEA-CUP", verdict=GOOD)]})
        await carry_through(bridge, ["90009001"])
        (asked,) = bridge.ledger.exceptions()
        assert (asked.code, asked.units) == ("inspected_after_restock", 1)
        assert "from Inspection to Default" in asked.message
        assert await _goods_of_the_night(bridge) == {"matched": 1}
        assert [item.code for item in bridge.ledger.exceptions()] == ["inspected_after_restock"]
    assert _moves(sandbox) == [("TEA-CUP", "Inspection", 1)]


async def test_the_transfer_of_a_unit_that_was_put_aside_closes_its_finding_for_good(sandbox, returnworks):
    sandbox.seed(_tea_shop(_rma("90009001", "TEA-CUP", verdict=None, status="Received")))
    returnworks.policy = Policy(stock_trigger=StockTrigger.RMA_RECEIVED)
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        sandbox.seed({"rmas": [_rma("90009001", "TEA-CUP")]})
        await carry_through(bridge, ["90009001"])
        assert len(bridge.ledger.exceptions()) == 1
        place = next(each for each in await bridge.locations() if each.name == "Inspection")
        await bridge.linnworks.change_stock("TEA-CUP", place.location_id, -1, "transferred to Default")
        await carry_through(bridge, ["90009001"])
        assert bridge.ledger.exceptions() == []
        await bridge.linnworks.change_stock("TEA-CUP", place.location_id, +1, "somebody else's")
        await carry_through(bridge, ["90009001"])
        assert bridge.ledger.exceptions() == []


async def test_a_corrected_verdict_is_found_and_never_reversed_and_closes_when_it_is_set_right(sandbox, returnworks):
    sandbox.seed(_tea_shop(_rma("90009001", "TEA-CUP")))
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        sandbox.seed({"rmas": [_rma("90009001", "TEA-CUP", verdict=TORN)]})
        await carry_through(bridge, ["90009001"])
        (found,) = bridge.ledger.exceptions()
        assert (found.code, found.severity) == ("verdict_corrected", "critical")
        assert "from Default to Quarantine" in found.message
        sandbox.seed({"rmas": [_rma("90009001", "TEA-CUP")]})
        await carry_through(bridge, ["90009001"])
        assert bridge.ledger.exceptions() == []
        assert {record.state for record in bridge.ledger.postings()} == {State.CONFIRMED}
    assert _moves(sandbox) == [("TEA-CUP", "Default", 1)]


async def test_goods_that_stay_away_are_asked_for_at_their_day_although_nothing_changed(sandbox, returnworks):
    away = _rma("90009001", "TEA-CUP", verdict=None, status="Approved", created_at={"hours_ago": 24 * 20})
    sandbox.seed(_tea_shop(away))
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        ret = bridge.ledger.get_return("90009001")
        due = (ret.approved_at or ret.created_at) + timedelta(days=30)
        assert bridge.ledger.exceptions() == []
        assert bridge.ledger.to_plan(due - timedelta(minutes=1), 10) == []
        assert bridge.ledger.to_plan(due, 10) == ["90009001"]
        bridge.now = lambda: due
        await plan_due(bridge)
        (asked,) = bridge.ledger.exceptions()
        assert (asked.code, asked.owner, str(asked.value)) == ("goods_not_arrived", "cx", "10.00 GBP")
        sandbox.seed({"rmas": [_rma("90009001", "TEA-CUP")]})
        await carry_through(bridge, ["90009001"])
        assert bridge.ledger.exceptions() == []
