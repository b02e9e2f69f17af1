"""The webhook receiver over real HTTP: who is let in, what is kept, what is answered, who is woken."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
import socket

import pytest
from pydantic import SecretStr

from returnworks.errors import ConfigError
from returnworks.hooks import app as receiving
from returnworks.hooks import hooks_app
from tests.contracts import contracts_dir
from tests.hooks.conftest import TOKEN, listening

STATUS_UPDATED = {"eventName": "RMA_STATUS_UPDATED", "rmaId": "90000004", "status": "Received"}


async def test_a_return_that_is_named_waits_in_the_inbox_and_the_drain_is_woken_without_a_poll(receiver):
    answer = await receiver.post(STATUS_UPDATED)
    assert (answer.status_code, answer.json()) == (202, {"stored": True})
    assert receiver.ledger.inbox_waiting() == {"webhook": 1}
    assert receiver.ledger.watermark(receiving.HEARD) is not None
    assert await receiver.woken() is False


async def test_what_is_answered_2xx_was_stored_before(ledger):
    """The drain is woken after the answer; what it would find is asked of the ledger as the waking sees it."""
    seen = asyncio.Event()

    async def wake(_poll: bool) -> None:
        assert ledger.inbox_waiting() == {"webhook": 1}
        seen.set()

    async with listening(ledger, wake=wake) as receiver:
        assert (await receiver.post(STATUS_UPDATED)).status_code == 202
        await asyncio.wait_for(seen.wait(), 5)


async def test_a_ledger_that_takes_nothing_is_answered_503_and_nobody_is_woken(receiver):
    with receiver.ledger._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE inbox")
    assert (await receiver.post(STATUS_UPDATED)).status_code == 503
    assert receiver.wakings.empty()


async def test_the_same_hint_twice_is_one_reading(receiver):
    for _ in range(2):
        assert (await receiver.post(STATUS_UPDATED)).status_code == 202
    assert receiver.ledger.inbox_waiting() == {"webhook": 1}


@pytest.mark.parametrize(
    "body",
    [
        {"eventName": "RMA_STATUS_UPDATED"},
        {},
        [],
        "90000004",
        None,
        {"rmaId": None},
        {"rmaId": True},
        {"rmaId": "90000004; DROP TABLE inbox"},
        {"rmaId": "9" * 21},
        {"rmaId": ["90000004"]},
    ],
    ids=repr,
)
async def test_a_body_that_names_no_return_is_taken_as_a_hint_to_poll(receiver, body):
    answer = await receiver.post(content=json.dumps(body))
    assert answer.status_code == 202
    assert receiver.ledger.inbox_waiting() == {}
    assert receiver.ledger.watermark(receiving.HEARD) is not None
    assert await receiver.woken() is True


@pytest.mark.parametrize("body", [b"", b"<p>hello</p>", b"\xff\xfe", b"[" * 50_000, b'{"rmaId": "9000'], ids=len)
async def test_a_body_that_cannot_be_read_is_a_hint_to_poll(receiver, body):
    assert (await receiver.post(content=body)).status_code == 202
    assert await receiver.woken() is True


@pytest.mark.parametrize("body", [{"rmaId": 90000004}, {"data": {"rmaId": "90000004"}}], ids=repr)
async def test_a_return_is_found_as_a_number_and_one_level_deeper(receiver, body):
    assert (await receiver.post(body)).status_code == 202
    assert receiver.ledger.inbox_waiting() == {"webhook": 1}


async def test_the_vendors_own_examples_are_taken(receiver):
    for file in sorted((contracts_dir() / "returngo" / "examples").glob("webhook-*.json")):
        assert (await receiver.post(content=file.read_bytes())).status_code == 202, file.name
    assert receiver.ledger.inbox_waiting() == {"webhook": 1}


@pytest.mark.parametrize("token", ["wrong", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "%C3%BC", "%ff", "%00"])
async def test_a_stranger_is_not_found_and_told_nothing(receiver, token):
    answer = await receiver.post(STATUS_UPDATED, token=token)
    assert (answer.status_code, answer.content) == (404, b"")
    assert receiver.ledger.inbox_waiting() == {}
    assert receiver.ledger.watermark(receiving.HEARD) is None
    assert receiver.wakings.empty()


async def test_a_stranger_is_answered_before_the_body_is_read(receiver):
    with socket.create_connection(("127.0.0.1", receiver.port), 5) as line:
        line.sendall(b"POST /hooks/returngo/wrong HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n")
        assert (await asyncio.to_thread(line.recv, 100)).startswith(b"HTTP/1.1 404")


async def test_tokens_are_compared_in_constant_time(receiver, monkeypatch):
    compared = []

    def watched(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return hmac.compare_digest(a, b)

    monkeypatch.setattr(receiving, "hmac", type("Watched", (), {"compare_digest": staticmethod(watched)}))
    await receiver.post(STATUS_UPDATED, token="wrong")
    await receiver.post(STATUS_UPDATED)
    assert compared == [(b"wrong", TOKEN.encode()), (TOKEN.encode(), TOKEN.encode())]


@pytest.mark.parametrize(("size", "status"), [(receiving.MAX_BYTES, 202), (receiving.MAX_BYTES + 1, 413)])
async def test_64_kib_are_read_and_not_a_byte_more(receiver, size, status):
    body = json.dumps(STATUS_UPDATED).encode().ljust(size)
    assert (await receiver.post(content=body)).status_code == status

    async def in_pieces():
        for start in range(0, size, 8192):
            yield body[start : start + 8192]

    assert (await receiver.post(content=in_pieces())).status_code == status
    assert receiver.ledger.inbox_waiting() == ({"webhook": 1} if status == 202 else {})


async def test_too_many_calls_are_told_when_to_come_again(ledger, hand_wound):
    bucket, now = hand_wound(2)
    async with listening(ledger, bucket=bucket) as receiver:
        said = [await receiver.post(STATUS_UPDATED) for _ in range(3)]
        assert [answer.status_code for answer in said] == [202, 202, 429]
        assert said[-1].headers["Retry-After"] == "1"
        now.append(1.0)
        assert (await receiver.post(STATUS_UPDATED)).status_code == 202


async def test_strangers_do_not_use_up_the_calls_of_the_vendor(ledger, hand_wound):
    bucket, _ = hand_wound(1)
    async with listening(ledger, bucket=bucket) as receiver:
        for _ in range(20):
            assert (await receiver.post(STATUS_UPDATED, token="wrong")).status_code == 404
        assert (await receiver.post(STATUS_UPDATED)).status_code == 202


async def test_a_body_that_never_comes_is_not_waited_for(ledger):
    async with listening(ledger, body_seconds=0.2) as receiver:
        with socket.create_connection(("127.0.0.1", receiver.port), 5) as line:
            head = f"POST /hooks/returngo/{TOKEN} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{{"
            line.sendall(head.encode())
            assert (await asyncio.to_thread(line.recv, 100)).startswith(b"HTTP/1.1 408")
        assert ledger.inbox_waiting() == {}


async def test_health_says_whether_a_webhook_would_be_stored(receiver):
    healthy = await receiver.client.get("/health")
    assert (healthy.status_code, healthy.json()) == (200, {"ok": True})
    with receiver.ledger._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE watermark")
    assert (await receiver.client.get("/health")).status_code == 503


@pytest.mark.parametrize(("verb", "path"), [("GET", "/"), ("POST", "/hooks/returngo"), ("GET", "/docs")])
async def test_there_is_nothing_else(receiver, verb, path):
    assert (await receiver.client.request(verb, path)).status_code == 404


async def test_the_token_and_the_body_are_in_no_log(receiver, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    secret = {"rmaId": "90000004", "customer": {"email": "planted.person@example.com"}}
    for token in (TOKEN, "almost-" + TOKEN):
        await receiver.post(secret, token=token)
    with receiver.ledger._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE inbox")
    assert (await receiver.post(secret)).status_code == 503
    logged = [r for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]  # the test's own client
    said = "".join(logging.Formatter().format(record) for record in logged) + "".join(capfd.readouterr())
    assert "could not be stored" in said
    assert TOKEN not in re.sub(r"HTTP Request: .*", "", said)
    assert "planted" not in said


@pytest.mark.parametrize("token", ["", "tea-for-two", "x" * (receiving.SHORTEST_TOKEN - 1)])
def test_a_token_that_could_be_guessed_is_refused_with_the_way_out(ledger, token):
    async def nobody(_poll: bool) -> None: ...

    with pytest.raises(ConfigError, match="RETURNWORKS_WEBHOOK_TOKEN") as refused:
        hooks_app(ledger, SecretStr(token), nobody)
    assert "secrets.token_urlsafe" in refused.value.remedy
    assert not token or token not in str(refused.value)
