"""ReturnGO's lists, filters, quota and untidiness."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from returnworks.sandbox.handle import Sandbox
from tests.sandbox.clients import ReturnGoCaller

LONG_AGO = "2026-01-10T08:00:00+00:00"


def rma(number: int, **more: Any) -> dict[str, Any]:
    form = {"id": str(number), "order": "MM1", "status": "Approved", "created_at": LONG_AGO, "updated_at": LONG_AGO}
    return form | {"lines": [{"sku": "MUG-BLUE"}, {"sku": "MUG-BLUE"}]} | more


@pytest.fixture
def five(sandbox: Sandbox) -> list[str]:
    sandbox.seed({"rmas": [rma(90000000 + n, transactions=[{"amount": "12.00"}]) for n in range(1, 6)]})
    return [str(90000000 + n) for n in range(1, 6)]


def walk(returngo: ReturnGoCaller, path: str, size: int) -> list[list[Any]]:
    """The pages up to the end, as ids."""
    pages, query = [], {"pagesize": size}
    while True:
        answer = returngo.get(path, **query)
        rows = answer[path]
        pages.append([row.get("rmaId", row.get("id")) for row in rows])
        if not rows or not answer.get("next_cursor"):
            return pages
        query["cursor"] = answer["next_cursor"]


# --- who may call


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 200), ({"x-api-key": "wrong"}, 401), ({"x-shop-name": "other.myshopify.com"}, 403)]
)
@pytest.mark.parametrize("path", ["rmas", "transactions", "webhooks", "rma/90000001"])
def test_every_call_needs_the_key_and_a_shop_of_it(
    five: list[str], returngo: ReturnGoCaller, path: str, headers: dict[str, str], status: int
) -> None:
    query = {} if path.startswith(("webhooks", "rma/")) else {"pagesize": 1}
    answer = returngo.http.get(path, params=query, headers=headers)
    assert answer.status_code == status
    assert answer.headers["x-amzn-requestid"]


def test_the_day_has_so_many_calls_and_the_next_day_as_many_again(sandbox: Sandbox, returngo: ReturnGoCaller) -> None:
    sandbox.settings(daily_quota=2)
    assert [returngo.raw("webhooks").status_code for _ in range(3)] == [200, 200, 429]
    sandbox.advance(86400)
    assert returngo.raw("webhooks").status_code == 200


# --- lists


@pytest.mark.parametrize(("size", "status"), [(None, 400), (0, 400), (1, 200), (500, 200), (501, 400), ("ten", 400)])
@pytest.mark.parametrize("path", ["rmas", "transactions"])
def test_a_page_has_1_to_500_rows_and_its_size_must_be_said(
    returngo: ReturnGoCaller, path: str, size: object, status: int
) -> None:
    query = {} if size is None else {"pagesize": size}
    assert returngo.raw(path, **query).status_code == status


def test_rmas_come_newest_first_and_a_full_last_page_is_followed_by_an_empty_one(
    five: list[str], returngo: ReturnGoCaller
) -> None:
    newest = five[::-1]
    assert walk(returngo, "rmas", 2) == [newest[:2], newest[2:4], newest[4:]]
    assert walk(returngo, "rmas", 5) == [newest, []]


def test_transactions_come_oldest_first_with_whole_numbers_as_ids(five: list[str], returngo: ReturnGoCaller) -> None:
    pages = walk(returngo, "transactions", 3)
    assert pages == [[9000000151, 9000000251, 9000000351], [9000000451, 9000000551]]
    assert returngo.get("rma/90000001")["transactions"][0]["id"] == "9000000151"


def test_a_cursor_is_a_keyset_so_a_new_rma_shifts_nothing(
    sandbox: Sandbox, five: list[str], returngo: ReturnGoCaller
) -> None:
    first = returngo.get("rmas", pagesize=2)
    assert b64decode(first["next_cursor"]) == b"returns.id:90000004"
    sandbox.seed({"rmas": [rma(90000099)]})
    second = returngo.get("rmas", pagesize=2, cursor=first["next_cursor"])
    assert [row["rmaId"] for row in second["rmas"]] == ["90000003", "90000002"]


def test_a_broken_cursor_is_refused(returngo: ReturnGoCaller) -> None:
    assert returngo.raw("rmas", pagesize=1, cursor="%%%").status_code == 400


def test_a_list_row_has_no_items_and_no_dates(five: list[str], returngo: ReturnGoCaller) -> None:
    row = returngo.get("rmas", pagesize=1)["rmas"][0]
    assert set(row) == {"rmaId", "status", "order_name", "events"}


# --- filters


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("gte:2026-01-10T08:00:00", 5),
        ("gt:2026-01-10T08:00:00", 0),
        ("gt:2026-01-10T07:59:59", 5),
        ("lte:2026-01-10T08:00:00", 5),
        ("lt:2026-01-10T08:00:00", 0),
        ("eq:2026-01-10T08:00:00", 5),
        ("neq:2026-01-10T08:00:00", 0),
    ],
)
@pytest.mark.parametrize("parameter", ["rma_updated_at", "rma_created_at"])
def test_dates_are_compared_in_utc(
    five: list[str], returngo: ReturnGoCaller, parameter: str, condition: str, found: int
) -> None:
    assert len(returngo.get("rmas", pagesize=500, **{parameter: condition})["rmas"]) == found


@pytest.mark.parametrize(
    "value",
    [
        "gte:2026-01-10T08:00:00+00:00",
        "gte:2026-01-10T08:00:00 00:00",
        "gte:2026-01-10T08:00:00Z",
        "gte:2026-01-10",
        "2026-01-10T08:00:00",
        "since:2026-01-10T08:00:00",
    ],
)
def test_a_date_with_an_offset_or_of_another_form_is_refused(returngo: ReturnGoCaller, value: str) -> None:
    assert returngo.raw("rmas", pagesize=1, rma_updated_at=value).status_code == 400
    assert returngo.raw("transactions", pagesize=1, updated_at=value).status_code == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "Approved,Done"}, ["90000007", "90000006"]),
        ({"status": "Done"}, ["90000007"]),
        ({"order_name": "MM2"}, ["90000007"]),
        ({"tracking_numbers": "SB90000006"}, ["90000006"]),
    ],
)
def test_rmas_are_filtered(sandbox: Sandbox, returngo: ReturnGoCaller, query: dict[str, str], found: list[str]) -> None:
    sandbox.seed({"rmas": [rma(90000006), rma(90000007, status="Done", order="MM2", lines=[])]})
    assert [row["rmaId"] for row in returngo.get("rmas", pagesize=9, **query)["rmas"]] == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"rma_ids": "90000002,90000003"}, [9000000251, 9000000351]),
        ({"ids": "9000000451"}, [9000000451]),
        ({"order_ids": "5501", "statuses": "Success", "types": "RefundToPaymentMethod"}, 5),
        ({"order_ids": "MM1"}, []),
        ({"statuses": "Requested"}, []),
        ({"processors": "ReturnGO"}, []),
    ],
)
def test_transactions_are_filtered(
    five: list[str], returngo: ReturnGoCaller, query: dict[str, str], found: list[int] | int
) -> None:
    rows = [row["id"] for row in returngo.get("transactions", pagesize=9, **query)["transactions"]]
    assert (len(rows) if isinstance(found, int) else rows) == found


@pytest.mark.parametrize(
    "query",
    [{"status": "Closed"}, {"updated_since": "x"}, {"sort_by": "rma_created_at"}, {"sort_by": "+order_name"}],
)
def test_what_is_not_understood_is_refused(returngo: ReturnGoCaller, query: dict[str, str]) -> None:
    assert returngo.raw("rmas", pagesize=1, **query).status_code == 400


def test_two_conditions_on_one_field_are_refused(returngo: ReturnGoCaller) -> None:
    twice = "rmas?pagesize=1&rma_updated_at=gte:2026-01-01T00:00:00&rma_updated_at=lte:2026-02-01T00:00:00"
    assert returngo.http.get(twice).status_code == 400


def test_a_list_is_sorted_on_request_but_not_walked(
    five: list[str], returngo: ReturnGoCaller, sandbox: Sandbox
) -> None:
    sandbox.seed({"rmas": [rma(90000001, updated_at="2026-02-01T00:00:00+00:00")]})
    answer = returngo.get("rmas", pagesize=1, sort_by="-rma_updated_at")
    assert answer["rmas"][0]["rmaId"] == "90000001"
    assert returngo.raw("rmas", pagesize=1, sort_by="-rma_updated_at", cursor="MQ==").status_code == 400


@pytest.mark.parametrize(("rma_id", "status"), [("90000001", 200), ("90000099", 404), ("RMA90000001", 400)])
def test_an_rma_is_read_by_its_digits(five: list[str], returngo: ReturnGoCaller, rma_id: str, status: int) -> None:
    assert returngo.raw(f"rma/{rma_id}").status_code == status


# --- what it says


def test_nobody_looked_yet_reads_as_two_noes_and_no_date(five: list[str], returngo: ReturnGoCaller) -> None:
    verdict = returngo.get("rma/90000001")["items"][0]["itemValidationStatusResponse"]
    assert (verdict["isReturned"], verdict["isRestockable"], verdict["lastValidationDate"]) == (False, False, None)


def test_booleans_come_in_both_kinds_and_some_keys_do_not_come(sandbox: Sandbox, returngo: ReturnGoCaller) -> None:
    sandbox.seed({"rmas": [rma(90000001, lines=[{"sku": "MUG-BLUE", "inspected": {"at": LONG_AGO}}] * 2)]})
    one, two = returngo.get("rma/90000001")["items"]
    verdicts = [item["itemValidationStatusResponse"]["isRestockable"] for item in (one, two)]
    assert [type(verdict) for verdict in verdicts] == [bool, int]
    assert verdicts == [True, True]
    assert ("barcode" in one, "barcode" in two) == (True, False)
    assert [item["isAutoApprove"] for item in (one, two)] == [1, 0]


def test_the_planted_customer_and_bank_account_are_in_the_payload(five: list[str], returngo: ReturnGoCaller) -> None:
    text = returngo.raw("rma/90000001").text + returngo.raw("transactions", pagesize=9).text
    for plant in ("Planted Person", "planted.person@example.com", "GB33BUKB20201555555555"):
        assert plant in text


@pytest.mark.parametrize(("touch", "found"), [(True, 1), (False, 0)])
def test_an_inspection_moves_the_date_of_the_rma_only_if_the_story_says_so(
    sandbox: Sandbox, five: list[str], returngo: ReturnGoCaller, touch: bool, found: int
) -> None:
    sandbox.act("inspect", rma="90000001", touch=touch)
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    changed = returngo.get("rmas", pagesize=9, rma_updated_at=f"gte:{an_hour_ago:%Y-%m-%dT%H:%M:%S}")["rmas"]
    assert len(changed) == found
    assert returngo.get("rma/90000001")["rmaSummary"]["status"] == "Validated"


def test_a_parcel_moves_without_moving_the_date(sandbox: Sandbox, five: list[str], returngo: ReturnGoCaller) -> None:
    before = returngo.get("rma/90000001")["lastUpdated"]
    sandbox.act("set_status", rma="90000001", parcel="Received", touch=False)
    after = returngo.get("rma/90000001")
    assert (after["shipments"][0]["status"], after["lastUpdated"]) == ("Received", before)
