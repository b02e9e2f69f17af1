"""Data with a face: one shop, one order of a garish rug and a set of mugs, its booking and its refund."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from returnworks.clients.linnworks.client import LinnworksCredentials
from returnworks.clients.linnworks.rules_engine import Field
from returnworks.clients.returngo.client import ReturnGoCredentials

ORDER = "11111111-1111-4111-8111-111111111111"
OTHER_ORDER = "22222222-2222-4222-8222-222222222222"
RUG_ROW = "33333333-3333-4333-8333-333333333333"
SET_ROW = "44444444-4444-4444-8444-444444444444"
MUG_ROW = "55555555-5555-4555-8555-555555555555"
RUG = "66666666-6666-4666-8666-666666666666"
MUG_SET = "77777777-7777-4777-8777-777777777777"
MUG = "88888888-8888-4888-8888-888888888888"
QUARANTINE = "99999999-9999-4999-8999-999999999999"
DEFAULT = "00000000-0000-0000-0000-000000000000"
REFUND_ROW = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
REFERENCE = "RGO:90000004/96000006"

APPLICATION = "abababab-abab-4bab-8bab-abababababab"
SECRET = "cdcdcdcd-cdcd-4dcd-8dcd-cdcdcdcdcdcd"
TOKEN = "efefefef-efef-4fef-8fef-efefefefefef"
SESSION = "12121212-1212-4212-8212-121212121212"
API_KEY = "a-key-that-nobody-may-see"
SHOP = "example.myshopify.com"

AUTH = "/api/Auth/AuthorizeByApplication"


IDENTIFIER_FIELD = Field("OrderIdentifier", "Order identifier", ("Set",), needs_key=False)


def linnworks_credentials(url: str) -> LinnworksCredentials:
    return LinnworksCredentials(url, SecretStr(APPLICATION), SecretStr(SECRET), SecretStr(TOKEN))


def returngo_credentials(url: str) -> ReturnGoCredentials:
    return ReturnGoCredentials(url, SecretStr(API_KEY), SHOP)


def opened(server: str, token: str = SESSION) -> dict[str, Any]:
    return {"Token": token, "Server": server, "TTL": 1800, "DatabasePassword": "never-read"}


def order(**changes: Any) -> dict[str, Any]:
    return {
        "OrderId": ORDER,
        "NumOrderId": 100234,
        "Processed": True,
        "ProcessedDateTime": "2026-11-02T09:00:00.1234567Z",
        "PaidDateTime": "2026-11-01T10:00:00Z",
        "FulfilmentLocationId": DEFAULT,
        "GeneralInfo": {
            "Status": 1,
            "ReferenceNum": "700000000004",
            "SecondaryReference": "EX1004",
            "Source": "SHOPIFY",
            "SubSource": "example",
            "ReceivedDate": "2026-11-01T09:59:00Z",
            "HoldOrCancel": False,
            "Identifiers": [{"Tag": "GIFT", "Name": "Gift"}],
        },
        "CustomerInfo": {"ChannelBuyerName": "Test Customer"},
        "TotalsInfo": {"TotalCharge": 63.45, "PostageCost": 3.45, "Currency": "GBP"},
        "ExtendedProperties": [{"Name": "Channel", "Value": "web", "Type": "Attribute"}],
        "FolderName": ["Reviewed"],
        "Items": [rug(), mug_set()],
        **changes,
    }


def rug(**changes: Any) -> dict[str, Any]:
    return {
        "RowId": RUG_ROW,
        "StockItemId": RUG,
        "SKU": "GARISH-RUG",
        "ChannelSKU": "garish-rug",
        "ItemNumber": "800000000004",
        "Quantity": 2,
        "PricePerUnit": 20,
        "CostIncTax": 40.0,
        **changes,
    }


def mug_set() -> dict[str, Any]:
    mugs = {"RowId": MUG_ROW, "StockItemId": MUG, "SKU": "MUG-BLUE", "Quantity": 4, "CostIncTax": 0}
    return {
        "RowId": SET_ROW,
        "StockItemId": MUG_SET,
        "SKU": "MUG-SET",
        "ItemNumber": "800000000005",
        "Quantity": 1,
        "CostIncTax": 20.0,
        "CompositeSubItems": [mugs],
    }


def rma_line(**changes: Any) -> dict[str, Any]:
    return {
        "RMARowId": 71,
        "RMAHeaderId": 7,
        "Type": "Return",
        "ExternalReference": REFERENCE,
        "OrderItemRowId": RUG_ROW,
        "ReturnItemSKU": "GARISH-RUG",
        "ReturnLocation": QUARANTINE,
        "ReturnQuantity": 1,
        "ScrapQuantity": 0,
        "Actioned": False,
        "CreatedDate": "2026-11-18T10:00:00Z",
        **changes,
    }


def rma_header(**changes: Any) -> dict[str, Any]:
    return {
        "RMAHeaderId": 7,
        "RMALines": [rma_line()],
        "OrderId": ORDER,
        "NumOrderId": 100234,
        "Status": {"StatusHeader": "OPEN"},
        "ExternalReference": REFERENCE,
        "ChannelInitiated": False,
        "CreatedDate": "2026-11-18T10:00:00Z",
        "Actioned": False,
        **changes,
    }


def refund_line(**changes: Any) -> dict[str, Any]:
    return {
        "RefundRowId": REFUND_ROW,
        "RefundedUnit": "Item",
        "RefundedItem": {"OrderItemRowId": RUG_ROW},
        "ExternalReference": REFERENCE,
        "Amount": 20.5,
        "Actioned": False,
        **changes,
    }


def refund_header(**changes: Any) -> dict[str, Any]:
    return {
        "RefundHeaderId": 9,
        "Currency": "GBP",
        "Amount": 20.5,
        "RefundLines": [refund_line()],
        "OrderId": ORDER,
        "NumOrderId": 100234,
        "Status": {"StatusHeader": "OPEN"},
        "ChannelInitiated": True,
        "CreatedDate": "2026-11-19T11:00:00Z",
        "Actioned": False,
        **changes,
    }


def history_row(**changes: Any) -> dict[str, Any]:
    return {
        "pkOrderID": ORDER,
        "nOrderId": 100234,
        "ReferenceNum": "700000000004",
        "cCurrency": "GBP",
        "cFullName": "Test Customer",
        "RowType": "RETURN",
        "pkReturnId": 71,
        "ReturnReference": REFERENCE,
        "ReturnQty": 1,
        "ScrapQty": 0,
        "fkReturnLocationId": QUARANTINE,
        "Location": "Quarantine",
        "ItemNumber": "GARISH-RUG",
        "ReturnDate": "2026-11-18T10:00:00Z",
        "ActionDate": "2026-11-18T10:05:00Z",
        **changes,
    }
