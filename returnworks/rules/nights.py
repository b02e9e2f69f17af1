"""What a shop decides about its nights: how long they can be done again, and what the ledger may leave undone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NightTerms:
    """Each default is the built-in behaviour."""

    keep_archives_days: int = 400
    """How long a night can be done again exactly: its readings are kept that long, more than a year's closing."""
    planned_patience_hours: int = 48
    """How long a posting may wait to be sent before the ledger's check names it."""
    unknown_patience_hours: int = 4
    """How long the outcome of a posting may stay unknown before the ledger's check names it."""
