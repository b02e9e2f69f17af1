"""The tables of a close: what is owed, in transit and put back, and a hash that only facts can change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.reconcile.carry_forward import Line, Place, RollForward, Tally
from returnworks.reconcile.close import (
    ClosingItem,
    CreditFact,
    ExchangeFact,
    GoodsFact,
    NightFact,
    changes_between,
    make_pack,
)
from returnworks.rules.model import Owner
from returnworks.rules.money import Money
from tests.reconcile.close.faces import OCTOBER, at, facts, line, pounds, refund, rma


def section(key, **given):
    return next(found for found in make_pack(facts(**given)).sections if found.key == key)


def credit(transaction_id="t1", day=12, amount="20.00", month=10):
    return CreditFact(
        f"RW-C-{transaction_id}", "90000004", transaction_id, pounds(amount), at(day, month), linked=False
    )


def test_a_refund_without_a_credit_is_owed_in_linnworks():
    found = section("credits-owed", closing=(rma(transactions=(refund(),)),))
    assert found.rows == (("90000004", "#1001", "t1", pounds("20.00"), at(10)),)
    assert found.totals == ("20.00 GBP",)


def test_a_credit_of_the_month_settles_it():
    assert section("credits-owed", closing=(rma(transactions=(refund(),)),), credits=(credit(),)).rows == ()


def test_goods_that_are_back_and_not_refunded_are_owed_to_the_customer():
    back = rma(lines=(line("1", inspected=at(20)), line("2")))
    assert section("refunds-owed", closing=(back,)).rows == (("90000004", "#1001", 1, pounds("20.00"), at(20)),)


@pytest.mark.parametrize(
    "ret",
    [
        rma(lines=(line(inspected=at(20)),), transactions=(refund(),)),
        rma(lines=(line(inspected=at(20), resolution="ProductExchange"),)),
        rma(lines=(line(inspected=at(20)),), status="Rejected"),
        rma(),
    ],
    ids=["refunded", "exchanged", "rejected", "not back"],
)
def test_nothing_is_owed_to_the_customer_otherwise(ret):
    assert section("refunds-owed", closing=(ret,)).rows == ()


def test_what_travels_is_listed_with_its_value():
    found = section(
        "in-transit", closing=(rma(lines=(line("1"), line("2"))), rma("90000005", lines=(line(inspected=at(3)),)))
    )
    assert found.rows == (("90000004", "#1001", "approved", 2, "40.00 GBP", at(2)),)
    assert found.totals == ("2 units", "40.00 GBP")


def test_the_money_of_the_month_ties_out():
    september, october = refund("t0", paid=at(20, month=9)), refund("t1", paid=at(10))
    before, after = rma(transactions=(september,)), rma(transactions=(september, october, refund("t2", paid=at(30))))
    found = section(
        "refunds-and-credits", opening=(before,), closing=(after,), credits=(credit("t0", 2), credit("t1", 12, "18.00"))
    )
    opening, refunded, credited, left, closing, remainder = found.rows[0][1:]
    assert (opening, refunded, credited, left, closing) == tuple(map(pounds, ("20", "40", "38", "2", "20")))
    assert remainder == pounds("0")
    assert found.ties_out


def test_a_credit_that_nothing_explains_does_not_tie_out():
    assert not section("refunds-and-credits", credits=(credit("t9"),)).ties_out


def test_store_value_is_a_liability_and_no_credit():
    given = rma(transactions=(refund(kind="RefundToGiftCard"),))
    assert section("store-value", closing=(given,)).totals == ("20.00 GBP",)
    assert section("credits-owed", closing=(given,)).rows == ()


def test_goods_are_summed_by_place_and_disposition():
    goods = [GoodsFact(f"RW-R-{n}", "9", "RUG", "Default", "sellable", 2, n, at(n + 1)) for n in (0, 1)]
    assert section("goods-put-back", goods=tuple(goods)).rows == (("Default", "sellable", 4, 1),)


def test_exchanges_are_listed_to_be_left_out_of_sales():
    marked = ExchangeFact("RW-X-1", "9", "6001", "o-1", "marked", at(5))
    open_one = ExchangeFact("RW-X-2", "9", "6002", "o-2", "not marked", None)
    found = section("exchanges-to-exclude", exchanges=(open_one, marked))
    assert [row[1] for row in found.rows] == ["6001", "6002"]
    assert found.totals == ("2 exchange orders, 1 marked",)


def test_open_exceptions_age_from_their_event():
    old = ClosingItem(1, "credit_missing", Owner.FINANCE, "RMA 9", "9", at(10), 0, pounds("5.00"), waived=False)
    found = section("ageing", items=(old, replace(old, id=2, event_at=at(31))))
    assert found.rows[0] == ("finance", "GBP", "1 / 5.00 GBP", "", "", "", "1 / 5.00 GBP", "")
    assert found.totals == ("10.00 GBP at risk",)


@pytest.mark.parametrize(
    ("compared", "told"),
    [
        (range(1, 32), "a night on every day"),
        (range(1, 31), "no night on 2026-10-31"),
        ((*range(3, 9), *range(10, 31)), "no night on 2026-10-01 to 2026-10-02, 2026-10-09, 2026-10-31"),
        ((), "no night on 2026-10-01 to 2026-10-31"),
    ],
)
def test_days_without_a_night_are_named(compared, told):
    nights = tuple(NightFact(day, at(day, hour=2), "in order") for day in compared)
    assert section("nights", nights=nights).totals == (told,)


def test_a_desk_that_does_not_tie_out_makes_a_pack_that_cannot_be_signed():
    forward = RollForward({Place("credit_missing", "GBP"): Line(closing=Tally(1, 0, 500))})
    assert not make_pack(facts(forward=forward)).ties_out
    assert make_pack(facts()).ties_out


def test_the_same_facts_in_any_order_make_the_same_hash_and_another_fact_another():
    returns = (rma("1"), rma("2"), rma("3", transactions=(refund(),)))
    pack = make_pack(facts(closing=returns))
    assert pack.hash == make_pack(facts(closing=returns[::-1])).hash
    assert pack.hash != make_pack(facts(closing=returns[:2])).hash


def test_a_table_that_is_explained_in_other_words_has_the_same_hash():
    pack = make_pack(facts(closing=(rma(transactions=(refund(),)),)))
    reworded = tuple(replace(table, title="x", note="y", totals=("z",)) for table in pack.sections)
    assert replace(pack, sections=reworded).hash == pack.hash


def test_what_a_later_look_finds_different_is_named():
    before, now = make_pack(facts()), make_pack(facts(closing=(rma(transactions=(refund(),)),)))
    changed = {change.section for change in changes_between(before.document(), now.document())}
    assert "credits-owed" in changed
    assert "20.00 GBP" in str(changes_between(before.document(), now.document())[0])
    assert changes_between(now.document(), now.document()) == []


days = st.integers(1, 31)


@given(st.lists(st.tuples(days, st.one_of(st.none(), days), st.integers(1, 9999)), max_size=8))
def test_money_ties_out_whenever_refunds_and_credits_happen(drawn):
    moments = lambda day: at(day, month=9 if day < 8 else 10)  # noqa: E731
    refunds = [
        refund(f"t{n}", paid=moments(day if day < 31 else 30), amount=Money(minor, "GBP"))
        for n, (day, _, minor) in enumerate(drawn)
    ]
    credits = tuple(
        CreditFact(
            f"r{n}", "9", f"t{n}", Money(minor, "GBP"), max(moments(min(done, 30)), refunds[n].created_at), False
        )
        for n, (_, done, minor) in enumerate(drawn)
        if done
    )
    early = tuple(row for row in refunds if row.created_at < OCTOBER.start)
    assert section(
        "refunds-and-credits",
        opening=(rma(transactions=early),),
        closing=(rma(transactions=tuple(refunds)),),
        credits=credits,
    ).ties_out
