"""Credits, whatever the sale: in currencies with no, two and three decimals, over one return or two."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from returnworks.rules.crediting import plan_credits
from returnworks.rules.credits import Refundable
from returnworks.rules.model import Kind, RefundUnit
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy, StoreCredit
from returnworks.rules.refund_terms import Additional, RefundTerms
from tests.rules.faces import NOW, RETURN_ID, around, order, refund, refunded, rma, row, standing, unit

CURRENCIES = ("JPY", "GBP", "KWD")
SECOND = "90000005"
CREDIT_ALL = Policy(store_credit=StoreCredit.CREDIT)
HOLD_ABOVE = Policy(refunds=RefundTerms(additional=Additional.HOLD))


@st.composite
def sales(draw):
    """An order of some lines, units of them that came back, refunds of any size and kind, and what stands already."""
    currency = draw(st.sampled_from(CURRENCIES))

    def some(least, most):
        return Money(draw(st.integers(least, most)), currency)

    rows = [
        replace(row(f"SKU-{n}", draw(st.integers(1, 4))), value=some(0, 20_000)) for n in range(draw(st.integers(1, 4)))
    ]
    sale = sold(rows, some(0, 999))
    units = [unit(f"{line.sku}/{n}", line.sku) for line in rows for n in range(draw(st.integers(0, line.quantity + 1)))]
    ids = [each.line_id for each in units] or ["none"]
    kinds = st.sampled_from(("RefundToPaymentMethod", "RefundToPaymentMethod", "RefundToGiftCard"))
    refunds = [
        replace(
            refund(f"t{n}", "0", kind=draw(kinds), line_ids=tuple(draw(st.lists(st.sampled_from(ids))))),
            amount=some(1, 30_000),
            created_at=NOW - timedelta(hours=draw(st.integers(1, 3))),
        )
        for n in range(draw(st.integers(1, 4)))
    ]
    stood = [stands(f"s{n}", draw(st.sampled_from(rows)).row_id, some(0, 5_000), sale) for n in range(2)]
    return sale, units, refunds, stood


def sold(rows, shipping):
    total = Money(sum(line.value.minor for line in rows), shipping.currency) + shipping
    return replace(order(row("NONE")), lines=tuple(rows), currency=total.currency, total=total, shipping=shipping)


def stands(refund_id, row_id, amount, sale):
    line = replace(refunded("0", row_id), amount=amount)
    return replace(standing(refund_id, "0", sale, line, channel_initiated=False), amount=amount)


def planned(sale, units, refunds, stood, policy=CREDIT_ALL, **more):
    fields = {key: more.pop(key) for key in ("promised", "covered") if key in more}
    ret = rma(*units, transactions=tuple(refunds), **more)
    return plan_credits(ret, around(sale, refunds=tuple(stood), **fields), policy, NOW)


def used(postings):
    """Minor units by row id, "Shipping" and "Additional"."""
    sums = {}
    for posting in postings:
        for line in posting.credit:
            place = line.order_line_id or line.unit.value
            sums[place] = sums.get(place, 0) + line.amount.minor
    return sums


@given(sales())
def test_every_refund_is_credited_or_owed_to_the_minor_unit(case):
    part = planned(*case)
    refunds = case[2]
    there = {each.transaction_id: each.amount.minor for each in refunds}
    for posting in part.postings:
        assert sum(line.amount.minor for line in posting.credit) == posting.amount.minor
        there[posting.covers[0]] -= posting.amount.minor
    for owed in part.liabilities:
        there[owed.transaction_id] -= owed.amount.minor
    assert set(there.values()) == {0}
    assert part.findings == ()


@given(sales())
def test_no_line_is_credited_above_what_it_has_left(case):
    sale, _, _, stood = case
    before = Refundable(sale, stood)
    taken = used(planned(*case).postings)
    assert taken.pop(RefundUnit.SHIPPING.value, 0) <= before.shipping
    taken.pop(RefundUnit.ADDITIONAL.value, 0)
    assert all(minor <= before.left_on(row_id) for row_id, minor in taken.items())


@given(sales())
def test_store_value_is_never_credited_above_what_the_goods_cost(case):
    gifts = {each.transaction_id for each in case[2] if each.kind == "RefundToGiftCard"}
    for posting in planned(*case).postings:
        if posting.covers[0] in gifts:
            assert {line.unit for line in posting.credit} == {RefundUnit.ITEM}


@given(sales(), st.randoms(use_true_random=False))
def test_the_order_in_which_refunds_and_lines_arrive_changes_nothing(case, random):
    sale, units, refunds, stood = case
    shuffled = [list(units), list(refunds), list(stood)]
    for rows in shuffled:
        random.shuffle(rows)
    assert planned(sale, *shuffled) == planned(*case)


@given(sales())
def test_planning_again_adds_nothing_and_the_rest_is_as_it_would_have_been(case):
    whole = planned(*case).postings
    done = frozenset(posting.covers[0] for posting in whole[:1])
    rest = planned(*case, covered={Kind.CREDIT: done})
    assert rest.postings == whole[1:]
    everything = frozenset(posting.covers[0] for posting in whole)
    assert planned(*case, covered={Kind.CREDIT: everything}).postings == ()


@given(sales(), st.integers(0, 4))
def test_two_returns_on_one_order_never_take_more_than_it_has_whoever_comes_first(case, cut):
    sale, units, refunds, stood = case
    halves = {RETURN_ID: refunds[:cut], SECOND: refunds[cut:]}
    before = Refundable(sale, stood)
    sums = []
    for first, second in ((RETURN_ID, SECOND), (SECOND, RETURN_ID)):
        one = planned(sale, units, halves[first], stood, Policy(), return_id=first)
        two = planned(sale, units, halves[second], stood, Policy(), return_id=second, promised=one.postings)
        taken = used((*one.postings, *two.postings))
        sums.append(sum(taken.values()))
        assert taken.pop(RefundUnit.SHIPPING.value, 0) <= before.shipping
        taken.pop(RefundUnit.ADDITIONAL.value, 0)
        assert all(minor <= before.left_on(row_id) for row_id, minor in taken.items())
    assert sums[0] == sums[1]


@given(sales())
def test_where_additional_lines_are_held_every_refund_is_posted_whole_or_held_whole(case):
    part = planned(*case, policy=HOLD_ABOVE)
    assert "Additional" not in used(part.postings)
    paid = {each.transaction_id: each for each in case[2] if each.kind == "RefundToPaymentMethod"}
    posted = {posting.covers[0]: posting.amount for posting in part.postings}
    held = {finding.covers[0] for finding in part.findings if finding.code == "refund_above_value"}
    assert posted.keys() | held == paid.keys()
    assert not posted.keys() & held
    assert all(amount == paid[name].amount for name, amount in posted.items())
