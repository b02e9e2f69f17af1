"""The columns say of every night what the rows alone say: the slow, plain way is the measure of the fast one."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returnworks.reconcile.engine.balances import money_due as money_due_parts
from returnworks.reconcile.engine.balances import pieces_due, pieces_there, remainders
from returnworks.reconcile.engine.goods import settle_goods
from returnworks.reconcile.engine.keys import SEEDS, Clash, key, refuse_clash
from returnworks.reconcile.engine.money import settle_money
from returnworks.reconcile.engine.rows import goods_of, measure_of, payments_of, without_clash
from returnworks.reconcile.facts import ReturnUnits
from returnworks.reconcile.goods import compare_goods, in_order
from returnworks.reconcile.goods_rows import View, by_rows
from returnworks.reconcile.money import compare_money
from returnworks.reconcile.money_rows import MoneyView, money_by_rows
from returnworks.reconcile.money_rows import in_order as money_in_order
from returnworks.reconcile.refund_matching import identity
from returnworks.rules.model import Disposition, Kind
from returnworks.rules.policy import Policy
from tests.reconcile.faces import GRACE, NOW, booked, credited, due, paid, posted, refund, rw, terms

EXAMPLES = 120
RETURNS = ["90000004", "90000005", "90000006"]
returns = st.sampled_from(RETURNS)
orders = st.sampled_from(["order-1", "ORDER-1", "order-2"])
skus = st.sampled_from(["MUG-BLUE", "mug-blue ", "LAMP"])
places = st.sampled_from(["Default", "Quarantine", "Inspection"])
quantities = st.sampled_from([0, 1, 1, 2, 3])
moments = st.sampled_from([None, NOW - timedelta(days=3), NOW - GRACE, NOW - timedelta(hours=1), NOW, NOW + GRACE])
names = st.sampled_from(
    ["", "by hand", *(rw(Kind.RESTOCK, "line-1", each) for each in RETURNS), "RW-R-90000099-ABCDEFGH"]
)
holds = st.sampled_from([None, None, "route_undecided"])

goods_due = st.builds(
    due,
    skus,
    quantities,
    places,
    return_id=returns,
    order_id=orders,
    held=holds,
    due_at=moments,
    scrap_quantity=st.integers(0, 1),
    disposition=st.sampled_from(list(Disposition)),
)
goods_done = st.builds(
    posted,
    skus,
    quantities,
    places,
    return_id=returns,
    order_id=orders,
    reference=names,
    state=st.sampled_from(["confirmed", "held", "planned"]),
)
goods_there = st.builds(
    booked,
    skus,
    quantities,
    places,
    order_id=orders,
    reference=names,
    booked_at=moments,
    actioned_at=moments,
    scrap_quantity=st.integers(0, 1),
)
watchings = st.sampled_from([None, frozenset(RETURNS), frozenset(RETURNS[:2])])
nobody_waits, one_waits = (), (ReturnUnits("90000004", approved=1, held=1, received=1, held_by=("route_undecided",)),)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(goods_due, max_size=6),
    st.lists(goods_done, max_size=5),
    st.lists(goods_there, max_size=7),
    watchings,
    st.sampled_from([nobody_waits, one_waits]),
)
def test_goods_on_columns_are_goods_by_rows(expected, ledger, actual, watched, units):
    judged_by = terms(watched=watched)
    by_the_rows = in_order(by_rows(View.of(expected, ledger, actual, judged_by, units)))
    assert compare_goods(expected, ledger, actual, judged_by, units) == by_the_rows


facts = st.sampled_from(["t-1", "t-2", "t-3"])
amounts = st.sampled_from(["10.00", "10.01", "10.02", "20.00"])
refund_ids = st.sampled_from([None, "refund-0", "refund-1", "refund-9", rw(Kind.CREDIT, "t-1")])
credit_names = st.sampled_from(
    [
        "",
        "channel 7",
        "refund-1",
        rw(Kind.EXCHANGE, "x"),
        "RW-C-90000099-ABCDEFGH",
        *(rw(Kind.CREDIT, fact, each) for fact in ("t-1", "t-2") for each in RETURNS[:2]),
    ]
)
money_due = st.builds(
    paid,
    amounts,
    facts,
    return_id=returns,
    order_id=orders,
    record_only=st.booleans(),
    held=holds,
    refunded_at=moments,
)
money_done = st.builds(
    credited,
    amounts,
    facts,
    return_id=returns,
    order_id=orders,
    refund_id=refund_ids,
    linked=st.booleans(),
    state=st.sampled_from(["confirmed", "held", "planned"]),
)
money_there = st.builds(
    refund,
    amounts,
    st.none(),
    order_id=orders,
    reference=credit_names,
    refund_id=st.sampled_from(["refund-0", "refund-1", "refund-2", "refund-3"]),
    actioned=st.booleans(),
    channel_initiated=st.booleans(),
    created_at=moments,
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(money_due, max_size=6),
    st.lists(money_done, max_size=5),
    st.lists(money_there, max_size=6, unique_by=identity),
    watchings,
    st.booleans(),
    st.sampled_from([0, 1]),
)
def test_money_on_columns_is_money_by_rows(expected, ledger, actual, watched, recorded_only, tolerance):
    judged_by = terms(Policy(tolerance_minor={"GBP": tolerance}), watched=watched, credits_recorded_only=recorded_only)
    by_the_rows = money_in_order(money_by_rows(MoneyView.of(expected, ledger, actual, judged_by)))
    assert compare_money(expected, ledger, actual, judged_by) == by_the_rows


# --- Conservation on columns: nothing is lost, and what is lost shows -----------------------------------------


def _settled_goods(expected, ledger, actual):
    judged_by = terms()
    view = View.of(expected, ledger, actual, judged_by)
    sides = goods_of(expected, ledger, actual, judged_by, view.places, view.held_by)
    return sides, settle_goods(sides, measure_of(judged_by), SEEDS[0])


def _settled_money(expected, ledger, actual):
    sides = payments_of(expected, ledger, actual, terms())
    return sides, settle_money(sides, measure_of(terms()), SEEDS[0])


@settings(max_examples=40, deadline=None)
@given(st.lists(goods_due, max_size=6), st.lists(goods_done, max_size=5), st.lists(goods_there, max_size=7))
def test_every_piece_on_columns_is_in_exactly_one_part(expected, ledger, actual):
    sides, verdict = _settled_goods(expected, ledger, actual)
    assert remainders(sides.due, "quantity", pieces_due(sides, verdict), "return_id").is_empty()
    assert pieces_there(sides, verdict)["units"].sum() == sum(row.quantity for row in actual)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(money_due, max_size=6),
    st.lists(money_done, max_size=5),
    st.lists(money_there, max_size=6, unique_by=identity),
)
def test_every_penny_on_columns_is_in_exactly_one_part(expected, ledger, actual):
    sides, verdict = _settled_money(expected, ledger, actual)
    assert remainders(sides.due, "minor", money_due_parts(sides, verdict), "return_id", "currency").is_empty()


def test_a_result_that_is_lost_or_counted_twice_is_a_remainder_of_its_return():
    sides, verdict = _settled_goods([due(quantity=3), due("LAMP", return_id="90000005")], [], [])
    lost = replace(verdict, results=verdict.results.filter(pl.col("expected") != 3))
    twice = replace(verdict, results=pl.concat([verdict.results, verdict.results]))
    told = remainders(sides.due, "quantity", pieces_due(sides, lost), "return_id")
    assert told.select("return_id", "remainder").rows() == [("90000004", 3)]
    told = remainders(sides.due, "quantity", pieces_due(sides, twice), "return_id")
    assert sorted(told.select("return_id", "remainder").rows()) == [("90000004", -3), ("90000005", -1)]


# --- Fingerprints ------------------------------------------------------------------------------------------------


def test_two_keys_that_share_a_number_are_told_apart_by_their_proofs():
    same_key = pl.DataFrame({"proof": [1, 2], "proof_max": [1, 3]})
    with pytest.raises(Clash):
        refuse_clash(same_key, "proof")
    refuse_clash(same_key.head(1), "proof")


def test_after_a_clash_the_night_is_compared_again_under_the_next_seed():
    tried = []

    def compare(seed):
        tried.append(seed)
        if seed == SEEDS[0]:
            raise Clash("ref")
        return "told"

    assert without_clash(compare) == "told"
    assert tried == list(SEEDS[:2])


def test_what_clashes_under_every_seed_is_an_error_and_not_a_result():
    def compare(seed):
        raise Clash("ref")

    with pytest.raises(Clash):
        without_clash(compare)


def test_keys_of_several_texts_do_not_run_into_each_other():
    frame = pl.DataFrame({"order": ["A", "AB"], "sku": ["BC", "C"]})
    numbers = frame.select(key("order", "sku", seed=1)).to_series()
    assert numbers.n_unique() == 2


# --- Nights -------------------------------------------------------------------------------------------------------


def test_an_empty_night_has_no_results():
    assert compare_goods([], [], [], terms()) == []
    assert compare_money([], [], [], terms()) == []


@pytest.mark.parametrize(("hours", "cls"), [(23, "timing"), (24, "missing"), (25, "missing")])
def test_on_columns_the_grace_ends_on_the_stroke(hours, cls):
    _, verdict = _settled_goods([due(due_at=NOW - timedelta(hours=hours))], [], [])
    assert verdict.results["cls"].to_list() == [cls]


@pytest.mark.parametrize(("more", "cls"), [("20.49", "amount"), ("20.50", "matched"), ("20.51", "amount")])
def test_on_columns_one_minor_unit_is_a_break_without_a_tolerance(more, cls):
    _, verdict = _settled_money([paid("20.50")], [credited("20.50")], [refund(more)])
    assert verdict.results["cls"].to_list() == [cls]


def test_several_rows_that_add_up_are_one_match():
    """One to many: three units due in one row, booked as one and two."""
    _, verdict = _settled_goods([due(quantity=3)], [posted(quantity=3)], [booked(), booked(quantity=2)])
    assert verdict.results.select("cls", "expected", "met").rows() == [("matched", 3, 3)]


def test_units_at_two_wrong_places_are_left_to_the_rows():
    there = [booked(place="Quarantine"), booked(place="Inspection")]
    _, verdict = _settled_goods([due(quantity=2)], [posted(quantity=2)], there)
    assert verdict.results.is_empty()
    assert (verdict.tangled.due.to_list(), verdict.tangled.there.to_list()) == ([0], [0, 1])


def test_a_refund_without_a_name_leaves_only_its_own_order_to_the_rows():
    """Of the order where it has a payment's amount; the neighbour's credit stays on columns."""
    expected = [paid("10.00", "t-1", order_id="order-1"), paid("10.00", "t-2", order_id="order-2")]
    nameless = refund("10.00", None, order_id="order-1")
    _, verdict = _settled_money(expected, [], [nameless])
    assert verdict.tangled_due.to_list() == [0]
    assert verdict.results["row"].to_list() == [1]
