"""A day in the shop, as the vendors tell it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from returnworks.sandbox.handle import Sandbox, SandboxError
from tests.sandbox.clients import LinnworksCaller, ReturnGoCaller

STORY = "a-day-in-the-shop"


def until(sandbox: Sandbox, steps: int) -> dict[str, Any]:
    told = sandbox.play(STORY)
    for _ in range(steps - 1):
        told = sandbox.step()
    return told


def rma(returngo: ReturnGoCaller, number: int) -> dict[str, Any]:
    answer: dict[str, Any] = returngo.get(f"rma/{90000100 + number}")
    return answer


def hours_since(text: str) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(text)) / timedelta(hours=1)


def test_a_story_is_told_step_by_step_and_ends(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="no story"):
        sandbox.step()
    told = [sandbox.play(STORY), *(sandbox.step() for _ in range(3))]
    assert [step["step"] for step in told] == ["morning", "midday", "evening", "morning-after"]
    assert [(step["number"], step["of"]) for step in told] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    with pytest.raises(SandboxError, match="over"):
        sandbox.step()


def test_an_unknown_story_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match=STORY):
        sandbox.play("a-night-at-the-opera")


def test_every_return_is_of_an_order_that_linnworks_knows(
    sandbox: Sandbox, linnworks: LinnworksCaller, returngo: ReturnGoCaller
) -> None:
    until(sandbox, 3)
    for row in returngo.get("rmas", pagesize=500)["rmas"]:
        details = returngo.get(f"rma/{row['rmaId']}")
        lines = {line["ItemNumber"]: line for line in linnworks.order(details["orderDetails"]["orderId"])["Items"]}
        for item in details["items"]:
            assert item["shopLineItemId"] in lines


def test_the_money_of_the_morning_is_a_day_and_more_old(sandbox: Sandbox, returngo: ReturnGoCaller) -> None:
    until(sandbox, 1)
    ages = [hours_since(t["createdAt"]) for t in returngo.get("transactions", pagesize=500)["transactions"]]
    assert all(29 < age < 41 for age in ages)


def test_the_mug_that_never_came_is_validated_as_missing(sandbox: Sandbox, returngo: ReturnGoCaller) -> None:
    until(sandbox, 1)
    verdicts = [item["itemValidationStatusResponse"] for item in rma(returngo, 3)["items"]]
    assert [bool(verdict["isReturned"]) for verdict in verdicts] == [True, False]
    assert all(verdict["lastValidationDate"] for verdict in verdicts)


def test_the_cup_belongs_to_the_line_of_its_tea_set(
    sandbox: Sandbox, linnworks: LinnworksCaller, returngo: ReturnGoCaller
) -> None:
    until(sandbox, 1)
    item = rma(returngo, 9)["items"][0]
    line = linnworks.order("MM1008")["Items"][0]
    assert (item["sku"], item["shopLineItemId"]) == ("TEA-CUP", line["ItemNumber"])
    assert {row["SKU"]: row["Quantity"] for row in line["CompositeSubItems"]} == {
        "TEA-CUP": 4,
        "TEA-SAUCER": 4,
        "TEA-POT": 2,
    }


def test_the_exchange_order_waits_paid_and_open(
    sandbox: Sandbox, linnworks: LinnworksCaller, returngo: ReturnGoCaller
) -> None:
    until(sandbox, 1)
    released = rma(returngo, 10)["exchangeOrders"][0]
    order = linnworks.order(released["orderId"])
    assert (order["Processed"], order["GeneralInfo"]["Status"]) == (False, 1)
    assert rma(returngo, 11)["exchangeOrders"][0]["type"] == "Fee"


def test_at_midday_two_answers_get_lost_after_the_vendor_wrote(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    until(sandbox, 2)
    order = linnworks.order("MM1013")
    row = order["Items"][0]["RowId"]
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        linnworks.book(order, row)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        linnworks.refund(order, {"RefundedUnit": "Item", "OrderItemRowId": row, "Amount": 11})
    books = sandbox.books()
    assert (len(books["bookings"]), len(books["refunds"])) == (1, 1)


def test_in_the_evening_the_silent_return_is_validated_and_its_date_stands_still(
    sandbox: Sandbox, returngo: ReturnGoCaller
) -> None:
    until(sandbox, 3)
    silent = rma(returngo, 12)
    assert silent["rmaSummary"]["status"] == "Validated"
    assert hours_since(silent["lastUpdated"]) > 119
    verdict = silent["items"][0]["itemValidationStatusResponse"]
    assert 29.9 < hours_since(verdict["lastValidationDate"]) < 30.1


def test_in_the_evening_a_clerk_changes_the_credit_and_finance_puts_it_back(
    sandbox: Sandbox, linnworks: LinnworksCaller
) -> None:
    until(sandbox, 2)
    sandbox.clear_faults()
    order = linnworks.order("MM1001")
    linnworks.refund(order, {"RefundedUnit": "Item", "OrderItemRowId": order["Items"][0]["RowId"], "Amount": 45})
    for amount in ("40.00", "45.00"):
        sandbox.step()
        assert [refund["amount"] for refund in sandbox.books()["refunds"]] == [amount]


def test_without_a_credit_the_story_says_that_there_was_none(sandbox: Sandbox) -> None:
    assert any("no credit" in remark for remark in until(sandbox, 3)["remarks"])


def test_in_the_evening_an_exchange_was_despatched_unmarked(sandbox: Sandbox, returngo: ReturnGoCaller) -> None:
    until(sandbox, 3)
    released = rma(returngo, 16)["exchangeOrders"][0]["orderId"]
    order = sandbox.books()["orders"][released]
    assert (order["processed"], order["tags"], order["folders"]) == (True, [], [])


def test_in_the_evening_a_whole_set_came_back_by_hand(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    until(sandbox, 2)
    sandbox.clear_faults()
    order = linnworks.order("MM1008")
    cup = next(row for row in order["Items"][0]["CompositeSubItems"] if row["SKU"] == "TEA-CUP")
    linnworks.action(order, linnworks.book(order, cup["RowId"])["RMAHeaderId"])
    sandbox.step()
    moves = [(m["sku"], m["change"]) for m in sandbox.books()["stock_moves"] if m["note"].startswith("Customer")]
    assert moves == [("TEA-CUP", 1), ("TEA-CUP", 2), ("TEA-SAUCER", 2), ("TEA-POT", 1)]
