"""The tables `[exchange]` and `[notes]` of the policy file."""

from __future__ import annotations

import tomllib

import pytest

from returnworks.errors import ConfigError
from returnworks.rules.exchange_terms import ExchangeTerms
from returnworks.rules.model import Stage
from returnworks.rules.order_notes import OrderNotes
from returnworks.rules.policy import BUILT_IN
from returnworks.settings import read_policy
from tests.contracts import ROOT


def policy(tmp_path, text):
    file = tmp_path / "returnworks.toml"
    file.write_text(text, encoding="utf-8")
    return read_policy(file).policy


def test_without_the_tables_every_stage_is_noted_and_nothing_is_done_beyond_marking(tmp_path):
    read = policy(tmp_path, "")
    assert (read.notes, read.exchanges) == (BUILT_IN.notes, BUILT_IN.exchanges) == (OrderNotes(), ExchangeTerms())
    assert read.notes.stages == tuple(Stage)
    assert (read.exchanges.set_free_orders_paid, read.exchanges.rule_draft) == (False, False)


def test_both_tables_reach_the_policy(tmp_path):
    read = policy(
        tmp_path,
        "[exchange]\ngoods_back_days = 14\nset_free_orders_paid = true\nrule_draft = true\n"
        '[notes]\nenabled = false\nstages = ["received", "in_transit"]\nextended_property = true\n',
    )
    assert read.exchanges == ExchangeTerms(14, set_free_orders_paid=True, rule_draft=True)
    assert read.notes == OrderNotes(False, (Stage.RECEIVED, Stage.IN_TRANSIT), extended_property=True)
    assert read.version != BUILT_IN.version


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[notes]\nstages = ["recieved"]\n', ("notes.stages", "received")),
        ("[notes]\nenable = true\n", ("notes.enable", "enabled")),
        ("[exchange]\ngoods_back_days = 0\n", ("exchange.goods_back_days",)),
        ('[exchange]\nrule_draft = "perhaps"\n', ("exchange.rule_draft",)),
    ],
)
def test_a_mistake_in_them_is_refused_by_key(tmp_path, text, words):
    with pytest.raises(ConfigError) as refused:
        policy(tmp_path, text)
    assert all(word in str(refused.value) for word in words)


@pytest.mark.parametrize("page", ["exchanges.md", "order-notes.md"])
def test_the_tables_that_the_docs_show_are_good(tmp_path, page):
    shown = (ROOT / "docs" / page).read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    assert tomllib.loads(shown)
    policy(tmp_path, shown)
