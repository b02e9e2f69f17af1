from dataclasses import replace
from datetime import timedelta

import pytest

from returnworks.rules.exchanges import plan_exchanges, released_goods
from returnworks.rules.model import ExchangeOrder, Kind
from returnworks.rules.policy import Policy
from returnworks.rules.references import reference
from tests.rules.faces import INSPECTED, NOW, RETURN_ID, around, order, released, rma, row, unit

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


def test_a_cancelled_order_ships_nothing():
    part = marked(SWAP, replace(SHIPS, cancelled=True), now=INSPECTED + timedelta(hours=24))
    assert codes(part) == ["exchange_not_found"]
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
