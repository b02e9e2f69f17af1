"""Each story ends as told, by the sandbox's own books; its page shows what a terminal shows."""

import ast
import json
import os
from functools import cache

import pytest

from returnworks.cli import CLEAN, COULD_NOT, DIFFERENCES
from returnworks.cli.app import run
from returnworks.cli.demo.judge import Verdict
from returnworks.cli.demo.verdicts import verdicts
from returnworks.rules.codes import CODES
from returnworks.sandbox.handle import Sandbox
from returnworks.sandbox.stories import STORIES, Expected
from tests.cli.story_pages import FOLDER, TOLD, index, page, told
from tests.contracts import ROOT

NAMES = [story.name for story in TOLD]
CLASSIC = {
    "stock-never-came-back": "goods_missing",
    "refund-and-credit-differ": "credit_amount",
    "exchange-counted-as-sale": "exchange_counted_as_sale",
    "component-came-back": "goods_orphan",
}
ASKED = {
    "stock-discrepancy",
    "refund-reconciliation",
    "refund-made-inside-linnworks",
    "whole-set-came-back",
    "pieces-make-a-set",
    "warehouse-by-reason",
}


@pytest.fixture(scope="module")
def play(tmp_path_factory):
    """Plays a story once; whoever asks for it again gets what it came to."""
    with Sandbox() as sandbox:
        yield cache(lambda name: told(sandbox, name, tmp_path_factory.mktemp("stories") / name))


@pytest.mark.parametrize("name", NAMES)
def test_a_story_ends_as_told(play, name):
    played, _ = play(name)
    assert [verdict for verdict in played.verdicts if not verdict.true] == []


@pytest.mark.parametrize("story", TOLD, ids=NAMES)
def test_a_page_shows_its_story_as_the_terminal_does(play, story):
    _, shown = play(story.name)
    written = (FOLDER / f"{story.name}.md").read_text(encoding="utf-8")
    assert written == page(story, shown), "write it anew with `python -m tests.cli.story_pages`"


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_a_story_leaves_open_says_what_to_do(play, name):
    played, shown = play(name)
    assert shown.count("to do:") == sum(1 for item in played.desk if item["closed_at"] is None)


def test_every_story_has_its_page_and_every_page_its_story():
    assert {file.stem for file in FOLDER.glob("*.md")} == {*NAMES, "README"}
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == index()


def test_the_four_classic_failures_and_every_question_of_a_merchant_have_their_story():
    assert set(NAMES) >= {*CLASSIC, *ASKED}
    for name, code in CLASSIC.items():
        assert code in {due.code for due in STORIES[name].expected.desk}


def test_what_a_story_expects_on_the_desk_has_the_owner_of_its_code():
    for story in TOLD:
        for due in story.expected.desk:
            assert due.owner == CODES[due.code].owner, story.name


def test_the_judge_knows_none_of_our_rules():
    for file in ("judge.py", "verdicts.py"):
        tree = ast.parse((ROOT / "returnworks/cli/demo" / file).read_text(encoding="utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
        ours = {name for name in imported if name.startswith("returnworks")}
        assert ours <= {"returnworks.cli.demo.judge", "returnworks.sandbox.stories"}


EMPTY = {"stock_moves": [], "refunds": [], "payouts": [], "orders": {}, "writes": {}}
MOVE = {"sku": "MUG-BLUE", "location": "Default", "change": 1, "note": "Customer return"}
ORDER = {"name": "MM1", "tags": [], "folders": []}
REFUND = {"order": "55", "amount": "12.00"}
ITEM = {"code": "goods_missing", "owner": "warehouse", "closed_at": None}


@pytest.mark.parametrize(
    ("books", "desk"),
    [
        (EMPTY | {"stock_moves": [MOVE]}, []),
        (EMPTY | {"refunds": [REFUND], "orders": {"55": ORDER}}, []),
        (EMPTY | {"payouts": [{}]}, []),
        (EMPTY, [ITEM]),
    ],
    ids=["a unit too many", "a credit too many", "a payout", "an exception too many"],
)
def test_a_story_that_ends_otherwise_is_not_as_told(books, desk):
    assert [v.true for v in verdicts(Expected(), books, desk)].count(False) == 1


def test_despatched_goods_are_no_returns():
    books = EMPTY | {"stock_moves": [MOVE | {"change": -1, "note": "Order 100001 ref: 55"}]}
    assert all(verdict.true for verdict in verdicts(Expected(), books, []))


# --- the command


def test_the_list_names_every_story_with_its_question(capsys):
    assert run(["demo", "--list"]) == CLEAN
    shown = capsys.readouterr().out
    for story in TOLD:
        assert story.name in shown
        assert story.question in shown


def test_a_story_is_one_json_document_too_and_leaves_the_environment_as_it_was(capsys, tmp_path):
    before = dict(os.environ)
    assert run(["demo", "--story", "keep-the-item", "--json", "--home", str(tmp_path)]) == CLEAN
    document = json.loads(capsys.readouterr().out)
    assert document["as_told"] is True
    assert document["money"] == [["MM3401", "12.00", "12.00"]]
    assert [each["command"] for each in document["commands"]] == ["returnworks sync", "returnworks reconcile"]
    assert dict(os.environ) == before


def test_a_story_that_did_not_end_as_told_gives_exit_code_1(capsys, tmp_path, monkeypatch):
    refuted = [Verdict("the sun shines", False, "rain")]
    monkeypatch.setattr("returnworks.cli.demo.story.verdicts", lambda *_: refuted)
    assert run(["demo", "--story", "keep-the-item", "--home", str(tmp_path)]) == DIFFERENCES
    assert "NO  the sun shines: rain" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["a-night-at-the-opera", "a-day-in-the-shop", "../../etc"])
def test_a_story_that_is_not_there_is_refused_with_the_way_to_the_names(capsys, name):
    assert run(["demo", "--story", name]) == COULD_NOT
    assert "returnworks demo --list" in capsys.readouterr().err
