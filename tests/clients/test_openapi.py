"""The checker of requests notices what it is there to notice."""

from __future__ import annotations

import re

import pytest

from tests.clients import faces
from tests.clients.openapi import linnworks_contract

BOOKINGS = "/api/ReturnsRefunds/GetRMAHeadersByOrderId"
OPTIONS = "/api/ReturnsRefunds/GetReturnOptions"
LEVELS = "/api/Stock/UpdateStockLevelsBySKU"
HISTORY = "/api/Stock/GetItemChangesHistory"
LOCATIONS = "/api/Inventory/GetStockLocations"
NEW_BOOKING = "/api/ReturnsRefunds/CreateRMABooking"

GOOD = {"request": {"OrderId": faces.ORDER}}


def test_a_good_request_passes():
    linnworks_contract().check_request("POST", BOOKINGS, GOOD)


@pytest.mark.parametrize(
    ("verb", "url", "body", "problem"),
    [
        ("POST", "/api/ReturnsRefunds/NoSuchMethod", {}, "is not in the contract"),
        ("GET", BOOKINGS, None, "is not called by GET"),
        ("POST", BOOKINGS, None, "needs a body"),
        ("GET", LOCATIONS, {}, "takes no body"),
        ("POST", BOOKINGS, {"OrderId": faces.ORDER}, "body.OrderId is not in the contract"),
        ("POST", BOOKINGS, {"request": {"orderId": faces.ORDER}}, "body.request.orderId is not in the contract"),
        ("POST", BOOKINGS, {"request": {"OrderId": "100234"}}, "is '100234', not a uuid"),
        ("POST", BOOKINGS, {"request": {"OrderId": None}}, "body.request.OrderId is null"),
        ("POST", BOOKINGS, {"request": [faces.ORDER]}, "body.request is list, not object"),
        ("POST", OPTIONS, {"request": {"OrderId": faces.ORDER, "RMAHeaderId": "7"}}, "is str, not integer"),
        ("POST", LEVELS, {"stockLevels": [{"Level": 1.5}]}, "body.stockLevels.0.Level is float, not integer"),
        ("POST", LEVELS, {"stockLevels": [{"Level": True}]}, "is bool, not integer"),
        ("POST", NEW_BOOKING, {"request": {"ReturnItems": [{"IsFreeText": True}]}}, "is read-only"),
        ("GET", f"{HISTORY}?sku=GARISH-RUG", None, "query.sku is not in the contract"),
        ("GET", f"{HISTORY}?stockItemId=7", None, "query.stockItemId is '7', not a uuid"),
    ],
)
def test_a_bad_request_is_noticed(verb, url, body, problem):
    with pytest.raises(AssertionError, match=re.escape(problem)):
        linnworks_contract().check_request(verb, url, body)
