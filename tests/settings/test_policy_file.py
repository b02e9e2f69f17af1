"""The policy file: what it means, and how it is refused."""

from pathlib import Path

import pytest

from returnworks.errors import ConfigError
from returnworks.rules.policy import BUILT_IN, StockTrigger, StoreCredit
from returnworks.settings import read_policy


def _file(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "returnworks.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_the_built_in_policy_holds(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_policy(None).policy == BUILT_IN


def test_a_file_in_the_current_folder_is_found(tmp_path, monkeypatch):
    _file(tmp_path, "[stock]\nwindow_minutes = 0\n")
    monkeypatch.chdir(tmp_path)
    assert read_policy(None).policy.restock_windows.minutes == 0


def test_every_table_reaches_the_policy(tmp_path):
    chosen = read_policy(
        _file(
            tmp_path,
            """
            time_zone = "Europe/London"
            extra_resolutions = ["Donate"]
            [stock]
            trigger = "rma_received"
            quarantine_location = "Cage"
            scrap_location = "Cage"
            [[route]]
            name = "rugs are looked at twice"
            disposition = "undecided"
            location = "Inspection"
            sku_patterns = ["*-RUG"]
            [money]
            store_credit = "credit"
            tolerance = { GBP = 1 }
            [exchange]
            tag = "SWAP"
            [linnworks]
            calls_scale = 0.5
            """,
        )
    )
    policy = chosen.policy
    assert (chosen.time_zone, chosen.linnworks_calls_scale) == ("Europe/London", 0.5)
    assert policy.stock_trigger == StockTrigger.RMA_RECEIVED
    assert policy.quarantine_location == "Cage"
    assert policy.routes[0].sku_patterns == ("*-RUG",)
    assert policy.store_credit == StoreCredit.CREDIT
    assert policy.tolerance("GBP") == 1
    assert policy.exchange_tag == "SWAP"
    assert policy.version != BUILT_IN.version


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[stock]\nwindow_minuts = 5\n", ("stock.window_minuts", "window_minutes")),
        ("[stok]\n", ("stok", "stock")),
        ('[stock]\ntrigger = "soon"\n', ("stock.trigger", "item_inspected", "'soon'")),
        ('[stock]\nwindow_minutes = "often"\n', ("stock.window_minutes", "integer")),
        ('time_zone = "Mars/Phobos"\n', ("time_zone", "Europe/London")),
        ('[[route]]\nname = "x"\n', ("route.1.disposition",)),
        ("[money]\ntolerance = { pounds = 1 }\n", ("money.tolerance.pounds",)),
        ("[exchange]\ntag = 'lower case'\n", ("exchange.tag",)),
        ("this is not toml\n", ("not TOML", "line 1")),
        ('[stock]\nuninspected_disposition = "sellable"\n', ("uninspected_disposition", "never sold")),
    ],
)
def test_a_mistake_is_refused_by_file_key_and_remedy(tmp_path, text, words):
    file = _file(tmp_path, text)
    with pytest.raises(ConfigError) as refused:
        read_policy(file)
    for word in (str(file), *words):
        assert word in str(refused.value)


def test_a_file_that_is_named_but_missing_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="RETURNWORKS_CONFIG"):
        read_policy(tmp_path / "nowhere.toml")
