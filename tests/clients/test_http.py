"""One exchange: sizes, time-outs, numbers, and what was sent for sure, perhaps, or never."""

from __future__ import annotations

import asyncio
import gzip
import socket
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from returnworks.clients.http import Body, Http, Lost, NotSent, clock_ahead, origin, redacted, seconds_to_wait
from tests.clients.vendor import Reply, Reset, Silence

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
async def http():
    client = Http(timeout=0.3, max_bytes=1000)
    yield client
    await client.close()


def get(http, vendor, path="/x"):
    return http.send("GET", vendor.url + path, headers={})


async def test_numbers_with_a_point_are_decimals(http, vendor):
    vendor.tell("/x", Reply(b'{"amount": 20.50, "whole": 7, "tiny": 1e-3}'))
    assert (await get(http, vendor)).body == {"amount": Decimal("20.50"), "whole": 7, "tiny": Decimal("0.001")}


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (b"", Body.EMPTY),
        (b" \r\n", Body.EMPTY),
        (b"null", None),
        (b"<p>", Body.UNREADABLE),
        (b"[Infinity]", Body.UNREADABLE),
    ],
)
async def test_bodies_that_are_no_answer_are_told_apart(http, vendor, content, body):
    vendor.tell("/x", Reply(content))
    assert (await get(http, vendor)).body is body


async def test_a_deeply_nested_answer_is_unreadable_not_a_crash(vendor):
    vendor.tell("/x", Reply(b"[" * 200_000))
    client = Http()
    assert (await get(client, vendor)).body is Body.UNREADABLE
    await client.close()


@pytest.mark.parametrize(
    ("headers", "request_id"),
    [
        ({"x-amzn-RequestId": "a", "x-amz-apigw-id": "b"}, "a"),
        ({"x-amz-apigw-id": "b"}, "b"),
        ({"X-Request-Id": "c"}, "c"),
        ({}, None),
    ],
)
async def test_request_ids_are_collected(http, vendor, headers, request_id):
    vendor.tell("/x", Reply({}, headers=headers))
    assert (await get(http, vendor)).request_id == request_id


async def test_the_size_limit_holds_from_both_sides(http, vendor):
    whole = b'"' + b"a" * 998 + b'"'
    vendor.tell("/x", Reply(whole), Reply(whole + b" "))
    assert (await get(http, vendor)).body == "a" * 998
    with pytest.raises(Lost, match="larger than 1,000 bytes"):
        await get(http, vendor)


async def test_a_small_answer_that_unpacks_to_a_large_one_is_too_large(http, vendor):
    vendor.tell("/x", Reply(gzip.compress(b"a" * 100_000), headers={"Content-Encoding": "gzip"}))
    with pytest.raises(Lost, match="larger"):
        await get(http, vendor)


@pytest.mark.parametrize(
    "act", [Silence(), Reset(), Reset(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")], ids=repr
)
async def test_what_was_sent_without_an_answer_is_lost(http, vendor, act):
    vendor.tell("/x", act)
    with pytest.raises(Lost) as lost:
        await get(http, vendor)
    assert lost.value.__context__ is None, "the library's exception holds the request and so its keys"


async def test_an_answer_that_trickles_for_ever_is_lost(http):
    async def trickle(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.05)

    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    with pytest.raises(Lost, match="no answer in time"):
        await http.send("GET", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", headers={})
    server.close()


async def test_nobody_there_is_not_sent(http):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(NotSent):
        await http.send("POST", f"http://127.0.0.1:{port}/", headers={}, body={})


@pytest.mark.parametrize("url", ["nonsense://x/", "http://host:notaport/", "https://no.such.host.invalid/"])
async def test_an_address_that_leads_nowhere_is_not_sent(http, url):
    with pytest.raises(NotSent):
        await http.send("GET", url, headers={})


@pytest.mark.parametrize("key", ["two\nlines", "schlüssel", "nul\0"])
async def test_a_key_that_cannot_be_a_header_is_not_sent_and_not_shown(http, vendor, key):
    with pytest.raises(NotSent, match="characters that it must not") as no:
        await http.send("POST", vendor.url, headers={"x-api-key": key}, body={})
    assert key[:3] not in str(no.value)
    assert no.value.__context__ is None
    assert vendor.seen == []


async def test_plain_text_behind_an_https_address_is_not_talked_to(http, vendor):
    with pytest.raises(NotSent):
        await http.send("GET", vendor.url.replace("http://", "https://"), headers={"x-api-key": "never seen"})
    assert vendor.seen == []


async def test_redirects_are_not_followed(http, vendor):
    vendor.tell("/x", Reply(status=302, headers={"Location": "/y"}))
    assert (await get(http, vendor)).status == 302
    assert vendor.paths() == ["/x"]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("17", 17),
        ("Tue, 24 Nov 2026 12:01:30 GMT", 90),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_in_both_its_forms(header, seconds):
    assert seconds_to_wait(header, NOON) == seconds


def test_vendors_texts_are_cleaned_before_anybody_sees_them():
    text = "Order 100234\nof jo.bloggs+x@mail.example.co.uk, IBAN GB33 BUKB 2020 1555 5555 55, key s3cret"
    assert redacted(text, ["s3cret", ""]) == "Order 100234 of …, IBAN …, key …"
    assert len(redacted("a" * 1000)) == 300


def test_ids_and_references_survive_cleaning():
    text = "RGO:90000004/96000006 on 11111111-1111-4111-8111-111111111111, SKU TEST-TEE-RED-M, 2026-11-24"
    assert redacted(text) == text


def test_an_address_is_shown_without_its_secrets():
    assert origin("https://user:pass@host.example:8443/hooks/token?x=1") == "https://host.example:8443"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Tue, 24 Nov 2026 12:05:00 GMT", 300),
        ("Tue, 24 Nov 2026 11:59:00 GMT", -60),
        ("Tue, 24 Nov 2026 12:00:00 GMT", 0),
        ("Tue, 24 Nov 2026 12:00:00 -0000", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_tells_how_far_the_vendors_clock_is_ahead(header, seconds):
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert clock_ahead(header, NOON) == expected


async def test_an_answer_without_a_date_leaves_what_is_known_of_the_clock(http, vendor):
    assert http.clock_ahead is None
    vendor.tell("/x", Reply(b"1", 200, {"Date": "Tue, 24 Nov 2026 12:00:00 GMT"}), Reply(b"2"))
    await get(http, vendor)
    known = http.clock_ahead
    assert known is not None
    await get(http, vendor)
    assert http.clock_ahead == known
