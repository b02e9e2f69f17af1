"""What goes wrong on request, and whether it was done before it went wrong."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from returnworks.sandbox.faults import DONE, KINDS, UNDONE, Fault
from returnworks.sandbox.handle import Sandbox, SandboxError
from tests.sandbox.clients import LinnworksCaller, ReturnGoCaller

CREATE = "ReturnsRefunds/CreateRMABooking"


def body(linnworks: LinnworksCaller) -> dict[str, Any]:
    order = linnworks.order("MM1")
    line = {
        "OrderItemRowId": order["Items"][0]["RowId"],
        "ReturnLocation": linnworks.location("Default"),
        "ReturnQuantity": 1,
    }
    return {"request": {"OrderId": order["OrderId"], "ChannelInitiated": False, "ReturnItems": [line]}}


@pytest.mark.parametrize(("kind", "bookings"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_line_gives_no_byte_of_answer(
    sandbox: Sandbox, linnworks: LinnworksCaller, kind: str, bookings: int
) -> None:
    request = body(linnworks)
    sandbox.fault(kind, CREATE)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        linnworks.raw_post(CREATE, request)
    assert len(sandbox.books()["bookings"]) == bookings
    assert linnworks.raw_post(CREATE, request).status_code == 200


@pytest.mark.parametrize(("kind", "bookings"), [("hang", 0), ("hang_after", 1)])
def test_a_client_gives_up_on_a_hanging_answer(
    sandbox: Sandbox, linnworks: LinnworksCaller, kind: str, bookings: int
) -> None:
    request = body(linnworks)
    sandbox.fault(kind, CREATE, seconds=30)
    with pytest.raises(httpx.ReadTimeout):
        linnworks.http.post(CREATE, json=request, headers={"Authorization": linnworks.token}, timeout=0.1)
    assert len(sandbox.books()["bookings"]) == bookings


def test_a_hanging_answer_is_cut_after_its_seconds(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    linnworks.authorise()
    sandbox.fault("hang", "Orders/GetAvailableFolders", seconds=0.05)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        linnworks.raw_get("Orders/GetAvailableFolders")


@pytest.mark.parametrize(
    ("kind", "status", "bookings"),
    [
        ("error_before", 500, 0),
        ("error_after", 500, 1),
        ("quota", 429, 0),
        ("quota_400", 400, 0),
        ("errors_in_200", 200, 0),
        ("expire_session", 401, 0),
        ("empty_body", 200, 1),
        ("not_json", 200, 1),
    ],
)
def test_it_is_done_or_not_as_the_fault_says(
    sandbox: Sandbox, linnworks: LinnworksCaller, kind: str, status: int, bookings: int
) -> None:
    request = body(linnworks)
    sandbox.fault(kind, CREATE)
    assert linnworks.raw_post(CREATE, request).status_code == status
    assert len(sandbox.books()["bookings"]) == bookings


@pytest.mark.parametrize(("retry_after", "header"), [(None, None), (7, "7")])
def test_a_quota_refusal_says_when_to_come_back_only_if_told_to(
    sandbox: Sandbox, linnworks: LinnworksCaller, returngo: ReturnGoCaller, retry_after: int | None, header: str | None
) -> None:
    linnworks.authorise()
    sandbox.fault("quota", retry_after=retry_after, count=2)
    for answer in (linnworks.raw_get("Inventory/GetStockLocations"), returngo.raw("webhooks")):
        assert (answer.status_code, answer.headers.get("retry-after")) == (429, header)


def test_the_quota_text_may_come_under_400(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    linnworks.authorise()
    sandbox.fault("quota_400")
    assert "quota exceeded" in linnworks.raw_get("Inventory/GetStockLocations").json()["Message"]


def test_a_write_under_delay_is_seen_later(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    request = body(linnworks)
    order_id = request["request"]["OrderId"]
    sandbox.fault("delay", CREATE, seconds=30)
    header = linnworks.raw_post(CREATE, request).json()["RMAHeaderId"]

    def seen() -> list[int]:
        headers = linnworks.post("ReturnsRefunds/GetRMAHeadersByOrderId", OrderId=order_id)["RMAHeaders"]
        return [row["RMAHeaderId"] for row in headers]

    assert seen() == []
    assert len(sandbox.books()["bookings"]) == 1
    sandbox.advance(30)
    assert seen() == [header]


def test_an_action_under_delay_looks_undone_until_later(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    order = linnworks.order("MM1")
    header = linnworks.book(order, order["Items"][0]["RowId"])["RMAHeaderId"]
    sandbox.fault("delay", "*/ActionRMABooking", seconds=30)
    linnworks.action(order, header)

    def actioned() -> bool:
        rows = linnworks.post("ReturnsRefunds/GetRMAHeadersByOrderId", OrderId=order["OrderId"])["RMAHeaders"]
        return bool(rows[0]["Actioned"])

    assert not actioned()
    sandbox.advance(30)
    assert actioned()


def test_rows_are_doubled_and_reversed(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    def names() -> list[str]:
        return [row["LocationName"] for row in linnworks.get("Inventory/GetStockLocations")]

    usual = names()
    sandbox.fault("duplicate_rows", "Inventory/*")
    assert names() == [usual[0], *usual]
    sandbox.fault("reorder_rows", "Inventory/*")
    assert names() == usual[::-1]


def test_a_repeated_page_names_its_own_cursor_as_the_next(sandbox: Sandbox, returngo: ReturnGoCaller) -> None:
    sandbox.seed({"rmas": [{"id": str(n), "order": "MM1"} for n in range(1, 5)]})
    cursor = returngo.get("rmas", pagesize=1)["next_cursor"]
    sandbox.fault("repeat_page", "rmas", vendor="returngo")
    page = returngo.get("rmas", pagesize=1, cursor=cursor)
    assert (page["rmas"][0]["rmaId"], page["next_cursor"]) == ("3", cursor)


def test_a_return_may_change_between_two_pages(sandbox: Sandbox, returngo: ReturnGoCaller) -> None:
    long_ago = {"hours_ago": 90}
    sandbox.seed({"rmas": [{"id": str(n), "order": "MM1", "updated_at": long_ago} for n in (1, 2)]})
    sandbox.fault("change_between", "rmas", vendor="returngo")
    before = sandbox.books()["rmas"]["1"]["last_updated"]
    cursor = returngo.get("rmas", pagesize=1)["next_cursor"]
    assert returngo.get("rmas", pagesize=1, cursor=cursor)["rmas"][0]["rmaId"] == "1"
    after = sandbox.books()["rmas"]
    assert after["1"]["last_updated"] > before
    assert after["2"]["last_updated"] == before


# --- which calls


def test_a_fault_befalls_as_many_calls_as_it_counts_after_those_it_skips() -> None:
    fault = Fault("quota", "linn*", "Stock/Get*", count=2, skip=1)
    assert not fault.befalls("returngo", "rmas")
    assert not fault.befalls("linnworks", "Stock/UpdateStockLevelsBySKU")
    assert [fault.befalls("linnworks", "Stock/GetStockLevel") for _ in range(4)] == [False, True, True, False]


def test_a_fault_without_a_count_never_ends() -> None:
    fault = Fault("quota", count=None)
    assert all(fault.befalls("returngo", "rmas") for _ in range(100))


def test_the_same_seed_draws_the_same_calls() -> None:
    one, same = (Fault("quota", count=None, probability=0.5, seed=4) for _ in range(2))
    drawn = [one.befalls("returngo", "rmas") for _ in range(40)]
    assert drawn == [same.befalls("returngo", "rmas") for _ in range(40)]
    assert 5 < sum(drawn) < 35


@pytest.mark.parametrize("wrong", [{"kind": "explode"}, {"kind": "quota", "probability": 2}, {"kind": "quota", "x": 1}])
def test_a_fault_that_does_not_exist_is_refused(sandbox: Sandbox, wrong: dict[str, Any]) -> None:
    with pytest.raises(SandboxError):
        sandbox.fault(**wrong)


def test_hits_are_counted_and_faults_are_cleared(sandbox: Sandbox, returngo: ReturnGoCaller) -> None:
    sandbox.fault("quota", "webhooks")
    returngo.raw("webhooks")
    assert [fault["hits"] for fault in sandbox.faults()] == [1]
    sandbox.clear_faults()
    assert sandbox.faults() == []


def test_every_kind_of_fault_is_told_in_the_docstring() -> None:
    from returnworks.sandbox import faults

    assert all(f"  {kind} " in (faults.__doc__ or "") for kind in KINDS)
    assert not set(UNDONE) & set(DONE)
