"""A posting in one line, for everybody who shows one."""

from __future__ import annotations

from returnworks.rules.model import Posting


def described(posting: Posting) -> str:
    """What it does to Linnworks: goods with their places, money with its lines, marks, or the note itself."""
    if posting.restock:
        return "; ".join(
            f"{line.quantity} × {line.sku} to {line.location_name} ({line.disposition})"
            + (f", {line.scrap_quantity} scrapped" if line.scrap_quantity else "")
            for line in posting.restock
        )
    if posting.credit:
        lines = ", ".join(f"{line.amount} {line.unit}" for line in posting.credit)
        return f"credit of {posting.amount} ({lines})"
    if posting.note:
        return f"order note: {posting.note}"
    return f"mark the exchange order with {posting.exchange_tag}, folder {posting.exchange_folder}"
