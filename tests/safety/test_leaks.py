"""Nothing that a run leaves behind holds a secret or a person: everything is searched, byte by byte."""

from __future__ import annotations

import asyncio
import logging
import os
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from blocks import LinnworksCredentialsBlock, ReturnGoCredentialsBlock
from flows.way import carry_through
from returnworks.cli import CLEAN, COULD_NOT
from returnworks.cli.app import COMMANDS, run
from returnworks.errors import NotAuthorised, ReturnworksError
from returnworks.ledger import Ledger
from returnworks.settings import read_environment
from returnworks.work.bridge import credentials_from_environment
from tests.safety.echo import SESSION, echoing
from tests.safety.plants import PERSONAL, files_under, found, leaks, secrets_of
from tests.way.test_exactly_once import RUG

HUSH = "webhook-token-and-database-passwords"


class Shop:
    """An installation whose commands run here, so that their logs, down to DEBUG, are caught with the rest."""

    def __init__(self, home: Path, secrets: dict[str, str], said: Callable[[], str]) -> None:
        self.home = home
        self.wanted = PERSONAL | secrets
        self.said = said
        self.codes: list[int] = []

    def run(self, *arguments: str, code: int | None = None) -> None:
        came = run(arguments)
        assert code is None or came == code, self.said()
        self.codes.append(came)

    def leaks(self) -> dict[str, set[str]]:
        """Everything found in the files and in what was said and logged so far."""
        said = found(self.said().encode(), self.wanted)
        return leaks(files_under(self.home), self.wanted) | ({"what was said": said} if said else {})


@pytest.fixture
def shop(sandbox, installation, monkeypatch, tmp_path, capsys, caplog) -> Iterator[Shop]:
    for name in [name for name in os.environ if name.startswith(("RETURNWORKS_", "PREFECT_"))]:
        monkeypatch.delenv(name)
    for name, value in (installation | {"RETURNWORKS_WEBHOOK_TOKEN": HUSH}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    collected: list[str] = []

    def said() -> str:
        collected.extend(capsys.readouterr())
        return "".join(collected) + caplog.text

    return Shop(tmp_path, secrets_of(sandbox.credentials) | {"webhook token": HUSH}, said)


def _rmas(sandbox) -> list[str]:
    return sorted(sandbox.books()["rmas"])


def _day(sandbox, shop: Shop) -> None:
    """Every step of the story, each with the whole way after it."""
    told = sandbox.play("a-day-in-the-shop")
    while True:
        shop.run("sync")
        if told["number"] == told["of"]:
            return
        told = sandbox.step()


def test_a_whole_day_leaves_no_secret_and_no_person_behind(sandbox, shop):
    _day(sandbox, shop)
    for rma in _rmas(sandbox)[::4]:
        shop.run("trace", rma)
    shop.run("plan", *_rmas(sandbox), "--json")
    shop.run("replay", *_rmas(sandbox)[:3], "--dry-run")
    shop.run("doctor")
    shop.run("exceptions", "list", "--all", "--json")
    shop.run("db", "backup", "copy.sqlite3", code=CLEAN)
    assert COULD_NOT not in shop.codes
    left = files_under(shop.home)
    assert {"ledger.sqlite3", "copy.sqlite3"} <= {file.name for file in left}
    assert sandbox.books()["writes"], "a day on which nothing happened proves nothing"
    assert shop.leaks() == {}


TYPED = "Wrong colour. Write to planted.person@example.com, +44 1632 960999, pay to GB33 BUKB 2020 1555 5555 55"


@pytest.mark.parametrize("came_back", [True, False])
def test_what_shoppers_and_clerks_type_as_a_reason_is_kept_without_how_to_reach_them(sandbox, shop, came_back):
    verdict = {"at": {"hours_ago": 2}, "returned": came_back, "restockable": False, "reason": TYPED}
    line = {"sku": "GARISH-RUG", "reason": TYPED, "extended_reason": f" > {TYPED}", "inspected": verdict}
    sandbox.seed(RUG | {"rmas": [{**RUG["rmas"][0], "lines": [line]}]})
    shop.run("plan", "90009001", "--json")
    shop.run("sync")
    shop.run("trace", "90009001", "--json")
    shop.wanted |= {"telephone": "1632 960999", "IBAN, spaced": "GB33 BUKB"}
    assert shop.leaks() == {}
    with Ledger.open(read_environment()[0].ledger_url) as ledger:
        kept = ledger.get_return("90009001")
    assert kept is not None
    assert kept.lines[0].reason == "Wrong colour. Write to …, …, pay to …"


FAULTS = ("errors_in_200", "error_after", "empty_body", "not_json", "drop_after", "expire_session")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_day_on_which_linnworks_fails_leaves_nothing_behind_either(sandbox, shop, fault):
    sandbox.seed(RUG)
    for method in ("*CreateRMABooking", "*ActionRMABooking", "*CreateRefund"):
        sandbox.fault(fault, method, vendor="linnworks", count=1)
    for _ in range(2):
        shop.run("sync")
    shop.run("exceptions", "list", "--json")
    shop.run("trace", "90009001", "--json")
    assert shop.leaks() == {}


@pytest.mark.parametrize(
    ("vendor", "status", "as_json", "lets_in"),
    [
        ("RETURNGO", 400, True, True),
        ("RETURNGO", 403, True, True),
        ("RETURNGO", 418, False, True),
        ("RETURNGO", 200, False, True),
        ("LINNWORKS_AUTH", 400, True, True),
        ("LINNWORKS_AUTH", 401, True, True),
        ("LINNWORKS_AUTH", 403, False, True),
        ("LINNWORKS_AUTH", 200, True, True),
        ("LINNWORKS_AUTH", 400, True, False),
        ("LINNWORKS_AUTH", 200, True, False),
    ],
)
def test_a_vendor_that_repeats_keys_and_shoppers_is_not_repeated(
    sandbox, shop, monkeypatch, vendor, status, as_json, lets_in
):
    sandbox.seed(RUG)
    shop.wanted |= {"session": SESSION}
    with echoing(status, as_json=as_json, lets_in=lets_in) as address:
        monkeypatch.setenv(f"RETURNWORKS_{vendor}_URL", address)
        shop.run("sync")
        shop.run("doctor")
    shop.run("exceptions", "list", "--json")
    if (vendor, status, lets_in) == ("LINNWORKS_AUTH", 400, True):
        assert "For …, IBAN …, …" in shop.said(), "what it said is told, less what must not be"
    assert shop.leaks() == {}


def test_a_vendor_that_breaks_and_repeats_is_not_repeated(sandbox, shop, monkeypatch):
    """500: reads are tried again, so this one takes its seconds."""
    with echoing(500) as address:
        monkeypatch.setenv("RETURNWORKS_RETURNGO_URL", address)
        shop.run("plan", "90000004", code=COULD_NOT)
    assert "500" in shop.said()
    assert shop.leaks() == {}


@pytest.mark.parametrize("name", ["RETURNGO_API_KEY", "LINNWORKS_TOKEN", "LINNWORKS_APPLICATION_SECRET"])
def test_a_wrong_key_is_not_shown(sandbox, shop, monkeypatch, name):
    sandbox.seed(RUG)
    shop.wanted |= {"wrong key": "wrong-but-still-a-secret"}
    monkeypatch.setenv(f"RETURNWORKS_{name}", "wrong-but-still-a-secret")
    shop.run("sync", code=COULD_NOT)
    shop.run("doctor", "--json", code=COULD_NOT)
    assert shop.leaks() == {}


@click.command()
def breaks() -> int:
    """A mistake of ours, at the worst moment: the message holds everything that must not be told."""
    environment, _ = read_environment()
    try:
        raise KeyError(environment.returngo_api_key.get_secret_value())
    except KeyError as first:
        secrets = " ".join(environment.secrets)
        person = "planted.person@example.com GB33BUKB20201555555555 +441632960999"
        raise RuntimeError(f"{secrets} of {person}") from first


def test_a_crash_is_kept_without_secrets_and_persons(shop, monkeypatch):
    monkeypatch.setitem(COMMANDS, "breaks", (__name__, "for this test"))
    shop.run("breaks", code=COULD_NOT)
    crash = next(file for file in files_under(shop.home) if file.parent.name == "crashes")
    assert "in breaks" in crash.read_text(), "the traceback is there"
    wanted = shop.wanted | PERSONAL | {"name, e-mail, street or town": "planted.person"}
    assert found(crash.read_bytes(), wanted) == set()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://clerk:hush-hush@127.0.0.1:notaport/ledger",
        "postgresql://clerk:to@hush-hush@127.0.0.1:1/ledger",
        "postgresql://clerk:a:hush-hush@127.0.0.1:1/ledger?connect_timeout=1",
        "postgresql://clerk:a/hush-hush@127.0.0.1:1/ledger?connect_timeout=1",
        "postgresql://clerk@127.0.0.1:1/ledger?password=hush-hush&connect_timeout=1",
        "hush-hush",
        "mysql://clerk:hush-hush@127.0.0.1/ledger",
    ],
)
def test_a_database_password_is_in_no_message(shop, monkeypatch, url):
    shop.wanted = {"password": "hush-hush"}
    monkeypatch.setenv("RETURNWORKS_DATABASE_URL", url)
    for command in (["db", "upgrade"], ["doctor"], ["exceptions", "list", "--json"]):
        shop.run(*command, code=COULD_NOT)
    assert "RETURNWORKS_DATABASE_URL" in shop.said() or "reachable" in shop.said()
    assert shop.leaks() == {}


def test_nothing_shows_its_secrets_when_it_is_printed(sandbox, shop, returnworks):
    environment, _ = read_environment()
    linnworks, returngo = credentials_from_environment(environment)

    async def shown() -> list[object]:
        async with returnworks.bridge() as bridge:
            await bridge.linnworks.authorise()
            parts = [bridge, bridge.linnworks, bridge.returngo, *vars(bridge.linnworks).values()]
            session = bridge.linnworks._session
            return [repr(part) for part in (*parts, vars(session), session._opened)]

    blocks = [
        LinnworksCredentialsBlock(
            auth_url=linnworks.auth_url,
            application_id=linnworks.application_id,
            application_secret=linnworks.application_secret,
            token=linnworks.token,
        ),
        ReturnGoCredentialsBlock(url=returngo.url, api_key=returngo.api_key, shop=returngo.shop),
    ]
    things: list[object] = [environment, linnworks, returngo, *blocks, *(block.model_dump() for block in blocks)]
    text = " ".join([*map(repr, things), *map(str, things), *map(str, asyncio.run(shown()))])
    assert found(text.encode(), shop.wanted) == set()
    assert found(environment.model_dump_json().encode(), shop.wanted) == set()


async def test_exceptions_hold_no_secret_even_where_nobody_looks(sandbox, returnworks):
    """A debugger, an error tracker or a rich traceback shows the chain and the arguments."""
    returnworks.variables["RETURNWORKS_RETURNGO_API_KEY"] = "wrong-but-still-a-secret"
    with pytest.raises(NotAuthorised) as refused:
        async with returnworks.bridge() as bridge:
            await carry_through(bridge)
    error: BaseException | None = refused.value
    while error is not None:
        assert "wrong-but-still-a-secret" not in repr(vars(error)) + repr(error.args) + str(error)
        error = error.__cause__ or error.__context__
    assert isinstance(refused.value, ReturnworksError)
    assert "wrong-but" not in "".join(traceback.format_exception(refused.value))
