"""The close pack: every table of one month, the hash of what they say, and what a later look finds different."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from returnworks.reconcile.close.facts import MonthFacts
from returnworks.reconcile.close.month import Month
from returnworks.reconcile.close.section import Section
from returnworks.reconcile.close.sections import all_sections
from returnworks.rules.money import Money

FORMAT = 1
"""Of the document; a change of what the tables mean makes a new number."""


@dataclass(frozen=True, slots=True)
class Pack:
    month: Month
    sections: tuple[Section, ...]

    @property
    def ties_out(self) -> bool:
        return all(section.ties_out for section in self.sections)

    def document(self) -> dict[str, Any]:
        """Everything that the pack says, as JSON. Who made it, when and who signed is not part of it."""
        return {
            "format": FORMAT,
            "month": str(self.month),
            "time_zone": self.month.zone,
            "sections": [section.plain() for section in self.sections],
        }

    @property
    def hash(self) -> str:
        """SHA-256 of the rows in canonical JSON: the same facts give the same hash, whenever they are read.

        Titles, notes and sums in words are left out: a sentence that a later version says better makes no pack stale.
        """
        document = self.document()
        rows = {section["key"]: section["rows"] for section in document.pop("sections")}
        text = json.dumps(document | {"rows": rows}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def make_pack(facts: MonthFacts) -> Pack:
    return Pack(facts.month, all_sections(facts))


@dataclass(frozen=True, slots=True)
class Change:
    """What a later look at the same month finds different in one table."""

    section: str
    gone: tuple[str, ...]
    come: tuple[str, ...]

    def __str__(self) -> str:
        return "; ".join(
            [
                *(f"{self.section}: no longer {row}" for row in self.gone),
                *(f"{self.section}: now {row}" for row in self.come),
            ]
        )


def changes_between(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """Rows that came or went, table by table, of two documents of one month."""
    earlier, later = _tables(before), _tables(now)
    found = []
    for key in dict.fromkeys([*earlier, *later]):
        old, new = earlier.get(key, []), later.get(key, [])
        gone = tuple(row for row in old if row not in new)
        come = tuple(row for row in new if row not in old)
        if gone or come:
            found.append(Change(key, gone, come))
    return found


def _tables(document: Mapping[str, Any]) -> dict[str, list[str]]:
    return {section["key"]: [_told(row) for row in section["rows"]] for section in document.get("sections", ())}


def _told(row: Sequence[Any]) -> str:
    return " | ".join(_in_words(cell) for cell in row)


def _in_words(cell: Any) -> str:
    """A cell of a document as people read it; money is kept as minor units and a currency."""
    if isinstance(cell, dict):
        return str(Money(cell["minor"], cell["currency"]))
    return "" if cell is None else str(cell)
