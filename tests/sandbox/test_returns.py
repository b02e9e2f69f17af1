"""A booking promises, an action restocks, and nothing comes back twice."""

from __future__ import annotations

from typing import Any

import pytest

from returnworks.sandbox.handle import Sandbox
from tests.sandbox.clients import LinnworksCaller


def row_of(order: dict[str, Any], sku: str) -> str:
    rows = [row for line in order["Items"] for row in (line, *line["CompositeSubItems"])]
    return str(next(row["RowId"] for row in rows if row["SKU"] == sku))


def moves(sandbox: Sandbox) -> list[tuple[str, int, str]]:
    return [(move["sku"], move["change"], move["location"]) for move in sandbox.books()["stock_moves"]]


def test_a_booking_moves_nothing_and_its_action_restocks_where_it_says(
    sandbox: Sandbox, linnworks: LinnworksCaller
) -> None:
    order = linnworks.order("MM1")
    booking = linnworks.book(order, row_of(order, "MUG-BLUE"), 2, location="Quarantine", scrap=1)
    assert moves(sandbox) == []
    assert linnworks.action(order, booking["RMAHeaderId"])["SuccessfullyActioned"]
    assert moves(sandbox) == [("MUG-BLUE", 2, "Quarantine"), ("MUG-BLUE", -1, "Quarantine")]
    notes = [move["note"] for move in sandbox.books()["stock_moves"]]
    assert notes[0] == f"Customer return for order {order['NumOrderId']}, ref: REF-1"
    assert notes[1] == f"SCRAPPED BY RMA {booking['RMAHeaderId']}/Order {order['NumOrderId']}"


def test_an_actioned_booking_is_refused_a_second_action(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    header = linnworks.book(order, row_of(order, "MUG-BLUE"))["RMAHeaderId"]
    linnworks.action(order, header)
    second = linnworks.action(order, header)
    assert not second["SuccessfullyActioned"]
    assert second["Errors"]
    assert moves(sandbox) == [("MUG-BLUE", 1, "Default")]


def test_a_vendor_that_acts_twice_restocks_twice(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    header = linnworks.book(order, row_of(order, "MUG-BLUE"))["RMAHeaderId"]
    linnworks.action(order, header)
    sandbox.fault("act_twice", "ReturnsRefunds/ActionRMABooking")
    assert linnworks.action(order, header)["SuccessfullyActioned"]
    assert moves(sandbox) == [("MUG-BLUE", 1, "Default")] * 2


@pytest.mark.parametrize(("booked", "quantity", "fits"), [(0, 2, True), (0, 3, False), (1, 1, True), (1, 2, False)])
def test_no_more_comes_back_than_was_sold_less_what_is_booked(
    linnworks: LinnworksCaller, booked: int, quantity: int, fits: bool
) -> None:
    order = linnworks.order("MM1")
    if booked:
        linnworks.book(order, row_of(order, "MUG-BLUE"), booked)
    answer = linnworks.book(order, row_of(order, "MUG-BLUE"), quantity)
    assert (answer["Errors"] == []) is fits
    assert (answer["RMAHeaderId"] > 0) is fits


def test_a_deleted_booking_gives_its_units_free(linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    header = linnworks.book(order, row_of(order, "MUG-BLUE"), 2)["RMAHeaderId"]
    linnworks.post("ReturnsRefunds/DeleteRMA", RMAHeaderId=header)
    assert linnworks.book(order, row_of(order, "MUG-BLUE"), 2)["RMAHeaderId"]


def test_a_whole_set_moves_every_component_and_uses_them_up(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    header = linnworks.book(order, row_of(order, "TEA-SET"))["RMAHeaderId"]
    linnworks.action(order, header)
    assert moves(sandbox) == [("TEA-CUP", 2, "Default"), ("TEA-POT", 1, "Default")]
    assert linnworks.book(order, row_of(order, "TEA-CUP"), 3)["Errors"]
    assert linnworks.book(order, row_of(order, "TEA-CUP"), 2)["RMAHeaderId"]


def test_a_component_comes_back_alone_and_leaves_one_set_less(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    header = linnworks.book(order, row_of(order, "TEA-CUP"))["RMAHeaderId"]
    linnworks.action(order, header)
    assert moves(sandbox) == [("TEA-CUP", 1, "Default")]
    rows = linnworks.get("ProcessedOrders/GetReturnItemsInfo", pkOrderId=order["OrderId"])
    tea = next(row for row in rows if row["SKU"] == "TEA-SET")
    assert tea["ReturnableQty"] == 1
    assert tea["IsPartialCompositeReturn"]
    assert {c["SKU"]: (c["ReturnableQty"], c["ParentRatio"]) for c in tea["ChildItems"]} == {
        "TEA-CUP": (3, 2),
        "TEA-POT": (2, 1),
    }
    assert linnworks.book(order, row_of(order, "TEA-SET"), 2)["Errors"]


def test_an_open_order_takes_no_return(linnworks: LinnworksCaller) -> None:
    order = linnworks.order("5502")
    options = linnworks.post("ReturnsRefunds/GetReturnOptions", OrderId=order["OrderId"])["ReturnOptions"]
    assert (options["CanReturn"], options["CannotReturnReason"]) == (False, "OpenOrderInLinnworks")
    answer = linnworks.book(order, order["Items"][0]["RowId"])
    assert (answer["RMAHeaderId"], answer["Items"]) == (0, [])
    assert answer["Errors"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"ReturnLocation": "11111111-1111-1111-1111-111111111111"},
        {"OrderItemRowId": "11111111-1111-1111-1111-111111111111"},
        {"ReturnQuantity": 0},
        {"ReturnQuantity": 1, "ScrapQuantity": 2},
    ],
)
def test_a_line_that_makes_no_sense_books_nothing(
    sandbox: Sandbox, linnworks: LinnworksCaller, wrong: dict[str, Any]
) -> None:
    order = linnworks.order("MM1")
    good = {
        "OrderItemRowId": row_of(order, "MUG-BLUE"),
        "ReturnLocation": linnworks.location("Default"),
        "ReturnQuantity": 1,
    }
    answer = linnworks.post(
        "ReturnsRefunds/CreateRMABooking",
        OrderId=order["OrderId"],
        ChannelInitiated=False,
        ReturnItems=[good, good | wrong],
    )
    assert answer["Errors"]
    assert sandbox.books()["bookings"] == []


def test_the_same_reference_twice_makes_two_bookings(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    for _ in range(2):
        linnworks.book(order, row_of(order, "MUG-BLUE"), reference="SAME")
    assert [booking["reference"] for booking in sandbox.books()["bookings"]] == ["SAME", "SAME"]


def test_a_booking_without_a_reference_gets_one_of_14_digits(linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    answer = linnworks.book(order, row_of(order, "MUG-BLUE"), reference=None)
    assert len(answer["Items"][0]["ExternalReference"]) == 14


def test_actionable_headers_are_found_by_part_of_their_reference_until_actioned(linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    header = linnworks.book(order, row_of(order, "MUG-BLUE"), reference="RW-R-77")["RMAHeaderId"]
    wanted = {"Page": 1, "Filters": {"Type": "HEADER_REFERENCE", "Value": "rw-r"}}
    found = linnworks.post("ReturnsRefunds/GetActionableRMAHeaders", **wanted)
    assert [row["RMAHeaderId"] for row in found["RMAHeaders"]] == [header]
    linnworks.action(order, header)
    assert linnworks.post("ReturnsRefunds/GetActionableRMAHeaders", **wanted)["TotalHeaders"] == 0


@pytest.mark.parametrize(("page", "headers"), [(1, 50), (2, 1), (3, 0)])
def test_actionable_headers_come_50_a_page(
    sandbox: Sandbox, linnworks: LinnworksCaller, page: int, headers: int
) -> None:
    sandbox.seed({"orders": [{"reference": "5520", "lines": [{"sku": "MUG-BLUE", "quantity": 51}]}]})
    order = linnworks.order("5520")
    for _ in range(51):
        linnworks.book(order, order["Items"][0]["RowId"])
    answer = linnworks.post("ReturnsRefunds/GetActionableRMAHeaders", Page=page)
    assert (len(answer["RMAHeaders"]), answer["TotalHeaders"]) == (headers, 51)


def test_a_refund_amount_on_a_line_makes_a_refund_when_actioned(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    header = linnworks.book(order, row_of(order, "MUG-BLUE"), refund=12)["RMAHeaderId"]
    assert sandbox.books()["refunds"] == []
    assert linnworks.action(order, header)["RefundHeaderId"]
    assert [refund["amount"] for refund in sandbox.books()["refunds"]] == ["12.00"]


def test_the_header_must_belong_to_the_order(linnworks: LinnworksCaller) -> None:
    order, other = linnworks.order("MM1"), linnworks.order("5502")
    header = linnworks.book(order, row_of(order, "MUG-BLUE"))["RMAHeaderId"]
    body = {"request": {"RMAHeaderId": header, "OrderId": other["OrderId"]}}
    assert linnworks.raw_post("ReturnsRefunds/ActionRMABooking", body).status_code == 400


def test_a_quantity_can_be_changed_until_it_is_too_much(linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    booked = linnworks.book(order, row_of(order, "MUG-BLUE"))
    line = booked["Items"][0]["RMARowId"]
    header = {"OrderId": order["OrderId"], "RMAHeaderId": booked["RMAHeaderId"]}

    def to(quantity: int) -> Any:
        lines = [{"RMARowId": line, "ReturnQuantity": quantity}]
        return linnworks.post("ReturnsRefunds/UpdateRMABooking", **header, ReturnItems=lines)

    assert to(2)["Items"][0]["ReturnQuantity"] == 2
    assert to(3)["Errors"]
