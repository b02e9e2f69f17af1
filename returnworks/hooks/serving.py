"""The receiver as a program: how it listens, and what it keeps out of its logs."""

from __future__ import annotations

import uvicorn
from starlette.applications import Starlette

CONCURRENT = 100
"""Connections and calls at a time; more are answered 503 at once."""


def serving(app: Starlette, host: str, port: int) -> uvicorn.Server:
    """A server for `app`; run it with `.run()`. No access log, as the address of every call holds the token."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            access_log=False,
            log_level="warning",
            ws="none",
            server_header=False,
            limit_concurrency=CONCURRENT,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=10,
        )
    )
