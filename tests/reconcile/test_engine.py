"""The columns say of every night what the rows alone say: the slow, plain way is the measure of the fast one."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

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
