"""Goods: which units are back, which order rows and locations they become, and what keeps the others waiting."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from returnworks.rules.context import OrderContext
from returnworks.rules.doubts import (
    Doubt,
    Part,
    finding,
    joined,
    line_finding,
    lines_finding,
    paid_for,
    return_subject,
)
from returnworks.rules.lifecycle import (
    back_since,
    is_ended_early,
    is_kept,
    is_missing,
    knows_resolution,
    knows_status,
    verdict,
)
from returnworks.rules.matching import Matched, find_order_line, match_lines
from returnworks.rules.model import Kind, Order, OrderLine, Posting, RestockLine, Return, ReturnLine, Verdict
from returnworks.rules.overdue import overdue
from returnworks.rules.placing import Back, Placed, try_to_place
from returnworks.rules.policy import Policy
from returnworks.rules.references import reference
from returnworks.rules.routing import route
from returnworks.rules.second_looks import second_look
from returnworks.rules.sets import changed_since_sale, whole_again
from returnworks.rules.waiting import no_order, not_processed


def plan_restocks(ret: Return, context: OrderContext, policy: Policy, now: datetime) -> Part:
    """One booking per Linnworks order for all units that are back and have no live posting yet."""
    if not knows_status(ret):
        return _unknown_status(ret, context)
    backs, early = _sort_lines(ret, context, policy, now)
    if not backs:
        return early
    doubt = no_order(ret, context.orders)
    if doubt is not None:
        lines = [back.line for back in backs]
        return early + Part(findings=(lines_finding(doubt, ret, lines, return_subject(ret.return_id), _first(backs)),))
    return early + _place_all(ret, backs, context, policy, now)


def _unknown_status(ret: Return, context: OrderContext) -> Part:
    doubt = Doubt(
        "unknown_status",
        f"ReturnGO reports the status {ret.status!r}, which is not known here; its goods wait until somebody says "
        "what it means.",
    )
    lines = [line for line in ret.lines if not context.is_covered(Kind.RESTOCK, line.line_id)]
    return Part(findings=(lines_finding(doubt, ret, lines, return_subject(ret.return_id)),))


# --- Which units are back ------------------------------------------------------------------------


def _sort_lines(ret: Return, context: OrderContext, policy: Policy, now: datetime) -> tuple[list[Back], Part]:
    """The units to place, and what is to be said about the others; a doubled line counts for nothing."""
    times = Counter(line.line_id for line in ret.lines)
    backs: list[Back] = []
    early = Part()
    for line in sorted({line.line_id: line for line in ret.lines}.values(), key=lambda line: line.line_id):
        if context.is_covered(Kind.RESTOCK, line.line_id):
            early += _unsafe_still(line, ret, context, policy) + _looked_at_again(line, ret, context, policy)
            continue
        sorted_line = _sort_line(line, times[line.line_id], ret, policy, now)
        if isinstance(sorted_line, Back):
            backs.append(sorted_line)
        else:
            early += sorted_line
    return backs, early


def _looked_at_again(line: ReturnLine, ret: Return, context: OrderContext, policy: Policy) -> Part:
    """A verdict that came or changed after the unit was booked."""
    doubt = second_look(ret, line, context.posted, policy)
    if doubt is None:
        return Part()
    if line.line_id in context.moved_on:
        return Part(notes=(f"line {line.line_id}: it was put aside, and has left there since its verdict",))
    since = line.inspection.at if line.inspection else None
    return Part(findings=(line_finding(doubt, ret, line, since),))


def _unsafe_still(line: ReturnLine, ret: Return, context: OrderContext, policy: Policy) -> Part:
    """A route that was not obeyed stays a finding after the goods are safe, until the route is mended."""
    since = back_since(line, ret, policy)
    match = find_order_line(line, context.orders)
    if isinstance(match, Matched):
        skus = (match.row.sku, match.row.channel_sku)
        routed = route(line, ret.shop, policy, skus, whole_set=match.is_whole_set)
    else:
        routed = route(line, ret.shop, policy)
    doubt = routed if isinstance(routed, Doubt) else routed.doubt
    if since is None or doubt is None:
        return Part()
    return Part(findings=(line_finding(doubt, ret, line, since),))


def _sort_line(line: ReturnLine, times: int, ret: Return, policy: Policy, now: datetime) -> Back | Part:
    since = back_since(line, ret, policy)
    doubt = _doubt_about(line, times, since, ret, policy)
    if doubt is not None:
        return Part(findings=(line_finding(doubt, ret, line, since),))
    if since is None:
        waits = overdue(ret, line, policy, now) if verdict(line) != Verdict.MISSING else Part()
        return Part(notes=(f"line {line.line_id}: {_why_not_back(line, ret)}",)) + waits
    return Back(line, since)


def _doubt_about(line: ReturnLine, times: int, since: datetime | None, ret: Return, policy: Policy) -> Doubt | None:
    if times > 1:
        return Doubt("line_duplicate", f"ReturnGO names line {line.line_id} {times} times; check the return there.")
    if line.quantity is not None:
        return Doubt(
            "unexpected_quantity",
            f"The line carries a quantity ({line.quantity}), but one line is taken to be one unit; count what came "
            "back and book it by hand.",
        )
    if since is None:
        return None
    if not knows_resolution(line, policy):
        return Doubt(
            "unknown_resolution",
            f"The resolution {line.resolution!r} is not known here; when its goods come back as usual, add it to "
            "extra_resolutions in the policy.",
        )
    if is_ended_early(ret):
        return Doubt(
            "ended_but_back",
            f"The return is {ret.status}, yet this unit was found in the warehouse; reopen the return or send it back.",
        )
    return None


def _why_not_back(line: ReturnLine, ret: Return) -> str:
    if is_kept(line):
        return "the customer keeps it, nothing comes back"
    if is_missing(line):
        reason = line.inspection.reason if line.inspection else None
        return "it was not in the parcel" + (f" ({reason})" if reason else "")
    if is_ended_early(ret):
        return f"the return is {ret.status}"
    return "it is not back yet"


# --- Where they go -------------------------------------------------------------------------------


def _place_all(ret: Return, backs: Sequence[Back], context: OrderContext, policy: Policy, now: datetime) -> Part:
    matches = match_lines(ret, context)
    said = Part()
    units: list[Placed] = []
    for back in backs:
        result, part = _place(ret, back, matches[back.line.line_id], context, policy)
        said += part
        units += [result] if result is not None else []
    units, notes = whole_again(units, context, policy)
    said += Part(notes=notes + _compositions(units, context))
    orders: defaultdict[str, list[Placed]] = defaultdict(list)
    for unit in units:
        orders[unit.order.order_id].append(unit)
    return said + joined(_post(ret, placed, policy, now) for _, placed in sorted(orders.items()))


def _place(
    ret: Return, back: Back, match: Matched | Doubt, context: OrderContext, policy: Policy
) -> tuple[Placed | None, Part]:
    """The unit with its rows and location, or nothing; and what is to be said about it either way."""
    if isinstance(match, Matched) and match.row.is_service:
        return None, Part(notes=(f"line {back.line.line_id}: {match.row.sku} is a service, nothing to restock",))
    result = try_to_place(ret, back, match, context, policy)
    if isinstance(result, Doubt):
        return None, Part(findings=(line_finding(result, ret, back.line, back.since),))
    if result.routed.doubt is None:
        return result, Part()
    return result, Part(findings=(line_finding(result.routed.doubt, ret, back.line, back.since),))


def _compositions(units: Sequence[Placed], context: OrderContext) -> tuple[str, ...]:
    changed = {changed_since_sale(unit.match, context) for unit in units if unit.match.order_line.children}
    return tuple(sorted(note for note in changed if note))


# --- What to post --------------------------------------------------------------------------------


def _post(ret: Return, units: Sequence[Placed], policy: Policy, now: datetime) -> Part:
    order = units[0].order
    backs = [back for unit in units for back in unit.backs]
    if not order.processed:
        return _wait(ret, order, backs, policy, now)
    covers = tuple(sorted(back.line.line_id for back in backs))
    rules = sorted({unit.routed.rule for unit in units})
    posting = Posting(
        reference=reference(Kind.RESTOCK, ret.return_id, covers),
        kind=Kind.RESTOCK,
        return_id=ret.return_id,
        order_id=order.order_id,
        covers=covers,
        restock=_gather(units),
        rule=f"{policy.stock_trigger}; {'; '.join(rules)}",
        due_at=_first(backs),
    )
    return Part(postings=(posting,))


def _wait(ret: Return, order: Order, backs: Sequence[Back], policy: Policy, now: datetime) -> Part:
    since = _first(backs)
    note = f"{len(backs)} unit(s) wait until order {order.number} is processed in Linnworks"
    doubt = not_processed(order, since, policy, now)
    if doubt is None:
        return Part(notes=(note,), waits=True)
    lines = [back.line for back in backs]
    subject = f"{return_subject(ret.return_id)} / order {order.number}"
    covers = sorted(line.line_id for line in lines)
    found = finding(doubt, ret, subject, covers=covers, units=len(lines), value=paid_for(lines), since=since)
    return Part(findings=(found,), notes=(note,), waits=True)


Group = tuple[str, str, str, str]


def _gather(units: Sequence[Placed]) -> tuple[RestockLine, ...]:
    """Units of one row that go to one place under one disposition and category become one line."""
    groups: dict[Group, RestockLine] = {}
    for unit in units:
        for row, quantity in unit.rows:
            key = (row.row_id, unit.location.location_id, unit.routed.disposition.value, unit.routed.category)
            fresh = _restock_line(unit, row, quantity)
            groups[key] = _together(groups[key], fresh) if key in groups else fresh
    return tuple(groups[key] for key in sorted(groups))


def _restock_line(unit: Placed, row: OrderLine, quantity: int) -> RestockLine:
    assert row.stock_item_id is not None, "unlinked rows are held before this"
    return RestockLine(
        order_line_id=row.row_id,
        stock_item_id=row.stock_item_id,
        sku=row.sku,
        location_id=unit.location.location_id,
        location_name=unit.location.name,
        disposition=unit.routed.disposition,
        quantity=quantity,
        scrap_quantity=quantity if unit.routed.scrap else 0,
        category=unit.routed.category,
        reason=unit.routed.reason or _listed(unit.backs),
        line_ids=tuple(back.line.line_id for back in unit.backs),
        verdicts=tuple((back.line.line_id, verdict(back.line)) for back in unit.backs),
    )


def _listed(backs: Sequence[Back]) -> str:
    """The shoppers' reasons, each once."""
    return "; ".join(dict.fromkeys(back.line.reason for back in backs if back.line.reason))


def _together(one: RestockLine, other: RestockLine) -> RestockLine:
    reasons = [*one.reason.split("; "), *other.reason.split("; ")]
    return replace(
        one,
        quantity=one.quantity + other.quantity,
        scrap_quantity=one.scrap_quantity + other.scrap_quantity,
        reason="; ".join(dict.fromkeys(reason for reason in reasons if reason)),
        line_ids=one.line_ids + other.line_ids,
        verdicts=one.verdicts + other.verdicts,
    )


def _first(backs: Sequence[Back]) -> datetime | None:
    """The earliest moment from which one of them is back."""
    return min((back.since for back in backs if back.since is not None), default=None)
