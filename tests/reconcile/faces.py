"""A night with faces: mugs, a garish rug and a lamp, on three orders, seen from all three sides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from returnworks.reconcile.facts import (
    ActualExchange,
    ActualGoods,
    ActualRefund,
    ExpectedCredit,
    ExpectedExchange,
    ExpectedGoods,
    LedgerCredit,
    LedgerExchange,
    LedgerGoods,
    Side,
)
from returnworks.reconcile.night import NightInputs
from returnworks.reconcile.terms import Terms
from returnworks.rules.model import Disposition, Kind, Order, OrderLine
from returnworks.rules.money import Money
from returnworks.rules.policy import BUILT_IN, Policy
from returnworks.rules.references import reference

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=3)
GRACE = timedelta(hours=24)
RMA = "90000004"
ORDER = "order-100123"
PLACES = {"Default": "loc-default", "Quarantine": "loc-quarantine", "Inspection": "loc-inspection"}
MEANT_FOR = {
    "Default": Disposition.SELLABLE,
    "Quarantine": Disposition.QUARANTINE,
    "Inspection": Disposition.UNDECIDED,
}


def gbp(amount: str | Money) -> Money:
    """Pounds, unless it is money already."""
    return amount if isinstance(amount, Money) else Money.of(amount, "GBP")


def terms(policy: Policy = BUILT_IN, **more: Any) -> Terms:
    return Terms(**({"policy": policy, "moment": NOW} | more))


def rw(kind: Kind, fact: str, return_id: str = RMA) -> str:
    """The reference of ours for one fact of a return."""
    return reference(kind, return_id, (fact,))


def due(sku: str = "MUG-BLUE", quantity: int = 1, place: str = "Default", **more: Any) -> ExpectedGoods:
    fields: dict[str, Any] = {
        "return_id": RMA,
        "order_id": ORDER,
        "order_number": 100123,
        "location_id": PLACES.get(place, f"loc-{place}"),
        "disposition": MEANT_FOR.get(place, Disposition.SELLABLE),
        "scrap_quantity": 0,
        "due_at": LONG_AGO,
        "value": Money(2050 * quantity, "GBP"),
    }
    return ExpectedGoods(sku=sku, quantity=quantity, **({"location_name": place} | fields | more))


def posted(sku: str = "MUG-BLUE", quantity: int = 1, place: str = "Default", **more: Any) -> LedgerGoods:
    return_id = more.get("return_id", RMA)
    fields: dict[str, Any] = {
        "reference": rw(Kind.RESTOCK, "line-1", return_id),
        "return_id": RMA,
        "order_id": ORDER,
        "location_id": PLACES.get(place, f"loc-{place}"),
        "state": "confirmed",
        "phase": "action",
        "confirmed_at": LONG_AGO,
    }
    return LedgerGoods(sku=sku, quantity=quantity, **({"location_name": place} | fields | more))


def booked(sku: str = "MUG-BLUE", quantity: int = 1, place: str = "Default", **more: Any) -> ActualGoods:
    """A booking in Linnworks under our reference, actioned."""
    fields: dict[str, Any] = {
        "reference": rw(Kind.RESTOCK, "line-1"),
        "order_id": ORDER,
        "order_number": 100123,
        "order_reference": "700000000004",
        "location_id": PLACES.get(place, f"loc-{place}"),
        "scrap_quantity": 0,
        "booked_at": LONG_AGO,
        "actioned_at": LONG_AGO,
    }
    return ActualGoods(sku=sku, quantity=quantity, **({"location_name": place} | fields | more))


def paid(amount: str | Money = "20.50", transaction_id: str = "t-1", **more: Any) -> ExpectedCredit:
    fields: dict[str, Any] = {
        "return_id": RMA,
        "order_id": ORDER,
        "order_number": 100123,
        "amount": gbp(amount),
        "record_only": False,
        "refunded_at": LONG_AGO,
    }
    return ExpectedCredit(transaction_id=transaction_id, **(fields | more))


def credited(amount: str | Money = "20.50", transaction_id: str = "t-1", **more: Any) -> LedgerCredit:
    fields: dict[str, Any] = {
        "reference": rw(Kind.CREDIT, transaction_id, more.get("return_id", RMA)),
        "return_id": RMA,
        "order_id": ORDER,
        "amount": gbp(amount),
        "state": "confirmed",
        "refund_id": None,
        "linked": False,
    }
    return LedgerCredit(transaction_id=transaction_id, **(fields | more))


def refund(amount: str | Money = "20.50", transaction_id: str | None = "t-1", **more: Any) -> ActualRefund:
    """A refund header in Linnworks: ours for `transaction_id`, the channel's own for None."""
    ours = rw(Kind.CREDIT, transaction_id) if transaction_id else ""
    fields: dict[str, Any] = {
        "refund_id": f"refund-{transaction_id or 'channel'}",
        "reference": ours,
        "order_id": ORDER,
        "order_number": 100123,
        "amount": gbp(amount),
        "channel_initiated": True,
        "actioned": transaction_id is None,
        "status": "OPEN",
        "created_at": LONG_AGO,
    }
    return ActualRefund(**(fields | more))


def exchange(channel_order_id: str = "710000000001", **more: Any) -> ExpectedExchange:
    fields: dict[str, Any] = {
        "return_id": RMA,
        "order_name": "EX1004-X",
        "released_at": LONG_AGO,
        "goods_back": True,
    }
    return ExpectedExchange(channel_order_id=channel_order_id, **(fields | more))


def marked(channel_order_id: str = "710000000001", **more: Any) -> LedgerExchange:
    fields: dict[str, Any] = {
        "reference": rw(Kind.EXCHANGE, channel_order_id),
        "return_id": RMA,
        "order_id": "order-200001",
        "state": "confirmed",
    }
    return LedgerExchange(channel_order_id=channel_order_id, **(fields | more))


def ships(*orders: Order, channel_order_id: str = "710000000001") -> ActualExchange:
    return ActualExchange(channel_order_id, orders)


def exchange_order(number: int = 200001, **more: Any) -> Order:
    """An open exchange order that is marked and routed."""
    line = OrderLine("row-1", "item-1", "MUG-RED", "MUG-RED", "key-1", 1, gbp("20.50"))
    fields: dict[str, Any] = {
        "order_id": f"order-{number}",
        "number": number,
        "reference": "710000000001",
        "secondary_reference": "EX1004-X",
        "external_reference": "",
        "source": "SHOPIFY",
        "sub_source": "mugs",
        "currency": "GBP",
        "processed": False,
        "cancelled": False,
        "paid": True,
        "total": gbp("0"),
        "shipping": gbp("0"),
        "lines": (line,),
        "identifiers": (BUILT_IN.exchange_tag,),
        "folders": (BUILT_IN.exchange_folder,),
    }
    return Order(**(fields | more))


def sides(**stale: str) -> tuple[Side, ...]:
    """All three sides as of now; those named are not fresh, for the reason given."""
    return tuple(
        Side(name, NOW, name not in stale, stale.get(name, "")) for name in ("ReturnGO", "ledger", "Linnworks")
    )


def inputs(**more: Any) -> NightInputs:
    return NightInputs(**({"as_of": NOW, "sides": sides()} | more))
