"""How Linnworks is called: session, body shapes, quotas."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from returnworks.sandbox.handle import Sandbox
from tests.sandbox.clients import LinnworksCaller

INVALID = {"Message": "The request is invalid."}


def test_a_wrong_secret_opens_no_session(sandbox: Sandbox) -> None:
    ours = sandbox.credentials
    body = {
        "ApplicationId": ours["application_id"],
        "ApplicationSecret": ours["application_id"],
        "Token": ours["installation_token"],
    }
    answer = httpx.post(f"{sandbox.urls['linnworks']}/api/Auth/AuthorizeByApplication", json=body)
    assert answer.status_code == 401
    assert "Message" in answer.json()


def test_the_session_names_the_server_and_is_full_of_secrets(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    session = linnworks.authorise()
    assert session["Server"] == sandbox.urls["linnworks"]
    assert session["DatabasePassword"].startswith("PLANTED")


@pytest.mark.parametrize(("prefix", "status"), [("", 200), ("Bearer ", 401)])
def test_the_token_travels_raw(linnworks: LinnworksCaller, prefix: str, status: int) -> None:
    linnworks.authorise()
    linnworks.token = prefix + linnworks.token
    assert linnworks.raw_get("Inventory/GetStockLocations").status_code == status


@pytest.mark.parametrize(("seconds", "status"), [(1199, 200), (1201, 401)])
def test_a_session_lives_as_long_as_its_ttl(
    sandbox: Sandbox, linnworks: LinnworksCaller, seconds: int, status: int
) -> None:
    linnworks.authorise()
    sandbox.advance(seconds)
    assert linnworks.raw_get("Inventory/GetStockLocations").status_code == status


def test_all_sessions_end_on_request(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    linnworks.authorise()
    sandbox.expire_sessions()
    assert linnworks.raw_get("Inventory/GetStockLocations").status_code == 401


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("Inventory/GetStockItemIdsBySKU", {"SKUS": ["MUG-BLUE"]}),
        ("Inventory/GetStockItemIdsBySKU", {"request": {"SKUS": ["MUG-BLUE"]}, "more": 1}),
        ("Inventory/GetStockItemIdsBySKU", {"request": {"skus": ["MUG-BLUE"]}}),
        ("Inventory/GetStockItemIdsBySKU", {"request": {}}),
        ("Inventory/GetStockItemIdsBySKU", {"request": {"SKUS": "MUG-BLUE"}}),
        ("Stock/GetStockItemTypeInfo", {"request": {"SKUS": ["MUG-BLUE"]}}),
        ("Orders/GetOrdersById", {"request": {"pkOrderIds": []}}),
        ("Orders/GetOrdersById", {"pkOrderIds": ["not-a-guid"]}),
        ("Orders/GetOrdersById", []),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused_without_a_reason(
    linnworks: LinnworksCaller, method: str, body: Any
) -> None:
    answer = linnworks.raw_post(method, body)
    assert (answer.status_code, answer.json()) == (400, INVALID)


def test_a_method_that_does_not_exist_is_404_and_the_wrong_verb_is_405(linnworks: LinnworksCaller) -> None:
    assert linnworks.raw_post("Inventory/GetInventoryItemsCompositionsByIds", {}).status_code == 404
    assert linnworks.raw_post("Inventory/GetStockLocations", {}).status_code == 405


def test_the_call_after_the_limit_is_refused_before_it_is_done(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    linnworks.authorise()
    sandbox.settings(rate_multiplier=3 / 150)
    order = linnworks.order("MM1")
    bookings = [linnworks.book(order, order["Items"][0]["RowId"]) for _ in range(2)]
    assert all(booking["RMAHeaderId"] for booking in bookings)
    body = {"request": {"OrderId": order["OrderId"], "ChannelInitiated": False}}
    answers = [linnworks.raw_post("ReturnsRefunds/CreateRMABooking", body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].json() == {"Message": "API calls quota exceeded! Maximum admitted 3 per Minute."}
    assert "Retry-After" not in answers[1].headers
    assert len(sandbox.books()["bookings"]) == 2


def test_each_method_has_its_own_limit_and_a_new_minute_admits_again(
    sandbox: Sandbox, linnworks: LinnworksCaller
) -> None:
    linnworks.authorise()
    sandbox.settings(rate_multiplier=1 / 150, send_retry_after=True)
    codes = [linnworks.raw_get("Inventory/GetStockLocations").status_code for _ in range(2)]
    assert codes == [200, 429]
    assert linnworks.raw_get("Orders/GetAvailableFolders").status_code == 200
    assert linnworks.raw_get("Orders/GetAvailableFolders").headers["Retry-After"] == "60"
    sandbox.advance(60)
    assert linnworks.raw_get("Inventory/GetStockLocations").status_code == 200
