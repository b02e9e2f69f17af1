"""Levels, compositions, and the history that proves a change."""

from __future__ import annotations

from typing import Any

import pytest

from returnworks.sandbox.handle import Sandbox
from tests.sandbox.clients import LinnworksCaller


def level(linnworks: LinnworksCaller, sku: str, location: str = "Default") -> dict[str, Any]:
    rows = linnworks.get("Stock/GetStockLevel", stockItemId=linnworks.item(sku))
    row: dict[str, Any] = next(row for row in rows if row["Location"]["LocationName"] == location)
    return row


def change(linnworks: LinnworksCaller, sku: str, units: int, source: str | None = "by hand", **more: str) -> Any:
    row = {"SKU": sku, "LocationId": linnworks.location(more.get("location", "Default")), "Level": units}
    body = {"stockLevels": [row]} | ({"changeSource": source} if source else {})
    return linnworks.raw_post("Stock/UpdateStockLevelsBySKU", body)


def history(linnworks: LinnworksCaller, sku: str, page: int = 1, size: int = 200) -> Any:
    return linnworks.get(
        "Stock/GetItemChangesHistory",
        stockItemId=linnworks.item(sku),
        locationId=linnworks.location("Default"),
        entriesPerPage=size,
        pageNumber=page,
    )


def test_an_untracked_composite_has_as_many_sets_as_its_scarcest_component(linnworks: LinnworksCaller) -> None:
    assert level(linnworks, "TEA-SET")["StockLevel"] == 3
    change(linnworks, "TEA-CUP", -4)
    assert level(linnworks, "TEA-SET")["StockLevel"] == 2
    assert level(linnworks, "TEA-SET", "Quarantine")["StockLevel"] == 0
    assert level(linnworks, "TEA-SET")["MinimumLevel"] == -1


def test_a_tracked_composite_has_its_own_level(linnworks: LinnworksCaller) -> None:
    assert level(linnworks, "TEA-BOX")["StockLevel"] == 5
    assert change(linnworks, "TEA-BOX", 1).json()[0]["StockLevel"] == 6
    assert level(linnworks, "TEA-CUP")["StockLevel"] == 9


def test_open_orders_reserve_what_they_need(linnworks: LinnworksCaller) -> None:
    row = level(linnworks, "GARISH-RUG")
    assert (row["StockLevel"], row["InOrders"], row["Available"]) == (4, 1, 3)


@pytest.mark.parametrize("sku", ["TEA-SET", "MILK-BATCH"])
def test_an_untracked_composite_and_a_batched_item_take_no_delta(linnworks: LinnworksCaller, sku: str) -> None:
    assert change(linnworks, sku, 1).status_code == 400


def test_an_unknown_sku_is_passed_over_in_silence(linnworks: LinnworksCaller) -> None:
    assert change(linnworks, "NO-SUCH-MUG", 1).json() == []


def test_the_history_is_newest_first_with_the_level_after_and_the_source_in_the_note(
    linnworks: LinnworksCaller,
) -> None:
    change(linnworks, "MUG-BLUE", -3, "REF-A")
    change(linnworks, "MUG-BLUE", +1, source=None)
    rows = history(linnworks, "MUG-BLUE")["Data"]
    assert [(row["ChangeQty"], row["Level"]) for row in rows] == [(1, 8), (-3, 7)]
    assert rows[1]["Note"] == "REF-A"
    assert rows[0]["Note"].startswith("DIRECT ADJUSTMENT BY ")


@pytest.mark.parametrize(("page", "rows"), [(1, 2), (2, 1), (3, 0)])
def test_a_page_past_the_end_of_the_history_is_empty(linnworks: LinnworksCaller, page: int, rows: int) -> None:
    for _ in range(3):
        change(linnworks, "MUG-BLUE", 1)
    answer = history(linnworks, "MUG-BLUE", page, size=2)
    assert len(answer["Data"]) == rows
    assert (answer["TotalEntries"], answer["TotalPages"]) == (3, 2)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"locationId": None}, "The request is invalid."),
        ({"pageNumber": -1}, "Value must be at least 1"),
        ({"entriesPerPage": 201}, "Number must be between 1 and 200"),
    ],
)
def test_the_history_wants_a_location_and_pages_from_one(
    linnworks: LinnworksCaller, wrong: dict[str, Any], message: str
) -> None:
    usual = {
        "stockItemId": linnworks.item("MUG-BLUE"),
        "locationId": linnworks.location("Default"),
        "entriesPerPage": 200,
        "pageNumber": 1,
    }
    query = {name: value for name, value in (usual | wrong).items() if value is not None}
    answer = linnworks.raw_get("Stock/GetItemChangesHistory", **query)
    assert (answer.status_code, answer.json()["Message"]) == (400, message)


def test_what_happened_earlier_is_told_in_its_place_of_the_history(
    sandbox: Sandbox, linnworks: LinnworksCaller
) -> None:
    change(linnworks, "MUG-BLUE", -1, "today")
    order = {"reference": "5509", "name": "MM9", "processed": False, "lines": [{"sku": "MUG-BLUE", "price": "12.00"}]}
    sandbox.act("import_order", **order)
    sandbox.act("process", order="MM9", at={"hours_ago": 25})
    rows = history(linnworks, "MUG-BLUE")["Data"]
    assert [(row["Note"].partition(" ")[0], row["Level"]) for row in rows] == [("today", 8), ("Order", 9)]


@pytest.mark.parametrize(("ids", "status"), [(100, 200), (101, 400)])
def test_compositions_come_for_at_most_100_items(linnworks: LinnworksCaller, ids: int, status: int) -> None:
    body = {"request": {"InventoryItemIds": [linnworks.item("TEA-SET")] * ids}}
    answer = linnworks.raw_post("Inventory/GetInventoryItemsCompositionByIds", body)
    assert answer.status_code == status


def test_items_without_a_composition_and_unknown_skus_are_left_out(linnworks: LinnworksCaller) -> None:
    tea, mug = linnworks.item("TEA-SET"), linnworks.item("MUG-BLUE")
    answer = linnworks.post("Inventory/GetInventoryItemsCompositionByIds", InventoryItemIds=[tea, mug])
    sets = answer["InventoryItemsCompositionByIds"]
    assert {row["SKU"]: row["Quantity"] for row in sets[tea]} == {"TEA-CUP": 2, "TEA-POT": 1}
    assert list(sets) == [tea]
    assert linnworks.post("Stock/GetStockItemTypeInfo", SKUS=["NO-SUCH-MUG"]) == {"StockItemInfo": []}


def test_a_new_location_is_there_and_its_name_is_taken(linnworks: LinnworksCaller) -> None:
    body = {"location": {"LocationName": "Outlet"}}
    assert linnworks.raw_post("Locations/AddLocation", body).status_code == 204
    assert linnworks.location("Outlet")
    assert linnworks.raw_post("Locations/AddLocation", body).status_code == 400
