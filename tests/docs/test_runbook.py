"""Each code has its card, a person can follow each card, and each command on it is there."""

import re

import pytest

from returnworks.ledger import ExceptionRecord
from returnworks.rules.codes import CODES
from returnworks.rules.model import Owner, Severity
from returnworks.work.desk.cards import SECTIONS, card
from tests.contracts import ROOT
from tests.docs.test_commands_in_docs import check, commands_in
from tests.ledger.faces import NOW

FOLDER = ROOT / "docs" / "runbook"

PLACEHOLDERS = {
    "RETURN_ID",
    "EXCEPTION_ID",
    "LINE_ID",
    "SKU",
    "DATE",
    "FILE",
    "TEXT",
    "REFUND_ID",
    "TRANSACTION_ID",
} | {
    "MONTH",
    "NAME",
}
"""What a card may leave for its reader to fill in."""

OTHER_CAPITALS = {"RMA", "CX", "SKU", "SKUS", "RMAS", "UTC", "CSV", "JSON", "HTML", "IBAN", "VAT", "ID", "URL", "OK"}


def sections(text):
    """The card's sections with their text, in order."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


def test_every_code_has_its_card_and_every_card_its_code():
    assert {file.stem for file in FOLDER.glob("*.md")} == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_card_says_what_it_means_whose_it_is_how_to_check_what_to_do_and_how_to_undo(code):
    text = card(code)
    assert text.startswith(f"# {code}: {CODES[code].title}\n")
    found = sections(text)
    assert tuple(found) == SECTIONS
    assert all(len(part) > 20 or name == "Whose job" for name, part in found.items())
    assert CODES[code].owner in found["Whose job"].casefold()


@pytest.mark.parametrize("code", CODES)
def test_every_command_on_a_card_exists_and_leaves_only_known_words_to_fill_in(code):
    commands = commands_in(card(code), "returnworks")
    for command in commands:
        check(command)
        left = set(re.findall(r"\b[A-Z][A-Z_]+\b", command)) - OTHER_CAPITALS
        assert left <= PLACEHOLDERS, command


def test_a_card_is_printed_with_the_ids_of_its_exception():
    exception = record("90000004")
    shown = card("goods_missing", exception)
    assert "`returnworks replay 90000004`" in shown
    assert "RETURN_ID" not in shown
    assert "EXCEPTION_ID" not in card("goods_orphan", exception)


def test_a_card_of_an_exception_without_a_return_leaves_its_number_open():
    assert "RETURN_ID" in card("goods_missing", record(None))


def record(return_id):
    return ExceptionRecord(
        id=17,
        code="goods_missing",
        subject="somewhere",
        return_id=return_id,
        owner=Owner.WAREHOUSE,
        severity=Severity.CRITICAL,
        message="",
        units=0,
        value=None,
        event_at=NOW,
        opened_at=NOW,
        last_seen_at=NOW,
        closed_at=None,
        evidence="",
        reopened=0,
        assignee="",
        waived_until=None,
        waive_reason="",
        night_id=None,
    )
