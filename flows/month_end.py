"""The month's end: last month's close pack is made when it lacks, and earlier ones are looked at again."""

from __future__ import annotations

from typing import Any

from prefect import flow

from returnworks.errors import ReturnworksError
from returnworks.reconcile.close import BadMonth, Month
from tasks.bridge import open_bridge
from tasks.close import look_again, make_pack
from tasks.telling import told

PROGRAM = "Returnworks"
"""Who made a pack that no person asked for: any person can sign it."""


@flow(name="month-end-close")
async def month_end_close(month: str = "", by: str = PROGRAM, look_back: int = 3) -> dict[str, Any]:
    """Make the pack of `month` (by default the last one that is over) and say which packs do not hold any more.

    A pack that exists is left as it is: whether to make it again, and to sign it, is for people to decide
    (`returnworks close`). `look_back`: how many months before it are looked at too.
    """
    async with open_bridge() as bridge:
        zone = bridge.policy.restock_windows.time_zone
        try:
            wanted = Month.of(month, zone) if month else Month.before(bridge.now(), zone)
        except BadMonth as bad:
            raise ReturnworksError(str(bad)) from bad
        made = await make_pack(bridge, wanted, by)
        stale = await look_again(bridge, wanted, look_back)
        figures = {"month": str(wanted), "pack": made.number, "state": made.state, "folder": made.folder}
        return told(figures | {"stale": len(stale)} | {f"stale {name}": why for name, why in stale.items()})
