"""The close pack as a page and as spreadsheets."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Protocol

from returnworks.reconcile.close import Pack, Section
from returnworks.report import words
from returnworks.report.page import environment
from returnworks.report.sheet import harmless
from returnworks.rules.money import Money


class Signed(Protocol):
    """Who made the pack and who signed it."""

    @property
    def number(self) -> int: ...
    @property
    def made_by(self) -> str: ...
    @property
    def made_at(self) -> datetime: ...
    @property
    def signed_by(self) -> str: ...
    @property
    def signed_at(self) -> datetime | None: ...
    @property
    def sha256(self) -> str: ...


def render_close(pack: Pack, signed: Signed, shop: str) -> str:
    """One self-contained page; everything from outside is escaped."""
    tables = [(section, [[_shown(cell) for cell in row] for row in section.rows]) for section in pack.sections]
    page = environment().get_template("close.html")
    return page.render(pack=pack, tables=tables, signed=signed, shop=shop)


def section_csv(section: Section) -> str:
    """A header and one line per row. Money takes two cells: minor units and currency."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    wide = {place for row in section.rows for place, cell in enumerate(row) if isinstance(cell, Money)}
    writer.writerow([name for place, column in enumerate(section.columns) for name in _headers(column, place in wide)])
    for row in section.rows:
        writer.writerow([text for place, cell in enumerate(row) for text in _cells(cell, place in wide)])
    return file.getvalue()


def _headers(column: str, wide: bool) -> list[str]:
    return [f"{column} (minor units)", f"{column} (currency)"] if wide else [column]


def _cells(cell: object, wide: bool) -> list[str]:
    if isinstance(cell, Money):
        return [str(cell.minor), cell.currency]
    return [_text(cell), ""] if wide else [_text(cell)]


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat()
    return harmless("" if cell is None else str(cell))


def _shown(cell: object) -> tuple[str, bool]:
    """What the page says, and whether it is a number."""
    match cell:
        case Money():
            return words.money(cell), True
        case datetime():
            return words.moment(cell), False
        case int():
            return str(cell), True
        case None:
            return "–", False
    return str(cell), False
