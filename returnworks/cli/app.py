"""The commands by name, and what becomes of their errors."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from returnworks import __version__
from returnworks.cli import COULD_NOT, WRONG_USAGE
from returnworks.errors import ReturnworksError

COMMANDS = {
    "demo": ("returnworks.cli.demo", "A day in the life of a shop, played against the sandbox through Prefect."),
    "up": ("returnworks.cli.serve", "Sandbox, Prefect server and all deployments, for browsing."),
    "sandbox": ("returnworks.cli.serve", "Both vendors on loopback, for trials and tests."),
    "setup": ("returnworks.cli.serve", "Register blocks in Prefect and make the identifier and folder in Linnworks."),
    "serve": ("returnworks.cli.serve", "All deployments in one process, with their schedules."),
    "hooks": ("returnworks.cli.hooks", "Receive ReturnGO's webhooks, so that changes are read at once."),
    "doctor": ("returnworks.cli.doctor", "Check configuration, database, credentials and locations."),
    "sync": ("returnworks.cli.sync", "Read what changed in ReturnGO and post it to Linnworks, once."),
    "replay": ("returnworks.cli.sync", "Run chosen returns again; what is already posted stays as it is."),
    "adjust": ("returnworks.cli.sync", "Put a returned unit without a usable order line into stock, once."),
    "reconcile": ("returnworks.cli.night", "Compare both systems and the ledger, and explain every difference."),
    "shadow": ("returnworks.cli.shadow", "Look for some nights before posting anything, then go live."),
    "close": ("returnworks.cli.close", "A month's close pack: made, signed by a second person, and true or stale."),
    "plan": ("returnworks.cli.look", "What one return would cause in Linnworks now, and why."),
    "policy": (
        "returnworks.cli.policy",
        "The shop's rules: check them, ask why they decided, try others.",
    ),
    "trace": ("returnworks.cli.look", "Everything known about one return, in time order."),
    "exceptions": ("returnworks.cli.exceptions", "The open differences: whose job each is and what to do."),
    "refunds": ("returnworks.cli.refunds", "Refunds in Linnworks that nobody explains: link, accept, hand to CX."),
    "db": ("returnworks.cli.database", "The ledger's database."),
}


class Lazy(click.Group):
    """A group that imports a command's module only when that command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="returnworks")
def app() -> None:
    """Moves every ReturnGO return into Linnworks exactly once, and proves each night that both agree.

    Exit codes: 0 clean, 1 differences or refusals, 2 could not do it, 64 wrong usage.
    """


def run(arguments: Sequence[str]) -> int:
    """The exit code of one command line."""
    try:
        return int(app.main(list(arguments), prog_name="returnworks", standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as wanted:
        wanted.show()
        return WRONG_USAGE
    except click.UsageError as wrong:
        wrong.show()
        return WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        return _could_not("Stopped. What was written down stays; run it again to go on.")
    except click.ClickException as problem:
        return _could_not(problem.format_message())
    except ReturnworksError as problem:
        return _could_not(str(problem))
    except Exception as surprise:
        return _could_not(_crash(surprise))


def _could_not(message: str) -> int:
    click.echo(f"returnworks: {message}", err=True)
    return COULD_NOT


def _crash(surprise: Exception) -> str:
    """Keep the traceback, without secrets and personal data, in a file beside the ledger, and say where it is."""
    from returnworks.clients.http import without_secrets

    folder, secrets = _crash_folder()
    file = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{type(surprise).__name__}.txt"
    told = without_secrets("".join(traceback.format_exception(surprise)), secrets)
    try:
        file.write_text(told, encoding="utf-8")
    except OSError:
        sys.stderr.write(told)
    return (
        f"Something nobody foresaw ({type(surprise).__name__}). Nothing is lost: what was sent is in the ledger. "
        f"The details are in {file}; please report them."
    )


def _crash_folder() -> tuple[Path, tuple[str, ...]]:
    """Where tracebacks are kept, and the secrets that must not be in them."""
    from returnworks.settings import read_environment

    try:
        environment, _ = read_environment()
        folder = environment.home / "crashes"
        folder.mkdir(parents=True, exist_ok=True)
    except (ReturnworksError, OSError):
        return Path(), tuple(value for name, value in os.environ.items() if name.startswith("RETURNWORKS_"))
    return folder, environment.secrets
