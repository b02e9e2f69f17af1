"""What a command says: tables and sentences for people, one JSON document for programs."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from returnworks.rules.money import Money

UNWATCHED_WIDTH = 140
"""Columns when nobody's terminal says how wide it is."""


class Output:
    """Collects what a command found; people see it as it comes, `--json` prints it once at the end."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._document: dict[str, Any] = {}
        narrow = None if sys.stdout.isatty() else UNWATCHED_WIDTH
        self.console = Console(highlight=False, soft_wrap=True, width=narrow)

    def say(self, text: str = "") -> None:
        if not self.as_json:
            self.console.print(text, markup=False)

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        if self.as_json:
            return
        table = Table(title=title or None, title_justify="left", title_style="bold", header_style="bold")
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*("" if cell is None else str(cell) for cell in row))
        self.console.print(table)

    def put(self, **facts: object) -> None:
        """Facts for the JSON document."""
        self._document.update({key: plain(value) for key, value in facts.items()})

    def close(self) -> None:
        if self.as_json:
            json.dump(self._document, sys.stdout, indent=2, ensure_ascii=False)
            sys.stdout.write("\n")


def plain(value: Any) -> Any:
    """Any value of ours as JSON: money as text with its currency, times in ISO form, enums as their words."""
    match value:
        case Money():
            return {"minor": value.minor, "currency": value.currency, "text": str(value)}
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
        case Decimal() | Path():
            return str(value)
        case Mapping():
            return {str(plain(key)): plain(item) for key, item in value.items()}
        case str() | int() | float() | bool() | None:
            return value
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
        case _ if isinstance(value, Iterable):
            return [plain(item) for item in value]
    return str(value)


def moment(at: datetime | None) -> str:
    """A time as people read it, to the minute, UTC."""
    return at.strftime("%Y-%m-%d %H:%M") if at else "—"
