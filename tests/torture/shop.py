"""What is sold and sent back in the attack, and what the sandbox's books must then say.

Orders are of many more units than come back, so that the sandbox would let a second booking happen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Form = dict[str, Any]

SKUS = ("MUG-BLUE", "LAMP-OAK", "GARISH-RUG")
PRICES = {"MUG-BLUE": "12.00", "LAMP-OAK": "45.00", "GARISH-RUG": "96.00"}
SOLD = 40
"""Units of each line of an order."""

GOOD = {"at": {"hours_ago": 2}, "returned": True, "restockable": True}
TORN = {"at": {"hours_ago": 2}, "returned": True, "restockable": False, "reason": "Torn"}


def order(number: int, **more: Any) -> Form:
    lines = [{"sku": sku, "quantity": SOLD, "price": PRICES[sku]} for sku in SKUS]
    return {"reference": f"5500{number}", "name": f"MM{number}", "processed": True, "lines": lines} | more


def items() -> list[Form]:
    return [{"sku": sku, "cost": "3.00", "levels": {"Default": 500}} for sku in SKUS]


def paid(amount: str, **more: Any) -> Form:
    return {"type": "RefundToPaymentMethod", "status": "Success", "amount": amount, "at": {"hours_ago": 1}, **more}


def rma(number: int, order_name: str, lines: Sequence[Form], **more: Any) -> Form:
    status = "Validated" if any("inspected" in line for line in lines) else "Approved"
    return {"id": str(number), "order": order_name, "status": status, "lines": list(lines), **more}


# --- one return of each kind


def a_restock() -> Form:
    """One mug is back; no money yet."""
    lines = [{"sku": "MUG-BLUE", "inspected": GOOD}]
    return {"items": items(), "orders": [order(1001)], "rmas": [rma(90000101, "MM1001", lines)]}


def a_credit() -> Form:
    """One mug is refunded; it is not back yet."""
    sent_back = rma(90000102, "MM1001", [{"sku": "MUG-BLUE"}], transactions=[paid("12.00")])
    return {"items": items(), "orders": [order(1001)], "rmas": [sent_back]}


def an_exchange() -> Form:
    """A mug is exchanged, the new order has come from the channel; identifier and folder do not exist yet."""
    new = order(1101, processed=False)
    released = {"draft": "7301", "order_id": new["reference"], "order_name": new["name"], "type": "Exchange"}
    swap = {"sku": "MUG-BLUE", "resolution": "VariantExchange"}
    swapped = rma(90000103, "MM1001", [swap], exchange_orders=[released])
    return {"items": items(), "orders": [order(1001), new], "rmas": [swapped]}


BY_HAND = ("90000104", "9000010401")
"""The return and its line that a person puts into stock."""


def a_stock() -> Form:
    """One mug is back, of an order that nobody knows; a person puts it into stock."""
    return_id, line_id = BY_HAND
    line = {"sku": "MUG-BLUE", "id": line_id, "line_id": "nobody-knows", "inspected": GOOD}
    return {"items": items(), "orders": [], "rmas": [rma(int(return_id), "MM-GONE", [line], order_id="55009999")]}


def a_note() -> Form:
    """A return is approved; nothing of it is back."""
    return {"items": items(), "orders": [order(1001)], "rmas": [rma(90000105, "MM1001", [{"sku": "MUG-BLUE"}])]}


KINDS = {"restock": a_restock, "stock": a_stock, "credit": a_credit, "exchange": an_exchange, "note": a_note}


# --- a backlog


def a_backlog(returns: int) -> Form:
    """`returns` returns on a third as many orders: one or two units, some torn; two of three are refunded."""
    orders = [order(2000 + number) for number in range((returns + 2) // 3)]
    return {"items": items(), "orders": orders, "rmas": [_nth(number) for number in range(returns)]}


def _nth(number: int) -> Form:
    skus = [SKUS[number % 3], *([SKUS[(number + 1) % 3]] if number % 4 == 0 else [])]
    lines = [{"sku": sku, "inspected": TORN if (number + n) % 5 == 0 else GOOD} for n, sku in enumerate(skus)]
    refunds = [paid(PRICES[skus[0]], lines=[0])] if number % 3 else []
    return rma(91_000_000 + number, f"MM{2000 + number // 3}", lines, transactions=refunds)


# --- what must be in the books


@dataclass(frozen=True)
class Verdict:
    """How far the sandbox's books are from what must be: all zero when every effect happened exactly once."""

    lost: int = 0
    doubled: int = 0
    payouts: int = 0
    made_sellable: int = 0

    @property
    def exact(self) -> bool:
        return self == Verdict()


Goods = Counter[tuple[str, str, str]]
"""Units by order reference, SKU and location."""
Money = Counter[tuple[str, str]]
"""Refunds by order reference and amount."""


def goods_asked_for(document: Form) -> Goods:
    names = {row["name"]: row["reference"] for row in document["orders"]}
    goods: Goods = Counter()
    for sent_back in document["rmas"]:
        for line in sent_back["lines"]:
            verdict = line.get("inspected")
            if verdict and verdict["returned"]:
                place = "Default" if verdict["restockable"] else "Quarantine"
                goods[names[sent_back["order"]], line["sku"], place] += 1
    return goods


def money_asked_for(document: Form) -> Money:
    names = {row["name"]: row["reference"] for row in document["orders"]}
    return Counter(
        (names[sent_back["order"]], row["amount"])
        for sent_back in document["rmas"]
        for row in sent_back.get("transactions", ())
        if row["status"] == "Success"
    )


def judge(books: Form, goods: Goods, money: Money) -> Verdict:
    """Stock as it truly moved and refunds as they truly stand, against what was asked for."""
    moved, refunded = goods_moved(books), money_recorded(books)
    return Verdict(
        lost=(goods - moved).total() + (money - refunded).total(),
        doubled=(moved - goods).total() + (refunded - money).total() + _level_gap(books) + _notes_twice(books),
        payouts=len(books["payouts"]),
        made_sellable=sum(max(0, units - goods[key]) for key, units in moved.items() if key[2] == "Default"),
    )


def judge_document(books: Form, document: Form) -> Verdict:
    return judge(books, goods_asked_for(document), money_asked_for(document))


def goods_moved(books: Form) -> Goods:
    """By the order that each stock move names in its note."""
    references = {f"order {row['number']}": reference for reference, row in books["orders"].items()}
    goods: Goods = Counter()
    for move in books["stock_moves"]:
        about = move["note"].removeprefix("Customer return for ").partition(",")[0]
        goods[references[about], move["sku"], move["location"]] += move["change"]
    return goods


def money_recorded(books: Form) -> Money:
    return Counter((row["order"], row["amount"]) for row in books["refunds"])


def _notes_twice(books: Form) -> int:
    """Notes that say again what an earlier one on the same order says."""
    return sum(len(row["notes"]) - len(set(row["notes"])) for row in books["orders"].values())


def _level_gap(books: Form) -> int:
    """Units by which the levels differ from the start plus all moves: 0 unless something moved without a note."""
    gap = 0
    for sku, levels in books["levels"].items():
        moved = sum(move["change"] for move in books["stock_moves"] if move["sku"] == sku)
        gap += abs(sum(levels.values()) - moved - 500)
    return gap
