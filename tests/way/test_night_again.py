"""A past night can be done again, exactly; doing so changes nothing; a moment between nights says what was known."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from flows.one_night import night_again
from flows.way import carry_through
from returnworks.errors import LedgerError
from returnworks.ledger import NotInLedger
from returnworks.ledger.tables import Row
from returnworks.reconcile.night import assess
from returnworks.work.intake import poll_changes
from returnworks.work.night import file, gather
from returnworks.work.night.file import CANNOT_TELL
from tasks.night import check_night
from tests.conftest import Installation
from tests.way.test_exactly_once import RUG

TWELFTH = 12
NIGHTS = {"sqlite": 30, "postgresql": 13}
A_DAY = timedelta(days=1)
MADE_AGAIN = "Done again on "


@pytest.fixture
def installed(installation, database_url):
    """An installation on each database in turn."""
    return Installation(installation | {"RETURNWORKS_DATABASE_URL": database_url})


async def one(bridge, *, checked=False):
    """A night without Great Expectations, which takes most of the time and has tests of its own."""
    readings = await gather.gather(bridge)
    night = assess(readings.inputs)
    checks = await check_night(night, readings) if checked else ()
    return file.file_night(bridge, night, checks, readings)


ANOTHER = {
    "orders": [RUG["orders"][0] | {"reference": "5500009002", "name": "MM9002"}],
    "rmas": [RUG["rmas"][0] | {"id": "90009002", "order": "MM9002"}],
}


async def month(sandbox, bridge):
    """Nights, a day apart. Another return comes on the third day; now and then a clerk refunds something by hand."""
    sandbox.seed(RUG)
    await carry_through(bridge)
    start = bridge.now()
    for number in range(1, NIGHTS[bridge.ledger.dialect] + 1):
        bridge.now = lambda day=number: start + day * A_DAY
        sandbox.advance(A_DAY.total_seconds())
        if number == 3:
            sandbox.seed(ANOTHER)
            await carry_through(bridge)
        if number % 7 == 4:
            sandbox.act("refund_by_hand", order="MM9001", amount=f"0.{number:02d}")
        await poll_changes(bridge)
        await one(bridge, checked=number == TWELFTH)


def reports(bridge):
    """The report's files as night 12 filed them, by suffix."""
    (page,) = bridge.environment.reports.glob(f"night-{TWELFTH:04d}-*.html")
    return {suffix: page.with_suffix(f".{suffix}").read_bytes() for suffix in ("html", "json", "csv")}


def without_the_line(content):
    """What is left when the one line that says when it was done is taken out, and how many such lines there were."""
    lines = content.splitlines(keepends=True)
    said = [line for line in lines if MADE_AGAIN.encode() in line]
    return b"".join(line for line in lines if line not in said), len(said)


def everything(url):
    """Every row of every table."""
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = {name: connection.execute(text(f"SELECT * FROM {name}")).all() for name in Row.metadata.tables}
    engine.dispose()
    return {name: sorted(map(repr, rows)) for name, rows in tables.items()}


async def test_night_twelve_after_night_thirty_is_night_twelve_byte_for_byte(sandbox, installed):
    async with installed.bridge() as bridge:
        await month(sandbox, bridge)
        filed, before = reports(bridge), everything(bridge.environment.ledger_url)
        report = await night_again(bridge, TWELFTH)
        assert report.again.same
        for suffix, lines in (("html", 1), ("json", 1), ("csv", 0)):
            made = report.again.report.with_suffix(f".{suffix}").read_bytes()
            assert without_the_line(made) == (filed[suffix], lines)
        assert everything(bridge.environment.ledger_url) == before
        assert reports(bridge) == filed
        if bridge.ledger.dialect == "postgresql":
            _in_a_process_of_its_own(installed.variables, filed)


def _in_a_process_of_its_own(variables, filed):
    """Texts hash differently there, so that nothing may hang on their order."""
    command = [sys.executable, "-m", "returnworks", "reconcile", "--as-of", f"night {TWELFTH}"]
    environment = os.environ | variables | {"PYTHONHASHSEED": "77"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "byte for byte" in done.stdout
    made = Path(variables["RETURNWORKS_HOME"], "reports").glob("again-*.html")
    page = max(made, key=lambda path: path.stat().st_mtime_ns)
    assert without_the_line(page.read_bytes()) == (filed["html"], 1)


async def test_a_night_is_found_by_its_number_its_moment_and_its_day(sandbox, returnworks):
    sandbox.play("a-day-in-the-shop")
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        await one(bridge)
        record = bridge.ledger.night((await one(bridge)).night_id)
        for when in (record.id, record.as_of, record.as_of.date()):
            again = (await night_again(bridge, when)).again
            assert again.title == f"Night {record.id}"


async def test_between_nights_only_what_was_known_by_then_is_told(sandbox, returnworks):
    sandbox.play("a-day-in-the-shop")
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        await one(bridge)
        known = len(bridge.ledger.watched_returns(bridge.now()))
        between = bridge.now()
        bridge.now = lambda: between + timedelta(hours=2)
        sandbox.step()
        await carry_through(bridge)
        sandbox.step()
        later = await one(bridge)
        report = await night_again(bridge, between + timedelta(hours=1))
    assert len(report.night.units) == known
    assert report.again.open_items == ()
    assert later.open_items
    assert report.again.same is None
    assert report.night.breaks == ()
    assert "with Linnworks as night 1 had read it" in report.again.whence


async def test_before_the_first_night_nothing_can_be_told_of_linnworks(sandbox, returnworks):
    sandbox.play("a-day-in-the-shop")
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        before = bridge.now()
        bridge.now = lambda: before + timedelta(hours=1)
        await one(bridge)
        report = await night_again(bridge, before)
    assert report.again.verdict == CANNOT_TELL
    assert [side.why for side in report.night.sides if not side.fresh] == ["no night had read it by then"]


@pytest.mark.parametrize("ahead", [timedelta(seconds=1), A_DAY])
async def test_nothing_is_told_of_what_has_not_come_yet(sandbox, returnworks, ahead):
    async with returnworks.bridge() as bridge:
        await one(bridge)
        now = bridge.now()
        bridge.now = lambda: now
        assert (await night_again(bridge, now.date())).again.title
        for when in (now + ahead, (now + A_DAY).date(), date.max):
            with pytest.raises(NotInLedger, match="has not come yet"):
                await night_again(bridge, when)


async def test_since_leaves_out_what_had_not_changed(sandbox, returnworks):
    sandbox.play("a-day-in-the-shop")
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        night_id = (await one(bridge)).night_id
        returns = bridge.ledger.returns_at(bridge.now(), bridge.now() - timedelta(days=30))
        newest = max(ret.updated_at for ret in returns)
        report = await night_again(bridge, night_id, since=newest)
    kept = {ret.return_id for ret in returns if ret.updated_at >= newest}
    assert {row.return_id for row in report.night.results} == kept
    assert report.again.same is None


async def test_readings_are_let_go_after_the_policys_time_and_then_only_the_report_is_left(sandbox, returnworks):
    sandbox.play("a-day-in-the-shop")
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        first = (await one(bridge)).night_id
        then = bridge.ledger.night(first).as_of
        for days, kept in ((400, True), (401, False)):
            bridge.now = lambda days=days: then + timedelta(days=days)
            await one(bridge)
            assert (bridge.ledger.archive(first).content is not None) is kept
        with pytest.raises(LedgerError, match="let go"):
            await night_again(bridge, first)
        with pytest.raises(LedgerError, match="no readings of a night 99"):
            await night_again(bridge, 99)
