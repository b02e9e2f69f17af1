"""The played ReturnGO: RMAs, transactions and webhooks, as documented and as observed, and a little stricter.

Lists go by opaque keyset cursors over the id: RMAs newest first, transactions oldest first (observed). How a list
ends is not documented, so it ends in both ways that clients look for: a page that is not full has a null cursor, a
page that is exactly full has a cursor to an empty page without one.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from datetime import UTC, datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from returnworks.sandbox.faults import Fault
from returnworks.sandbox.refusals import Refusal
from returnworks.sandbox.shop import STATUSES, Document, touch
from returnworks.sandbox.vendor import Vendor, json_response, request_id

OPERATORS: dict[str, Callable[[datetime, datetime], bool]] = {
    "lt": lt,
    "lte": le,
    "gt": gt,
    "gte": ge,
    "eq": eq,
    "neq": ne,
}
DATE_FILTER = re.compile(r"(lt|lte|gt|gte|eq|neq):(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)")
"""No offset, no fraction: the value is UTC (assumed)."""

RMA_PARAMETERS = {
    "pagesize",
    "cursor",
    "sort_by",
    "rma_created_at",
    "rma_updated_at",
    "status",
    "order_name",
    "tracking_numbers",
}
TRANSACTION_PARAMETERS = {
    "pagesize",
    "cursor",
    "created_at",
    "updated_at",
    "rma_ids",
    "order_ids",
    "statuses",
    "types",
    "processors",
    "ids",
}
SORT_FIELDS = {"rma_created_at": "createdAt", "rma_updated_at": "lastUpdated"}


class ReturnGo(Vendor):
    """The ASGI application."""

    name = "returngo"

    def method_of(self, request: Request) -> str:
        """rmas, rma, transactions or webhooks."""
        return request.url.path.strip("/").partition("/")[0]

    def answer(self, request: Request, method: str, body: bytes, fault: Fault | None) -> Response:
        try:
            self._admit(request)
            answer = self._play(request, method)
        except Refusal as no:
            return _signed(json_response({"message": no.message}, no.status))
        cursor = request.query_params.get("cursor")
        if fault and fault.kind == "repeat_page" and cursor:
            answer["next_cursor"] = cursor
        if fault and fault.kind == "change_between" and method == "rmas":
            self._change_the_oldest()
        return _signed(json_response(answer))

    def _change_the_oldest(self) -> None:
        for _, rma in list(self.world.shop.newest_first())[-1:]:
            touch(rma, self.world.now)

    def _admit(self, request: Request) -> None:
        """Only calls with a good key count against the key's day."""
        if request.headers.get("x-api-key") != self.world.credentials.api_key:
            raise Refusal(401, "Unauthorized")
        if not self.world.daily_quota.admit(self.world.settings.daily_quota, self.world.now):
            raise Refusal(429, "Limit Exceeded")
        if request.headers.get("x-shop-name") != self.world.credentials.shop:
            raise Refusal(403, "No such shop for this user")

    def _play(self, request: Request, method: str) -> Any:
        parts = request.url.path.strip("/").split("/")
        lists = {"rmas": self._rmas, "transactions": self._transactions, "webhooks": self._webhooks}
        if request.method != "GET":
            raise Refusal(405, "Method Not Allowed")
        if method in lists and len(parts) == 1:
            return lists[method](_single_valued(request.query_params))
        if method == "rma" and len(parts) == 2:
            return self._rma(parts[1])
        raise Refusal(404, "Not Found")

    def _webhooks(self, _: dict[str, str]) -> Any:
        return self.world.shop.webhooks

    def _rma(self, rma_id: str) -> Any:
        if not (rma_id.isascii() and rma_id.isdigit()):
            raise Refusal(400, "Invalid rmaId")
        rma = self.world.shop.rma(rma_id)
        if rma is None:
            raise Refusal(404, "RMA not found")
        return rma

    def _rmas(self, query: dict[str, str]) -> Any:
        """Rows have no items, no money and no dates of their own."""
        _refuse_unknown(query, RMA_PARAMETERS)
        _refuse_bad_dates(query, "rma_created_at", "rma_updated_at")
        _refuse_unknown_status(query)
        size = _page_size(query)
        last = _read_cursor(query.get("cursor"), "returns.id:")
        rows = [(n, rma) for n, rma in self.world.shop.newest_first() if _rma_is_wanted(rma, query)]
        rows = _sorted(rows, query)
        page = [row for row in rows if last is None or row[0] < last][:size]
        cursor = _cursor(f"returns.id:{page[-1][0]}") if len(page) == size else None
        return _page("rmas", [rma["rmaSummary"] for _, rma in page], cursor)

    def _transactions(self, query: dict[str, str]) -> Any:
        """Ids are integers here and texts inside an RMA (observed); nothing names the RMA."""
        _refuse_unknown(query, TRANSACTION_PARAMETERS)
        _refuse_bad_dates(query, "created_at", "updated_at")
        size = _page_size(query)
        last = _read_cursor(query.get("cursor"), "")
        rows = [(n, t) for n, t, rma in self.world.shop.transactions() if _money_is_wanted(t, rma, query)]
        page = [row for row in rows if last is None or row[0] > last][:size]
        cursor = _cursor(str(page[-1][0])) if len(page) == size else None
        return _page("transactions", [t | {"id": number} for number, t in page], cursor)

    def quota_response(self, status: int, retry_after: int | None) -> Response:
        headers = {"Retry-After": str(retry_after)} if retry_after is not None else None
        return _signed(json_response({"message": "Limit Exceeded"}, status, headers))

    def refusing_response(self, method: str) -> Response:
        return _signed(json_response({"message": "The sandbox was asked to refuse this.", "errors": [method]}))


def _signed(response: Response) -> Response:
    """The headers that the vendor's support asks for."""
    response.headers["x-amzn-requestid"] = request_id()
    response.headers["x-amz-apigw-id"] = request_id().replace("-", "")[:16] + "="
    return response


# --- reading the query, strictly


def _single_valued(query: QueryParams) -> dict[str, str]:
    """Two conditions on one field are not documented, so they are refused."""
    pairs = query.multi_items()
    if len(pairs) != len(dict(pairs)):
        raise Refusal(400, "A parameter is given twice")
    return dict(pairs)


def _refuse_unknown(query: dict[str, str], known: set[str]) -> None:
    unknown = query.keys() - known
    if unknown:
        raise Refusal(400, f"Unknown parameter {sorted(unknown)[0]}")


def _page_size(query: dict[str, str]) -> int:
    text = query.get("pagesize", "")
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 500):
        raise Refusal(400, "pagesize is required and must be from 1 to 500")
    return int(text)


def _cursor(text: str) -> str:
    return b64encode(text.encode()).decode()


def _read_cursor(cursor: str | None, prefix: str) -> int | None:
    if cursor is None:
        return None
    try:
        return int(b64decode(cursor, validate=True).decode().removeprefix(prefix))
    except (Base64Error, ValueError) as error:
        raise Refusal(400, "Invalid cursor") from error


def _page(name: str, rows: list[Document], cursor: str | None) -> Document:
    if not rows:
        return {name: []}
    return {name: rows, "next_cursor": cursor}


def _sorted(rows: list[tuple[int, Document]], query: dict[str, str]) -> list[tuple[int, Document]]:
    """Whether a cursor keeps the order is not documented, so the two are refused together."""
    if "sort_by" not in query:
        return rows
    if "cursor" in query:
        raise Refusal(400, "sort_by cannot be combined with cursor")
    for word in reversed(query["sort_by"].split(",")):
        if word[:1] not in ("+", "-") or word[1:] not in SORT_FIELDS:
            raise Refusal(400, "Invalid sort_by")
        key = SORT_FIELDS[word[1:]]
        rows = sorted(rows, key=lambda row: row[1].get(key) or "", reverse=word[0] == "-")
    return rows


def _refuse_bad_dates(query: dict[str, str], *parameters: str) -> None:
    for parameter in parameters:
        if parameter in query and not DATE_FILTER.fullmatch(query[parameter]):
            raise Refusal(400, f"Invalid {parameter}: expected operator:YYYY-MM-DDTHH:mm:ss")


def _refuse_unknown_status(query: dict[str, str]) -> None:
    unknown = set(query.get("status", STATUSES[0]).split(",")) - set(STATUSES)
    if unknown:
        raise Refusal(400, f"Unknown status {sorted(unknown)[0]}")


def _date_passes(query: dict[str, str], parameter: str, value: str | None) -> bool:
    match = DATE_FILTER.fullmatch(query.get(parameter, ""))
    if match is None:
        return True
    operator, wanted = OPERATORS[match[1]], datetime.fromisoformat(match[2]).replace(tzinfo=UTC)
    return value is not None and operator(datetime.fromisoformat(value), wanted)


def _among(query: dict[str, str], parameter: str, *values: object) -> bool:
    if parameter not in query:
        return True
    wanted = query[parameter].split(",")
    return any(str(value) in wanted for value in values if value is not None)


def _rma_is_wanted(rma: Document, query: dict[str, str]) -> bool:
    numbers = [shipment.get("trackingNumber") for shipment in rma.get("shipments") or ()]
    return (
        _date_passes(query, "rma_created_at", rma.get("createdAt"))
        and _date_passes(query, "rma_updated_at", rma.get("lastUpdated"))
        and _among(query, "status", rma["rmaSummary"]["status"])
        and _among(query, "order_name", rma["rmaSummary"].get("order_name"))
        and _among(query, "tracking_numbers", *numbers)
    )


def _money_is_wanted(transaction: Document, rma: Document, query: dict[str, str]) -> bool:
    return (
        _date_passes(query, "created_at", transaction.get("createdAt"))
        and _date_passes(query, "updated_at", transaction.get("lastUpdated"))
        and _among(query, "rma_ids", rma["rmaSummary"]["rmaId"])
        and _among(query, "order_ids", (rma.get("orderDetails") or {}).get("orderId"))
        and _among(query, "statuses", transaction.get("status"))
        and _among(query, "types", transaction.get("type"))
        and _among(query, "processors", transaction.get("processor"))
        and _among(query, "ids", transaction["id"])
    )
