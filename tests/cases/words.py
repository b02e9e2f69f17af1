"""What goes into a case and what comes out of it, each as one short sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from returnworks.rules.context import OrderContext
from returnworks.rules.model import (
    Booking,
    Component,
    CreditLine,
    ExchangeOrder,
    Finding,
    Inspection,
    Kind,
    Liability,
    Order,
    OrderLine,
    Parcel,
    Posting,
    Refund,
    RestockLine,
    Return,
    ReturnLine,
    Transaction,
)
from returnworks.rules.policy import Policy

# --- What comes out ------------------------------------------------------------------------------


def posting(made: Posting, context: OrderContext) -> str:
    """`restock 100123: 2 × MUG-BLUE → Default (sellable)`, `credit 100123: 20.50 GBP = …`, `mark 100200: …`."""
    number = _number(made.order_id, context)
    match made.kind:
        case Kind.RESTOCK:
            return f"restock {number}: {', '.join(_restocked(line) for line in made.restock)}"
        case Kind.CREDIT:
            lines = " + ".join(_credited(line, context) for line in made.credit)
            return f"credit {number}: {made.amount} = {lines}"
        case Kind.EXCHANGE:
            paid = ", set to paid" if made.exchange_paid else ""
            return f"mark {number}: {made.exchange_tag}, folder {made.exchange_folder}{paid}"
        case other:
            return f"{other} {number}"


def finding(found: Finding) -> str:
    """`more_than_sold: 3`: the code, and the facts that wait."""
    return f"{found.code}: {', '.join(found.covers)}" if found.covers else found.code


def liability(owed: Liability) -> str:
    """`20.00 GBP RefundToGiftCard`, with ` (bonus)` behind what is above the price that was paid."""
    return f"{owed.amount} {owed.kind}" + (" (bonus)" if owed.bonus else "")


def _restocked(line: RestockLine) -> str:
    binned = f", {line.scrap_quantity} scrapped" if line.scrap_quantity else ""
    category = f", category {line.category}" if line.category else ""
    return f"{line.quantity} × {line.sku} → {line.location_name} ({line.disposition}{binned}{category})"


def _credited(line: CreditLine, context: OrderContext) -> str:
    sku = next((row.sku for row in _rows(context) if row.row_id == line.order_line_id), "")
    return f"{line.amount.decimal} {line.unit}" + (f" {sku}" if sku else "")


def _rows(context: OrderContext) -> Iterator[OrderLine]:
    for each in context.orders:
        for line in each.lines:
            yield line
            yield from line.children


def _number(order_id: str, context: OrderContext) -> str:
    exchanges = (found for group in context.exchange_orders.values() for found in group)
    return next((str(each.number) for each in (*context.orders, *exchanges) if each.order_id == order_id), order_id)


# --- What goes in --------------------------------------------------------------------------------


def the_return(ret: Return, now: datetime) -> list[str]:
    """The status, then each line, refund, exchange and parcel; moments as days before the case's now."""
    return [
        f"RMA {ret.return_id} is {ret.status}, approved {_days(ret.approved_at, now)}",
        *(_returned(line, now) for line in ret.lines),
        *(_paid(row) for row in ret.transactions),
        *(_released(row) for row in ret.exchange_orders),
        *(_parcel(parcel) for parcel in ret.parcels),
    ]


def linnworks(context: OrderContext) -> list[str]:
    """The orders, then what already stands on them."""
    return [
        *(_order(each) for each in context.orders),
        *(f"a booking {_booked(booking)}" for booking in context.bookings),
        *(f"a refund {_refund(refund)}" for refund in context.refunds),
        *(f"exchange {key}: {_order(each)}" for key, group in context.exchange_orders.items() for each in group),
        *(f"booked before: {posting(made, context)}" for made in context.posted),
        *(f"done already ({kind}): {', '.join(sorted(facts))}" for kind, facts in _otherwise_covered(context)),
        *(
            f"on its way for RMA {made.return_id}: {posting(made, context)}"
            for made in (*context.promised, *context.restocked_for_others)
        ),
        *(f"tracks {_name(item, context)} at {_at(place, context)}" for item, place in sorted(context.tracked_parents)),
        *(f"{_name(item, context)} is made of {_made_of(parts)} today" for item, parts in context.compositions.items()),
    ]


def _otherwise_covered(context: OrderContext) -> Iterator[tuple[Kind, frozenset[str]]]:
    """Facts that are done, besides those whose bookings are shown."""
    shown = {fact for made in context.posted for fact in made.covers}
    for kind, facts in context.covered.items():
        if facts - shown:
            yield kind, facts - shown


def _name(item: str, context: OrderContext) -> str:
    return next((row.sku for row in _rows(context) if row.stock_item_id == item), item)


def _at(place: str, context: OrderContext) -> str:
    return next((each.name for each in context.locations if each.location_id == place), place)


def _made_of(parts: Sequence[Component]) -> str:
    return ", ".join(f"{part.quantity} × {part.sku}" for part in parts) or "nothing"


def the_policy(policy: Policy) -> list[str]:
    """What differs from the built-in policy, as `key = value`."""
    return list(_differences(policy, Policy(), ""))


def _days(moment: datetime | None, now: datetime) -> str:
    return f"{(now - moment).days} days ago" if moment else "nobody knows when"


def _returned(line: ReturnLine, now: datetime) -> str:
    said = [f"line {line.line_id}: {line.sku or '(no SKU)'}", _inspected(line.inspection)]
    if line.inspection is not None and (now - line.inspection.at).days:
        said.append(_days(line.inspection.at, now))
    if line.return_method and "no shipment" in line.return_method.casefold():
        said.append("no shipment required")
    if not line.order_line_key:
        said.append("without a channel line id")
    elif line.order_line_key != f"key-{line.sku}":
        said.append(f"of order line {line.order_line_key.removeprefix('key-')}")
    if line.quantity is not None:
        said.append(f"quantity {line.quantity}")
    if line.resolution != "RefundToPaymentMethod":
        said.append(f"resolution {line.resolution or '(none)'}")
    return ", ".join(said)


def _inspected(seen: Inspection | None) -> str:
    if seen is None:
        return "not inspected"
    if not seen.returned:
        return "missing from the parcel"
    return "restockable" if seen.restockable else f"not restockable ({seen.reason or 'no reason'})"


def _paid(row: Transaction) -> str:
    lines = f" for {', '.join(row.line_ids)}" if row.line_ids else ""
    return f"{row.kind} {row.transaction_id}: {row.amount or row.amount_said or 'no amount'}, {row.status}{lines}"


def _released(row: ExchangeOrder) -> str:
    name = f" {row.order_name}" if row.order_name else ""
    return f"{row.kind or 'unnamed'} order {row.order_id or '(not released)'}{name}"


def _parcel(parcel: Parcel) -> str:
    return f"parcel {'to' if parcel.outbound else 'from'} the customer: {parcel.status}"


def _order(each: Order) -> str:
    state = "cancelled" if each.cancelled else "processed" if each.processed else "not processed"
    lines = ", ".join(_sold(line) for line in each.lines)
    return f"order {each.number}, {state}, {each.currency}, postage {each.shipping.decimal}: {lines}"


def _sold(line: OrderLine) -> str:
    inside = " + ".join(f"{child.quantity} × {child.sku}" for child in line.children)
    return f"{line.quantity} × {line.sku} for {line.value.decimal}" + (f" (set of {inside})" if inside else "")


def _booked(booking: Booking) -> str:
    return f"{booking.reference}: {', '.join(f'{line.quantity} × {line.order_line_id}' for line in booking.lines)}"


def _refund(refund: Refund) -> str:
    by = "by the channel" if refund.channel_initiated else f"with reference {refund.reference or '(none)'}"
    return f"{refund.refund_id} of {refund.amount} {by}"


def _differences(value: Any, usual: Any, path: str) -> Iterable[str]:
    """`key = value` for each field that is not as usual, groups of settings as `group.key`."""
    for each in fields(value):
        given, default = getattr(value, each.name), getattr(usual, each.name)
        if not each.init or given == default:
            continue
        if is_dataclass(given) and type(given) is type(default):
            yield from _differences(given, default, f"{path}{each.name}.")
        else:
            yield f"{path}{each.name} = {_plain(given)}"


def _plain(given: Any) -> str:
    if is_dataclass(given):
        chosen = (f for f in fields(given) if getattr(given, f.name) != f.default)
        return "{" + ", ".join(f"{f.name} = {_plain(getattr(given, f.name))}" for f in chosen) + "}"
    if isinstance(given, Mapping):
        return "{" + ", ".join(f"{key} = {_plain(value)}" for key, value in given.items()) + "}"
    if isinstance(given, tuple | frozenset):
        return "[" + ", ".join(_plain(value) for value in given) + "]"
    if isinstance(given, datetime):
        return given.isoformat()
    return str(given)
