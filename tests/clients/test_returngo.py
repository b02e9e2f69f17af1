"""ReturnGO: the walk through its lists, one return, and what its refusals mean."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta, timezone

import pytest

from returnworks.clients.returngo.client import Listed
from returnworks.errors import BadAnswer, NotAuthorised, NotFound, RateLimited, Refused, VendorUnavailable
from tests.clients import faces
from tests.clients.vendor import Reply, Reset, Silence

NOON = datetime(2026, 11, 24, 12, 0, 0, 999_999, tzinfo=UTC)


def row(return_id: int | str, status: str = "Done"):
    return {"rmaId": return_id, "status": status, "order_name": f"EX{return_id}", "events": []}


def page(*ids: int, cursor: str | None):
    return {"rmas": [row(return_id) for return_id in ids], "next_cursor": cursor}


def rma(return_id: int | str = "90000004", **changes):
    return {"rmaSummary": row(return_id), "items": [], **changes}


def transactions(*ids: int, cursor: str | None = None, amount: object = 20.5):
    money = {"amount": amount, "currency": "GBP"}
    rows = [{"id": n, "type": "RefundToPaymentMethod", "status": "Success", "amount": money} for n in ids]
    return {"transactions": rows, "next_cursor": cursor}


async def all_of(pages):
    return [[row.return_id if isinstance(row, Listed) else row.transaction_id for row in page] async for page in pages]


# --- Lists ------------------------------------------------------------------------------------------------------------


async def test_a_list_is_walked_to_its_empty_page(vendor, returngo):
    vendor.tell("/rmas", page(3, 2, cursor="YQ=="), page(1, cursor="Yg=="), page(cursor="Yw=="))
    assert await all_of(returngo.changed_since(NOON)) == [["3", "2"], ["1"]]
    assert [request.query.get("cursor") for request in vendor.seen] == [None, "YQ==", "Yg=="]


@pytest.mark.parametrize("cursor", [None, "", " "])
async def test_a_list_ends_without_a_cursor(vendor, returngo, cursor):
    vendor.tell("/rmas", page(3, 2, cursor=cursor))
    assert await all_of(returngo.changed_since(NOON)) == [["3", "2"]]


async def test_a_cursor_that_comes_again_ends_the_list_and_is_warned_of(vendor, returngo, caplog):
    vendor.tell("/rmas", page(3, cursor="a"), page(2, cursor="b"), page(1, cursor="a"))
    assert await all_of(returngo.changed_since(NOON)) == [["3"], ["2"], ["1"]]
    assert "same cursor" in caplog.text


@pytest.mark.parametrize(
    ("since", "query"),
    [
        (None, {}),
        (NOON, {"rma_updated_at": "gte:2026-11-24T12:00:00"}),
        (NOON.astimezone(timezone(timedelta(hours=2))), {"rma_updated_at": "gte:2026-11-24T12:00:00"}),
    ],
)
async def test_what_changed_since_is_asked_in_utc_without_offset(vendor, returngo, since, query):
    vendor.tell("/rmas", page(cursor=None))
    await all_of(returngo.changed_since(since))
    assert vendor.seen[0].query == {"pagesize": "2", **query}


async def test_open_returns_are_asked_for_by_status(vendor, returngo):
    vendor.tell("/rmas", page(cursor=None))
    await all_of(returngo.changed_since(None, ["Approved", "Received"]))
    assert vendor.seen[0].query == {"pagesize": "2", "status": "Approved,Received"}


async def test_every_call_carries_key_and_shop(vendor, returngo):
    vendor.tell("/rmas", page(cursor=None))
    await all_of(returngo.changed_since(None))
    headers = vendor.seen[0].headers
    assert (headers["x-api-key"], headers["x-shop-name"]) == (faces.API_KEY, faces.SHOP)


async def test_transactions_since_and_of_returns(vendor, returngo):
    vendor.tell("/transactions", transactions(1, cursor="a"), transactions(2), transactions(3))
    assert await all_of(returngo.transactions_since(NOON)) == [["1"], ["2"]]
    assert await all_of(returngo.transactions_of(["90000001", "90000002", "90000001"])) == [["3"]]
    assert vendor.seen[0].query == {"pagesize": "2", "updated_at": "gte:2026-11-24T12:00:00"}
    assert vendor.seen[2].query == {"pagesize": "2", "rma_ids": "90000001,90000002"}


@pytest.mark.parametrize(("asked", "calls"), [(0, 0), (1, 1), (100, 1), (101, 2)])
async def test_transactions_of_many_returns_are_asked_for_a_hundred_at_a_time(vendor, returngo, asked, calls):
    vendor.tell("/transactions", transactions())
    await all_of(returngo.transactions_of([str(n) for n in range(asked)]))
    assert returngo.calls == calls


async def test_a_listed_transaction_that_cannot_be_believed_is_kept_as_it_was_said_and_stops_nobody(vendor, returngo):
    good, bad = transactions(1), transactions(2, amount=20.505)
    vendor.tell("/transactions", {"transactions": good["transactions"] + bad["transactions"]})
    ((first, second),) = [page async for page in returngo.transactions_since(None)]
    assert first.amount is not None
    assert (second.amount, second.amount_said) == (None, "20.505 GBP")


# --- One return -------------------------------------------------------------------------------------------------------


async def test_one_return_is_read_by_its_number(vendor, returngo):
    vendor.tell("/rma/90000004", rma(90000004))
    assert (await returngo.get_return("90000004")).return_id == "90000004"


async def test_another_return_than_asked_for_is_not_believed(vendor, returngo):
    vendor.tell("/rma/90000004", rma(90000005))
    with pytest.raises(BadAnswer, match="asked for RMA 90000004 and answered with RMA 90000005"):
        await returngo.get_return("90000004")


@pytest.mark.parametrize("status", [400, 404])
async def test_an_unknown_return_is_not_found_in_this_shop(vendor, returngo, status):
    vendor.tell("/rma/90000004", Reply({"message": "bad rmaId"}, status))
    with pytest.raises(NotFound, match=f"no return 90000004 in {faces.SHOP}"):
        await returngo.get_return("90000004")


async def test_a_number_cannot_lead_anywhere_else(vendor, returngo):
    with pytest.raises(NotFound):
        await returngo.get_return("../transactions?x=1")
    assert vendor.paths() == ["/rma/..%2Ftransactions%3Fx%3D1"]


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"items": []}, "rmaSummary"),
        (rma(items=[{"sku": "GARISH-RUG"}]), r"items\.0\.returnedItemId"),
        (rma(items=[{"returnedItemId": 1, "quantity": "a pair"}]), r"items\.0\.quantity"),
        (rma(createdAt="some day"), "createdAt"),
    ],
)
async def test_a_return_that_is_not_the_contract_names_its_field(vendor, returngo, answer, field):
    vendor.tell("/rma/90000004", answer)
    with pytest.raises(BadAnswer, match=field):
        await returngo.get_return("90000004")


# --- Trouble ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [Silence(), Reset(), Reply(status=500), Reply(status=503)], ids=repr)
async def test_a_read_outlasts_trouble_and_counts_what_it_cost(vendor, returngo, trouble):
    vendor.tell("/rma/90000004", trouble, rma())
    await returngo.get_return("90000004")
    assert returngo.calls == 2
    assert returngo.calls_by_method == {"/rma/{rmaId}": 2}


async def test_trouble_that_goes_on_is_unavailable(vendor, returngo):
    vendor.tell("/rma/90000004", Reply(status=500, headers={"x-amzn-RequestId": "amz-1"}))
    with pytest.raises(VendorUnavailable, match=r"amz-1.*RETURNWORKS_RETURNGO_URL"):
        await returngo.get_return("90000004")
    assert returngo.calls == 3
    assert returngo.last_request_id == "amz-1"


async def test_a_quota_of_seconds_clears_while_we_wait(vendor, returngo, waits):
    vendor.tell("/rma/90000004", Reply(status=429), Reply(status=429), rma())
    await returngo.get_return("90000004")
    assert waits.slept == [1, 2]


@pytest.mark.parametrize(("headers", "told"), [({}, None), ({"Retry-After": "3600"}, 3600)])
async def test_a_days_quota_that_is_spent_is_said_so(vendor, returngo, headers, told):
    vendor.tell("/rma/90000004", Reply({"message": "Limit Exceeded"}, 429, headers))
    with pytest.raises(RateLimited, match="used up: Limit Exceeded") as no:
        await returngo.get_return("90000004")
    assert no.value.retry_after == told


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (401, "ReturnGO refused the API key (401). Check RETURNWORKS_RETURNGO_API_KEY."),
        (403, f"ReturnGO does not let this API key see the shop {faces.SHOP} (403). Check RETURNWORKS_RETURNGO_SHOP"),
    ],
)
async def test_keys_and_shop_that_are_wrong_are_named(vendor, returngo, status, text):
    vendor.tell("/rmas", Reply({"message": faces.API_KEY}, status))
    with pytest.raises(NotAuthorised) as no:
        await all_of(returngo.changed_since(None))
    assert str(no.value).startswith(text)


async def test_no_is_an_answer(vendor, returngo):
    vendor.tell("/rmas", Reply({"message": "bad pagesize"}, 400))
    with pytest.raises(Refused, match="refused /rmas: bad pagesize"):
        await all_of(returngo.changed_since(None))
    assert returngo.calls == 1


async def test_one_call_at_a_time(vendor, returngo):
    """The vendor's advice. The second request is only sent after the first was answered."""
    vendor.tell("/rma/1", Reply(status=500), rma(1))
    vendor.tell("/rma/2", rma(2))
    await asyncio.gather(returngo.get_return("1"), returngo.get_return("2"))
    assert vendor.paths() == ["/rma/1", "/rma/1", "/rma/2"]


async def test_the_key_and_the_shopper_never_show(vendor, returngo, caplog):
    caplog.set_level(logging.DEBUG)
    vendor.tell("/rma/90000004", Reply({"message": f"{faces.API_KEY} of jo@example.com"}, 500))
    with pytest.raises(VendorUnavailable) as no:
        await returngo.get_return("90000004")
    shown = caplog.text + str(no.value) + repr(faces.returngo_credentials(vendor.url))
    assert faces.API_KEY not in shown
    assert "jo@" not in shown
