"""A refund is recorded, never above what is left; actioning it is what pays."""

from __future__ import annotations

from typing import Any

import pytest

from returnworks.sandbox.handle import Sandbox
from tests.sandbox.clients import LinnworksCaller


def item(order: dict[str, Any], amount: float, **more: Any) -> dict[str, Any]:
    """A line on the two mugs, worth 24.00 together."""
    return {"RefundedUnit": "Item", "OrderItemRowId": order["Items"][0]["RowId"], "Amount": amount, **more}


@pytest.mark.parametrize(("amount", "fits"), [(24.00, True), (24.01, False)])
def test_an_item_line_is_never_refunded_above_its_value(linnworks: LinnworksCaller, amount: float, fits: bool) -> None:
    order = linnworks.order("MM1")
    answer = linnworks.refund(order, item(order, amount))
    assert (answer["Errors"] == []) is fits
    assert (answer["RefundHeaderId"] > 0) is fits


def test_what_is_refunded_already_counts(linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    linnworks.refund(order, item(order, 20))
    assert linnworks.refund(order, item(order, 4.01))["Errors"]
    assert linnworks.refund(order, item(order, 3), item(order, 1.01))["Errors"]
    assert linnworks.refund(order, item(order, 3), item(order, 1))["RefundHeaderId"]


def test_shipping_has_its_limit_and_additional_has_none(linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    assert linnworks.refund(order, {"RefundedUnit": "Shipping", "Amount": 3.96})["Errors"]
    assert linnworks.refund(order, {"RefundedUnit": "Shipping", "Amount": 3.95})["RefundHeaderId"]
    assert linnworks.refund(order, {"RefundedUnit": "Additional", "Amount": 999})["RefundHeaderId"]


def test_lines_of_one_refund_share_their_reference(linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    answer = linnworks.refund(order, item(order, 1, ExternalReference="A"), item(order, 1, ExternalReference="B"))
    assert answer["CannotRefundReason"] == "MultipleReferences"


def test_binary_noise_in_an_amount_is_refused(linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    line = {"RefundedUnit": "Additional", "Amount": 0.1 + 0.2}
    body = {"request": {"OrderId": order["OrderId"], "ChannelInitiated": True, "RefundLines": [line]}}
    assert linnworks.raw_post("ReturnsRefunds/CreateRefund", body).status_code == 400


def test_an_open_order_takes_no_refund(linnworks: LinnworksCaller) -> None:
    order = linnworks.order("5502")
    answer = linnworks.refund(order, {"RefundedUnit": "Additional", "Amount": 1})
    assert answer["CannotRefundReason"] == "OpenOrderInLinnworks"


@pytest.mark.parametrize(("channel_refunds", "payouts"), [(True, ["12.00"]), (False, [])])
def test_actioning_pays_the_customer_when_the_channels_refunds_are_on(
    sandbox: Sandbox, linnworks: LinnworksCaller, channel_refunds: bool, payouts: list[str]
) -> None:
    sandbox.settings(channel_refunds=channel_refunds)
    order = linnworks.order("MM1")
    header = linnworks.refund(order, item(order, 12))["RefundHeaderId"]
    assert sandbox.books()["payouts"] == []
    answer = linnworks.post("ReturnsRefunds/ActionRefund", RefundHeaderId=header, OrderId=order["OrderId"])
    assert answer["SuccessfullyActioned"]
    assert [payout["amount"] for payout in sandbox.books()["payouts"]] == payouts
    options = linnworks.post("ReturnsRefunds/GetRefundOptions", OrderId=order["OrderId"])["RefundOptions"]
    assert (options["CanRefund"], options["CanRefundInternally"]) == (channel_refunds, not channel_refunds)


def test_a_second_action_is_refused_and_pays_nothing(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    header = {"RefundHeaderId": linnworks.refund(order, item(order, 12))["RefundHeaderId"]}
    for done in (True, False):
        answer = linnworks.post("ReturnsRefunds/ActionRefund", **header, OrderId=order["OrderId"])
        assert answer["SuccessfullyActioned"] is done
    assert len(sandbox.books()["payouts"]) == 1


@pytest.mark.parametrize(("include", "amount"), [("false", 0), ("true", 7.5)])
def test_recorded_refunds_count_in_the_total_only_when_asked(
    linnworks: LinnworksCaller, include: str, amount: float
) -> None:
    order = linnworks.order("MM1")
    linnworks.refund(order, item(order, 7.5))
    query = {"pkOrderId": order["OrderId"], "includeBookings": include}
    total = linnworks.get("ProcessedOrders/GetTotalRefunds", **query)
    assert total == {"Amount": amount, "TotalCharge": 187.95, "Refundable": 187.95 - amount}


def test_the_header_carries_the_reference_of_its_lines(linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    linnworks.refund(order, item(order, 5, ExternalReference="RW-C-1"), item(order, 2, ExternalReference="RW-C-1"))
    headers = linnworks.post("ReturnsRefunds/GetRefundHeadersByOrderId", OrderId=order["OrderId"])["RefundHeaders"]
    assert [(row["ExternalReference"], row["Amount"], row["Actioned"]) for row in headers] == [("RW-C-1", 7.0, False)]
