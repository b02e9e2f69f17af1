"""The command `demo`: starts what is needed, plays the day, says what happened and whether it is as told."""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import click

from returnworks.cli import CLEAN, DIFFERENCES
from returnworks.cli.options import with_output
from returnworks.cli.output import Output
from returnworks.cli.services import HOME, free_port, prefect_server, prefect_settings, stop_cleanly_when_told


@click.command()
@click.option("--home", default=HOME, show_default=True, type=click.Path(path_type=Path), help="Where it keeps things.")
@click.option("--port", default=4200, show_default=True, help="Port of the Prefect server, if it is free.")
@with_output
def demo(out: Output, home: Path, port: int) -> int:
    """A day in the life of a shop: every flow, the four classic failures, and the night that finds them.

    Starts the sandbox and a Prefect server on loopback and stops them again. Exit code 0 when all is as told.
    """
    from returnworks.sandbox.handle import Sandbox

    stop_cleanly_when_told()
    ledger_home = home / "demo"
    shutil.rmtree(ledger_home, ignore_errors=True)
    ledger_home.mkdir(parents=True)
    with ExitStack() as stack:
        out.say("Starting the sandbox (both vendors on loopback) and a Prefect server ...")
        shop = stack.enter_context(Sandbox(process=True))
        chosen = free_port(port)
        address = stack.enter_context(prefect_server(home, chosen))
        _point_here(shop.env(), ledger_home, prefect_settings(home, chosen))
        from returnworks.cli.demo.day import play

        good = asyncio.run(play(out, shop, ledger_home))
    out.say()
    out.say(f"`make up` starts the same Prefect server again: this demo's runs are at {address}/runs then.")
    out.put(as_told=good, prefect=address)
    return CLEAN if good else DIFFERENCES


def _point_here(sandbox: dict[str, str], home: Path, prefect: dict[str, str]) -> None:
    """This process becomes an installation that knows only the sandbox. Must happen before Prefect is imported."""
    for name in [name for name in os.environ if name.startswith(("RETURNWORKS_", "PREFECT_"))]:
        del os.environ[name]
    os.environ.update(sandbox)
    os.environ.update(prefect)
    os.environ["RETURNWORKS_HOME"] = str(home)
    os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "ERROR"
