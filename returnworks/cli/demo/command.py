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
@click.option("--story", metavar="NAME", help="Play one named story instead, in seconds and without Prefect.")
@click.option("--list", "only_names", is_flag=True, help="Name the stories and the questions that they answer.")
@with_output
def demo(out: Output, home: Path, port: int, story: str | None, only_names: bool) -> int:
    """A day in the life of a shop: every flow, the four classic failures, and the night that finds them.

    Starts the sandbox and a Prefect server on loopback and stops them again. Exit code 0 when all is as told.
    """
    if only_names:
        return _list(out)
    return _tell(out, home, story) if story else _play_the_day(out, home, port)


def _list(out: Output) -> int:
    from returnworks.sandbox.stories import STORIES

    named = [one for one in STORIES.values() if one.expected]
    width = max(len(one.name) for one in named)
    for one in named:
        out.say(f"{one.name.ljust(width)}  {one.question}")
        out.say(f"{' ' * width}  {one.summary}")
    out.say()
    out.say("Play one with `returnworks demo --story NAME`; without a name, `returnworks demo` plays a whole day.")
    out.put(stories=[{"name": one.name, "question": one.question, "summary": one.summary} for one in named])
    return CLEAN


def _tell(out: Output, home: Path, name: str) -> int:
    from returnworks.cli.demo.story import named, play_story
    from returnworks.sandbox.handle import Sandbox

    named(name)
    with Sandbox() as shop:
        played = play_story(out, shop, name, home / "stories" / name)
    return CLEAN if played.as_told else DIFFERENCES


def _play_the_day(out: Output, home: Path, port: int) -> int:
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
