"""`hooks`: the webhook receiver."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import click

from returnworks.cli import CLEAN
from returnworks.cli.options import configured
from returnworks.errors import ConfigError
from returnworks.ledger import Ledger

if TYPE_CHECKING:
    import uvicorn

    from returnworks.hooks.waker import Wake

NO_PREFECT = "PREFECT_API_URL is not set: hints are stored, and wait for the next `returnworks sync`."


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; put TLS in front of it.")
@click.option("--port", default=8710, show_default=True, type=click.IntRange(0, 65535))
def hooks(host: str, port: int) -> int:
    """Receive ReturnGO's webhooks at POST /hooks/returngo/TOKEN, store them and wake the intake, until stopped.

    TOKEN is RETURNWORKS_WEBHOOK_TOKEN. GET /health says whether a webhook would be stored.
    """
    from returnworks.hooks import hooks_app, serving

    environment, _ = configured()
    with Ledger.open(environment.ledger_url) as ledger:
        app = hooks_app(ledger, environment.webhook_token, _wake_with_prefect())
        click.echo(f"Listening on http://{host}:{port}/hooks/returngo/TOKEN   (ctrl-c stops it)")
        with contextlib.suppress(KeyboardInterrupt):
            _run(serving(app, host, port), f"{host}:{port}")
    return CLEAN


def _run(server: uvicorn.Server, place: str) -> None:
    try:
        server.run()
    except SystemExit as stopped:  # how uvicorn says that the address is taken
        raise ConfigError(f"Cannot listen on {place}.", "Choose another --host or --port.") from stopped


def _wake_with_prefect() -> Wake:
    if "PREFECT_API_URL" in os.environ:
        from deployments.wake import wake_intake

        return wake_intake
    click.echo(f"returnworks: warning: {NO_PREFECT}", err=True)
    return _nobody


async def _nobody(_poll: bool) -> None:
    """There is no Prefect to wake."""
