"""`returnworks policy` as people type it."""

import json

import pytest

from returnworks.cli import CLEAN, COULD_NOT, DIFFERENCES, WRONG_USAGE
from returnworks.cli.app import run
from returnworks.rules.policy import BUILT_IN

SOUND = """
time_zone = "Europe/London"

[stock]
window_minutes = 30
window_minutes_by_shop = { "outlet.myshopify.com" = 0 }

[[stock.peak]]
start = "14:00"
end = "16:30"
days = ["mon", "fri"]

[[route]]
name = "torn goods are thrown away"
disposition = "scrap"
restockable = false
verdict_reasons = ["torn", "stained"]
sku_patterns = ["*-RUG"]
category = "Damaged"

[[route.example]]
verdict = "not restockable"
verdict_reason = "Torn"
sku = "GARISH-RUG"
scrap = true

[[route]]
name = "sold again"
disposition = "sellable"
restockable = true
"""


@pytest.fixture
def say(tmp_path, monkeypatch, capsys, installation):
    """Runs a command in an empty folder as the installation does: exit code, what it said."""
    monkeypatch.chdir(tmp_path)
    for name, value in installation.items():
        monkeypatch.setenv(name, value)

    def type_in(*arguments):
        capsys.readouterr()
        code = run(["policy", *arguments])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return type_in


@pytest.fixture
def write(tmp_path):
    def file(text, name="returnworks.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")

    return file


def test_a_sound_policy_is_shown_as_warehouse_people_read_it(say, write):
    write(SOUND)
    code, said = say("check")
    assert code == CLEAN
    assert "not restockable, warehouse says 'torn' or" in said
    assert "Quarantine (scrap, thrown away)" in said
    assert "Goods of one order wait for each other, at most 30 minutes." in said
    assert "Those of outlet.myshopify.com are posted at once." in said
    assert "From 14:00 to 16:30 (Europe/London) on mon, fri they wait for the end." in said
    assert "1 worked example." in said


def test_without_a_file_the_built_in_policy_is_shown(say):
    code, said = say("check", "--json")
    told = json.loads(said)
    assert (code, told["policy"], told["source"]) == (CLEAN, BUILT_IN.version, "the built-in policy")
    assert [row["go to"] for row in told["routing"]][:2] == ["Default (sellable)", "Quarantine (quarantine)"]


def test_a_mistake_is_told_with_file_line_key_and_remedy(say, write):
    write(SOUND.replace("verdict_reasons", "verdict_reason"), "other.toml")
    code, said = say("check", "--config", "other.toml")
    assert code == DIFFERENCES
    assert "other.toml:17: route.1.verdict_reason is not known. Did you mean 'verdict_reasons'?" in said
    code, said = say("check", "--config", "other.toml", "--json")
    (mistake,) = json.loads(said)["mistakes"]
    assert (code, mistake["line"], mistake["key"]) == (DIFFERENCES, 17, "route.1.verdict_reason")


def test_an_example_that_comes_out_otherwise_is_told_with_its_line(say, write):
    write(SOUND.replace('verdict_reason = "Torn"', 'verdict_reason = "Faded"'))
    code, said = say("check")
    assert code == DIFFERENCES
    assert (
        "returnworks.toml:21: route.1.example.1 'torn goods are thrown away' should decide, and 'nobody' does" in said
    )
    assert "verdict_reasons should be 'torn' or 'stained' and is 'Faded'" in said


def test_a_file_that_is_not_there_could_not_be_checked(say):
    code, said = say("check", "--config", "nowhere.toml")
    assert (code, "There is no file nowhere.toml" in said) == (COULD_NOT, True)


def test_linnworks_is_asked_only_when_told_to(say, write, sandbox):
    sandbox.seed({"locations": [{"name": "Quarantine"}, {"name": "Inspection"}]})
    write(
        SOUND.replace("Damaged", "Dammaged")
        + '\n[[route]]\nname = "r"\ndisposition = "quarantine"\nlocation = "Atic"\n'
    )
    assert say("check")[0] == CLEAN
    code, said = say("check", "--online")
    assert code == DIFFERENCES
    assert "returnworks.toml:19: route.1.category is 'Dammaged', and Linnworks has no such return category" in said
    assert "Did you mean 'Damaged'?" in said
    assert "returnworks.toml:35: route.3.location is 'Atic', and Linnworks has no such location" in said


def test_linnworks_that_is_away_could_not_be_asked(say, monkeypatch):
    monkeypatch.setenv("RETURNWORKS_LINNWORKS_AUTH_URL", "http://127.0.0.1:9")
    code, said = say("check", "--online")
    assert (code, "127.0.0.1:9" in said) == (COULD_NOT, True)


async def _sync(returnworks):
    from flows.way import carry_through

    async with returnworks.bridge() as bridge:
        await carry_through(bridge)


async def test_after_a_day_everything_is_explained_and_can_be_tried_otherwise(
    say, write, sandbox, returnworks, tmp_path
):
    """One day for several commands: what was posted is explained, what another policy would do is told."""
    import asyncio

    sandbox.play("a-day-in-the-shop")
    await _sync(returnworks)
    write(SOUND.replace('verdict_reasons = ["torn", "stained"]', ""), "new.toml")
    told = await asyncio.to_thread(_ask_everything, say, write)
    assert told == []
    written = sandbox.books()["writes"]
    await _sync(returnworks)
    assert sandbox.books()["writes"] == written


def _ask_everything(say, write):
    """What went wrong, in words."""
    wrong = []

    def expect(code, words, *arguments):
        got, said = say(*arguments)
        wrong.extend([f"{arguments}: exit code {got}"] if got != code else [])
        wrong.extend(f"{arguments}: no {word!r} in {said}" for word in words if word not in said)

    expect(
        CLEAN,
        (
            "LAMP-OAK, line 9000010101",
            "item_inspected: back since",
            "route 'restockable goods are sold again': to Default as sellable",
            "confirmed as RW-R-90000101-",
            "does not match: restockable asks for not restockable, given restockable",
            "RefundToPaymentMethod is credited to the order",
        ),
        "explain",
        "90000101",
    )
    expect(CLEAN, ('"policy_version": "' + BUILT_IN.version,), "explain", "RMA90000102", "--json")
    expect(CLEAN, (BUILT_IN.version,), "show")
    expect(CLEAN, ('"sellable_location": "Default"',), "show", BUILT_IN.version)
    expect(COULD_NOT, ("No policy 0123456789ab ever decided here",), "show", "0123456789ab")
    expect(COULD_NOT, ("424242",), "explain", "424242")
    expect(WRONG_USAGE, ("--since",), "what-if", "--config", "new.toml")
    expect(
        DIFFERENCES,
        ("1 unit would have fared otherwise, worth £96.00.", "GARISH-RUG"),
        "what-if",
        "--config",
        "new.toml",
        "--since",
        "2020-01-01",
    )
    expect(CLEAN, ("0 returns",), "what-if", "--config", "new.toml", "--since", "2099-01-01")
    write(SOUND.replace("Default", "Main"))
    expect(
        CLEAN,
        ("Policy " + BUILT_IN.version + " decided about ", "restock_windows"),
        "explain",
        "90000101",
    )
    return wrong
