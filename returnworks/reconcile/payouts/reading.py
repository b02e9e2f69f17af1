"""An export's text as rows. A cell that cannot be read refuses the whole file: half a payout explains nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import itemgetter

from returnworks.errors import ReturnworksError
from returnworks.reconcile.payouts.facts import Period
from returnworks.rules.lifecycle import same
from returnworks.rules.money import Money, NotRepresentable, total
from returnworks.rules.payouts import NEEDED, Columns, PayoutRow, Says

SHOWN = 5
"""How many mistakes of one file are told at once."""

_PLAIN = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")
_GAP_BEFORE_OFFSET = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}$)")
_CURRENCY = re.compile(r"[A-Z]{3}")


class BadExport(ReturnworksError):
    """The export cannot be read as it is; nothing of it was taken in."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How many rows of one kind the file holds, and what they sum to in one currency."""

    kind: str
    rows: int
    amount: Money
    used: bool
    """Whether rows of this kind are matched with refunds."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file as it was understood. `kinds` counts every row of it, also those that are not about refunds."""

    gateway: str
    found: Mapping[Says, str]
    """Which column says what, as found in the header."""
    rows: tuple[PayoutRow, ...]
    kinds: tuple[Kept, ...]
    period: Period


def read_export(text: str, columns: Columns) -> Export:
    """The rows of a CSV export (comma, semicolon or tab). BadExport names line, column, value and the way out.

    Amounts need a decimal point and no thousands separators; a time without an offset counts as UTC.
    """
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), dialect=_dialect(text))
    try:
        found = _header([name.strip() for name in table.fieldnames or ()], columns)
        lines, mistakes = _lines(table, found)
    except csv.Error as odd:
        raise BadExport(_told([f"line {table.line_num + 1}: {odd}"])) from odd
    if mistakes:
        raise BadExport(_told(mistakes))
    if not lines:
        raise BadExport("The export holds no rows. Export a period in which something was paid.")
    times = [line.happened_at for line in lines]
    return Export(
        gateway=columns.gateway,
        found=found,
        rows=tuple(_rows(lines, columns)),
        kinds=tuple(_kinds(lines, columns)),
        period=Period(min(times), max(times)),
    )


def fits(text: str, columns: Columns) -> bool:
    """Whether the header has every column that this layout needs."""
    try:
        names = next(csv.reader(io.StringIO(text.removeprefix("\ufeff")), dialect=_dialect(text)), [])
    except csv.Error:
        return False
    return all(_first(columns.names.get(says, ()), names) for says in NEEDED)


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of the file, read."""

    kind: str
    amount: Money
    order: str
    happened_at: datetime
    own_id: str
    refund: str
    fee: Money | None
    paid: Money | None
    payout: str
    paid_on: date | None


# --- The header ----------------------------------------------------------------------------------------


def _dialect(text: str) -> type[csv.Dialect]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)

    class Found(csv.excel):
        pass

    Found.delimiter = delimiter
    return Found


def _header(names: Sequence[str], columns: Columns) -> dict[Says, str]:
    twice = sorted(name for name, count in Counter(names).items() if count > 1 and name in _wanted(columns))
    if twice:
        raise BadExport(f"The export has the column {twice[0]!r} more than once; export it again without the double.")
    found = {says: name for says, wanted in columns.names.items() if (name := _first(wanted, names))}
    lacking = [says for says in NEEDED if says not in found]
    if lacking:
        wanted = " or ".join(repr(name) for name in columns.names.get(lacking[0], ()))
        raise BadExport(
            f"The export has no column for {lacking[0]} ({wanted} in the layout {columns.gateway!r}). It has: "
            f"{', '.join(names) or 'no header at all'}. Choose another layout, or name the columns in "
            f"[payouts.layouts.{columns.gateway}] of the policy."
        )
    return found


def _wanted(columns: Columns) -> set[str]:
    return {name for names in columns.names.values() for name in names}


def _first(wanted: Sequence[str], names: Sequence[str]) -> str | None:
    return next((name for want in wanted for name in names if same(name) == same(want)), None)


# --- The cells -----------------------------------------------------------------------------------------


def _lines(table: csv.DictReader[str], found: Mapping[Says, str]) -> tuple[list[_Line], list[str]]:
    lines: list[_Line] = []
    mistakes: list[str] = []
    for cells in table:
        row = {(name or "").strip(): (value or "").strip() for name, value in cells.items() if isinstance(value, str)}
        if not any(row.values()):
            continue
        try:
            if any("\0" in value for value in row.values()):
                raise _Mistake("it holds a character that is no text; was the file damaged?")
            if None in cells:
                raise _Mistake("it has more cells than the header; is a comma not quoted?")
            lines.append(_line(row, found))
        except _Mistake as mistake:
            mistakes.append(f"line {table.line_num}, {mistake}")
    return lines, mistakes


class _Mistake(Exception):
    """A cell that cannot be read: which column, what it says, what it should say."""


@dataclass(frozen=True, slots=True)
class _Cells:
    """One row by what its columns say."""

    row: Mapping[str, str]
    found: Mapping[Says, str]

    def text(self, says: Says) -> str:
        return self.row.get(self.found.get(says, ""), "")

    def money(self, says: Says, currency: str) -> Money | None:
        """None for an empty cell."""
        text = self.text(says)
        if not text:
            return None
        if not _PLAIN.fullmatch(text):
            raise self.wrong(says, "an amount like -12.50, with a point and without thousands separators")
        try:
            return Money.of(Decimal(text), currency)
        except NotRepresentable:
            raise self.wrong(says, f"an amount that {currency} can hold") from None

    def currency(self, says: Says) -> str:
        text = self.text(says).upper()
        if text and not _CURRENCY.fullmatch(text):
            raise self.wrong(says, "a currency of three letters")
        return text

    def moment(self, says: Says) -> datetime | None:
        text = self.text(says)
        if not text:
            return None
        try:
            read = _utc(datetime.fromisoformat(_GAP_BEFORE_OFFSET.sub("", text)))
        except (ValueError, OverflowError):
            raise self.wrong(says, "a time like 2026-03-01 12:30:00 +0100") from None
        return read

    def wrong(self, says: Says, should: str) -> _Mistake:
        return _Mistake(f"column {self.found[says]!r}: {self.text(says)!r} is not {should}")


def _line(row: Mapping[str, str], found: Mapping[Says, str]) -> _Line:
    cells = _Cells(row, found)
    currency = cells.currency(Says.CURRENCY)
    happened_at = cells.moment(Says.HAPPENED_AT)
    amount = cells.money(Says.AMOUNT, currency) if currency else None
    if not currency:
        raise cells.wrong(Says.CURRENCY, "a currency of three letters")
    if amount is None:
        raise cells.wrong(Says.AMOUNT, "an amount")
    if happened_at is None:
        raise cells.wrong(Says.HAPPENED_AT, "a time")
    paid_currency = cells.currency(Says.PAID_CURRENCY)
    paid_on = cells.moment(Says.PAID_ON)
    return _Line(
        kind=cells.text(Says.KIND),
        amount=amount,
        order=cells.text(Says.ORDER),
        happened_at=happened_at,
        own_id=cells.text(Says.ROW),
        refund=cells.text(Says.REFUND),
        fee=cells.money(Says.FEE, currency),
        paid=cells.money(Says.PAID_AMOUNT, paid_currency) if paid_currency else None,
        payout=cells.text(Says.PAYOUT),
        paid_on=paid_on.date() if paid_on else None,
    )


def _utc(read: datetime) -> datetime:
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _told(mistakes: Sequence[str]) -> str:
    rest = f" and {len(mistakes) - SHOWN} more" if len(mistakes) > SHOWN else ""
    return f"Nothing was taken in: {'; '.join(mistakes[:SHOWN])}{rest}. Export the file again, or mend these cells."


# --- The rows ------------------------------------------------------------------------------------------


def _rows(lines: Sequence[_Line], columns: Columns) -> Iterator[PayoutRow]:
    seen: Counter[tuple[object, ...]] = Counter()
    for line in lines:
        if not _is_used(line, columns) or line.amount.minor == 0:
            continue
        what = (line.own_id or _identity(line), line.kind)
        seen[what] += 1
        yield PayoutRow(
            row_id=_row_id(columns.gateway, *map(str, what), str(seen[what])),
            gateway=columns.gateway,
            order=line.order,
            paid=_above_zero(line.paid or line.amount),
            settled=_above_zero(line.amount),
            happened_at=line.happened_at,
            reversal=same(line.kind) in {same(kind) for kind in columns.reversal_kinds},
            refund=line.refund,
            fee=line.fee,
            payout=line.payout,
            paid_on=line.paid_on,
        )


def _is_used(line: _Line, columns: Columns) -> bool:
    return same(line.kind) in {same(kind) for kind in (*columns.refund_kinds, *columns.reversal_kinds)}


def _identity(line: _Line) -> str:
    """What stays the same of a row from one export to the next: its payout may come later."""
    return "|".join((line.happened_at.isoformat(), line.order, str(line.amount), line.refund))


def _row_id(*what: str) -> str:
    return hashlib.sha256("\n".join(what).encode()).hexdigest()[:20]


def _above_zero(amount: Money) -> Money:
    return Money(abs(amount.minor), amount.currency)


def _kinds(lines: Sequence[_Line], columns: Columns) -> Iterator[Kept]:
    sorts: defaultdict[tuple[str, str], list[_Line]] = defaultdict(list)
    for line in lines:
        sorts[line.kind, line.amount.currency].append(line)
    for (kind, currency), some in sorted(sorts.items(), key=itemgetter(0)):
        yield Kept(kind, len(some), total([line.amount for line in some], currency), used=_is_used(some[0], columns))
