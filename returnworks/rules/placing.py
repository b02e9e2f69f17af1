"""One returned unit's place: which order rows it becomes, at which Linnworks location, or why neither is clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from returnworks.rules.composites import explode
from returnworks.rules.context import OrderContext
from returnworks.rules.doubts import Doubt
from returnworks.rules.matching import Matched
from returnworks.rules.model import Disposition, Location, Order, OrderLine, Return, ReturnLine
from returnworks.rules.policy import CompositePolicy, Policy
from returnworks.rules.routing import Routed, route
from returnworks.rules.second_looks import put_aside


@dataclass(frozen=True, slots=True)
class Back:
    """A unit that is back since a moment."""

    line: ReturnLine
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Placed:
    """Units with the order rows that they become together and the place they go to.

    One unit, or the pieces of whole sets that go back as sets.
    """

    backs: tuple[Back, ...]
    match: Matched
    rows: tuple[tuple[OrderLine, int], ...]
    routed: Routed
    location: Location

    @property
    def order(self) -> Order:
        return self.match.order


def try_to_place(
    ret: Return, back: Back, match: Matched | Doubt, context: OrderContext, policy: Policy
) -> Placed | Doubt:
    """The unit with its rows and location; `Doubt` where a person has to say."""
    if isinstance(match, Doubt):
        return match
    routed = _routed(ret, back.line, match, context, policy)
    if isinstance(routed, Doubt):
        return routed
    location = _location(routed.location, context.locations, policy)
    if isinstance(location, Doubt):
        return location
    rows = _rows(match, location, context, policy)
    if isinstance(rows, Doubt):
        return rows
    for row, _ in rows:
        doubt = doubt_about_row(row, match, context)
        if doubt is not None:
            return doubt
    return Placed((back,), match, rows, routed, location)


def _routed(ret: Return, line: ReturnLine, match: Matched, context: OrderContext, policy: Policy) -> Routed | Doubt:
    """Where the policy sends it. What was put aside before stays where it was put: people move it, bookings do not."""
    aside = put_aside(line, context.posted)
    if aside is not None:
        scrap = aside.disposition == Disposition.SCRAP
        return Routed(aside.disposition, aside.location_name, "put aside before", aside.category, scrap=scrap)
    skus = (match.row.sku, match.row.channel_sku)
    return route(line, ret.shop, policy, skus, whole_set=match.is_whole_set)


def _rows(
    match: Matched, location: Location, context: OrderContext, policy: Policy
) -> tuple[tuple[OrderLine, int], ...] | Doubt:
    """The order rows that one unit is: itself, or a whole set's components."""
    if not match.is_whole_set:
        return _nested(match.row) if match.row.children else ((match.row, 1),)
    if policy.composite_policy(match.row.sku) == CompositePolicy.COMPONENTS:
        return explode(match.order_line, 1)
    if not context.tracks_parent(match.row, location):
        return Doubt(
            "composite_parent_untracked",
            f"The set {match.row.sku} is to go back as a set, but Linnworks does not track it at {location.name}; "
            "track it there or set its composite policy to components.",
        )
    return ((match.row, 1),)


def doubt_about_row(row: OrderLine, match: Matched, context: OrderContext) -> Doubt | None:
    """Why this row cannot be booked back by itself; None when it can."""
    number = match.order.number
    if row.stock_item_id is None:
        return Doubt(
            "line_unlinked",
            f"{row.sku or row.channel_sku} on order {number} is not linked to a stock item; link it in Linnworks, "
            "then replay the return.",
        )
    item = context.items.get(row.stock_item_id)
    if item is None:
        return Doubt("item_unknown", f"Linnworks gave no stock item for {row.sku} on order {number}; check it there.")
    if item.composite and row is not match.order_line:
        return _nested(row)
    if item.composite and not row.children:
        return Doubt(
            "composite_unread",
            f"{row.sku} is a set, but the order does not say what was in it; book it back by hand.",
        )
    if item.archived:
        return Doubt("item_archived", f"{row.sku} is archived in Linnworks; unarchive it, then replay the return.")
    if item.tracking != "None":
        return Doubt(
            "item_tracked",
            f"{row.sku} is {item.tracking} stock, and a return cannot choose the batch; book it by hand in Linnworks.",
        )
    return None


def _nested(row: OrderLine) -> Doubt:
    return Doubt("nested_composite", f"{row.sku} is a set inside a set; book it back by hand.")


def _location(name: str, locations: Sequence[Location], policy: Policy) -> Location | Doubt:
    """The one Linnworks location of that name, if goods can be booked there."""
    found = [place for place in locations if place.name.strip().casefold() == name.strip().casefold()]
    keys = ", ".join(key for key, value in policy.location_keys().items() if value == name)
    if not found:
        return Doubt(
            "unknown_location",
            f"Linnworks has no location {name!r} (policy: {keys}); make it there or name another one in the policy.",
        )
    if len(found) > 1:
        return Doubt(
            "location_ambiguous",
            f"Linnworks has {len(found)} locations {name!r} (policy: {keys}); rename all but one.",
        )
    place = found[0]
    if place.fulfilment_centre or place.warehouse_managed or place.not_trackable:
        return Doubt(
            "location_managed",
            f"{place.name} (policy: {keys}) is not Linnworks' own to keep stock at; book the goods in the system "
            "that manages it, or route them elsewhere.",
        )
    return place
