"""Every answer of the played vendors is one that their contracts allow."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from returnworks.sandbox.handle import Sandbox
from returnworks.sandbox.linnworks.app import METHODS
from returnworks.sandbox.linnworks.surface import Shape
from tests.contracts import contracts_dir
from tests.sandbox.clients import LinnworksCaller, ReturnGoCaller
from tests.sandbox.openapi import OpenApi, check, load

pytestmark = pytest.mark.contracts


@pytest.fixture
def contract() -> OpenApi:
    return load(contracts_dir() / "linnworks" / "linnworks-openapi.json")


class CheckedCaller(LinnworksCaller):
    """Holds every request and every answer against the contract, and remembers which methods it saw."""

    def __init__(self, sandbox: Sandbox, contract: OpenApi) -> None:
        super().__init__(sandbox)
        self.contract = contract
        self.seen: set[str] = {"Auth/AuthorizeByApplication"}

    def raw_get(self, method: str, **query: Any) -> Any:
        assert set(query) <= self.contract.query_names(method)
        return self._checked(method, "GET", super().raw_get(method, **query))

    def raw_post(self, method: str, body: Any) -> Any:
        check(body, self.contract.body_schema(method))
        return self._checked(method, "POST", super().raw_post(method, body))

    def _checked(self, method: str, verb: str, response: Any) -> Any:
        self.seen.add(method)
        schema = self.contract.response_schema(method, verb, response.status_code)
        if schema is None:
            assert not response.content
        else:
            check(response.json(), schema)
        return response


def test_every_answer_of_linnworks_fits_its_contract(sandbox: Sandbox, contract: OpenApi) -> None:
    caller = CheckedCaller(sandbox, contract)
    session = caller.authorise()
    check(session, contract.response_schema("Auth/AuthorizeByApplication", "POST", 200) or {})
    _look_at_stock(caller)
    _look_at_and_mark_orders(caller)
    _draft_a_rule(caller)
    _return_goods(caller)
    _refund(caller)
    caller.close()
    assert caller.seen == set(METHODS)


def _look_at_stock(caller: CheckedCaller) -> None:
    caller.post("Locations/AddLocation", location={"LocationName": "Outlet"})
    caller.get("ReturnsRefunds/GetWarehouseLocations")
    mug, tea = caller.item("MUG-BLUE"), caller.item("TEA-SET")
    here = caller.location("Default")
    caller.post("Stock/GetStockItemTypeInfo", SKUS=["MUG-BLUE", "TEA-SET"])
    caller.post("Inventory/GetInventoryItemsCompositionByIds", InventoryItemIds=[mug, tea])
    caller.get("Inventory/GetInventoryItemCompositions", inventoryItemId=tea, getFullDetail="true")
    caller.post("Stock/GetStockLevel_Batch", StockItemIds=[mug, tea])
    caller.get("Stock/GetStockLevel", stockItemId=tea)
    change = {"SKU": "MUG-BLUE", "LocationId": here, "Level": -1}
    caller.post("Stock/UpdateStockLevelsBySKU", stockLevels=[change], changeSource="count")
    caller.get("Stock/GetItemChangesHistory", stockItemId=mug, locationId=here, entriesPerPage=50, pageNumber=1)


def _look_at_and_mark_orders(caller: CheckedCaller) -> None:
    order = caller.order("MM1")
    ids = [order["OrderId"], caller.order("5502")["OrderId"]]
    caller.post("OpenOrders/SaveIdentifier", Identifier={"Tag": "SWAP", "Name": "Swap"})
    caller.get("OpenOrders/GetIdentifiers")
    caller.post("OpenOrders/AssignOrderIdentifier", OrderIds=ids, Tag="SWAP")
    caller.post("OpenOrders/GetIdentifiersByOrderIds", OrderIds=ids)
    caller.post("Orders/SetAvailableFolders", folders=[{"FolderName": "Exchanges"}])
    caller.get("Orders/GetAvailableFolders")
    caller.post("Orders/AssignToFolder", orderIds=ids, folder="Exchanges")
    properties = [{"Name": "RMA", "Value": "90000001", "Type": "Order"}]
    caller.post("Orders/AddExtendedProperties", OrderId=ids[0], ExtendedProperties=properties)
    caller.get("Orders/GetExtendedProperties", orderId=ids[0])
    caller.post("Orders/AddOrdersNote", OrderIds=ids, NoteText="received", IsInternal=True)
    caller.get("Orders/GetOrderNotes", orderId=ids[0])
    caller.post("Orders/GetOrdersNotes", orderIds=ids)
    caller.post("Orders/ChangeStatus", orderIds=ids, status=1)
    caller.post("Orders/GetOrdersById", pkOrderIds=ids)
    caller.post(
        "ProcessedOrders/SearchProcessedOrders",
        SearchTerm="MM1",
        DateField="processed",
        PageNumber=1,
        ResultsPerPage=20,
    )


def _draft_a_rule(caller: CheckedCaller) -> None:
    (field,) = caller.get("RulesEngine/GetEvaluationFields", type="Orders")
    (action,) = caller.get("RulesEngine/GetActionTypes", type="Orders")
    draft = caller.post("RulesEngine/CreateNewDraft", ruleName="Exchanges", type="Orders")
    item = {"FieldName": field["FieldName"], "Evaluation": "InSet", "Values": ["SWAP"]}
    header = {"fkRuleId": draft["pkRuleId"], "ConditionName": "is one", "Enabled": True, "Conditions": [item]}
    node = caller.post("RulesEngine/CreateNewCondition", header=header)
    folder = {"DisplayName": action["Properties"][0]["DisplayName"], "Value": "Exchanges"}
    caller.post(
        "RulesEngine/AddAction",
        fkConditionId=node["pkConditionId"],
        ActionName="move",
        ActionType=action["Value"],
        Properties=[folder],
    )
    assert caller.get("RulesEngine/GetRulesByType", type="Orders")[0]["Draft"]
    assert len(caller.get("RulesEngine/GetRuleConditionNodes", pkRuleId=draft["pkRuleId"])) == 1


def _return_goods(caller: CheckedCaller) -> None:
    order = caller.order("MM1")
    row, order_id = order["Items"][0]["RowId"], order["OrderId"]
    caller.get("ProcessedOrders/GetReturnItemsInfo", pkOrderId=order_id)
    caller.get("ProcessedOrders/GetReturnCategories")
    caller.post("ReturnsRefunds/GetReturnOptions", OrderId=order_id)
    kept, dropped = caller.book(order, row), caller.book(order, row)
    change = {"RMARowId": kept["Items"][0]["RMARowId"], "ReturnQuantity": 1, "Reason": "torn"}
    header = kept["RMAHeaderId"]
    caller.post("ReturnsRefunds/UpdateRMABooking", OrderId=order_id, RMAHeaderId=header, ReturnItems=[change])
    caller.post("ReturnsRefunds/DeleteRMA", RMAHeaderId=dropped["RMAHeaderId"])
    caller.post("ReturnsRefunds/GetActionableRMAHeaders", Page=1)
    assert caller.action(order, header)["SuccessfullyActioned"]
    assert not caller.action(order, header)["SuccessfullyActioned"]
    caller.post("ReturnsRefunds/GetRMAHeadersByOrderId", OrderId=order_id)
    caller.post("ReturnsRefunds/GetReturnOptions", OrderId=order_id, RMAHeaderId=header)


def _refund(caller: CheckedCaller) -> None:
    order = caller.order("MM1")
    row, order_id = order["Items"][0]["RowId"], order["OrderId"]
    caller.post("ReturnsRefunds/GetRefundOptions", OrderId=order_id)
    item = {"RefundedUnit": "Item", "OrderItemRowId": row, "Amount": 5.5, "FreeTextOrNote": "mug"}
    kept = caller.refund(order, item, {"RefundedUnit": "Shipping", "Amount": 1})
    dropped = caller.refund(order, {"RefundedUnit": "Additional", "Amount": 2})
    assert caller.refund(order, item | {"Amount": 500})["Errors"]
    change = {"RefundRowId": kept["RefundLines"][0]["RefundRowId"], "Amount": 6.25}
    header = {"RefundHeaderId": kept["RefundHeaderId"], "OrderId": order_id}
    caller.post("ReturnsRefunds/UpdateRefund", **header, RefundLines=[change])
    caller.post("ReturnsRefunds/GetActionableRefundHeaders", Page=1)
    caller.post("ReturnsRefunds/DeleteRefund", RefundHeaderId=dropped["RefundHeaderId"])
    caller.post("ReturnsRefunds/ActionRefund", **header)
    caller.post("ReturnsRefunds/GetRefundHeadersByOrderId", OrderId=order_id)
    caller.post("ReturnsRefunds/GetRefundOptions", **header)
    caller.get("ProcessedOrders/GetTotalRefunds", pkOrderId=order_id, includeBookings="true")
    for history in ("RETURNS", "REFUNDS", "CANCELLATIONS"):
        caller.get("ReturnsRefunds/SearchReturnsRefundsPaged", **_search(history))


def _search(history: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "from": (now - timedelta(days=30)).isoformat(),
        "to": (now + timedelta(days=1)).isoformat(),
        "dateType": "ALLDATES",
        "pageNum": 1,
        "numEntriesPerPage": 200,
        "historyType": history,
    }


@pytest.mark.parametrize("name", sorted(METHODS))
def test_the_limit_and_the_arguments_of_a_method_are_the_documented_ones(name: str, contract: OpenApi) -> None:
    method = METHODS[name]
    assert method.rate == contract.rate(name, method.verb)
    if method.shape is Shape.QUERY:
        assert set(method.takes) <= contract.query_names(name)
    else:
        wrapped = "request" in _properties(contract, contract.body_schema(name))
        assert wrapped is (method.shape is Shape.WRAPPED)


def _properties(contract: OpenApi, schema: dict[str, Any]) -> set[str]:
    name = schema["$ref"].rpartition("/")[2]
    return set(contract.schemas["components"]["schemas"][name]["properties"])


# --- ReturnGO


@pytest.fixture
def schemas() -> dict[str, Draft202012Validator]:
    folder = contracts_dir() / "returngo"
    loaded = {path.name: json.loads(path.read_text()) for path in folder.glob("*.schema.json")}
    registry = _registry(loaded)
    rma, money, hook = (f"returngo-{name}.schema.json" for name in ("rma", "transaction", "webhook"))
    references = {
        "rma": f"{_id(loaded, rma)}",
        "rmas": f"{_id(loaded, rma)}#/$defs/rmaListPage",
        "transactions": f"{_id(loaded, money)}#/$defs/transactionsPage",
        "webhooks": f"{_id(loaded, hook)}#/$defs/webhookList",
    }
    return {name: Draft202012Validator({"$ref": ref}, registry=registry) for name, ref in references.items()}


def _id(loaded: dict[str, Any], name: str) -> str:
    return str(loaded[name]["$id"])


def _registry(loaded: dict[str, Any]) -> Registry[Any]:
    resources = [(schema["$id"], Resource.from_contents(schema)) for schema in loaded.values()]
    return Registry().with_resources(resources)


def test_every_answer_of_returngo_fits_its_contract(
    sandbox: Sandbox, returngo: ReturnGoCaller, schemas: dict[str, Draft202012Validator]
) -> None:
    sandbox.play("a-day-in-the-shop")
    for _ in range(3):
        sandbox.step()
    sandbox.seed({"webhooks": [{"id": "1", "url": "https://example.com/hook", "eventName": "RMA_CREATED"}]})
    for path in ("rmas", "transactions"):
        schemas[path].validate(returngo.get(path, pagesize=500))
    schemas["webhooks"].validate(returngo.get("webhooks"))
    for row in returngo.get("rmas", pagesize=500)["rmas"]:
        schemas["rma"].validate(returngo.get(f"rma/{row['rmaId']}"))


def _examples() -> list[Path]:
    folder = Path(contracts_dir()) / "returngo" / "examples"
    return sorted(folder.glob("rma-*.json"))


def test_an_example_of_the_vendor_comes_out_as_it_went_in(sandbox: Sandbox, returngo: ReturnGoCaller) -> None:
    for path in _examples():
        example = json.loads(path.read_text())
        sandbox.seed({"rmas": [example]})
        assert returngo.get(f"rma/{example['rmaSummary']['rmaId']}") == example
