"""Verdicts that come or change after the goods were booked: what lies in the wrong place now, and who moves it.

A booking is never taken back or repeated. What it said was right for what was known; what is known now asks for a
transfer in the warehouse, which is a person's to make, so a finding names the unit, from where and to where.
"""

from __future__ import annotations

from collections.abc import Sequence

from returnworks.rules.doubts import Doubt
from returnworks.rules.lifecycle import same, verdict
from returnworks.rules.model import Disposition, Posting, RestockLine, Return, ReturnLine, Verdict
from returnworks.rules.policy import Policy
from returnworks.rules.routing import Routed, route

Place = tuple[str, str]
"""(stock item id, location id)."""


def second_look(ret: Return, line: ReturnLine, posted: Sequence[Posting], policy: Policy) -> Doubt | None:
    """What is wrong with where a booked unit lies, given what is known of it now; None when nothing is.

    A change of the policy alone moves nothing: only a verdict does. A verdict that was taken back says nothing new.
    """
    rows = _rows_of(line, posted)
    if not rows:
        return None
    match verdict(line), _before(line, rows[0]):
        case Verdict.MISSING, _:
            return _not_here(line, rows)
        case Verdict.NOT_RESTOCKABLE, Verdict.RESTOCKABLE:
            return _must_leave(ret, line, rows, policy)
        case (Verdict.RESTOCKABLE, Verdict.UNINSPECTED | Verdict.NOT_RESTOCKABLE) | (
            Verdict.NOT_RESTOCKABLE,
            Verdict.UNINSPECTED,
        ):
            return _belongs_elsewhere(ret, line, rows, policy)
    return None


def lies_aside(ret: Return, posted: Sequence[Posting], policy: Policy) -> dict[str, frozenset[Place]]:
    """Where each unit was put aside that its verdict sends elsewhere, by line id: what proves that it left."""
    found = {}
    for line in ret.lines:
        doubt = second_look(ret, line, posted, policy)
        if doubt is not None and doubt.code == "inspected_after_restock":
            found[line.line_id] = frozenset((row.stock_item_id, row.location_id) for row in _rows_of(line, posted))
    return found


def put_aside(line: ReturnLine, posted: Sequence[Posting]) -> RestockLine | None:
    """Where a unit was put that was found good, or was looked at, only after it was booked aside."""
    rows = _rows_of(line, posted)
    before = _before(line, rows[0]) if rows else None
    later_found = (Verdict.RESTOCKABLE, Verdict.NOT_RESTOCKABLE)
    if before == Verdict.UNINSPECTED and verdict(line) in later_found:
        return rows[0]
    if before == Verdict.NOT_RESTOCKABLE and verdict(line) == Verdict.RESTOCKABLE:
        return rows[0]
    return None


def _rows_of(line: ReturnLine, posted: Sequence[Posting]) -> list[RestockLine]:
    return [row for posting in posted for row in posting.restock if line.line_id in row.line_ids]


def _before(line: ReturnLine, row: RestockLine) -> Verdict | None:
    """What was known when it was booked. Only what was found restockable is ever put up for sale."""
    known = dict(row.verdicts).get(line.line_id)
    return known or (Verdict.RESTOCKABLE if row.disposition == Disposition.SELLABLE else None)


def _not_here(line: ReturnLine, rows: Sequence[RestockLine]) -> Doubt:
    return Doubt(
        "verdict_corrected",
        f"{_named(line, rows)} was booked back to {_place(rows)}, and ReturnGO says now that it did not come back; "
        "count it, and take it out of stock there if it is not here.",
    )


def _must_leave(ret: Return, line: ReturnLine, rows: Sequence[RestockLine], policy: Policy) -> Doubt | None:
    target = _target(ret, line, rows, policy)
    if target is None or _lies_there(rows, target):
        return None
    reason = line.inspection.reason if line.inspection else None
    return Doubt(
        "verdict_corrected",
        f"{_named(line, rows)} was booked back to {_place(rows)} as restockable, and is found not restockable now"
        f"{f' ({reason})' if reason else ''}; transfer it from {_place(rows)} to {target.location}.",
    )


def _belongs_elsewhere(ret: Return, line: ReturnLine, rows: Sequence[RestockLine], policy: Policy) -> Doubt | None:
    target = _target(ret, line, rows, policy)
    if target is None or _lies_there(rows, target):
        return None
    scrap = ", and write it off there" if target.scrap else ""
    return Doubt(
        "inspected_after_restock",
        f"{_named(line, rows)} was put aside at {_place(rows)} and is {target.disposition} by the verdict that came "
        f"after; transfer it from {_place(rows)} to {target.location}{scrap}.",
    )


def _target(ret: Return, line: ReturnLine, rows: Sequence[RestockLine], policy: Policy) -> Routed | None:
    routed = route(line, ret.shop, policy, tuple(row.sku for row in rows))
    return None if isinstance(routed, Doubt) else routed


def _lies_there(rows: Sequence[RestockLine], target: Routed) -> bool:
    return all(same(row.location_name) == same(target.location) for row in rows) and not target.scrap


def _place(rows: Sequence[RestockLine]) -> str:
    return " and ".join(dict.fromkeys(row.location_name for row in rows))


def _named(line: ReturnLine, rows: Sequence[RestockLine]) -> str:
    """One unit, by what it was booked as where that is not its own SKU."""
    booked = ", ".join(sorted({row.sku for row in rows}))
    return f"1 × {line.sku or booked}" + (f", booked as {booked}," if len(rows) > 1 else "")
