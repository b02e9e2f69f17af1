"""What the lists of actionable RMA headers and of actionable refund headers have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from returnworks.sandbox.arguments import Args, flag, needed, one_of, optional, shaped, text, whole
from returnworks.sandbox.orderbook import Order
from returnworks.sandbox.refusals import Refusal

HEADERS_PER_PAGE = 50

FILTERS = {
    "Actionable": optional(flag),
    "Type": needed(
        one_of(
            "HEADER_ID",
            "ORDER_ID",
            "HEADER_REFERENCE",
            "ORDER_REFERENCES",
            "ORDER_TRACKING",
            "ITEM_INFO",
            "CUSTOMER_INFO",
        )
    ),
    "Value": needed(text),
}
ACTIONABLE = {"Page": needed(whole), "Filters": optional(shaped(FILTERS))}


Header = TypeVar("Header")


def header_page(
    found: Sequence[Header], number: int, name: str, show: Callable[[Header], dict[str, Any]]
) -> dict[str, Any]:
    """One page of headers under `name`. Pages count from 1; the vendor does not say."""
    if number < 1:
        raise Refusal(400, "Value must be at least 1")
    page = [show(header) for header in found[(number - 1) * HEADERS_PER_PAGE : number * HEADERS_PER_PAGE]]
    return {"Page": number, "TotalHeaders": len(found), "HeadersPerPage": HEADERS_PER_PAGE, name: page}


def header_is_wanted(order: Order, header_id: int, reference: str, skus: Sequence[str], filters: Args | None) -> bool:
    """Texts match in any part, ids whole: whether a reference matches exactly is not documented."""
    if filters is None:
        return True
    value = str(filters["Value"]).casefold()
    if filters["Type"] in ("HEADER_ID", "ORDER_ID"):
        return value == (str(header_id) if filters["Type"] == "HEADER_ID" else order.order_id)
    texts = {
        "HEADER_REFERENCE": [reference],
        "ORDER_REFERENCES": list(order.references()),
        "ITEM_INFO": list(skus),
    }
    return any(value in text.casefold() for text in texts.get(filters["Type"], ()))
