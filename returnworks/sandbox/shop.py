"""ReturnGO's side of one shop: its RMAs, as JSON documents in the vendor's own shape, and its webhooks.

An RMA is kept as `GET /rma/{id}` shows it. What moves `lastUpdated` and what does not is the teller's choice:
seen live, parcel progress does not move it, and nothing promises that item validation does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from returnworks.sandbox.clock import iso_time

Document = dict[str, Any]

STATUSES = ("Pending", "Approved", "Received", "Validated", "Done", "Rejected", "Canceled")


class Shop:
    def __init__(self) -> None:
        self.rmas: dict[int, Document] = {}
        self.webhooks: list[Document] = []

    def put(self, rma: Document) -> None:
        """A new RMA, or one that replaces the RMA with the same number."""
        self.rmas[int(rma["rmaSummary"]["rmaId"])] = rma

    def register(self, webhook: Document) -> None:
        """A subscription of one URL to one event; the same id replaces."""
        others = [other for other in self.webhooks if other["id"] != webhook["id"]]
        self.webhooks = [*others, webhook]

    def rma(self, rma_id: str) -> Document | None:
        return self.rmas.get(int(rma_id)) if rma_id.isascii() and rma_id.isdigit() else None

    def newest_first(self) -> Iterator[tuple[int, Document]]:
        for number in sorted(self.rmas, reverse=True):
            yield number, self.rmas[number]

    def transactions(self) -> list[tuple[int, Document, Document]]:
        """Oldest first: (transaction id, transaction, its RMA)."""
        rows = [(int(t["id"]), t, rma) for rma in self.rmas.values() for t in rma.get("transactions") or ()]
        return sorted(rows, key=lambda row: row[0])


def touch(rma: Document, at: datetime) -> None:
    """Move `lastUpdated`, never back."""
    rma["lastUpdated"] = max(rma["lastUpdated"] or "", iso_time(at))
