"""Goods without a usable order line: one row of stock, changed by a delta whose note is the reference.

That the note reaches the stock history is assumed, not documented by Linnworks. So a change of the same size
without our note is a doubt, and the absence of any such change is the only proof that nothing happened.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from returnworks.ledger import PostingRecord
from returnworks.rules.model import Finding, RestockLine, StockMove
from returnworks.work.acts.base import Standing, about
from returnworks.work.bridge import Bridge

CLOCKS = timedelta(minutes=10)
"""How far Linnworks' clock may be behind ours."""


class StockAct:
    async def look(self, bridge: Bridge, record: PostingRecord) -> Standing:
        line = _line(record)
        since = record.created_at - CLOCKS
        moves = await bridge.linnworks.stock_moves(line.stock_item_id, line.location_id, since)
        ours = [move for move in moves if record.reference in move.note]
        if len(ours) > 1:
            return Standing(blocked=_twice(record, len(ours)))
        if ours:
            return _compare(record, line, ours[0])
        if record.tries and any(_could_be_ours(move, line) for move in moves):
            return Standing(blocked=_unsigned(record, line))
        return Standing()

    def request(self, record: PostingRecord, standing: Standing) -> tuple[str, dict[str, Any]]:
        line = _line(record)
        said = {"sku": line.sku, "location": line.location_name, "change": line.quantity, "note": record.reference}
        return "UpdateStockLevelsBySKU", said

    async def send(self, bridge: Bridge, record: PostingRecord, standing: Standing) -> str | None:
        line = _line(record)
        await bridge.linnworks.change_stock(line.sku, line.location_id, line.quantity, record.reference)
        return None

    def is_last(self, record: PostingRecord) -> bool:
        return True


def _line(record: PostingRecord) -> RestockLine:
    """One row a call: a lost answer is then about exactly one change."""
    (line,) = record.posting.restock
    return line


def _could_be_ours(move: StockMove, line: RestockLine) -> bool:
    """As many units, and a note that names nothing else that moves stock (observed: orders and customer returns)."""
    named = move.note.startswith(("Order ", "Customer return", "SCRAPPED", "PO "))
    return move.change == line.quantity and not named


def _compare(record: PostingRecord, line: RestockLine, move: StockMove) -> Standing:
    if move.change != line.quantity:
        text = f"The stock history shows {move.change} units under {record.reference}, meant were {line.quantity}."
        return Standing(blocked=about(record, "goods_quantity", text))
    return Standing(done=True, evidence={"note": move.note, "change": move.change, "level": move.level})


def _twice(record: PostingRecord, count: int) -> Finding:
    text = f"The stock history shows {count} changes under {record.reference}. Take the extra units out of stock."
    return about(record, "goods_duplicate", text)


def _unsigned(record: PostingRecord, line: RestockLine) -> Finding:
    text = (
        f"The stock of {line.sku} at {line.location_name} changed by {line.quantity} since {record.reference} was "
        "sent, and the history does not say by whom. Look whether it was us before anything is sent again."
    )
    return about(record, "posting_unknown", text)
