"""How both vendors are talked to: TLS verified, an end to every wait, a limit to every answer; for each client."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from blocks import AlertWebhook
from returnworks.clients import http as talking
from returnworks.clients.calling import Patience
from returnworks.clients.http import Http, NotSent
from returnworks.clients.linnworks.client import Linnworks
from returnworks.clients.returngo.client import ReturnGo
from returnworks.errors import OutcomeUnknown, VendorUnavailable
from tests.clients import faces
from tests.clients.vendor import Reply, Silence, running
from tests.safety.test_never_pays import sources
from tests.safety.tls import certificate, tls_listener

Ask = Callable[[], Awaitable[object]]
LARGE = b'"' + b"a" * talking.MAX_BYTES + b'"'


async def _no_wait(_seconds: float) -> None: ...


PATIENCE = Patience(tries=2, sleep=_no_wait)


@asynccontextmanager
async def returngo_at(url: str) -> AsyncIterator[Ask]:
    async with ReturnGo(faces.returngo_credentials(url), timeout=0.3, patience=PATIENCE) as client:
        yield lambda: client.get_return("90000004")


@asynccontextmanager
async def linnworks_at(url: str) -> AsyncIterator[Ask]:
    async with Linnworks(faces.linnworks_credentials(url), timeout=0.3, patience=PATIENCE) as client:
        yield client.locations


@asynccontextmanager
async def alert_at(url: str) -> AsyncIterator[Ask]:
    yield lambda: AlertWebhook(url=url).notify("3 differences")


VENDORS = pytest.mark.parametrize("client_at", [returngo_at, linnworks_at], ids=["ReturnGO", "Linnworks"])
ALL = pytest.mark.parametrize(
    "client_at", [returngo_at, linnworks_at, alert_at], ids=["ReturnGO", "Linnworks", "alert"]
)


@pytest.mark.parametrize("name", ["127.0.0.1", "somebody-else.example.com"])
@ALL
async def test_a_certificate_that_nobody_vouches_for_is_refused_before_a_key_is_sent(client_at, name, tmp_path):
    async with tls_listener(*certificate(tmp_path, name)) as listener, client_at(listener.url) as ask:
        with pytest.raises(VendorUnavailable):
            await ask()
        assert listener.heard == b""


async def test_a_trusted_certificate_for_another_name_is_refused(tmp_path, monkeypatch):
    file, key = certificate(tmp_path, "somebody-else.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    async with tls_listener(file, key) as listener:
        client = Http(timeout=2)
        with pytest.raises(NotSent, match=r"(?i)mismatch|hostname|not valid for"):
            await client.send("GET", listener.url, headers={"x-api-key": "never seen"})
        await client.close()
        assert listener.heard == b""


async def test_a_certificate_that_is_vouched_for_is_accepted(tmp_path, monkeypatch):
    """So that the refusals above are for the right reason."""
    file, key = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    async with tls_listener(file, key) as listener:
        client = Http(timeout=2)
        assert (await client.send("GET", listener.url, headers={})).body == {}
        await client.close()


@VENDORS
async def test_silence_ends(client_at):
    async with running() as vendor, asyncio.timeout(10):
        vendor.tell(faces.AUTH, Silence())
        vendor.tell("/rma/90000004", Silence())
        async with client_at(vendor.url) as ask:
            with pytest.raises(VendorUnavailable, match="no answer in time"):
                await ask()
        assert len(vendor.seen) == PATIENCE.tries


@VENDORS
async def test_a_body_that_trickles_ends(client_at):
    """Each byte comes in time; the whole answer does not."""

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.05)

    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    async with asyncio.timeout(10), client_at(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as ask:
        with pytest.raises(VendorUnavailable, match="no answer in time"):
            await ask()
    server.close()


@VENDORS
async def test_an_answer_without_an_end_is_refused(client_at):
    async with running() as vendor:
        vendor.tell(faces.AUTH, Reply(LARGE))
        vendor.tell("/rma/90000004", Reply(LARGE))
        async with client_at(vendor.url) as ask:
            with pytest.raises(VendorUnavailable, match="larger than"):
                await ask()


async def test_a_write_whose_answer_is_too_large_is_unknown_and_not_sent_again():
    async with running() as vendor:
        vendor.tell(faces.AUTH, faces.opened(vendor.url))
        vendor.tell("/api/ReturnsRefunds/CreateRMABooking", Reply(LARGE))
        async with Linnworks(faces.linnworks_credentials(vendor.url), timeout=5, patience=PATIENCE) as client:
            with pytest.raises(OutcomeUnknown):
                await client.create_booking(faces.ORDER, faces.REFERENCE, [])
        assert len(vendor.asked("/api/ReturnsRefunds/CreateRMABooking")) == 1


def test_every_client_waits_for_a_limited_time_unless_told_otherwise():
    """The defaults, as somebody uses them who names no time-out."""
    clients = [ReturnGo(faces.returngo_credentials("https://x")), Linnworks(faces.linnworks_credentials("https://x"))]
    for limits in (client._http._client.timeout for client in clients):
        assert all(seconds is not None and seconds <= 60 for seconds in limits.as_dict().values())


def _calls(file: Path) -> list[ast.Call]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_no_source_switches_verification_or_a_time_out_off_or_talks_past_the_clients():
    """Whoever opens a connection names how long it waits, and nobody says that certificates do not matter."""
    guilty = []
    for file in sources():
        for call in _calls(file):
            named = {word.arg: ast.unparse(word.value) for word in call.keywords}
            what = ast.unparse(call.func)
            if named.get("verify") in ("False", "0", "None") or named.get("timeout") == "None":
                guilty.append(f"{file.name}:{call.lineno} {what}")
            opens = what in ("httpx.AsyncClient", "httpx.Client", "urllib.request.urlopen") or what.startswith(
                "requests."
            )
            if opens and "timeout" not in named:
                guilty.append(f"{file.name}:{call.lineno} {what} names no time-out")
            if "_create_unverified_context" in what or "CERT_NONE" in ast.unparse(call):
                guilty.append(f"{file.name}:{call.lineno} {what}")
    assert guilty == []
