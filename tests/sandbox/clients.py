"""The plainest possible clients of both played vendors: what is sent is what a test says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from returnworks.sandbox.handle import Sandbox

WRAPPED = {
    "Inventory/GetStockItemIdsBySKU",
    "Inventory/GetInventoryItemsCompositionByIds",
    "Stock/GetStockLevel_Batch",
    "Orders/AddExtendedProperties",
    "ProcessedOrders/SearchProcessedOrders",
}


class LinnworksCaller:
    """Authorises once, then calls by method name; wraps the arguments where the contract wraps them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.http = httpx.Client(base_url=sandbox.urls["linnworks"] + "/api/", timeout=10, trust_env=False)
        self.token = ""

    def authorise(self) -> dict[str, Any]:
        ours = self.sandbox.credentials
        body = {
            "ApplicationId": ours["application_id"],
            "ApplicationSecret": ours["application_secret"],
            "Token": ours["installation_token"],
        }
        session: dict[str, Any] = self.http.post("Auth/AuthorizeByApplication", json=body).json()
        self.token = session["Token"]
        return session

    def raw_get(self, method: str, **query: Any) -> httpx.Response:
        return self.http.get(method, params=query, headers=self._headers())

    def raw_post(self, method: str, body: Any) -> httpx.Response:
        return self.http.post(method, json=body, headers=self._headers())

    def get(self, method: str, **query: Any) -> Any:
        return _answer(self.raw_get(method, **query))

    def post(self, method: str, **arguments: Any) -> Any:
        wrapped = method in WRAPPED or method.startswith("ReturnsRefunds/")
        return _answer(self.raw_post(method, {"request": arguments} if wrapped else arguments))

    def _headers(self) -> dict[str, str]:
        if not self.token:
            self.authorise()
        return {"Authorization": self.token}

    # --- the few things that many tests do

    def order(self, reference: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get("Orders/GetOrderDetailsByReferenceId", ReferenceId=reference)[0]
        return found

    def location(self, name: str) -> str:
        rows = self.get("Inventory/GetStockLocations")
        return str(next(row["StockLocationId"] for row in rows if row["LocationName"] == name))

    def item(self, sku: str) -> str:
        rows = self.post("Inventory/GetStockItemIdsBySKU", SKUS=[sku])["Items"]
        return str(rows[0]["StockItemId"])

    def book(self, order: Mapping[str, Any], row_id: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
        """CreateRMABooking of one line; `reference`, `location` and `scrap` may be given."""
        line = {
            "OrderItemRowId": row_id,
            "ReturnLocation": self.location(more.get("location", "Default")),
            "ReturnQuantity": quantity,
            "ScrapQuantity": more.get("scrap", 0),
            "RefundAmount": more.get("refund", 0),
        }
        answer: dict[str, Any] = self.post(
            "ReturnsRefunds/CreateRMABooking",
            OrderId=order["OrderId"],
            ChannelInitiated=False,
            Reference=more.get("reference", "REF-1"),
            ReturnItems=[line],
        )
        return answer

    def action(self, order: Mapping[str, Any], header_id: int) -> dict[str, Any]:
        answer: dict[str, Any] = self.post(
            "ReturnsRefunds/ActionRMABooking", RMAHeaderId=header_id, OrderId=order["OrderId"]
        )
        return answer

    def refund(self, order: Mapping[str, Any], *lines: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.post(
            "ReturnsRefunds/CreateRefund",
            OrderId=order["OrderId"],
            ChannelInitiated=True,
            RefundLines=[{"ExternalReference": "REF-2", **line} for line in lines],
        )
        return answer

    def close(self) -> None:
        self.http.close()


class ReturnGoCaller:
    def __init__(self, sandbox: Sandbox) -> None:
        ours = sandbox.credentials
        self.http = httpx.Client(
            base_url=sandbox.urls["returngo"],
            headers={"x-api-key": ours["api_key"], "x-shop-name": ours["shop"]},
            timeout=10,
            trust_env=False,
        )

    def raw(self, path: str, **query: Any) -> httpx.Response:
        return self.http.get(path, params=query)

    def get(self, path: str, **query: Any) -> Any:
        return _answer(self.raw(path, **query))

    def close(self) -> None:
        self.http.close()


def _answer(response: httpx.Response) -> Any:
    response.raise_for_status()
    return response.json() if response.content else None
