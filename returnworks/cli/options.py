"""What the commands share: the `--json` switch and the open bridge."""

from __future__ import annotations

import functools
import getpass
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import click

from returnworks.cli.output import Output
from returnworks.errors import ReturnworksError
from returnworks.ledger import Ledger
from returnworks.settings import Environment, PolicyFile, read_environment, read_policy
from returnworks.work.bridge import Bridge, credentials_from_environment, open_bridge


def with_output(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--json` and an `Output` as its first argument, printed whatever the exit code."""

    @click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
    @functools.wraps(command)
    def run(*args: object, as_json: bool, **kwargs: object) -> int:
        out = Output(as_json)
        try:
            return command(out, *args, **kwargs)
        except ReturnworksError as problem:
            out.put(error=str(problem))
            raise
        finally:
            out.close()

    return run


def by_whom(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--by`: who does it, by default RETURNWORKS_ACTOR, else the account that runs it."""
    told = "Who does it; default: RETURNWORKS_ACTOR, else this account's name."
    return click.option("--by", "who", default=_actor, help=told)(command)


def _actor() -> str:
    """The person whom the environment names, else the account that runs this; empty where the system has none."""
    named = read_environment()[0].actor
    if named:
        return named
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def configured() -> tuple[Environment, PolicyFile]:
    """The environment and the policy; warnings about variables that nobody reads go to standard error."""
    environment, warnings = read_environment()
    for warning in warnings:
        click.echo(f"returnworks: warning: {warning}", err=True)
    return environment, read_policy(environment.config)


def ledger() -> Ledger:
    """The ledger alone, for commands that only look at what is remembered; use it as a context manager."""
    environment, _ = configured()
    return Ledger.open(environment.ledger_url)


@asynccontextmanager
async def bridge() -> AsyncIterator[Bridge]:
    """The bridge as the environment says, for commands that run without Prefect."""
    environment, chosen = configured()
    linnworks, returngo = credentials_from_environment(environment)
    async with open_bridge(
        environment, chosen.policy, linnworks, returngo, calls_per_minute_scale=chosen.linnworks_calls_scale
    ) as opened:
        yield opened
