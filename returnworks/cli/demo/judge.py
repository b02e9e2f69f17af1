"""Did the day go as told? Asked of the sandbox's own books and of ReturnGO's own answers, not of our ledger."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

EXCHANGE_TAG = "RETURNGO_EXCHANGE"

Books = Mapping[str, Any]
Rma = Mapping[str, Any]
Units = Counter[tuple[str, str]]
"""Units by (SKU, location name)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that must be so, and whether it is."""

    claim: str
    true: bool
    seen: str


def fetch(address: str, headers: Mapping[str, str] | None = None) -> Any:
    """One JSON document over plain HTTP, without any of our own clients."""
    request = urllib.request.Request(address, headers=dict(headers or {}))  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer, parse_float=Decimal)


def read_rmas(books: Books, returngo_url: str, headers: Mapping[str, str]) -> dict[str, Rma]:
    """Every RMA of the shop as ReturnGO shows it now."""
    return {rma_id: fetch(f"{returngo_url}/rma/{rma_id}", headers) for rma_id in books["rmas"]}


def judge(books: Books, rmas: Mapping[str, Rma]) -> Iterator[Verdict]:
    """What the day must have come to: goods once, money once, nobody paid twice, exchanges marked, orders noted."""
    yield _goods(books, rmas)
    yield _credits(books, rmas)
    yield Verdict("nobody was paid a second time", not books["payouts"], f"{len(books['payouts'])} payouts")
    yield _exchanges(books, rmas)
    yield _notes(books, rmas)


def units_due(rma: Rma) -> Units:
    """Inspected units that came back, by SKU and the location where they belong."""
    due: Units = Counter()
    for item in rma["items"]:
        seen = item.get("itemValidationStatusResponse") or {}
        kept = "no shipment" in str((item.get("returnMethod") or {}).get("type") or "").casefold()
        if seen.get("lastValidationDate") and seen.get("isReturned") and not kept:
            due[item["sku"], "Default" if seen.get("isRestockable") else "Quarantine"] += 1
    return due


def units_back(books: Books, rma_id: str) -> Units:
    """Units that truly moved in the sandbox's stock because of our bookings for this return."""
    ours = {row["reference"] for row in books["bookings"] if f"-{rma_id}-" in row["reference"]}
    back: Units = Counter()
    for move in books["stock_moves"]:
        if any(reference in move["note"] for reference in ours):
            back[move["sku"], move["location"]] += move["change"]
    return back


def refunds_paid(rma: Rma) -> Counter[Decimal]:
    """Amounts of the refunds that reached the customer's payment method."""
    return Counter(
        Decimal(row["amount"]["amount"])
        for row in rma.get("transactions") or []
        if row["type"] == "RefundToPaymentMethod" and row["status"] == "Success"
    )


def credits_standing(books: Books, rma_id: str) -> Counter[Decimal]:
    return Counter(Decimal(row["amount"]) for row in books["refunds"] if f"-{rma_id}-" in row["reference"])


def _goods(books: Books, rmas: Mapping[str, Rma]) -> Verdict:
    wrong = [rma_id for rma_id, rma in rmas.items() if units_due(rma) != units_back(books, rma_id)]
    units = sum(sum(units_due(rma).values()) for rma in rmas.values())
    seen = f"{units} units" if not wrong else f"wrong for RMA {', '.join(wrong)}"
    return Verdict("every inspected unit is back exactly once, where it belongs", not wrong, seen)


def _credits(books: Books, rmas: Mapping[str, Rma]) -> Verdict:
    wrong = [rma_id for rma_id, rma in rmas.items() if refunds_paid(rma) != credits_standing(books, rma_id)]
    count = sum(sum(refunds_paid(rma).values()) for rma in rmas.values())
    seen = f"{count} refunds" if not wrong else f"wrong for RMA {', '.join(wrong)}"
    return Verdict("every refund has exactly one credit of exactly its amount", not wrong, seen)


def _exchanges(books: Books, rmas: Mapping[str, Rma]) -> Verdict:
    """Those that Linnworks had already processed when they were released cannot be marked any more."""
    released = {str(row["orderId"]) for rma in rmas.values() for row in rma["exchangeOrders"] or [] if _is_goods(row)}
    orders = {order_id: order for order_id, order in books["orders"].items() if order_id in released}
    open_ones = [order for order in orders.values() if not order["processed"]]
    marked = [order for order in open_ones if order["tags"] == [EXCHANGE_TAG] and "Exchanges" in order["folders"]]
    seen = f"{len(marked)} of {len(open_ones)} marked; {len(orders) - len(open_ones)} had shipped before"
    return Verdict("every exchange order that had not shipped is marked and routed", marked == open_ones != [], seen)


def _notes(books: Books, rmas: Mapping[str, Rma]) -> Verdict:
    """A return is noted on its order, where Linnworks has that, by its number; no note stands twice."""
    orders = books["orders"].values()
    twice = [order["name"] for order in orders if len(set(order["notes"])) < len(order["notes"])]
    names = {str(order["name"]).casefold() for order in orders}
    told = {rma_id for rma_id in rmas for order in orders if any(f"RMA {rma_id} " in text for text in order["notes"])}
    untold = [rma_id for rma_id in rmas if rma_id not in told and _order_name(books, rma_id) in names]
    wrong = f"twice on {', '.join(twice)}" if twice else f"none for RMA {', '.join(untold)}"
    seen = wrong if twice or untold else f"{sum(len(order['notes']) for order in orders)} notes"
    return Verdict("every order says where its return stands, each thing once", not (twice or untold), seen)


def _order_name(books: Books, rma_id: str) -> str:
    return urllib.parse.unquote(str(books["rmas"][rma_id]["order_name"] or "")).lstrip("#").casefold()


def _is_goods(row: Mapping[str, Any]) -> bool:
    return bool(row.get("orderId")) and row.get("type") != "Fee"
