"""Which units that were put aside have left there since their verdict, as Linnworks' stock levels prove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from returnworks.errors import NotAuthorised, Refused
from returnworks.rules.doubts import line_subject
from returnworks.rules.model import Return
from returnworks.rules.second_looks import Place, lies_aside
from returnworks.work.bridge import Bridge
from returnworks.work.restocks import Restocks

CODE = "inspected_after_restock"


async def moved_on(bridge: Bridge, returns: Sequence[Return], restocks: Restocks) -> frozenset[str]:
    """Line ids. A place where Linnworks counts none of the item holds no unit of it; of one that holds some, nobody
    can tell which left, so nothing is proven. What was proven once, after the verdict, stays so."""
    aside = {ret.return_id: lies_aside(ret, restocks.of(ret.return_id), bridge.policy) for ret in returns}
    waiting = [ret for ret in returns if aside[ret.return_id]]
    if not waiting:
        return frozenset()
    proven = _proven_before(bridge, waiting)
    open_lines = {
        line_id: places for ret in waiting for line_id, places in aside[ret.return_id].items() if line_id not in proven
    }
    return proven | await _left(bridge, open_lines)


def _proven_before(bridge: Bridge, returns: Sequence[Return]) -> frozenset[str]:
    closed = bridge.ledger.closed_at(CODE, [ret.return_id for ret in returns])
    return frozenset(
        line.line_id
        for ret in returns
        for line in ret.lines
        if line.inspection is not None
        and (when := closed.get(line_subject(ret.return_id, line.line_id))) is not None
        and when >= line.inspection.at
    )


async def _left(bridge: Bridge, lines: Mapping[str, frozenset[Place]]) -> frozenset[str]:
    """Those of `lines` at whose places nothing lies any more, asked in one batch; none where we may not ask."""
    items = sorted({item for places in lines.values() for item, _ in places})
    try:
        levels = await bridge.linnworks.stock_levels(items) if items else ()
    except (NotAuthorised, Refused):
        return frozenset()
    empty = {(level.stock_item_id, level.location_id) for level in levels if level.level <= 0}
    return frozenset(line_id for line_id, places in lines.items() if places <= empty)
