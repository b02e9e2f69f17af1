"""A return as it stood at a moment in the past, told by what is known now.

What it was seen as then is the start: its status and parcels are not dated. Dated facts that happened by then but
were learned later are added to it, and those that happened after it are left out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from returnworks.rules.crediting import paid_at
from returnworks.rules.model import Return, ReturnLine, Transaction


def then(seen: Return, latest: Return, moment: datetime) -> Return | None:
    """The return at `moment`; None when it was not made yet.

    `seen` is how it was last seen by then, or the first time after it; `latest` is how it is known now.
    """
    made = latest.created_at or seen.created_at
    if made is not None and made >= moment:
        return None
    return replace(
        seen,
        lines=tuple(_line(line, moment) for line in _lines(seen, latest)),
        transactions=tuple(row for row in _transactions(seen, latest) if _was_made(row, moment)),
    )


def _lines(seen: Return, latest: Return) -> list[ReturnLine]:
    """The lines as they were, each with the inspection that is known of it now."""
    now = {line.line_id: line.inspection for line in latest.lines}
    return [replace(line, inspection=now.get(line.line_id, line.inspection)) for line in seen.lines]


def _line(line: ReturnLine, moment: datetime) -> ReturnLine:
    inspected = line.inspection is not None and line.inspection.at < moment
    return line if inspected else replace(line, inspection=None)


def _transactions(seen: Return, latest: Return) -> list[Transaction]:
    """As known now, where known now: a refund that succeeded was requested before."""
    known = {row.transaction_id: row for row in seen.transactions}
    return list((known | {row.transaction_id: row for row in latest.transactions}).values())


def _was_made(row: Transaction, moment: datetime) -> bool:
    made = paid_at(row)
    return made is None or made < moment
