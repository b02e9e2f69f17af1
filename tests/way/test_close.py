"""A month is closed by two people, and the pack says by itself when a late fact changes it."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest

from returnworks.errors import ConfigError, Refused
from returnworks.ledger import Ledger
from returnworks.reconcile.close import Month
from returnworks.rules.lifecycle import stage_of
from returnworks.rules.policy import BUILT_IN
from returnworks.work import closing
from tests.reconcile.close.faces import at, line, refund, rma

OCTOBER = Month.of("2026-10")
EARLY = at(1, month=11, hour=6)
LATE = EARLY + timedelta(days=9)


@pytest.fixture
def ledger(database_url: str):
    with Ledger.open(database_url, create=False) as opened:
        learn(opened, rma(), at(2))
        yield opened


def learn(ledger, ret, when):
    ledger.remember_returns([(ret, stage_of(ret))], when)


def make(ledger, folder, by="anna", now=EARLY):
    return closing.make(ledger, BUILT_IN, OCTOBER, by, folder, "garish.example", now).kept


def sign(ledger, by="bert", now=EARLY):
    return closing.sign(ledger, BUILT_IN, OCTOBER, by, "garish.example", now).kept


def look(ledger, now=EARLY):
    return closing.look(ledger, BUILT_IN, OCTOBER, now)


def open_codes(ledger):
    return [item.code for item in ledger.exceptions()]


def test_a_pack_is_made_by_one_person_and_signed_by_another(ledger, tmp_path):
    assert make(ledger, tmp_path).state == "open"
    with pytest.raises(Refused, match="anna made the pack, so another person signs it"):
        sign(ledger, by="Anna")
    assert (sign(ledger).signed_by, look(ledger).kept.state) == ("bert", "signed")
    with pytest.raises(Refused, match="bert signed pack 1 of 2026-10 already"):
        sign(ledger, by="carla")


def test_making_it_again_changes_nothing_while_the_facts_stand(ledger, tmp_path):
    first = make(ledger, tmp_path)
    assert make(ledger, tmp_path, by="carla", now=LATE) == first


def test_the_files_are_those_of_the_manifest(ledger, tmp_path):
    folder = Path(make(ledger, tmp_path).folder)
    listed = dict(reversed(row.split("  ")) for row in (folder / "SHA256SUMS").read_text().splitlines())
    assert listed.keys() == {file.name for file in folder.iterdir()} - {"SHA256SUMS"}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in listed.items())
    assert json.loads((folder / "sign-off.json").read_text())["facts_sha256"] == look(ledger).pack.hash
    assert "90000004" in (folder / "in-transit.csv").read_text()
    assert "Close of 2026-10" in (folder / "close.html").read_text()


def test_a_pack_whose_files_could_not_be_written_is_not_signed_before_they_are(ledger, tmp_path):
    (tmp_path / "2026-10").write_text("a file where the folder belongs", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be written"):
        make(ledger, tmp_path)
    (tmp_path / "2026-10").unlink()
    again = make(ledger, tmp_path)
    assert again.number == 1
    assert (Path(again.folder) / "SHA256SUMS").exists()


def test_a_sign_off_that_did_not_reach_its_file_is_written_the_next_time(ledger, tmp_path):
    make(ledger, tmp_path)
    file = Path(sign(ledger).folder) / "sign-off.json"
    file.write_text("{}", encoding="utf-8")
    make(ledger, tmp_path)
    assert "bert" in file.read_text(encoding="utf-8")


def test_what_happens_after_the_month_changes_nothing(ledger, tmp_path):
    make(ledger, tmp_path)
    sign(ledger)
    later = rma(status="Done", lines=(line(inspected=at(3, month=11)),), transactions=(refund(paid=at(4, month=11)),))
    learn(ledger, later, at(4, month=11))
    assert look(ledger, LATE).kept.state == "signed"


def test_a_late_fact_of_the_month_makes_the_pack_stale_and_an_exception_of_finance(ledger, tmp_path):
    make(ledger, tmp_path)
    sign(ledger)
    learn(ledger, rma(transactions=(refund(paid=at(30)),)), at(5, month=11))
    found = look(ledger, LATE)
    assert found.kept.state == "stale"
    assert "credits-owed: now 90000004" in found.kept.stale_why
    (item,) = ledger.exceptions()
    assert (item.code, item.owner) == ("close_stale", "finance")
    assert "signed by bert" in item.message


def test_a_stale_pack_is_not_signed_but_made_anew_which_closes_the_exception(ledger, tmp_path):
    make(ledger, tmp_path)
    learn(ledger, rma(transactions=(refund(paid=at(30)),)), at(5, month=11))
    with pytest.raises(Refused, match="Pack 1 of 2026-10 is stale"):
        sign(ledger, now=LATE)
    assert open_codes(ledger) == ["close_stale"]
    assert make(ledger, tmp_path, now=LATE).number == 2
    assert open_codes(ledger) == []
    assert sign(ledger, now=LATE).state == "signed"
    assert {folder.name for folder in (tmp_path / "2026-10").iterdir()} == {"1", "2"}


def test_there_is_nothing_to_sign_before_it_is_made(ledger):
    with pytest.raises(Refused, match="There is no pack of 2026-10 to sign"):
        sign(ledger)


@pytest.mark.parametrize("seconds", [-1, 0])
def test_a_month_is_closed_when_it_is_over(ledger, tmp_path, seconds):
    moment = OCTOBER.end + timedelta(seconds=seconds)
    if seconds < 0:
        with pytest.raises(Refused, match="not over yet"):
            make(ledger, tmp_path, now=moment)
    else:
        assert make(ledger, tmp_path, now=moment).number == 1


def test_names_with_addresses_are_refused(ledger, tmp_path):
    with pytest.raises(Refused, match="Name a person or a team"):
        make(ledger, tmp_path, by="anna@shop.example")
