"""Finding an order, marking it and routing it."""

from __future__ import annotations

import pytest

from returnworks.sandbox.handle import Sandbox
from tests.sandbox.clients import LinnworksCaller


@pytest.mark.parametrize(
    ("reference", "found"), [("5501", 1), ("MM1", 1), ("mm1", 1), ("#MM2", 1), ("MM2", 0), ("550", 0)]
)
def test_an_order_is_found_by_a_whole_reference_in_any_case(
    linnworks: LinnworksCaller, reference: str, found: int
) -> None:
    assert len(linnworks.get("Orders/GetOrderDetailsByReferenceId", ReferenceId=reference)) == found


@pytest.mark.parametrize(("orders", "found"), [(50, 50), (51, 50)])
def test_a_reference_brings_at_most_50_orders(
    sandbox: Sandbox, linnworks: LinnworksCaller, orders: int, found: int
) -> None:
    rows = [{"reference": f"S{n}", "name": "SPLIT", "lines": [{"sku": "MUG-BLUE"}]} for n in range(orders)]
    sandbox.seed({"orders": rows})
    assert len(linnworks.get("Orders/GetOrderDetailsByReferenceId", ReferenceId="split")) == found


def test_an_order_line_says_what_was_paid_and_a_component_is_free(linnworks: LinnworksCaller) -> None:
    mugs, tea = linnworks.order("MM1")["Items"]
    assert (mugs["Quantity"], mugs["PricePerUnit"], mugs["CostIncTax"], mugs["Cost"]) == (2, 12.0, 24.0, 20.0)
    assert mugs["ItemNumber"] == "88100001001"
    children = {row["SKU"]: (row["Quantity"], row["PricePerUnit"]) for row in tea["CompositeSubItems"]}
    assert children == {"TEA-CUP": (4, 0.0), "TEA-POT": (2, 0.0)}


def test_the_composition_of_a_sale_may_differ_from_todays(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    line = {"sku": "TEA-SET", "price": "80.00", "children": {"TEA-CUP": 4}}
    sandbox.seed({"orders": [{"reference": "5510", "lines": [line]}]})
    children = linnworks.order("5510")["Items"][0]["CompositeSubItems"]
    assert [(row["SKU"], row["Quantity"]) for row in children] == [("TEA-CUP", 4)]


def test_an_unlinked_line_has_the_zero_guid(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    sandbox.seed({"orders": [{"reference": "5511", "lines": [{"sku": "ODD-LAMP", "linked": False}]}]})
    line = linnworks.order("5511")["Items"][0]
    assert (line["IsUnlinked"], line["StockItemId"]) == (True, "00000000-0000-0000-0000-000000000000")


def test_an_identifier_sticks_to_open_orders_once(linnworks: LinnworksCaller) -> None:
    processed, open_ = linnworks.order("MM1")["OrderId"], linnworks.order("5502")["OrderId"]
    body = {"OrderIds": [processed, open_], "Tag": "SWAP"}
    assert linnworks.raw_post("OpenOrders/AssignOrderIdentifier", body).status_code == 400
    linnworks.post("OpenOrders/SaveIdentifier", Identifier={"Tag": "SWAP", "Name": "Swap"})
    first = linnworks.post("OpenOrders/AssignOrderIdentifier", **body)
    assert first == {"Changed": [open_], "NotChanged": [processed]}
    assert linnworks.post("OpenOrders/AssignOrderIdentifier", **body)["Changed"] == []
    rows = linnworks.post("OpenOrders/GetIdentifiersByOrderIds", OrderIds=[open_, processed])
    assert [(row["fkOrderId"], row["Tag"]) for row in rows] == [(open_, "SWAP")]


def test_the_list_of_folders_is_replaced_as_a_whole(linnworks: LinnworksCaller) -> None:
    for names in (["Rush", "Gifts"], ["Exchanges"]):
        folders = [{"FolderName": name} for name in names]
        rows = linnworks.post("Orders/SetAvailableFolders", folders=folders)
        assert [row["FolderName"] for row in rows] == names


@pytest.mark.parametrize("state", [{}, {"locked": True}, {"parked": True}, {"processed": True}])
def test_only_an_open_order_that_is_not_held_goes_into_a_folder(
    sandbox: Sandbox, linnworks: LinnworksCaller, state: dict[str, bool]
) -> None:
    order = {"reference": "5512", "processed": False, "lines": [{"sku": "MUG-BLUE"}]} | state
    sandbox.seed({"folders": ["Exchanges"], "orders": [order]})
    order_id = linnworks.order("5512")["OrderId"]
    moved = linnworks.post("Orders/AssignToFolder", orderIds=[order_id], folder="Exchanges")
    assert moved == ([] if state else [order_id])
    assert linnworks.order("5512")["FolderName"] == ([] if state else ["Exchanges"])


def test_an_unknown_folder_is_refused(linnworks: LinnworksCaller) -> None:
    body = {"orderIds": [linnworks.order("5502")["OrderId"]], "folder": "Nowhere"}
    assert linnworks.raw_post("Orders/AssignToFolder", body).status_code == 400


def test_the_same_property_is_added_once_and_the_same_note_twice(linnworks: LinnworksCaller) -> None:
    order_id = linnworks.order("MM1")["OrderId"]
    properties = [{"Name": "RMA", "Value": "1", "Type": "Order"}]
    for inserted in (1, 0):
        answer = linnworks.post("Orders/AddExtendedProperties", OrderId=order_id, ExtendedProperties=properties)
        assert answer["ExtendedPropertiesInserted"] == inserted
        linnworks.post("Orders/AddOrdersNote", OrderIds=[order_id], NoteText="received")
    assert len(linnworks.get("Orders/GetOrderNotes", orderId=order_id)) == 2


@pytest.mark.parametrize(
    ("term", "filters", "found"),
    [
        ("mm1", [], 1),
        ("tea-set", [], 1),
        ("5502", [], 0),
        ("", [{"SearchField": "Source", "SearchTerm": "SHOPIFY"}], 1),
        ("", [{"SearchField": "Source", "SearchTerm": "AMAZON"}], 0),
    ],
)
def test_processed_orders_are_searched_by_reference_item_and_source(
    linnworks: LinnworksCaller, term: str, filters: list[dict[str, str]], found: int
) -> None:
    wanted = {"SearchTerm": term, "SearchFilters": filters, "DateField": "processed"}
    answer = linnworks.post("ProcessedOrders/SearchProcessedOrders", **wanted, PageNumber=1, ResultsPerPage=20)
    assert answer["ProcessedOrders"]["TotalEntries"] == found


def test_a_search_of_processed_orders_wants_20_rows_a_page(linnworks: LinnworksCaller) -> None:
    body = {"request": {"DateField": "processed", "PageNumber": 1, "ResultsPerPage": 19}}
    assert linnworks.raw_post("ProcessedOrders/SearchProcessedOrders", body).status_code == 400
