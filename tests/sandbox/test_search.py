"""What the nightly feed shows, and what it leaves out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.clients import LinnworksCaller


def search(linnworks: LinnworksCaller, history: str = "RETURNS", dates: str = "ALLDATES", **more: Any) -> Any:
    now = datetime.now(UTC)
    query = {
        "from": (now - timedelta(days=1)).isoformat(),
        "to": (now + timedelta(hours=1)).isoformat(),
        "dateType": dates,
        "pageNum": 1,
        "numEntriesPerPage": 200,
        "historyType": history,
    }
    return linnworks.raw_get("ReturnsRefunds/SearchReturnsRefundsPaged", **(query | more))


def kinds(linnworks: LinnworksCaller, dates: str) -> list[str]:
    return [row["RowType"] for row in search(linnworks, dates=dates).json()["Data"]]


def test_a_booking_is_a_returnbooking_until_it_is_actioned(linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    header = linnworks.book(order, order["Items"][0]["RowId"], location="Quarantine")["RMAHeaderId"]
    assert [kinds(linnworks, dates) for dates in ("BOOKED", "ACTIONED", "ALLDATES")] == [
        ["RETURNBOOKING"],
        [],
        ["RETURNBOOKING"],
    ]
    linnworks.action(order, header)
    assert [kinds(linnworks, dates) for dates in ("BOOKED", "ACTIONED", "ALLDATES")] == [[], ["RETURN"], ["RETURN"]]
    row = search(linnworks).json()["Data"][0]
    assert (row["ReturnReference"], row["ReturnQty"], row["Location"]) == ("REF-1", 1, "Quarantine")


def test_a_refund_that_was_only_recorded_does_not_appear(linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    header = linnworks.refund(order, {"RefundedUnit": "Additional", "Amount": 5})["RefundHeaderId"]
    assert search(linnworks, "REFUNDS").json()["Data"] == []
    linnworks.post("ReturnsRefunds/ActionRefund", RefundHeaderId=header, OrderId=order["OrderId"])
    assert [row["Amount"] for row in search(linnworks, "REFUNDS").json()["Data"]] == [5.0]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"numEntriesPerPage": 200}, 200),
        ({"numEntriesPerPage": 201}, 400),
        ({"pageNum": 0}, 400),
        ({"from": (datetime.now(UTC) - timedelta(days=92)).isoformat()}, 200),
        ({"from": (datetime.now(UTC) - timedelta(days=94)).isoformat()}, 400),
        ({"dateType": "EVERYTHING"}, 400),
    ],
)
def test_a_search_asks_for_three_months_and_200_rows_at_most(
    linnworks: LinnworksCaller, wrong: dict[str, Any], status: int
) -> None:
    assert search(linnworks, **wrong).status_code == status
