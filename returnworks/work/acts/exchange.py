"""Exchanges: the order that the sales channel sent is marked and routed, so that it ships and is no sale.

All three marks (identifier, folder, extended property) are set, not added, so repeating them is harmless; so is
setting an order that costs nothing to paid, where the policy asks for it.
Returnworks never creates an exchange order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from returnworks.errors import Refused
from returnworks.ledger import PostingRecord
from returnworks.rules.model import Finding, Order
from returnworks.work.acts.base import Standing, about
from returnworks.work.bridge import Bridge

RMA_PROPERTY = "ReturnGO RMA"
"""The extended property that names the return on the exchange order."""


class ExchangeAct:
    async def look(self, bridge: Bridge, record: PostingRecord) -> Standing:
        return (await self.look_all(bridge, [record]))[record.reference]

    async def look_all(self, bridge: Bridge, records: Sequence[PostingRecord]) -> Mapping[str, Standing]:
        """One call for up to fifty orders; their answer has all three marks."""
        orders = await bridge.linnworks.orders_by_ids([record.order_id for record in records])
        found = {order.order_id: order for order in orders}
        return {record.reference: _standing(record, found.get(record.order_id)) for record in records}

    def request(self, record: PostingRecord, standing: Standing) -> tuple[str, dict[str, Any]]:
        return "AssignOrderIdentifier, AssignToFolder, AddExtendedProperties", {
            "order": record.order_id,
            "tag": record.posting.exchange_tag,
            "folder": record.posting.exchange_folder,
            "property": {RMA_PROPERTY: record.return_id},
            "set_paid": record.posting.exchange_paid,
        }

    def rounds(self, records: Sequence[PostingRecord]) -> Sequence[Sequence[PostingRecord]]:
        """Linnworks takes many orders in one call for a tag and a folder; each order once, as it has one property."""
        by_marks: dict[tuple[str, str], list[PostingRecord]] = {}
        for record in records:
            by_marks.setdefault((record.posting.exchange_tag, record.posting.exchange_folder), []).append(record)
        return list(by_marks.values())

    async def send(self, bridge: Bridge, record: PostingRecord, standing: Standing) -> str | None:
        await self.send_round(bridge, [record])
        return record.order_id

    async def send_round(self, bridge: Bridge, records: Sequence[PostingRecord]) -> None:
        books, posting = bridge.linnworks, records[0].posting
        orders = [record.order_id for record in records]
        await make_marks(bridge, posting.exchange_tag, posting.exchange_folder)
        await books.assign_identifier(orders, posting.exchange_tag)
        await _put_into_folder(bridge, orders, posting.exchange_folder)
        if free := [record.order_id for record in records if record.posting.exchange_paid]:
            await books.set_paid(free)
        for record in records:
            await books.add_extended_properties(record.order_id, {RMA_PROPERTY: record.return_id})

    def is_last(self, record: PostingRecord) -> bool:
        return True


async def make_marks(bridge: Bridge, tag: str, folder: str) -> list[str]:
    """Make the identifier and the folder in Linnworks where they are missing; what was made. Once a run."""
    if (tag, folder) in bridge.marks_made:
        return []
    made = []
    if tag not in await bridge.linnworks.identifiers():
        await bridge.linnworks.save_identifier(tag, "ReturnGO exchange")
        made.append(f"identifier {tag}")
    if folder not in await bridge.linnworks.folders():
        await bridge.linnworks.add_folder(folder)
        made.append(f"folder {folder}")
    bridge.marks_made.add((tag, folder))
    return made


async def _put_into_folder(bridge: Bridge, order_ids: Sequence[str], folder: str) -> None:
    """Refused where Linnworks passes an order over, as it does with locked and parked ones (documented)."""
    put = set(await bridge.linnworks.assign_folder(order_ids, folder))
    doubtful = [order_id for order_id in order_ids if order_id.lower() not in put]
    orders = await bridge.linnworks.orders_by_ids(doubtful) if doubtful else ()
    if left := [order for order in orders if folder not in order.folders]:
        numbers = ", ".join(str(order.number) for order in left)
        raise Refused(f"Linnworks did not put order {numbers} into the folder {folder}; is it locked or parked?")


def _standing(record: PostingRecord, order: Order | None) -> Standing:
    if order is None:
        return Standing(blocked=_finding(record, "exchange_not_found", "is no longer in Linnworks. Find it there"))
    if _is_marked(record, order):
        return Standing(done=True, vendor_id=order.order_id, evidence=_evidence(order))
    if order.processed:
        text = "was processed before it could be marked, so reports count it as a sale. Exclude it by hand"
        return Standing(blocked=_finding(record, "exchange_counted_as_sale", text))
    return Standing(vendor_id=order.order_id, evidence=_evidence(order))


def _is_marked(record: PostingRecord, order: Order) -> bool:
    posting = record.posting
    return (
        posting.exchange_tag in order.identifiers
        and (posting.exchange_folder in order.folders or order.processed)
        and (RMA_PROPERTY, record.return_id) in order.extended_properties
        and (order.paid or not posting.exchange_paid)
    )


def _evidence(order: Order) -> dict[str, Any]:
    return {
        "order": order.number,
        "identifiers": list(order.identifiers),
        "folders": list(order.folders),
        "processed": order.processed,
        "paid": order.paid,
    }


def _finding(record: PostingRecord, code: str, what: str) -> Finding:
    text = f"The exchange order of RMA {record.return_id} {what}, then `returnworks replay {record.return_id}`."
    return about(record, code, text)
