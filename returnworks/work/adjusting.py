"""A person puts goods into stock that have no usable order line: never by itself, never besides a booking."""

from __future__ import annotations

from returnworks.errors import Refused
from returnworks.ledger import PostingRecord
from returnworks.rules.doubts import changed_at
from returnworks.rules.lifecycle import is_kept, is_missing
from returnworks.rules.model import Disposition, Kind, Location, Posting, RestockLine, Return, ReturnLine, StockItem
from returnworks.rules.references import reference
from returnworks.rules.routing import is_restockable
from returnworks.work.bridge import Bridge
from returnworks.work.intake import read_queued
from returnworks.work.planning import plan_due


async def put_into_stock(
    bridge: Bridge, return_id: str, line_id: str, location: str, reason: str, sku: str | None = None
) -> PostingRecord:
    """Intend one unit of one return line into the stock of `sku` (default: the line's own) at `location`.

    Raises Refused, naming what speaks against it: the line is not back, is posted already, or would become
    sellable although nobody found it restockable; the item is a composite, batched or unknown.
    """
    if bridge.mode.is_shadow:
        raise Refused("In shadow mode nothing is posted; `returnworks shadow status` says since when and what lacks.")
    line, ret = await _line(bridge, return_id, line_id)
    place = await _place(bridge, location)
    item = await _item(bridge, sku or line.sku or "")
    sellable = bridge.policy.is_sellable_place(place.name)
    if sellable and not is_restockable(line):
        raise Refused(f"Line {line_id} was not found restockable, and goods at {place.name} are sold. Name another.")
    posting = _posting(ret, line, item, place, Disposition.SELLABLE if sellable else Disposition.QUARANTINE, reason)
    bridge.ledger.remember_policy(bridge.policy, bridge.now())
    made = bridge.ledger.intend([posting], bridge.policy.version, bridge.now())
    if made.overlapping:
        raise Refused(
            f"Line {line_id} is covered by another posting already; `returnworks trace {return_id}` shows it."
        )
    await plan_due(bridge, only=[return_id])
    return made.records[0]


async def _line(bridge: Bridge, return_id: str, line_id: str) -> tuple[ReturnLine, Return]:
    bridge.ledger.enqueue([return_id], "manual", bridge.now())
    await read_queued(bridge, only=[return_id])
    ret = bridge.ledger.get_return(return_id)
    line = next((line for line in ret.lines if line.line_id == line_id), None) if ret else None
    if ret is None or line is None:
        raise Refused(f"RMA {return_id} has no line {line_id}. `returnworks trace {return_id}` shows its lines.")
    if line.inspection is None or is_missing(line) or is_kept(line):
        raise Refused(f"Line {line_id} of RMA {return_id} has not come back.")
    return line, ret


async def _place(bridge: Bridge, name: str) -> Location:
    found = [place for place in await bridge.locations() if place.name.casefold() == name.strip().casefold()]
    if len(found) != 1:
        raise Refused(f"Linnworks has {'no' if not found else 'several'} locations named {name!r}.")
    if found[0].fulfilment_centre or found[0].warehouse_managed:
        raise Refused(f"{found[0].name} is managed elsewhere: its stock is not ours to change.")
    return found[0]


async def _item(bridge: Bridge, sku: str) -> StockItem:
    found = list((await bridge.stock_items([sku])).values())
    if not found:
        raise Refused(f"Linnworks knows no item {sku!r}. Name the right one with --sku.")
    item = found[0]
    if item.composite or item.archived or item.tracking != "None":
        what = "a composite" if item.composite else "archived" if item.archived else "batched or serial stock"
        raise Refused(f"{item.sku} is {what}: its stock is changed in Linnworks by hand.")
    return item


def _posting(
    ret: Return, line: ReturnLine, item: StockItem, place: Location, disposition: Disposition, reason: str
) -> Posting:
    row = RestockLine(
        order_line_id="",
        stock_item_id=item.stock_item_id,
        sku=item.sku,
        location_id=place.location_id,
        location_name=place.name,
        disposition=disposition,
        quantity=1,
        reason=reason,
        line_ids=(line.line_id,),
    )
    return Posting(
        reference=reference(Kind.STOCK, ret.return_id, [line.line_id]),
        kind=Kind.STOCK,
        return_id=ret.return_id,
        order_id=f"stock of {item.stock_item_id} at {place.location_id}",
        covers=(line.line_id,),
        restock=(row,),
        rule=f"a person: {reason}",
        due_at=line.inspection.at if line.inspection else changed_at(ret),
    )
