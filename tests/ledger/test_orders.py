"""Orders: as of the sale, found again by what was looked up."""

from __future__ import annotations

from returnworks.ledger import Ledger
from tests.ledger.faces import NOW, later, rug_order


def test_an_order_is_found_by_the_text_that_was_looked_up(ledger: Ledger) -> None:
    order = rug_order()
    ledger.remember_orders({"5550001": (order,), "#1001": (order,)}, NOW)
    assert ledger.orders_for(["#1001", "5550001", "#404"]) == {"#1001": (order,), "5550001": (order,)}
    assert ledger.get_orders(["ord-1", "ord-404"]) == {"ord-1": order}


def test_a_processed_order_stays_as_it_was_at_the_sale(ledger: Ledger) -> None:
    sale = rug_order()
    ledger.remember_orders({"#1001": (sale,)}, NOW)
    ledger.remember_orders({"#1001": (rug_order(lines=()),)}, later(1))
    assert ledger.orders_for(["#1001"]) == {"#1001": (sale,)}


def test_an_open_order_is_kept_as_it_was_last_seen(ledger: Ledger) -> None:
    ledger.remember_orders({"#1001": (rug_order(processed=False),)}, NOW)
    sale = rug_order(processed=True)
    ledger.remember_orders({"#1001": (sale,)}, later(1))
    assert ledger.orders_for(["#1001"]) == {"#1001": (sale,)}


def test_an_order_that_linnworks_split_is_all_its_parts(ledger: Ledger) -> None:
    whole = rug_order(processed=False)
    ledger.remember_orders({"#1001": (whole,)}, NOW)
    parts = (rug_order("ord-1", number=7), rug_order("ord-2", number=8))
    ledger.remember_orders({"#1001": tuple(reversed(parts))}, later(1))
    assert ledger.orders_for(["#1001"]) == {"#1001": parts}


def test_an_empty_answer_takes_nothing_away(ledger: Ledger) -> None:
    order = rug_order()
    ledger.remember_orders({"#1001": (order,)}, NOW)
    ledger.remember_orders({"#1001": ()}, later(1))
    ledger.remember_orders({}, later(2))
    assert ledger.orders_for(["#1001"]) == {"#1001": (order,)}
