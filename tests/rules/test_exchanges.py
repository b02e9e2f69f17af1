from dataclasses import replace
from datetime import timedelta

import pytest

from returnworks.rules.exchange_terms import ExchangeTerms
from returnworks.rules.exchanges import plan_exchanges
from returnworks.rules.model import ExchangeOrder, Kind
from returnworks.rules.policy import Policy
from returnworks.rules.references import reference
from returnworks.rules.shipments import answers_to, channel_id_of, is_split, outstanding, released_goods, why_stuck
from tests.rules.faces import INSPECTED, MISSING, NOW, RETURN_ID, around, gbp, order, released, rma, row, unit

SALE = order(row("JEANS-32"))
SHIPS = order(row("JEANS-34"), number=100200, processed=False)
X = "710000000001"
SWAP = rma(unit("1", "JEANS-32", resolution="VariantExchange"), exchange_orders=(released(),))


def marked(ret, *found, policy=None, now=NOW, **more):
    context = around(SALE, exchange_orders={X: found}, **more)
    return plan_exchanges(ret, context, policy or Policy(), now)


def codes(part):
    return [finding.code for finding in part.findings]


def test_a_released_exchange_is_marked_once_its_order_is_there():
    (posting,) = marked(SWAP, SHIPS).postings
    assert posting.reference == reference(Kind.EXCHANGE, RETURN_ID, [X])
    assert (posting.kind, posting.order_id, posting.covers) == (Kind.EXCHANGE, "order-100200", (X,))
    assert (posting.exchange_tag, posting.exchange_folder) == ("RETURNGO_EXCHANGE", "Exchanges")
    assert posting.due_at == INSPECTED
    assert marked(SWAP, SHIPS, covered={Kind.EXCHANGE: frozenset({X})}).postings == ()


def test_the_exchange_ships_before_the_goods_are_back():
    instant = replace(SWAP, status="Approved", lines=(unit("1", "JEANS-32", None),))
    assert len(marked(instant, SHIPS).postings) == 1


@pytest.mark.parametrize(
    ("rows", "ids"),
    [
        ((released(),), [X]),
        ((released(kind=None),), [X]),
        ((released(kind=""),), [X]),
        ((released(kind="exchange "),), [X]),
        ((released(kind="Fee"),), []),
        ((released(kind=" fee"),), []),
        ((ExchangeOrder("draft", None, None, None),), []),
        ((ExchangeOrder("draft", "", None, None),), []),
        ((released(), released()), [X]),
        ((released("1"), released("2")), ["1", "2"]),
    ],
)
def test_only_released_orders_ship_goods_and_each_once(rows, ids):
    assert [each.order_id for each in released_goods(rma(exchange_orders=rows))] == ids


def test_drafts_and_fees_are_noted_and_left_alone():
    drafts = (ExchangeOrder("draft", None, None, None), ExchangeOrder("second", None, None, "Exchange"))
    fees = (released(kind="Fee"), ExchangeOrder("fee", None, None, "Fee"), ExchangeOrder(None, "9", None, "Fee"))
    part = marked(rma(exchange_orders=(*drafts, *fees)))
    assert (part.postings, part.findings) == ((), ())
    assert part.notes == ("2 exchange order(s) not released yet", "3 fee invoice(s), which ship nothing")


@pytest.mark.parametrize(("hours", "missed"), [(0, False), (23, False), (24, True), (25, True)])
def test_an_order_that_is_not_there_is_an_exception_after_24_hours(hours, missed):
    part = marked(SWAP, now=INSPECTED + timedelta(hours=hours))
    assert codes(part) == (["exchange_not_found"] if missed else [])
    assert part.waits
    assert part.postings == ()


def test_a_cancelled_order_ships_nothing_and_is_told_at_once():
    part = marked(SWAP, replace(SHIPS, cancelled=True), now=INSPECTED)
    assert (codes(part), part.postings, part.waits) == (["exchange_cancelled"], (), True)
    assert len(marked(SWAP, replace(SHIPS, cancelled=True, order_id="gone"), SHIPS).postings) == 1


@pytest.mark.parametrize(
    ("tags", "code"),
    [((), "exchange_counted_as_sale"), (("OTHER",), "exchange_counted_as_sale"), (("returngo_exchange",), None)],
)
def test_an_exchange_that_was_processed_unmarked_is_a_break(tags, code):
    part = marked(SWAP, replace(SHIPS, processed=True, identifiers=tags))
    assert codes(part) == ([code] if code else [])
    assert part.postings == ()


def test_two_orders_for_one_exchange_are_never_both_shipped_silently():
    part = marked(SWAP, SHIPS, replace(SHIPS, order_id="second", number=100201))
    assert (codes(part), part.postings) == (["exchange_double_shipment"], ())
    assert "100200, 100201" in part.findings[0].message


def test_the_returned_order_itself_is_never_marked():
    part = marked(SWAP, SALE)
    assert (codes(part), part.postings) == (["exchange_same_order"], ())


def test_an_unknown_kind_of_row_is_held_and_its_neighbour_is_not():
    ret = replace(SWAP, exchange_orders=(released("9", kind="Raffle"), released()))
    part = marked(ret, SHIPS)
    assert codes(part) == ["exchange_kind_unknown"]
    assert (part.findings[0].covers, part.findings[0].subject) == (("9",), f"RMA {RETURN_ID} / exchange 9")
    assert [posting.covers for posting in part.postings] == [(X,)]


MARKED = {Kind.EXCHANGE: frozenset({X})}


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ((SHIPS,), None),
        ((), "exchange_not_found"),
        ((replace(SHIPS, cancelled=True),), "exchange_cancelled"),
        ((replace(SHIPS, parked=True),), "exchange_stuck"),
        ((SHIPS, replace(SHIPS, order_id="second", number=100201)), "exchange_double_shipment"),
    ],
)
def test_an_exchange_that_is_marked_is_still_watched_until_it_ships(found, code):
    part = marked(SWAP, *found, now=INSPECTED + timedelta(hours=24), covered=MARKED)
    assert (codes(part), part.postings) == ([code] if code else [], ())


@pytest.mark.parametrize(
    ("order_", "why"),
    [
        (SHIPS, None),
        (replace(SHIPS, paid=False), "unpaid"),
        (replace(SHIPS, parked=True), "parked"),
        (replace(SHIPS, on_hold=True), "on hold"),
        (replace(SHIPS, paid=False, parked=True), "unpaid and parked"),
        (replace(SHIPS, paid=False, processed=True), None),
    ],
)
def test_an_order_ships_when_it_is_paid_and_nobody_stopped_it(order_, why):
    assert why_stuck(order_) == why


@pytest.mark.parametrize(
    ("more", "postings"), [({"paid": False}, 1), ({"on_hold": True}, 1), ({"parked": True}, 0), ({}, 1)]
)
def test_an_order_that_stands_still_is_told_and_marked_where_linnworks_takes_the_marks(more, postings):
    part = marked(SWAP, replace(SHIPS, **more))
    assert codes(part) == (["exchange_stuck"] if more else [])
    assert len(part.postings) == postings


FREE = replace(SHIPS, paid=False, total=gbp("0"))
SETS_PAID = Policy(exchanges=ExchangeTerms(set_free_orders_paid=True))


@pytest.mark.parametrize(
    ("order_", "policy", "paid", "told"),
    [
        (FREE, SETS_PAID, True, []),
        (FREE, Policy(), False, ["exchange_stuck"]),
        (replace(FREE, total=gbp("0.01")), SETS_PAID, False, ["exchange_stuck"]),
        (replace(FREE, on_hold=True), SETS_PAID, False, ["exchange_stuck"]),
        (replace(FREE, paid=True), SETS_PAID, False, []),
    ],
)
def test_only_an_order_that_costs_nothing_is_set_to_paid_and_only_where_the_shop_asks_for_it(
    order_, policy, paid, told
):
    part = marked(SWAP, order_, policy=policy)
    assert ([posting.exchange_paid for posting in part.postings], codes(part)) == ([paid], told)


PARTS = (order(row("JEANS-34"), number=100200, processed=False), order(row("BELT"), number=100201, processed=False))


def test_an_exchange_that_linnworks_split_is_marked_part_by_part():
    part = marked(SWAP, *PARTS[::-1])
    assert [posting.covers for posting in part.postings] == [(X,), (f"{X}/100201",)]
    assert [channel_id_of(posting.covers[0]) for posting in part.postings] == [X, X]
    assert codes(part) == []
    split_later = marked(SWAP, *PARTS, covered=MARKED)
    assert [posting.order_id for posting in split_later.postings] == ["order-100201"]


@pytest.mark.parametrize(
    ("orders", "split"),
    [
        (PARTS, True),
        (PARTS[:1], False),
        ((PARTS[0], replace(PARTS[1], lines=(*PARTS[1].lines, *PARTS[0].lines))), False),
        ((PARTS[0], replace(PARTS[0], order_id="twin")), False),
        ((PARTS[0], replace(PARTS[1], lines=())), False),
    ],
)
def test_orders_that_share_a_line_are_no_split(orders, split):
    assert is_split(orders) is split


RESEND = order(row("JEANS-32"), number=100300, processed=False, is_resend=True)


@pytest.mark.parametrize(
    ("resend", "told"),
    [
        (RESEND, ["exchange_double_shipment"]),
        (replace(RESEND, cancelled=True), []),
        (replace(RESEND, is_resend=False), []),
        (replace(RESEND, lines=(row("SOCKS"),)), []),
    ],
)
def test_an_exchange_and_a_resend_of_the_same_line_ship_twice(resend, told):
    context = around(SALE, resend, exchange_orders={X: (SHIPS,)})
    part = plan_exchanges(SWAP, context, Policy(), NOW)
    assert codes(part) == told
    assert len(part.postings) == 1, "a shipment too many is still no sale"


@pytest.mark.parametrize(("units", "told"), [(1, 2), (2, 0)])
def test_more_exchange_orders_than_exchanged_units_ship_twice(units, told):
    lines = tuple(unit(str(n), "JEANS-32", resolution="VariantExchange") for n in range(units))
    ret = replace(SWAP, lines=lines, exchange_orders=(released("1"), released("2")))
    found = {"1": (SHIPS,), "2": (replace(SHIPS, order_id="second", number=100201),)}
    part = plan_exchanges(ret, around(SALE, exchange_orders=found), Policy(), NOW)
    assert codes(part) == ["exchange_double_shipment"] * told


def test_one_order_that_two_exchanges_are_found_by_is_marked_for_neither():
    ret = replace(SWAP, exchange_orders=(released("1"), released("2")))
    part = plan_exchanges(ret, around(SALE, exchange_orders={"1": (SHIPS,), "2": (SHIPS,)}), Policy(), NOW)
    assert (codes(part), part.postings) == (["exchange_candidates"] * 2, ())


def test_a_row_with_a_name_and_no_id_is_left_to_a_person():
    part = marked(replace(SWAP, exchange_orders=(ExchangeOrder("draft", None, "EX1004-X", "Exchange"),)))
    assert (codes(part), part.postings, part.notes) == (["exchange_without_id"], (), ())
    assert part.findings[0].covers == ("EX1004-X",)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("710000000001", True),
        ("EX1004-X", True),
        ("#ex1004-x", True),
        ("71000000000", False),
        ("EX1004", False),
        ("EX1004-X2", False),
        ("", False),
    ],
)
def test_an_order_answers_to_a_name_in_full_and_to_no_part_of_it(name, found):
    there = order(row("JEANS-34"), reference="710000000001", secondary_reference="#EX1004-X")
    assert answers_to(there, [name]) is found


STILL_OUT = unit("2", "JEANS-32", None, resolution="VariantExchange")


@pytest.mark.parametrize(
    ("lines", "out"),
    [
        ((STILL_OUT,), ["2"]),
        ((unit("1", "JEANS-32", resolution="VariantExchange"),), []),
        ((unit("1", "JEANS-32", MISSING, resolution="VariantExchange"),), ["1"]),
        ((replace(STILL_OUT, return_method="No shipment required"),), []),
        ((STILL_OUT, unit("3", "GARISH-RUG", None)), ["2"]),
        ((unit("3", "GARISH-RUG", None), unit("4", "GARISH-RUG", None)), ["3", "4"]),
    ],
)
def test_goods_are_out_while_no_one_saw_the_exchanged_units(lines, out):
    assert [line.line_id for line in outstanding(rma(*lines))] == out


def test_what_is_still_out_when_the_exchange_has_shipped_is_said_with_its_worth():
    gone = replace(SHIPS, processed=True, identifiers=("RETURNGO_EXCHANGE",))
    part = marked(replace(SWAP, lines=(STILL_OUT,)), gone, covered=MARKED)
    assert part.notes[-1] == "1 unit(s) still out, worth 20.50 GBP, although the exchange has shipped"
