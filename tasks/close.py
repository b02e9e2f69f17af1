"""The month's close, a step at a time."""

from __future__ import annotations

from returnworks.ledger.closes import CloseRecord
from returnworks.reconcile.close import Month
from returnworks.work import closing
from returnworks.work.bridge import Bridge
from tasks.step import step


@step("make the month's close pack")
async def make_pack(bridge: Bridge, month: Month, by: str) -> CloseRecord:
    """The month's last pack; made now where there is none."""
    kept = bridge.ledger.latest_close(str(month))
    if kept is not None:
        return kept
    folder, shop = bridge.environment.home / "closes", bridge.environment.returngo_shop
    made = closing.make(bridge.ledger, bridge.policy, month, by, folder, shop, bridge.now()).kept
    assert made is not None, "whoever makes a pack gets one"
    return made


@step("see whether earlier closes still hold")
async def look_again(bridge: Bridge, month: Month, look_back: int) -> dict[str, str]:
    """Of `month` and the `look_back` months before it: those whose pack does not hold any more, and why."""
    stale: dict[str, str] = {}
    for _ in range(look_back + 1):
        if bridge.ledger.latest_close(str(month)) is not None:
            kept = closing.look(bridge.ledger, bridge.policy, month, bridge.now()).kept
            if kept is not None and kept.stale_at is not None:
                stale[str(month)] = kept.stale_why
        month = month.previous
    return stale
