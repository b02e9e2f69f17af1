"""Opening the bridge: credentials from Prefect's blocks inside a flow run, from the environment outside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from prefect.blocks.core import Block
from prefect.context import FlowRunContext

from blocks import (
    LINNWORKS_CREDENTIALS,
    RETURNGO_CREDENTIALS,
    LinnworksCredentialsBlock,
    ReturnGoCredentialsBlock,
)
from returnworks.clients.linnworks.client import LinnworksCredentials
from returnworks.clients.returngo.client import ReturnGoCredentials
from returnworks.errors import ConfigError
from returnworks.settings import Environment, read_environment, read_policy
from returnworks.work.bridge import Bridge, credentials_from_environment
from returnworks.work.bridge import open_bridge as open_with

B = TypeVar("B", bound=Block)


@asynccontextmanager
async def open_bridge() -> AsyncIterator[Bridge]:
    """The bridge of this run; closed when the flow ends, however it ends."""
    environment, _ = read_environment()
    chosen = read_policy(environment.config)
    linnworks, returngo = await _credentials(environment)
    async with open_with(
        environment,
        chosen.policy,
        linnworks,
        returngo,
        calls_per_minute_scale=chosen.linnworks_calls_scale,
    ) as bridge:
        yield bridge


async def _credentials(environment: Environment) -> tuple[LinnworksCredentials, ReturnGoCredentials]:
    if FlowRunContext.get() is None:
        return credentials_from_environment(environment)
    books = await _block(LinnworksCredentialsBlock, LINNWORKS_CREDENTIALS)
    goods = await _block(ReturnGoCredentialsBlock, RETURNGO_CREDENTIALS)
    return books.credentials(), goods.credentials()


async def _block(kind: type[B], name: str) -> B:
    loaded = await find_block(kind, name)
    if loaded is None:
        raise ConfigError(
            f"Prefect has no block {name!r} of the kind {kind.get_block_type_slug()}.",
            "Run `returnworks setup` with the credentials in the environment, or add it under Blocks in the UI.",
        )
    return loaded


async def find_block(kind: type[B], name: str) -> B | None:
    """The block of this name and kind; None where Prefect has none."""
    try:
        loaded = kind.load(name)
        return await loaded if hasattr(loaded, "__await__") else loaded  # type: ignore[misc]
    except ValueError:
        return None
