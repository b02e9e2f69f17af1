"""Order notes: one sentence on the original order for each stage that its return enters.

Linnworks appends notes and gives them no key, so the reference stands in the text and is what is looked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from returnworks.errors import Refused
from returnworks.ledger import PostingRecord
from returnworks.rules.order_notes import STAGE_PROPERTY, stage_property
from returnworks.work.acts.base import Standing
from returnworks.work.bridge import Bridge


class NoteAct:
    async def look(self, bridge: Bridge, record: PostingRecord) -> Standing:
        return (await self.look_all(bridge, [record]))[record.reference]

    async def look_all(self, bridge: Bridge, records: Sequence[PostingRecord]) -> Mapping[str, Standing]:
        """One call for the notes of up to fifty orders, however many notes are meant for each."""
        notes = await bridge.linnworks.notes_of([record.order_id for record in records])
        return {record.reference: _standing(record, notes[record.order_id]) for record in records}

    def request(self, record: PostingRecord, standing: Standing) -> tuple[str, dict[str, Any]]:
        return "AddOrdersNote", {"order": record.order_id, "note": record.posting.note}

    def rounds(self, records: Sequence[PostingRecord]) -> Sequence[Sequence[PostingRecord]]:
        """Each note has a text of its own, so each is a call of its own."""
        return [[record] for record in records]

    async def send(self, bridge: Bridge, record: PostingRecord, standing: Standing) -> str | None:
        await self.send_round(bridge, [record])
        return None

    async def send_round(self, bridge: Bridge, records: Sequence[PostingRecord]) -> None:
        """The property first, as it may be repeated; the note that stands proves both."""
        for record in records:
            if bridge.policy.notes.extended_property:
                await _set_property(bridge, record)
            await bridge.linnworks.add_order_note([record.order_id], record.posting.note)

    def is_last(self, record: PostingRecord) -> bool:
        return True


def _standing(record: PostingRecord, notes: Sequence[str]) -> Standing:
    count = sum(record.reference in text for text in notes)
    return Standing(done=count > 0, evidence={"notes": count} if count else {})


async def _set_property(bridge: Bridge, record: PostingRecord) -> None:
    """An account that takes none on processed orders (not documented) is asked once a run, and does without."""
    if bridge.properties_refused:
        return
    try:
        value = stage_property(record.posting)
        await bridge.linnworks.add_extended_properties(record.order_id, {STAGE_PROPERTY: value})
    except Refused:
        bridge.properties_refused = True
