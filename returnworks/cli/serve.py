"""`sandbox`, `setup`, `serve` and `up`: the programs that stay, and what they need once."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import click

from returnworks.cli import CLEAN, COULD_NOT
from returnworks.cli.options import configured, with_output
from returnworks.cli.output import Output
from returnworks.cli.services import free_port, prefect_server, prefect_settings
from returnworks.cli.services import sandbox as start_sandbox
from returnworks.errors import ConfigError


@click.command()
@click.option("--port", default=8701, show_default=True, help="ReturnGO; Linnworks and control are the next two.")
@click.option("--story", help="Play this story's first step.")
@click.option("--json", "as_json", is_flag=True, help="Print addresses and credentials as one JSON line.")
def sandbox(port: int, story: str | None, as_json: bool) -> int:
    """Both vendors on loopback: the documented wire, a little stricter, with books, stories and faults."""
    arguments = [
        *("--returngo-port", str(port)),
        *("--linnworks-port", str(port + 1 if port else 0)),
        *("--control-port", str(port + 2 if port else 0)),
        *(("--story", story) if story else ()),
    ]
    command = [sys.executable, "-m", "returnworks.sandbox", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            return COULD_NOT
        _announce(json.loads(line), as_json)
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.terminate()
            return CLEAN


def _announce(ready: dict[str, object], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(ready))
        return
    click.echo("The sandbox is up. Point Returnworks at it with:")
    for name, value in dict(ready["env"]).items():  # type: ignore[call-overload]
        click.echo(f"  export {name}={value}")
    click.echo(f"Control and books: {ready['control_url']}   (ctrl-c stops it)")


@click.command()
@with_output
def setup(out: Output) -> int:
    """Register blocks in Prefect from the environment; make the identifier and folder in Linnworks. Repeatable."""
    from deployments.setup import register_blocks
    from returnworks.cli.options import bridge
    from returnworks.work.acts.exchange import make_marks

    environment, chosen = configured()
    environment.require_vendors()
    if "PREFECT_API_URL" not in os.environ:
        raise ConfigError("PREFECT_API_URL is not set.", "Start a server (`prefect server start`) and point to it.")
    names = asyncio.run(register_blocks(environment))

    async def marks() -> list[str]:
        async with bridge() as opened:
            return await make_marks(opened, chosen.policy.exchange_tag, chosen.policy.exchange_folder)

    made = asyncio.run(marks())
    out.say(f"Blocks registered: {', '.join(names)}.")
    out.say(f"Made in Linnworks: {', '.join(made) or 'nothing, all was there'}.")
    out.put(blocks=names, made=made)
    return CLEAN


@click.command()
def serve() -> int:
    """All deployments in one process, with their schedules, until stopped."""
    from deployments.served import run

    _, chosen = configured()
    if "PREFECT_API_URL" not in os.environ:
        raise ConfigError("PREFECT_API_URL is not set.", "Start a server (`prefect server start`) and point to it.")
    run(chosen)
    return CLEAN


@click.command()
@click.option("--home", default=".returnworks/demo", show_default=True, type=click.Path(path_type=Path))
@click.option("--port", default=4200, show_default=True, help="Port of the Prefect UI.")
def up(home: Path, port: int) -> int:
    """The demo's shop, kept running: sandbox, Prefect server and all deployments, until ctrl-c.

    Shows the runs of the last `returnworks demo` in the Prefect UI, from where any return can be re-run.
    """
    from returnworks.cli.demo import STATE, STORY

    home.mkdir(parents=True, exist_ok=True)
    saved = home / STATE
    with ExitStack() as stack:
        start = ["--state", str(saved)] + ([] if saved.exists() else ["--story", STORY])
        if not saved.exists():
            _forget_ledger(home)
        ready = stack.enter_context(start_sandbox(start, home))
        chosen = free_port(port)
        address = stack.enter_context(prefect_server(home, chosen))
        environment = {**os.environ, **ready["env"], **prefect_settings(home, chosen), "RETURNWORKS_HOME": str(home)}
        command = [sys.executable, "-m", "returnworks"]
        subprocess.run([*command, "setup"], env=environment, check=True)  # noqa: S603
        click.echo(f"Prefect UI: {address}   sandbox books: {ready['control_url']}   (ctrl-c stops everything)")
        click.echo("To re-run a return: Deployments > rerun-returns > Run > Custom run.")
        try:
            return subprocess.run([*command, "serve"], env=environment, check=False).returncode  # noqa: S603
        except KeyboardInterrupt:
            return CLEAN


def _forget_ledger(home: Path) -> None:
    """A new shop has no past: a ledger that remembers another sandbox's orders would only confuse."""
    for file in home.glob("ledger.sqlite3*"):
        file.unlink()
