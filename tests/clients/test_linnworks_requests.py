"""Every Linnworks call as it goes over the wire, against the vendor's contract: method, path, query, body, wrapping."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

import returnworks.clients
from returnworks.clients.linnworks import wire
from returnworks.clients.linnworks.client import Linnworks
from returnworks.rules.model import CreditLine, Disposition, RefundUnit, RestockLine
from returnworks.rules.money import Money
from tests.clients import faces
from tests.clients.openapi import linnworks_contract

NIGHT = datetime(2026, 11, 24, tzinfo=UTC)

ONE_BACK = RestockLine(
    order_line_id=faces.RUG_ROW,
    stock_item_id=faces.RUG,
    sku="GARISH-RUG",
    location_id=faces.QUARANTINE,
    location_name="Quarantine",
    disposition=Disposition.QUARANTINE,
    quantity=2,
    scrap_quantity=1,
    category="Faulty",
    reason="Too garish",
)
CREDIT = [
    CreditLine(RefundUnit.ITEM, Money(2050, "GBP"), faces.RUG_ROW),
    CreditLine(RefundUnit.SHIPPING, Money(345, "GBP"), note="postage back"),
]

Do = Callable[[Linnworks], Awaitable[Any]]

CALLS: dict[str, tuple[Do, Any]] = {
    "Auth/AuthorizeByApplication": (lambda x: x.authorise(), None),
    "Inventory/GetStockLocations": (lambda x: x.locations(), []),
    "Stock/GetStockItemTypeInfo": (lambda x: x.stock_items(["GARISH-RUG"]), {"StockItemInfo": []}),
    "Inventory/GetStockItemIdsBySKU": (lambda x: x.stock_item_ids(["GARISH-RUG"]), {"Items": []}),
    "Stock/GetStockLevel_Batch": (lambda x: x.stock_levels([faces.RUG]), []),
    "Inventory/GetInventoryItemsCompositionByIds": (
        lambda x: x.compositions([faces.MUG_SET]),
        {"InventoryItemsCompositionByIds": {}},
    ),
    "Stock/GetItemChangesHistory": (
        lambda x: x.stock_moves(faces.RUG, faces.QUARANTINE, NIGHT),
        {"TotalPages": 0, "Data": []},
    ),
    "Stock/UpdateStockLevelsBySKU": (
        lambda x: x.change_stock("GARISH-RUG", faces.DEFAULT, -1, faces.REFERENCE),
        [{"SKU": "GARISH-RUG"}],
    ),
    "Orders/GetOrderDetailsByReferenceId": (lambda x: x.orders_by_reference("700000000004"), []),
    "Orders/GetOrdersById": (lambda x: x.orders_by_ids([faces.ORDER]), []),
    "Orders/GetExtendedProperties": (lambda x: x.extended_properties(faces.ORDER), []),
    "Orders/GetOrderNotes": (lambda x: x.order_notes(faces.ORDER), []),
    "Orders/GetOrdersNotes": (lambda x: x.notes_of([faces.ORDER]), {faces.ORDER: []}),
    "Orders/ChangeStatus": (lambda x: x.set_paid([faces.ORDER]), [faces.ORDER]),
    "Orders/GetAvailableFolders": (lambda x: x.folders(), []),
    "OpenOrders/GetIdentifiers": (lambda x: x.identifiers(), []),
    "ProcessedOrders/GetReturnCategories": (lambda x: x.return_categories(), []),
    "OpenOrders/GetIdentifiersByOrderIds": (lambda x: x.identifiers_of([faces.ORDER]), []),
    "OpenOrders/SaveIdentifier": (lambda x: x.save_identifier("RETURNGO_EXCHANGE", "ReturnGO exchange"), {}),
    "OpenOrders/AssignOrderIdentifier": (
        lambda x: x.assign_identifier([faces.ORDER], "RETURNGO_EXCHANGE"),
        {"Changed": [faces.ORDER], "NotChanged": []},
    ),
    "Orders/SetAvailableFolders": (lambda x: x.add_folder("Exchanges"), []),
    "Orders/AssignToFolder": (lambda x: x.assign_folder([faces.ORDER], "Exchanges"), [faces.ORDER]),
    "Orders/AddExtendedProperties": (
        lambda x: x.add_extended_properties(faces.ORDER, {"ReturnGO RMA": "90000005"}),
        {"ExtendedPropertiesInserted": 1, "Errors": []},
    ),
    "Orders/AddOrdersNote": (lambda x: x.add_order_note([faces.ORDER], "RMA 90000004: received"), {"OrderNotes": []}),
    "RulesEngine/GetRulesByType": (lambda x: x.rules_engine.rules(), []),
    "RulesEngine/GetRuleConditionNodes": (lambda x: x.rules_engine.conditions(7), []),
    "RulesEngine/GetEvaluationFields": (lambda x: x.rules_engine.fields(), []),
    "RulesEngine/GetActionTypes": (lambda x: x.rules_engine.folder_property(), []),
    "RulesEngine/CreateNewDraft": (lambda x: x.rules_engine.draft("Exchanges"), {"pkRuleId": 7, "Draft": True}),
    "RulesEngine/CreateNewCondition": (
        lambda x: x.rules_engine.add_condition(7, "is one", faces.IDENTIFIER_FIELD, "InSet", "RETURNGO_EXCHANGE"),
        {"pkConditionId": 8},
    ),
    "RulesEngine/AddAction": (lambda x: x.rules_engine.put_into_folder(8, "move", "Folder", "Exchanges"), {}),
    "ReturnsRefunds/GetReturnOptions": (lambda x: x.return_options(faces.ORDER), {"ReturnOptions": {}}),
    "ReturnsRefunds/GetRefundOptions": (lambda x: x.refund_options(faces.ORDER), {"RefundOptions": {}}),
    "ReturnsRefunds/GetRMAHeadersByOrderId": (lambda x: x.bookings(faces.ORDER), {"RMAHeaders": []}),
    "ReturnsRefunds/GetActionableRefundHeaders": (
        lambda x: x.booked_refunds(at_most=1),
        {"Page": 1, "TotalHeaders": 0, "HeadersPerPage": 50, "RefundHeaders": []},
    ),
    "ReturnsRefunds/GetRefundHeadersByOrderId": (lambda x: x.refunds(faces.ORDER), {"RefundHeaders": []}),
    "ProcessedOrders/GetTotalRefunds": (lambda x: x.refunded_total(faces.ORDER, "GBP"), {"Amount": 0}),
    "ReturnsRefunds/SearchReturnsRefundsPaged": (
        lambda x: x.posted_returns(NIGHT - timedelta(days=1), NIGHT),
        {"TotalPages": 0, "Data": []},
    ),
    "ReturnsRefunds/CreateRMABooking": (
        lambda x: x.create_booking(faces.ORDER, faces.REFERENCE, [ONE_BACK]),
        {"RMAHeaderId": 7, "Items": [faces.rma_line()], "Errors": [], "Info": []},
    ),
    "ReturnsRefunds/ActionRMABooking": (
        lambda x: x.action_booking(faces.ORDER, "7", faces.REFERENCE),
        {"SuccessfullyActioned": True, "RMAHeaderId": 7},
    ),
    "ReturnsRefunds/CreateRefund": (
        lambda x: x.create_credit(faces.ORDER, faces.REFERENCE, CREDIT),
        {"RefundHeaderId": 9, "CannotRefundReason": "None", "Errors": []},
    ),
}


class Recorder(httpx.AsyncBaseTransport):
    """Answers every method as `CALLS` says and remembers what was sent."""

    def __init__(self) -> None:
        self.sent: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        method = request.url.path.removeprefix("/api/")
        answer = faces.opened("https://eu-ext.linnworks.net") if method.startswith("Auth/") else CALLS[method][1]
        return httpx.Response(200, json=answer)

    def body_of(self, method: str) -> Any:
        request = next(r for r in self.sent if r.url.path == f"/api/{method}")
        return json.loads(request.content) if request.content else None


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def books(recorder: Recorder) -> Linnworks:
    return Linnworks(faces.linnworks_credentials("https://api.linnworks.net"), transport=recorder)


@pytest.mark.parametrize("method", CALLS)
async def test_every_request_is_one_that_the_contract_documents(method, books, recorder):
    await CALLS[method][0](books)
    contract = linnworks_contract()
    assert f"/api/{method}" in [request.url.path for request in recorder.sent]
    for request in recorder.sent:
        body = json.loads(request.content) if request.content else None
        contract.check_request(request.method, str(request.url), body)


@pytest.mark.parametrize("method", [name for name, (_, answer) in CALLS.items() if answer is not None])
def test_the_answers_of_these_tests_are_ones_that_the_contract_documents(method):
    known = {m.name: m.verb if isinstance(m, wire.Method) else "POST" for m in _methods()}
    linnworks_contract().check_answer(known[method], f"/api/{method}", CALLS[method][1])


def test_every_method_that_we_know_is_tried_here():
    assert {method.name for method in _methods()} == set(CALLS)


def test_the_allowance_of_every_method_is_the_documented_one():
    contract = linnworks_contract()
    for known in _methods():
        verb = known.verb if isinstance(known, wire.Method) else "POST"
        assert contract.operation(verb, f"/api/{known.name}")["x-rate-limit-per-minute"] == known.per_minute


async def test_a_booking_carries_the_reference_and_no_money(books, recorder):
    assert await CALLS["ReturnsRefunds/CreateRMABooking"][0](books) == "7"
    assert recorder.body_of("ReturnsRefunds/CreateRMABooking") == {
        "request": {
            "OrderId": faces.ORDER,
            "ChannelInitiated": False,
            "Reference": faces.REFERENCE,
            "ReturnItems": [
                {
                    "OrderItemRowId": faces.RUG_ROW,
                    "ReturnLocation": faces.QUARANTINE,
                    "ReturnQuantity": 2,
                    "ScrapQuantity": 1,
                    "RefundAmount": 0,
                    "ReasonCategory": "Faulty",
                    "Reason": "Too garish",
                }
            ],
            "ExchangeItems": [],
            "ResendItems": [],
        }
    }


async def test_a_credit_is_begun_on_the_channel_and_names_itself_on_every_line(books, recorder):
    assert await CALLS["ReturnsRefunds/CreateRefund"][0](books) == "9"
    said = recorder.body_of("ReturnsRefunds/CreateRefund")["request"]
    assert said["ChannelInitiated"] is True
    assert said["RefundLines"] == [
        {
            "RefundedUnit": "Item",
            "OrderItemRowId": faces.RUG_ROW,
            "Amount": 20.5,
            "ExternalReference": faces.REFERENCE,
            "FreeTextOrNote": faces.REFERENCE,
        },
        {
            "RefundedUnit": "Shipping",
            "Amount": 3.45,
            "ExternalReference": faces.REFERENCE,
            "FreeTextOrNote": f"{faces.REFERENCE} postage back",
        },
    ]


@pytest.mark.parametrize("minor", [1, 5, 29, 2999, 10**9 + 7, 10**14 + 1])
def test_an_amount_leaves_to_the_penny_whatever_a_double_makes_of_it(minor):
    line = wire.NewRefundLine(
        refunded_unit="Item",
        order_item_row_id=None,
        amount=Money(minor, "GBP").decimal,
        external_reference="r",
        free_text_or_note="r",
    )
    text = json.dumps(line.body()["Amount"])
    assert Decimal(text) == Money(minor, "GBP").decimal


async def test_the_session_token_goes_raw_into_the_header(books, recorder):
    await books.locations()
    assert recorder.sent[-1].headers["authorization"] == faces.SESSION
    assert str(recorder.sent[-1].url) == "https://eu-ext.linnworks.net/api/Inventory/GetStockLocations"


def test_nothing_here_can_send_a_refund_to_the_channel():
    """It may pay a customer twice: not even its name is in the clients."""
    folder = Path(returnworks.clients.__file__).parent
    for source in folder.rglob("*.py"):
        assert "ActionRefund" not in source.read_text(encoding="utf-8")


def _methods() -> list[Any]:
    return [value for value in vars(wire).values() if isinstance(value, (wire.Method, wire.Deed))]
