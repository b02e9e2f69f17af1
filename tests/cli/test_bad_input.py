"""Bad input, as a person at a terminal meets it: the cause, the way out, the exit code, no traceback."""

import json
import os
import subprocess
import sys

import click
import pytest

from returnworks.cli import CLEAN, COULD_NOT, DIFFERENCES, WRONG_USAGE
from returnworks.cli.app import app


@pytest.fixture
def returnworks(installation, tmp_path):
    """Runs `returnworks` in an empty folder against the sandbox; variables set to None are unset."""

    def run(*arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
        variables = {**os.environ, **installation, "COLUMNS": "200"}
        variables |= {name: value for name, value in changes.items() if value is not None}
        for name in [name for name, value in changes.items() if value is None]:
            variables.pop(name, None)
        command = [sys.executable, "-m", "returnworks", *arguments]
        done = subprocess.run(command, env=variables, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return run


def test_no_credentials_are_named_one_by_one(returnworks):
    done = returnworks("sync", RETURNWORKS_RETURNGO_API_KEY=None, RETURNWORKS_LINNWORKS_TOKEN=None)
    assert done.returncode == COULD_NOT
    assert "RETURNWORKS_RETURNGO_API_KEY" in done.stderr
    assert "RETURNWORKS_LINNWORKS_TOKEN" in done.stderr


def test_a_wrong_returngo_key_names_the_variable_to_mend(returnworks):
    done = returnworks("sync", RETURNWORKS_RETURNGO_API_KEY="wrong")
    assert done.returncode == COULD_NOT
    assert "RETURNWORKS_RETURNGO_API_KEY" in done.stderr


def test_an_unknown_shop_is_named(returnworks):
    done = returnworks("sync", RETURNWORKS_RETURNGO_SHOP="nobody.myshopify.com")
    assert done.returncode == COULD_NOT
    assert "nobody.myshopify.com" in done.stderr


def test_wrong_linnworks_credentials_name_the_variables(returnworks, sandbox):
    sandbox.play("a-day-in-the-shop")
    done = returnworks("sync", RETURNWORKS_LINNWORKS_TOKEN="00000000-0000-0000-0000-000000000001")
    assert done.returncode == COULD_NOT
    assert "RETURNWORKS_LINNWORKS" in done.stderr


def test_an_unreachable_vendor_is_named_with_its_address(returnworks):
    done = returnworks("sync", RETURNWORKS_RETURNGO_URL="http://127.0.0.1:9")
    assert done.returncode == COULD_NOT
    assert "127.0.0.1:9" in done.stderr


def test_a_misspelt_key_in_the_policy_is_named_with_the_right_one(returnworks, tmp_path):
    (tmp_path / "returnworks.toml").write_text("[stock]\nwindow_minuts = 5\n")
    done = returnworks("sync")
    assert done.returncode == COULD_NOT
    assert "window_minutes" in done.stderr


@pytest.mark.parametrize(
    "arguments", [("sink",), ("sync", "--return-id", "R-1"), ("replay",), ("exceptions", "show", "x")]
)
def test_wrong_usage_is_64(returnworks, arguments):
    assert returnworks(*arguments).returncode == WRONG_USAGE


def test_an_unknown_return_is_said_to_be_unknown(returnworks):
    done = returnworks("plan", "424242")
    assert done.returncode == COULD_NOT
    assert "424242" in done.stderr


def test_a_number_that_never_was_a_return_is_said_to_be_none_and_forgotten(returnworks):
    done = returnworks("replay", "424242")
    assert done.returncode == DIFFERENCES
    assert "ReturnGO has no RMA 424242." in done.stdout
    assert returnworks("exceptions", "list").returncode == CLEAN
    assert json.loads(returnworks("sync", "--json").stdout)["nowhere"] == 0


def test_a_known_return_that_vanished_from_returngo_is_an_exception(returnworks, sandbox):
    sandbox.play("a-day-in-the-shop")
    rma = min(sandbox.books()["rmas"])
    returnworks("sync", "--return-id", rma)
    sandbox.reset()
    assert returnworks("replay", rma).returncode == DIFFERENCES
    listed = json.loads(returnworks("exceptions", "list", "--json", "--return-id", rma).stdout)
    assert [item["code"] for item in listed["exceptions"]] == ["return_unreadable"]


def test_a_return_that_cannot_be_read_is_an_exception_and_its_neighbours_carry_on(returnworks, sandbox):
    sandbox.play("a-day-in-the-shop")
    sandbox.fault("not_json", "rma", vendor="returngo", count=1)
    done = returnworks("sync", "--json")
    assert done.returncode == DIFFERENCES
    said = json.loads(done.stdout)
    assert said["unreadable"] == 1
    assert said["restock"]["confirmed"] > 0
    listed = json.loads(returnworks("exceptions", "list", "--json", "--code", "return_unreadable").stdout)
    assert len(listed["exceptions"]) == 1


def test_an_unknown_status_holds_only_its_own_return(returnworks, sandbox):
    sandbox.play("a-day-in-the-shop")
    rma = min(sandbox.books()["rmas"])
    sandbox.act("set_status", rma=rma, status="Teleported")
    done = returnworks("sync", "--json")
    assert done.returncode == DIFFERENCES
    assert json.loads(done.stdout)["restock"]["confirmed"] > 0
    held = json.loads(returnworks("exceptions", "list", "--json", "--return-id", rma).stdout)
    assert [item["code"] for item in held["exceptions"]] == ["unknown_status"]


def test_a_page_that_repeats_does_not_repeat_anything(returnworks, sandbox):
    sandbox.play("a-day-in-the-shop")
    sandbox.fault("repeat_page", "rmas", vendor="returngo", count=50)
    returnworks("sync")
    written = sandbox.books()["writes"]
    assert returnworks("sync").returncode in (CLEAN, DIFFERENCES)
    assert sandbox.books()["writes"] == written


def test_help_imports_neither_prefect_nor_great_expectations():
    code = (
        "import sys; from returnworks.cli.app import run; run(['--help']);"
        "assert not {'prefect', 'great_expectations', 'pandas', 'httpx', 'sqlalchemy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.parametrize(
    "path",
    [
        *("demo", "sandbox", "setup", "doctor", "sync", "plan", "trace", "replay", "reconcile", "serve"),
        *("exceptions list", "exceptions show", "db upgrade", "db backup"),
    ],
)
def test_every_command_takes_json(path):
    found = app
    for word in path.split():
        found = found.get_command(click.Context(found), word)
    assert "--json" in {option for parameter in found.params for option in parameter.opts}
