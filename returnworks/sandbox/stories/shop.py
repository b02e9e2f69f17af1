"""The shop that the stories are about, and short words for what is sold, returned, inspected and paid there."""

from __future__ import annotations

from typing import Any

Form = dict[str, Any]


def ago(hours: float) -> Form:
    return {"hours_ago": hours}


# --- the shop

ITEMS: list[Form] = [
    {"sku": "MUG-BLUE", "title": "Blue mug", "cost": "3.10", "levels": {"Default": 40}},
    {"sku": "MUG-WHITE", "title": "White mug", "cost": "2.90", "levels": {"Default": 35}},
    {"sku": "JEANS-32", "title": "Jeans, waist 32", "cost": "21.00", "levels": {"Default": 12}},
    {"sku": "JEANS-34", "title": "Jeans, waist 34", "cost": "21.00", "levels": {"Default": 9}},
    {"sku": "GARISH-RUG", "title": "Garish rug", "cost": "38.00", "levels": {"Default": 4}},
    {"sku": "LAMP-OAK", "title": "Oak lamp", "cost": "17.50", "levels": {"Default": 8}},
    {"sku": "TEA-CUP", "title": "Tea cup", "cost": "4.00", "levels": {"Default": 20}},
    {"sku": "TEA-SAUCER", "title": "Tea saucer", "cost": "3.00", "levels": {"Default": 20}},
    {"sku": "TEA-POT", "title": "Tea pot", "cost": "14.00", "levels": {"Default": 10}},
    {
        "sku": "TEA-SET",
        "title": "Tea set for two",
        "composition": {"TEA-CUP": 2, "TEA-SAUCER": 2, "TEA-POT": 1},
    },
]

PRICES = {
    "MUG-BLUE": "12.00",
    "MUG-WHITE": "11.00",
    "JEANS-32": "60.00",
    "JEANS-34": "60.00",
    "GARISH-RUG": "96.00",
    "LAMP-OAK": "45.00",
    "TEA-SET": "80.00",
}


def channel_order_id(name: str) -> str:
    """The channel's own number of an order that people call by `name`."""
    return f"55000000{name.removeprefix('MM')}"


def sold(name: str, *skus: str, received: float = 240, **more: Any) -> Form:
    """An order of one of each SKU (say it twice for two), processed unless `more` says otherwise."""
    lines = [{"sku": sku, "quantity": skus.count(sku), "price": PRICES[sku]} for sku in dict.fromkeys(skus)]
    order = {"reference": channel_order_id(name), "name": name, "received_at": ago(received), "lines": lines}
    return order | {"postage": "3.95", "processed_at": ago(received - 20)} | more


# --- returns, in short


def returned(number: int, order: str, *lines: Form, status: str = "Done", updated: float = 33, **more: Any) -> Form:
    form = {"id": f"900001{number:02d}", "order": order, "status": status, "lines": list(lines)}
    return form | {"created_at": ago(140), "updated_at": ago(updated)} | more


def good(hours: float = 34) -> Form:
    return {"at": ago(hours), "returned": True, "restockable": True}


def paid(amount: str, hours: float = 33, **more: Any) -> list[Form]:
    return [{"amount": amount, "at": ago(hours), **more}]


def released(name: str, kind: str = "Exchange") -> list[Form]:
    draft = f"73{channel_order_id(name)}"
    return [{"draft": draft, "order_id": channel_order_id(name), "order_name": name, "type": kind}]


TORN = {"at": ago(36), "returned": True, "restockable": False, "reason": "Torn seam, cannot be sold"}
NEVER_CAME = {"at": ago(35), "returned": False, "restockable": False, "reason": "Only one mug in the parcel"}
