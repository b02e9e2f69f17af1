"""What every act on Linnworks can do: look what stands, say what it will send, send it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from returnworks.ledger import PostingRecord
from returnworks.rules.findings import finding
from returnworks.rules.model import Finding
from returnworks.work.bridge import Bridge


@dataclass(frozen=True, slots=True)
class Standing:
    """What Linnworks holds for one posting's present phase."""

    done: bool = False
    vendor_id: str | None = None
    """Linnworks' id of what stands: booking, refund header or order."""
    linked: bool = False
    """Done by somebody else, and exactly what was meant."""
    blocked: Finding | None = None
    """A reason not to send that a person must look at."""
    stale: str = ""
    """Why what was decided does not fit any more, so that its return is decided anew and nothing is sent."""
    evidence: dict[str, Any] = field(default_factory=dict)
    """What was seen, without personal data, for the attempt's record."""


class Act(Protocol):
    """One kind of effect. `look` only reads; `send` writes once and never retries."""

    async def look(self, bridge: Bridge, record: PostingRecord) -> Standing: ...

    def request(self, record: PostingRecord, standing: Standing) -> tuple[str, dict[str, Any]]:
        """The vendor's method and the arguments that will be sent, for the attempt's record."""
        ...

    async def send(self, bridge: Bridge, record: PostingRecord, standing: Standing) -> str | None:
        """Linnworks' id of what was made, where its answer gives one."""
        ...

    def is_last(self, record: PostingRecord) -> bool:
        """Whether the present phase is the last one of this kind."""
        ...


class ActTogether(Act, Protocol):
    """An effect whose looks, and where the wire allows it also its sends, are shared by many postings."""

    async def look_all(self, bridge: Bridge, records: Sequence[PostingRecord]) -> Mapping[str, Standing]:
        """What stands, by reference, for all of them; reads only, in few calls."""
        ...

    def rounds(self, records: Sequence[PostingRecord]) -> Sequence[Sequence[PostingRecord]]:
        """The postings that one `send_round` takes together, in the order in which they are to be sent."""
        ...

    async def send_round(self, bridge: Bridge, records: Sequence[PostingRecord]) -> None:
        """Send them all. What it raises is about all of them; a refusal means that none stands."""
        ...


def about(record: PostingRecord, code: str, message: str, since: datetime | None = None) -> Finding:
    """A finding about one posting."""
    return finding(
        code,
        f"RMA {record.return_id} / {record.reference}",
        message,
        return_id=record.return_id,
        covers=record.posting.covers,
        units=sum(line.quantity for line in record.posting.restock),
        value=record.posting.amount,
        since=record.posting.due_at or since,
    )
