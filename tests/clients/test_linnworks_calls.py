"""What a Linnworks call does when the world is broken: what is repeated, what never is, and what is said about it."""

from __future__ import annotations

import asyncio
import logging
import socket

import httpx
import pytest

from returnworks.clients.linnworks.client import Linnworks
from returnworks.errors import (
    BadAnswer,
    NotAuthorised,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    VendorUnavailable,
)
from returnworks.rules.model import CreditLine, RefundUnit
from returnworks.rules.money import Money
from tests.clients import faces
from tests.clients.vendor import Reply, Reset, Silence

LOCATIONS = "/api/Inventory/GetStockLocations"
RMA_HEADERS = "/api/ReturnsRefunds/GetRMAHeadersByOrderId"
REFUND_HEADERS = "/api/ReturnsRefunds/GetRefundHeadersByOrderId"
CREATE_REFUND = "/api/ReturnsRefunds/CreateRefund"
CREATE_BOOKING = "/api/ReturnsRefunds/CreateRMABooking"
ACTION_BOOKING = "/api/ReturnsRefunds/ActionRMABooking"
ADD_NOTE = "/api/Orders/AddOrdersNote"

QUOTA = {"Message": "API calls quota exceeded! Maximum admitted 150 per Minute."}
DONE = {"RefundHeaderId": 9, "CannotRefundReason": "None", "Errors": []}
LOST = [
    Silence(),
    Reset(),
    Reset(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
    Reply(status=500),
    Reply(b"", 503),
]


def credit(client: Linnworks):
    return client.create_credit(
        faces.ORDER, faces.REFERENCE, [CreditLine(RefundUnit.ITEM, Money(2050, "GBP"), faces.RUG_ROW)]
    )


def closed_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


# --- Reads ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", LOST, ids=repr)
async def test_a_read_outlasts_trouble(vendor, linnworks, waits, trouble):
    vendor.tell(LOCATIONS, trouble, [{"StockLocationId": faces.DEFAULT, "LocationName": "Default"}])
    assert [place.name for place in await linnworks.locations()] == ["Default"]
    assert len(waits.slept) == 1


async def test_a_read_gives_up_after_a_few_tries_and_names_address_and_variable(vendor, linnworks, waits):
    vendor.tell(LOCATIONS, Reply({"Message": "Oops"}, 502))
    with pytest.raises(
        VendorUnavailable, match=r"502: Oops.*Nothing was changed.*RETURNWORKS_LINNWORKS_AUTH_URL"
    ) as no:
        await linnworks.locations()
    assert vendor.url in str(no.value)
    assert len(vendor.asked(LOCATIONS)) == 4
    assert len(waits.slept) == 3
    assert all(low <= wait <= high for wait, low, high in zip(waits.slept, [0.25, 0.5, 1], [0.5, 1, 2], strict=True))


async def test_a_vendor_that_is_not_there_is_unavailable(waits):
    keys = faces.linnworks_credentials(f"http://127.0.0.1:{closed_port()}")
    async with Linnworks(keys, patience=waits.patience()) as client:
        with pytest.raises(VendorUnavailable, match="did not serve Auth/AuthorizeByApplication: no connection"):
            await client.locations()


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"<html>hello</html>", "not JSON"),
        (b"", "empty"),
        (b"NaN", "not JSON"),
        (b"null", "the whole answer"),
        (b'[{"LocationName": "Default"}]', "0.StockLocationId: Field required"),
    ],
)
async def test_a_read_that_is_not_the_contract_names_method_and_field(vendor, linnworks, body, what):
    vendor.tell(LOCATIONS, Reply(body, headers={"x-request-id": "req-1"}))
    with pytest.raises(BadAnswer, match=f"(?s)Inventory/GetStockLocations.*{what}.*req-1"):
        await linnworks.locations()
    assert len(vendor.asked(LOCATIONS)) == 1


async def test_an_answer_that_leaves_out_what_it_is_about_is_not_taken_for_none(vendor, linnworks):
    vendor.tell(RMA_HEADERS, {})
    with pytest.raises(BadAnswer, match="RMAHeaders"):
        await linnworks.bookings(faces.ORDER)
    vendor.tell(RMA_HEADERS, {"RMAHeaders": None})
    assert await linnworks.bookings(faces.ORDER) == ()


async def test_an_answer_about_other_orders_is_not_believed(vendor, linnworks):
    vendor.tell(RMA_HEADERS, {"RMAHeaders": [faces.rma_header(OrderId=faces.OTHER_ORDER)]})
    with pytest.raises(BadAnswer, match="about other orders"):
        await linnworks.bookings(faces.ORDER)
    vendor.tell(REFUND_HEADERS, {"RefundHeaders": [faces.refund_header(OrderId=faces.OTHER_ORDER)]})
    with pytest.raises(BadAnswer, match="about other orders"):
        await linnworks.refunds(faces.ORDER)


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [(400, Refused, "Invalid parameter"), (404, NotFound, "Invalid"), (409, Refused, "In")],
)
async def test_no_is_an_answer_and_is_not_asked_again(vendor, linnworks, status, kind, reason):
    vendor.tell(LOCATIONS, Reply({"Message": "Invalid parameter x"}, status, {"X-Request-Id": "req-2"}))
    with pytest.raises(kind, match=reason) as no:
        await linnworks.locations()
    assert type(no.value) is kind
    assert no.value.request_id == "req-2"
    assert no.value.reason == "Invalid parameter x"
    assert len(vendor.asked(LOCATIONS)) == 1


async def test_a_missing_permission_is_named(vendor, linnworks):
    vendor.tell(LOCATIONS, Reply({"Message": "No permission"}, 403))
    with pytest.raises(NotAuthorised, match=r"Inventory/GetStockLocations \(403\): No permission"):
        await linnworks.locations()


# --- Writes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble",
    [*LOST, Reply(b""), Reply(b"Thank you"), Reply([]), Reply({"RefundHeaderId": {}}), Reply({}), Reply(status=302)],
    ids=repr,
)
async def test_a_write_that_may_have_happened_is_unknown_and_never_sent_twice(vendor, linnworks, waits, trouble):
    vendor.tell(CREATE_REFUND, trouble, DONE)
    with pytest.raises(OutcomeUnknown, match="Look it up before sending it again") as lost:
        await credit(linnworks)
    assert lost.value.reference == faces.REFERENCE
    assert len(vendor.asked(CREATE_REFUND)) == 1
    assert waits.slept == []


async def test_a_write_that_was_never_sent_is_unavailable_not_unknown(vendor, linnworks):
    vendor.tell(faces.AUTH, faces.opened(f"http://127.0.0.1:{closed_port()}"))
    with pytest.raises(VendorUnavailable, match="Nothing was changed"):
        await credit(linnworks)


async def test_a_write_is_not_sent_when_no_session_could_be_opened(vendor, linnworks):
    vendor.tell(faces.AUTH, Reply(status=503))
    with pytest.raises(VendorUnavailable):
        await credit(linnworks)
    assert vendor.asked(CREATE_REFUND) == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"RefundHeaderId": 0, "CannotRefundReason": "OpenOrderInLinnworks", "Errors": []}, "OpenOrderInLinnworks"),
        ({"CannotRefundReason": 5, "Errors": ["Too much"]}, "OrderIsFullyRefundedInLinnworks; Too much"),
        ({"RefundHeaderId": 0, "Errors": ["Amount exceeds"]}, "Amount exceeds"),
        ({"RefundLines": [faces.refund_line(ValidationError="Not refundable")]}, "Not refundable"),
    ],
)
async def test_a_200_that_says_no_is_refused(vendor, linnworks, answer, reason):
    vendor.tell(CREATE_REFUND, answer)
    with pytest.raises(Refused, match="refused ReturnsRefunds/CreateRefund") as no:
        await credit(linnworks)
    assert no.value.reason == reason


async def test_a_200_that_says_both_yes_and_no_is_unknown(vendor, linnworks):
    vendor.tell(CREATE_REFUND, DONE | {"Errors": ["Channel is slow"]})
    with pytest.raises(OutcomeUnknown, match="both number 9 and Channel is slow"):
        await credit(linnworks)


@pytest.mark.parametrize(
    ("answer", "kind", "text"),
    [
        ({"SuccessfullyActioned": False, "Errors": ["Already actioned"]}, Refused, "Already actioned"),
        ({"SuccessfullyActioned": False}, Refused, "no reason given"),
        ({"SuccessfullyActioned": False, "Items": [faces.rma_line(Error="No bin")]}, Refused, "No bin"),
        ({"SuccessfullyActioned": True, "Errors": ["Half done"]}, OutcomeUnknown, "both done and Half done"),
        ({"RMAHeaderId": 7}, OutcomeUnknown, "SuccessfullyActioned"),
    ],
)
async def test_an_action_is_done_only_when_it_says_so_and_nothing_else(vendor, linnworks, answer, kind, text):
    vendor.tell(ACTION_BOOKING, answer)
    with pytest.raises(kind, match=text):
        await linnworks.action_booking(faces.ORDER, "7", faces.REFERENCE)


async def test_an_acknowledged_error_on_a_line_is_no_error(vendor, linnworks):
    old = [{"ErrorMessage": "Was slow", "Acknowledged": True}]
    vendor.tell(ACTION_BOOKING, {"SuccessfullyActioned": True, "Items": [faces.rma_line(Errors=old)]})
    await linnworks.action_booking(faces.ORDER, "7", faces.REFERENCE)


@pytest.mark.parametrize("answer", [Reply(b""), Reply(status=204), Reply(b"OK"), Reply({"OrderNotes": []})], ids=repr)
async def test_a_write_whose_answer_says_nothing_may_answer_nothing(vendor, linnworks, answer):
    vendor.tell(ADD_NOTE, answer)
    await linnworks.add_order_note([faces.ORDER], "RMA 90000004: received")


async def test_a_stock_change_that_does_not_mention_its_item_is_unknown(vendor, linnworks):
    vendor.tell("/api/Stock/UpdateStockLevelsBySKU", [{"SKU": "OTHER"}])
    with pytest.raises(OutcomeUnknown, match="does not mention GARISH-RUG") as lost:
        await linnworks.change_stock("GARISH-RUG", faces.DEFAULT, 1, faces.REFERENCE)
    assert lost.value.reference == faces.REFERENCE


# --- The quota --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 400, 500, 200])
async def test_over_the_quota_even_a_write_waits_and_goes_again(vendor, linnworks, waits, status):
    """Its text has been seen under other statuses than 429."""
    vendor.tell(CREATE_REFUND, Reply(QUOTA, status), DONE)
    assert await credit(linnworks) == "9"
    assert len(vendor.asked(CREATE_REFUND)) == 2
    assert sum(waits.slept) == 5


async def test_the_vendor_says_how_long_to_wait(vendor, linnworks, waits):
    vendor.tell(LOCATIONS, Reply(b"", 429, {"Retry-After": "17"}), [])
    assert await linnworks.locations() == ()
    assert sum(waits.slept) == 17


async def test_all_calls_of_a_method_wait_when_one_was_over_the_quota(vendor, linnworks, waits):
    vendor.tell(LOCATIONS, Reply(QUOTA, 429, {"Retry-After": "20"}), [])
    await asyncio.gather(linnworks.locations(), linnworks.locations())
    assert waits.now >= 1020


async def test_a_quota_that_does_not_clear_is_said_so(vendor, linnworks, waits):
    vendor.tell(CREATE_REFUND, Reply(QUOTA, 429))
    with pytest.raises(RateLimited, match="used up: API calls quota exceeded! Maximum admitted 150") as no:
        await credit(linnworks)
    assert no.value.retry_after == 60
    assert sum(waits.slept) == 60
    assert len(vendor.asked(CREATE_REFUND)) == 4


async def test_a_very_long_wait_is_left_to_the_caller(vendor, linnworks, waits):
    vendor.tell(LOCATIONS, Reply(QUOTA, 429, {"Retry-After": "3600"}))
    with pytest.raises(RateLimited) as no:
        await linnworks.locations()
    assert no.value.retry_after == 3600
    assert waits.slept == []


# --- The session ------------------------------------------------------------------------------------------------------


async def test_one_session_serves_all_calls(vendor, linnworks):
    vendor.tell(LOCATIONS, [])
    await asyncio.gather(*(linnworks.locations() for _ in range(5)))
    assert len(vendor.asked(faces.AUTH)) == 1
    assert linnworks.calls == {"Auth/AuthorizeByApplication": 1, "Inventory/GetStockLocations": 5}


async def test_a_session_that_is_over_is_opened_again_once_for_everybody(vendor, linnworks):
    vendor.tell(LOCATIONS, Reply(status=401), Reply(status=401), Reply(status=401), [])
    await asyncio.gather(*(linnworks.locations() for _ in range(3)))
    assert len(vendor.asked(faces.AUTH)) == 2


async def test_even_a_write_goes_again_after_401(vendor, linnworks):
    vendor.tell(faces.AUTH, faces.opened(vendor.url), faces.opened(vendor.url, "a-new-session"))
    vendor.tell(CREATE_REFUND, Reply(status=401), DONE)
    assert await credit(linnworks) == "9"
    assert [request.headers["authorization"] for request in vendor.asked(CREATE_REFUND)] == [
        faces.SESSION,
        "a-new-session",
    ]


async def test_a_fresh_session_that_is_not_accepted_is_not_tried_for_ever(vendor, linnworks):
    vendor.tell(LOCATIONS, Reply(status=401))
    with pytest.raises(NotAuthorised, match="does not accept the session that it has just opened"):
        await linnworks.locations()
    assert len(vendor.asked(LOCATIONS)) == 2


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_wrong_keys_name_the_variables_to_check(vendor, linnworks, status):
    vendor.tell(faces.AUTH, Reply({"Message": f"{faces.SECRET} is wrong"}, status))
    with pytest.raises(NotAuthorised) as no:
        await linnworks.authorise()
    assert str(no.value) == (
        f"Linnworks refused the application id, secret or token ({status}). Check RETURNWORKS_LINNWORKS_APPLICATION_ID,"
        " RETURNWORKS_LINNWORKS_APPLICATION_SECRET and RETURNWORKS_LINNWORKS_TOKEN."
    )


async def test_the_server_of_the_session_is_where_calls_go(vendor, linnworks):
    assert await linnworks.authorise() == vendor.url


@pytest.mark.parametrize("server", ["http://elsewhere.example", "ftp://x.example", "eu-ext.linnworks.net"])
async def test_the_token_only_goes_where_it_is_safe(vendor, waits, server):
    """Authorised over https (here by a transport that answers itself), plain http is not followed."""
    answer = httpx.MockTransport(lambda request: httpx.Response(200, json=faces.opened(server)))
    keys = faces.linnworks_credentials("https://api.linnworks.net")
    async with Linnworks(keys, transport=answer, patience=waits.patience()) as client:
        with pytest.raises(BadAnswer, match="not an https address"):
            await client.locations()


@pytest.mark.parametrize(("state", "kind"), [("MAINTENANCE", VendorUnavailable), ("LOCKED_FULL", NotAuthorised)])
async def test_an_account_that_cannot_work_says_so(vendor, linnworks, state, kind):
    vendor.tell(faces.AUTH, faces.opened(vendor.url) | {"Status": {"State": state}})
    with pytest.raises(kind):
        await linnworks.authorise()


async def test_each_task_sees_the_request_id_of_its_own_last_call(vendor, linnworks):
    vendor.tell(LOCATIONS, Reply([], headers={"x-request-id": "of-locations"}))
    vendor.tell(RMA_HEADERS, Reply({"RMAHeaders": []}, headers={"x-request-id": "of-bookings"}))

    async def after(call):
        await call
        await asyncio.sleep(0.01)
        return linnworks.last_request_id

    both = await asyncio.gather(after(linnworks.locations()), after(linnworks.bookings(faces.ORDER)))
    assert both == ["of-locations", "of-bookings"]


# --- What never shows -------------------------------------------------------------------------------------------------


async def test_no_secret_and_nobody_shows_in_errors_and_logs(vendor, linnworks, caplog):
    caplog.set_level(logging.DEBUG)
    secrets = [faces.APPLICATION, faces.SECRET, faces.TOKEN, faces.SESSION]
    said = f"{' '.join(secrets)} shopper@example.com GB33BUKB20201555555555 +44 1632 960001"
    vendor.tell(LOCATIONS, Reply({"Message": said}, 500), Reply({"Message": said}, 400))
    vendor.tell(CREATE_REFUND, Reply({"Message": said}, 500))
    with pytest.raises(Refused) as no:
        await linnworks.locations()
    with pytest.raises(OutcomeUnknown) as lost:
        await credit(linnworks)
    shown = caplog.text + str(no.value) + no.value.reason + str(lost.value)
    for private in [*secrets, "shopper@", "GB33BUKB", "960001"]:
        assert private not in shown


async def test_a_wrong_value_is_not_repeated_in_the_error(vendor, linnworks):
    vendor.tell("/api/Orders/GetOrdersById", [faces.order(NumOrderId="Mrs Garish, 1 Rug Street")])
    with pytest.raises(BadAnswer, match=r"0\.NumOrderId") as bad:
        await linnworks.orders_by_ids([faces.ORDER])
    assert "Garish" not in str(bad.value)
    assert bad.value.__cause__ is None
    assert bad.value.__context__ is None


def test_credentials_do_not_show():
    shown = repr(faces.linnworks_credentials("https://api.linnworks.net"))
    assert all(secret not in shown for secret in (faces.APPLICATION, faces.SECRET, faces.TOKEN))
