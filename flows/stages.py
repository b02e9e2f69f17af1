"""One flow per stage that writes: goods, money, exchanges, order notes; and the settling of lost answers."""

from typing import Any

from prefect import flow

from returnworks.rules.model import Kind
from tasks.bridge import open_bridge
from tasks.drain import drain
from tasks.posting import post_due, settle_unknowns
from tasks.telling import told


@flow(name="restock")
async def restock(at_once: bool = False) -> dict[str, Any]:
    """Book and action the returned goods whose restock window has closed (`at_once`: also the open one)."""
    async with open_bridge() as bridge:
        posted = await drain(post_due, bridge, Kind.RESTOCK, at_once=at_once)
        return told(posted.figures())


@flow(name="credit")
async def credit() -> dict[str, Any]:
    """Record one credit on the original order for every refund that was paid."""
    async with open_bridge() as bridge:
        posted = await drain(post_due, bridge, Kind.CREDIT)
        return told(posted.figures())


@flow(name="exchange")
async def exchange() -> dict[str, Any]:
    """Mark and route the exchange orders that arrived from the sales channel."""
    async with open_bridge() as bridge:
        posted = await drain(post_due, bridge, Kind.EXCHANGE)
        return told(posted.figures())


@flow(name="notes")
async def notes() -> dict[str, Any]:
    """Write on the original orders where their returns stand, for whoever looks them up in Linnworks."""
    async with open_bridge() as bridge:
        written = await drain(post_due, bridge, Kind.NOTE)
        return told(written.figures())


@flow(name="settle-unknowns")
async def settle() -> dict[str, Any]:
    """Look up every posting whose answer was lost: found is confirmed, absent is planned again."""
    async with open_bridge() as bridge:
        settled = await drain(settle_unknowns, bridge)
        return told(settled.figures())
