"""`sandbox`, `setup`, `serve` and `up`: the programs that stay, and what they need once."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import click

from returnworks.cli import CLEAN
from returnworks.cli.options import configured, with_output
from returnworks.cli.output import Output
from returnworks.cli.services import HOME, free_port, prefect_server, prefect_settings, stop_cleanly_when_told
from returnworks.errors import ConfigError
from returnworks.sandbox.handle import Sandbox

STORY = "a-day-in-the-shop"
STOPS = (signal.SIGINT, signal.SIGTERM)


@click.command()
@click.option("--port", default=8701, show_default=True, help="ReturnGO; Linnworks and control are the next two.")
@click.option("--story", help="Play this story's first step.")
@click.option("--json", "as_json", is_flag=True, help="Print addresses and credentials as one JSON line.")
def sandbox(port: int, story: str | None, as_json: bool) -> int:
    """Both vendors on loopback: the documented wire, a little stricter, with books, stories and faults."""
    stop_cleanly_when_told()
    with Sandbox(process=True, ports=(port, port + 1, port + 2) if port else (0, 0, 0)) as shop:
        if story:
            shop.play(story)
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        _announce(shop, as_json)
        signal.sigwait(STOPS)
    return CLEAN


def _announce(shop: Sandbox, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"urls": shop.urls, "env": shop.env()}))
        return
    click.echo("The sandbox is up. Point Returnworks at it with:")
    for name, value in shop.env().items():
        click.echo(f"  export {name}={value}")
    click.echo(f"Control, books, stories and faults: {shop.urls['control']}   (ctrl-c stops it)")


@click.command()
@with_output
def setup(out: Output) -> int:
    """Register blocks in Prefect from the environment; make the identifier and folder in Linnworks. Repeatable."""
    from deployments.setup import register_blocks
    from returnworks.cli.options import bridge
    from returnworks.work.acts.exchange import make_marks
    from returnworks.work.rule_draft import make_rule_draft

    environment, chosen = configured()
    environment.require_vendors()
    if "PREFECT_API_URL" not in os.environ:
        raise ConfigError("PREFECT_API_URL is not set.", "Start a server (`prefect server start`) and point to it.")
    names = asyncio.run(register_blocks(environment))

    async def marks() -> tuple[list[str], str]:
        async with bridge() as opened:
            made = await make_marks(opened, chosen.policy.exchange_tag, chosen.policy.exchange_folder)
            return made, await make_rule_draft(opened) if chosen.policy.exchanges.rule_draft else ""

    made, rule = asyncio.run(marks())
    out.say(f"Blocks registered: {', '.join(names)}.")
    out.say(f"Made in Linnworks: {', '.join(made) or 'nothing, all was there'}.")
    if rule:
        out.say(rule)
    out.put(blocks=names, made=made, rule=rule)
    return CLEAN


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what is served as one JSON line.")
def serve(as_json: bool) -> int:
    """All deployments in one process, with their schedules, until stopped."""
    from deployments.served import SERVED, run

    _, chosen = configured()
    if "PREFECT_API_URL" not in os.environ:
        raise ConfigError("PREFECT_API_URL is not set.", "Start a server (`prefect server start`) and point to it.")
    if as_json:
        click.echo(json.dumps({"serving": [served.flow.name for served in SERVED]}))
    run(chosen)
    return CLEAN


@click.command()
@click.option("--home", default=HOME, show_default=True, type=click.Path(path_type=Path), help="Where it keeps things.")
@click.option("--port", default=4200, show_default=True, help="Port of the Prefect UI, if it is free.")
def up(home: Path, port: int) -> int:
    """A shop to play with: sandbox, Prefect server and all deployments, until ctrl-c.

    The Prefect server is the demo's own, so the demo's runs are there to look at. The shop and its ledger are new.
    """
    stop_cleanly_when_told()
    ledger_home = home / "up"
    shutil.rmtree(ledger_home, ignore_errors=True)
    ledger_home.mkdir(parents=True)
    with ExitStack() as stack:
        shop = stack.enter_context(Sandbox(process=True))
        shop.play(STORY)
        chosen = free_port(port)
        address = stack.enter_context(prefect_server(home, chosen))
        ours = {**shop.env(), **prefect_settings(home, chosen), "RETURNWORKS_HOME": str(ledger_home)}
        environment = {**os.environ, **ours}
        command = [sys.executable, "-m", "returnworks"]
        subprocess.run([*command, "setup"], env=environment, check=True)  # noqa: S603
        click.echo(f"Prefect UI: {address}   sandbox: {shop.urls['control']}   (ctrl-c stops everything)")
        click.echo("To re-run a return: Deployments > rerun-returns > Run > Custom run.")
        with contextlib.suppress(KeyboardInterrupt):
            return subprocess.run([*command, "serve"], env=environment, check=False).returncode  # noqa: S603
    return CLEAN
