"""`reconcile` says in a few lines what the night found, what it cost, and what a past night would say again."""

import json
from datetime import UTC, date, datetime

import click
import pytest
from click.testing import CliRunner

from returnworks.cli.night import Moment, reconcile


@pytest.fixture
def run(sandbox, installation, monkeypatch):
    """The command on an installation with an evening behind it; its exit code and what it printed."""
    for name, value in installation.items():
        monkeypatch.setenv(name, value)
    sandbox.play("a-day-in-the-shop")

    def call(*arguments):
        done = CliRunner().invoke(reconcile, arguments, standalone_mode=False)
        if done.exception:
            raise done.exception
        return done.return_value, done.output

    return call


def test_a_night_fits_a_screen_and_names_its_calls(run):
    code, said = run()
    assert code == 1
    assert len(said.splitlines()) < 30
    assert "calls: " in said
    assert " of at least " in said
    assert "Verdict: breaks." in said


def test_a_past_night_is_told_again_and_is_the_same(run):
    _, first = run("--json")
    night = json.loads(first)["night"]
    code, again = run("--as-of", str(night), "--json")
    told = json.loads(again)
    assert (code, told["same_as_filed"], told["counts"]) == (1, True, json.loads(first)["counts"])
    assert "byte for byte" in run("--as-of", f"night {night}")[1]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("12", 12),
        ("night 12", 12),
        ("Night-12", 12),
        ("2026-11-20", date(2026, 11, 20)),
        ("2026-11-20T02:00", datetime(2026, 11, 20, 2, tzinfo=UTC)),
        ("2026-11-20T02:00:00+01:00", datetime(2026, 11, 20, 1, tzinfo=UTC)),
    ],
)
def test_a_night_is_named_by_number_day_or_time(text, meant):
    assert Moment().convert(text, None, None) == meant


@pytest.mark.parametrize("text", ["yesterday", "", "2026-13-01", "-1", "1.5", "night"])
def test_anything_else_is_refused(text):
    with pytest.raises(click.BadParameter):
        Moment().convert(text, None, None)
