"""The policy file: what it means, and how it is refused."""

from pathlib import Path

import pytest

from returnworks.errors import ConfigError
from returnworks.rules.policy import BUILT_IN, StockTrigger, StoreCredit
from returnworks.settings import PolicyMistakes, read_policy


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


GOOD = """
[[route]]
name = "chipped goods are thrown away"
disposition = "scrap"
restockable = false
verdict_reasons = ["chipped"]
"""

MISTAKES = [
    # misspelt keys and tables
    ("[stock]\nwindow_minuts = 5\n", 2, "stock.window_minuts", "is not known", "Did you mean 'window_minutes'?"),
    ("\n\n[stok]\n", 3, "stok", "is not known", "Did you mean 'stock'?"),
    ("[stock]\nbananas = 1\n", 2, "stock.bananas", "is not known", "Known here: peak, quarantine_location"),
    (GOOD + "reson = ['x']\n", 7, "route.1.reson", "is not known", "Did you mean 'reason'?"),
    (
        GOOD + "[[route.example]]\nverdict = 'restockable'\nskuu = 'M'\n",
        9,
        "route.1.example.1.skuu",
        "is not known",
        "'sku'",
    ),
    ("[[stock.peak]]\nstart='09:00'\nend='10:00'\nday=[]\n", 4, "stock.peak.1.day", "is not known", "'days'?"),
    # wrong words
    ('[stock]\ntrigger = "soon"\n', 2, "stock.trigger", "is 'soon'", "It is one of: item_inspected, rma_received"),
    ('[stock]\ntrigger = "rma_recieved"\n', 2, "stock.trigger", "is 'rma_recieved'", "Did you mean 'rma_received'?"),
    ('time_zone = "Mars/Phobos"\n', 1, "time_zone", "is not a time zone (given: 'Mars/Phobos')", "Europe/London"),
    (
        GOOD + 'resolutions = ["Exchnge"]\n',
        7,
        "route.1.resolutions.1",
        "unknown resolution",
        "Did you mean 'Exchange'?",
    ),
    ("[[stock.peak]]\nstart='9:00'\nend='09:00'\n", 2, "stock.peak.1.start", "is '9:00'", "time of day"),
    # wrong types
    ('[stock]\nwindow_minutes = "often"\n', 2, "stock.window_minutes", "is 'often'", "a whole number"),
    ('[stock]\nwindow_minutes = "15"\n', 2, "stock.window_minutes", "is '15'", "a whole number"),
    ("[stock]\nwindow_minutes = true\n", 2, "stock.window_minutes", "is true", "a whole number"),
    ("[stock]\nwindow_minutes = 1.5\n", 2, "stock.window_minutes", "is 1.5", "a whole number"),
    (GOOD + 'scrap = "yes"\n', 7, "route.1.scrap", "is 'yes'", "true or false"),
    (GOOD + 'reasons = "Torn"\n', 7, "route.1.reasons", "is 'Torn'", "a list"),
    (GOOD + "reasons = ['Torn',\n\n 7]\n", 9, "route.1.reasons.2", "is 7", "text in quotes"),
    ("stock = 5\n", 1, "stock", "is 5", "a table of its own"),
    ("[route]\nname = 'x'\n", 1, "route", "is one table", "[[route]]"),
    ("[stock]\nquarantine_location = ''\n", 2, "stock.quarantine_location", "is ''", "or leave the key out"),
    # numbers and texts out of bounds
    ("[stock]\nwindow_minutes = -1\n", 2, "stock.window_minutes", "is -1", "It must be at least 0."),
    ("[stock]\nwindow_minutes = 1441\n", 2, "stock.window_minutes", "is 1441", "It must be at most 1440."),
    ("[watch]\ndays = 0\n", 2, "watch.days", "is 0", "It must be at least 1."),
    (
        "[money]\ntolerance = { pounds = 1 }\n",
        2,
        "money.tolerance.pounds",
        "is 'pounds'",
        "Write the three capitals of a currency",
    ),
    ("[exchange]\ntag = 'lower case'\n", 2, "exchange.tag", "is 'lower case'", "Write capitals, digits"),
    # lists that name nothing
    (GOOD + "reasons = []\n", 7, "route.1.reasons", "is an empty list", "or leave the key out"),
    ("[[stock.peak]]\nstart='09:00'\nend='10:00'\ndays=[]\n", 4, "stock.peak.1.days", "is an empty list", "leave"),
    ("[[escalation.step]]\nname = 'x'\ncodes = []\n", 3, "escalation.step.1.codes", "is an empty list", "leave"),
    (
        "[[escalation.step]]\nname = 'x'\ntell = 'a'\ncodes = ['goods_mising']\n",
        4,
        "escalation.step.1.codes.1",
        "is no code of an exception (given: 'goods_mising')",
        "Did you mean 'goods_missing'?",
    ),
    # what is lacking
    ('\n[[route]]\nname = "x"\n', 2, "route.1.disposition", "is missing", "Add disposition = ..."),
    # what cannot be meant
    ('[stock]\nuninspected_disposition = "sellable"\n', 2, "stock.uninspected_disposition", "never sold", "Make it"),
    (
        '[stock]\nquarantine_location = " default"\n',
        2,
        "stock.quarantine_location",
        "goods are sold",
        "another location",
    ),
    (GOOD + 'location = "DEFAULT"\n', 7, "route.1.location", "where goods are sold", "Name another location"),
    (GOOD.replace("scrap", "sellable"), 4, "route.1.disposition", "not found restockable", "Add restockable = true"),
    (GOOD + GOOD.replace("chipped goods", "others"), 8, "route.2", "says the same as 'chipped goods", "Keep one"),
    (GOOD + GOOD.replace("chipped goods", "o").replace("scrap", "quarantine"), 8, "route.2", "contradicts", "Keep one"),
    (GOOD + GOOD.replace('["chipped"]', '["torn"]'), 9, "route.2.name", "the name of 2 routes", "its own name"),
    (
        "[[route]]\nname = 'all'\ndisposition = 'quarantine'\n" + GOOD,
        5,
        "route.2",
        "is never reached: 'all' before it takes everything",
        "Put the narrower route first",
    ),
    (
        "[[stock.peak]]\nstart='09:00'\nend='09:00'\n",
        1,
        "stock.peak.1",
        "ends when it starts, at 09:00",
        "another time",
    ),
    (
        "[[stock.peak]]\nstart='09:00'\nend='21:00'\n[[stock.peak]]\nstart='20:00'\nend='09:00'\n",
        1,
        "stock.peak",
        "leave no minute of the week",
        "time to restock",
    ),
    (
        GOOD + "[[route.example]]\nverdict='uninspected'\nverdict_reason='x'\n",
        7,
        "route.1.example.1",
        "nobody",
        "another verdict",
    ),
]


@pytest.mark.parametrize(("text", "line", "key", "says", "remedy"), MISTAKES)
def test_a_mistake_is_refused_by_file_line_key_and_remedy(tmp_path, text, line, key, says, remedy):
    file = _file(tmp_path, text)
    with pytest.raises(PolicyMistakes) as refused:
        read_policy(file)
    (mistake,) = refused.value.mistakes
    assert (mistake.file, mistake.line, mistake.key) == (str(file), line, key)
    assert says in mistake.text
    assert remedy in mistake.remedy
    assert f"{file}:{line}: {key} {mistake.text}. {mistake.remedy}" in str(refused.value)


def test_a_text_that_is_no_toml_is_refused_by_its_line(tmp_path):
    with pytest.raises(PolicyMistakes, match=r"returnworks.toml:2: is not TOML: expected '='"):
        read_policy(_file(tmp_path, "[stock]\nthis is not toml\n"))


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path):
    text = "[watch]\ndays = 0\n[stock]\ntrigger = 1\nwindow_minuts = 1\n"
    with pytest.raises(PolicyMistakes) as refused:
        read_policy(_file(tmp_path, text))
    assert [mistake.line for mistake in refused.value.mistakes] == [2, 4, 5]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\x00", b"a = [" * 2000, b"[[a]]\n[a]\n", b"x = nan\n", b"= 1"])
def test_rubbish_is_refused_and_never_a_crash(tmp_path, content):
    file = tmp_path / "returnworks.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"returnworks\.toml"):
        read_policy(file)


def test_an_empty_file_is_the_built_in_policy(tmp_path):
    assert read_policy(_file(tmp_path, "")).policy == BUILT_IN
    assert read_policy(_file(tmp_path, "\ufeff# nothing yet\n")).policy == BUILT_IN


def test_examples_decide_nothing_so_they_make_no_other_policy(tmp_path):
    plain = read_policy(_file(tmp_path, GOOD))
    example = "[[route.example]]\nverdict = 'not restockable'\nverdict_reason = 'Chipped'\nscrap = true\n"
    told = read_policy(_file(tmp_path, GOOD + example))
    assert told.policy.version == plain.policy.version
    assert list(told.examples()) == [("route", 0, "example", 0)]


def test_a_file_that_is_named_but_missing_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="RETURNWORKS_CONFIG"):
        read_policy(tmp_path / "nowhere.toml")
