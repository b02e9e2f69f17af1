from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.rules.codes import CODES, PLANNING_CODES
from returnworks.rules.lifecycle import is_kept, is_missing
from returnworks.rules.model import Disposition, Inspection, Kind, Stage
from returnworks.rules.planning import plan
from returnworks.rules.policy import Policy, StockTrigger
from tests.rules.faces import (
    DAMAGED,
    INSPECTED,
    NOW,
    around,
    order,
    refund,
    released,
    rma,
    row,
    tea_set,
    unit,
)

SALE = order(row("MUG-BLUE", 2, "20.00"), row("GARISH-RUG"), tea_set(2))
SHIPS = order(row("MUG-WHITE"), number=100200, processed=False)


def test_goods_money_and_exchange_of_one_return_are_planned_together():
    ret = rma(
        unit("1", "MUG-BLUE"),
        unit("2", "GARISH-RUG", DAMAGED, resolution="VariantExchange"),
        transactions=(refund("t1", "10.00"),),
        exchange_orders=(released(),),
    )
    planned = plan(ret, around(SALE, exchange_orders={"710000000001": (SHIPS,)}), Policy(), NOW)
    assert [posting.kind for posting in planned.postings] == [Kind.RESTOCK, Kind.CREDIT, Kind.EXCHANGE]
    assert (planned.return_id, planned.stage, planned.findings) == (ret.return_id, Stage.SETTLED, ())


def test_a_return_at_which_nothing_is_due_plans_nothing():
    planned = plan(rma(unit("1", "MUG-BLUE", None), status="Approved"), around(SALE), Policy(), NOW)
    assert (planned.postings, planned.findings, planned.waits) == ((), (), False)
    assert planned.notes


def test_what_is_covered_is_planned_no_more():
    ret = rma(unit("1", "MUG-BLUE"), transactions=(refund("t1", "10.00"),), exchange_orders=(released(),))
    context = around(SALE, exchange_orders={"710000000001": (SHIPS,)})
    first = plan(ret, context, Policy(), NOW)
    covered = {posting.kind: frozenset(posting.covers) for posting in first.postings}
    assert len(covered) == 3
    assert plan(ret, replace(context, covered=covered), Policy(), NOW).postings == ()


def test_money_and_goods_are_held_apart():
    no_goods = plan(rma(unit("1", "LAMP-OAK"), transactions=(refund("t1", "10.00"),)), around(SALE), Policy(), NOW)
    assert [posting.kind for posting in no_goods.postings] == [Kind.CREDIT]
    no_money = plan(
        rma(unit("1", "MUG-BLUE"), transactions=(refund("t1", "10.00", kind="Mystery"),)), around(SALE), Policy(), NOW
    )
    assert [posting.kind for posting in no_money.postings] == [Kind.RESTOCK]


# --- Invariants ----------------------------------------------------------------------------------

inspections = st.one_of(st.none(), st.builds(Inspection, st.just(INSPECTED), st.booleans(), st.booleans()))
goods = st.sampled_from(
    [
        ("MUG-BLUE", "key-MUG-BLUE"),
        ("GARISH-RUG", None),
        ("TEA-SET", "key-TEA-SET"),
        ("TEA-CUP", "key-TEA-SET"),
        ("LAMP-OAK", None),
    ]
)


@st.composite
def returns(draw):
    """Returns of every sort: wanted and unwanted statuses, kept, missing, unknown and too many units."""
    lines = []
    for n in range(draw(st.integers(0, 7))):
        sku, key = draw(goods)
        lines.append(
            unit(
                f"96{n:04}",
                sku,
                draw(inspections),
                order_line_key=key,
                return_method=draw(st.sampled_from(["Ship with any carrier", "No shipment required", None])),
                resolution=draw(st.sampled_from(["RefundToPaymentMethod", "VariantExchange", None, "Raffle"])),
                quantity=draw(st.sampled_from([None, None, None, 1])),
            )
        )
    statuses = st.sampled_from(["Approved", "Received", "Validated", "Done", "Rejected", "Teleported"])
    kinds = st.sampled_from(["RefundToPaymentMethod", "RefundToStoreCredit", "InvoicePayment", "Mystery"])
    refunds = [
        refund(
            f"t{n}",
            f"{draw(st.integers(0, 90))}.50",
            kind=draw(kinds),
            status=draw(st.sampled_from(["Success", "Requested"])),
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    return rma(*lines, status=draw(statuses), transactions=tuple(refunds))


triggers = st.builds(Policy, stock_trigger=st.sampled_from(StockTrigger))
PER_SET = {"TEA-CUP": 2, "TEA-SAUCER": 2, "TEA-POT": 1}


@given(returns(), triggers, st.randoms())
def test_a_plan_does_not_depend_on_the_order_of_lines_or_transactions(ret, policy, chance):
    lines, transactions = list(ret.lines), list(ret.transactions)
    chance.shuffle(lines)
    chance.shuffle(transactions)
    shuffled = replace(ret, lines=tuple(lines), transactions=tuple(transactions))
    assert plan(shuffled, around(SALE), policy, NOW) == plan(ret, around(SALE), policy, NOW)


@given(returns(), triggers)
def test_every_unit_goes_in_once_and_comes_out_once_or_is_accounted_for(ret, policy):
    planned = plan(ret, around(SALE), policy, NOW)
    restocks = [posting for posting in planned.postings if posting.kind == Kind.RESTOCK]
    covered = [line_id for posting in restocks for line_id in posting.covers]
    held = {line_id for found in planned.findings for line_id in found.covers}
    assert len(covered) == len(set(covered))
    for line in ret.lines:
        said = line.line_id in held or any(f"line {line.line_id}:" in note for note in planned.notes)
        assert (line.line_id in covered) != said
    expected: Counter[str] = Counter()
    for line in ret.lines:
        if line.line_id in covered:
            expected.update(PER_SET if line.sku == "TEA-SET" else {line.sku: 1})
    booked: Counter[str] = Counter()
    for posting in restocks:
        for line in posting.restock:
            booked[line.sku] += line.quantity
    assert booked == expected


@given(returns(), triggers)
def test_only_restockable_units_are_sold_and_kept_or_missing_ones_never_move(ret, policy):
    by_id = {line.line_id: line for line in ret.lines}
    sold = {part.row_id: part.quantity for line in SALE.lines for part in (line, *line.children)}
    back: Counter[str] = Counter()
    for posting in plan(ret, around(SALE), policy, NOW).postings:
        for part in posting.restock:
            back[part.order_line_id] += part.quantity
            for line_id in part.line_ids:
                line = by_id[line_id]
                assert not is_kept(line)
                assert not is_missing(line)
                restockable = line.inspection is not None and line.inspection.restockable
                assert restockable or part.disposition != Disposition.SELLABLE
                assert restockable or part.location_name != "Default"
    assert all(quantity <= sold[row_id] for row_id, quantity in back.items())


@given(returns(), triggers)
def test_every_finding_is_one_of_the_planning_codes_with_its_owner(ret, policy):
    findings = plan(ret, around(SALE), policy, NOW).findings
    for found in findings:
        assert found.code in PLANNING_CODES
        assert (found.owner, found.severity) == (CODES[found.code].owner, CODES[found.code].severity)
        assert found.since is not None
        assert found.message.endswith(".")
    assert len({(found.code, found.subject) for found in findings}) == len(findings)


@pytest.mark.parametrize("refresh", [1, 2])
def test_the_same_facts_always_plan_the_same(refresh):
    ret = rma(unit("1", "MUG-BLUE"), transactions=(refund("t1", "10.00"),))
    assert plan(ret, around(SALE), Policy(), NOW) == plan(ret, around(SALE), Policy(), NOW)
