"""Between Linnworks' words and ours; nothing else in the program knows both.

Money: Linnworks sends doubles, tax included, and its line values are computed ones (13.333). They are rounded to the
currency's smallest unit, half away from zero, as its screens do (assumed). What is not a number never gets here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from returnworks.clients.linnworks import wire
from returnworks.rules.model import (
    BookedLine,
    Booking,
    Component,
    CreditLine,
    Location,
    Order,
    OrderLine,
    PostedRefund,
    PostedReturn,
    Refund,
    RefundedLine,
    RestockLine,
    StockItem,
    StockLevel,
    StockMove,
)
from returnworks.rules.money import MINOR_DIGITS, Money

PAID, RESEND = 1, 4
"""`GeneralInfo.Status` (documented)."""

PARKED = 7
"""`GeneralInfo.Marker` (documented)."""

NOT_TRACKED = -1


@dataclass(frozen=True, slots=True)
class ReturnOptions:
    """Whether Linnworks would take a return of an order, and the bookings that it already has."""

    can_return: bool
    reason: str
    """Why not, in Linnworks' word, e.g. "OpenOrderInLinnworks"; "" when it can."""
    bookings: tuple[Booking, ...]


@dataclass(frozen=True, slots=True)
class RefundOptions:
    """Where a refund of one order would go, were it actioned; None where Linnworks does not say."""

    by_channel: bool | None
    """The sales channel would be told, and would pay the customer (seen live with Shopify)."""
    internally: bool | None
    """Linnworks would keep it to itself."""
    reason: str
    """Why neither, in Linnworks' word; "" when it gave none."""


@dataclass(frozen=True, slots=True)
class RefundTotal:
    """What Linnworks counts as refunded on an order, booked refunds included."""

    refunded: Money
    charged: Money | None
    refundable: Money | None


def money(amount: Decimal, currency: str) -> Money:
    """A double in major units as whole minor units, to the nearest, half away from zero."""
    scaled = amount.scaleb(MINOR_DIGITS.get(currency, 2))
    return Money(int(scaled.to_integral_value(ROUND_HALF_UP)), currency)


def _optional_money(amount: Decimal | None, currency: str) -> Money | None:
    return money(amount, currency) if amount is not None and currency else None


# --- Stock ------------------------------------------------------------------------------------------------------------


def location(row: wire.StockLocation) -> Location:
    return Location(
        location_id=row.stock_location_id,
        name=row.location_name,
        fulfilment_centre=bool(row.is_fulfillment_center),
        warehouse_managed=bool(row.is_warehouse_managed),
        not_trackable=bool(row.is_not_trackable),
    )


def stock_items(asked: Iterable[str], rows: Sequence[wire.StockItemType]) -> dict[str, StockItem]:
    """By SKU as asked. Case decides only between two items whose SKUs differ in nothing else."""
    exact = {row.sku: row for row in rows}
    folded = {row.sku.casefold(): row for row in rows}
    found = {sku: exact.get(sku) or folded.get(sku.casefold()) for sku in asked}
    return {sku: _stock_item(row) for sku, row in found.items() if row is not None}


def _stock_item(row: wire.StockItemType) -> StockItem:
    return StockItem(
        stock_item_id=row.stock_item_id,
        sku=row.sku,
        composite=bool(row.is_composite_parent),
        archived=bool(row.is_archived),
        tracking=row.inventory_tracking_type or "None",
    )


def stock_levels(item: wire.StockItemLevels) -> tuple[StockLevel, ...]:
    return tuple(_stock_level(item.stock_item_id, row) for row in item.stock_item_levels)


def _stock_level(stock_item_id: str, row: wire.StockItemLevel) -> StockLevel:
    available = row.available if row.available is not None else row.stock_level - (row.in_orders or 0)
    return StockLevel(
        stock_item_id=stock_item_id,
        sku=row.sku,
        location_id=row.location.stock_location_id,
        level=row.stock_level,
        available=available,
        minimum=row.minimum_level if row.minimum_level is not None else NOT_TRACKED,
    )


def stock_move(stock_item_id: str, location_id: str, row: wire.ItemChange) -> StockMove | None:
    """None for a row without a date, which no real change has."""
    if row.date is None:
        return None
    return StockMove(
        stock_item_id=stock_item_id,
        location_id=location_id,
        at=row.date,
        change=row.change_qty,
        level=row.level,
        note=row.note,
    )


def components(rows: Iterable[wire.CompositionRow]) -> tuple[Component, ...]:
    return tuple(Component(row.linked_stock_item_id, row.sku, row.quantity) for row in rows)


def level_change(sku: str, location_id: str, delta: int, note: str) -> wire.ChangeLevels:
    change = wire.LevelChange(sku=sku, location_id=location_id, level=delta)
    return wire.ChangeLevels(stock_levels=[change], change_source=note)


# --- Orders -----------------------------------------------------------------------------------------------------------


def order(details: wire.OrderDetails) -> Order:
    """An order as Linnworks holds it now. A processed one on hold is a cancelled one (documented).

    `is_exchange` stays False: Linnworks' own flag is not in these answers, and exchanges of ReturnGO come from the
    sales channel, not from Linnworks.
    """
    info, currency = details.general_info, details.totals_info.currency
    return Order(
        order_id=details.order_id,
        number=details.num_order_id,
        reference=info.reference_num,
        secondary_reference=info.secondary_reference,
        external_reference=info.external_reference_num,
        source=info.source,
        sub_source=info.sub_source,
        currency=currency,
        processed=details.processed,
        cancelled=details.processed and bool(info.hold_or_cancel),
        paid=details.paid_date_time is not None or info.status == PAID,
        total=money(details.totals_info.total_charge or Decimal(0), currency),
        shipping=money(details.totals_info.postage_cost or Decimal(0), currency),
        lines=tuple(order_line(item, currency) for item in details.items),
        location_id=details.fulfilment_location_id or info.location,
        received_at=info.received_date,
        processed_at=details.processed_date_time,
        identifiers=tuple(identifier.tag for identifier in info.identifiers if identifier.tag),
        folders=tuple(details.folder_name),
        extended_properties=properties(details.extended_properties),
        is_resend=info.status == RESEND,
        parked=bool(info.is_parked) or info.marker == PARKED,
        on_hold=not details.processed and bool(info.hold_or_cancel),
    )


def order_line(item: wire.OrderItem, currency: str) -> OrderLine:
    linked = item.stock_item_id not in (None, wire.ZERO_GUID) and not item.is_unlinked
    return OrderLine(
        row_id=item.row_id,
        stock_item_id=item.stock_item_id if linked else None,
        sku=item.sku,
        channel_sku=item.channel_sku,
        channel_line_id=item.item_number,
        quantity=item.quantity,
        value=money(line_value(item), currency),
        is_service=bool(item.is_service),
        children=tuple(order_line(child, currency) for child in item.composite_sub_items),
    )


def line_value(item: wire.OrderItem) -> Decimal:
    """What the customer paid for the whole line, tax included, in major units.

    `CostIncTax` says it (documented). Without it: `Cost` plus `Tax`; without that: price times quantity less the
    discount in percent, plus the tax rate in percent unless the price has it already. Nothing known is 0.
    """
    if item.cost_inc_tax is not None:
        return item.cost_inc_tax
    if item.cost is not None and item.tax is not None:
        return item.cost + item.tax
    if item.price_per_unit is None:
        return Decimal(0)
    value = item.price_per_unit * item.quantity * (100 - (item.discount or 0)) / 100
    return value if item.tax_cost_inclusive else value * (100 + (item.tax_rate or 0)) / 100


def properties(rows: Iterable[wire.Property]) -> tuple[tuple[str, str], ...]:
    return tuple((row.name, row.value) for row in rows)


def tags_by_order(order_ids: Iterable[str], rows: Iterable[wire.OrderIdentifier]) -> dict[str, tuple[str, ...]]:
    """Every order asked for, with the tags that it carries."""
    tags: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        tags[row.order_id].append(row.tag)
    return {order_id: tuple(tags[order_id.lower()]) for order_id in order_ids}


def new_properties(order_id: str, values: Mapping[str, str]) -> wire.AddProperties:
    added = [wire.NewProperty(name=name, value=value) for name, value in values.items()]
    return wire.AddProperties(order_id=order_id, extended_properties=added)


def folders_with(present: Iterable[wire.Folder], name: str) -> wire.SetFolders:
    """The whole list of folders and `name`: what is not in the list is gone."""
    entries = [wire.FolderEntry(folder_id=row.folder_id, folder_name=row.folder_name) for row in present]
    return wire.SetFolders(folders=[*entries, wire.FolderEntry(folder_name=name)])


# --- Returns ----------------------------------------------------------------------------------------------------------


def booking(header: wire.RmaHeader, order_id: str) -> Booking:
    return Booking(
        booking_id=header.rma_header_id,
        order_id=header.order_id or order_id,
        order_number=header.num_order_id,
        reference=header.external_reference,
        status=_state(header.status),
        actioned=bool(header.actioned),
        lines=tuple(booked_line(line) for line in header.rma_lines),
        created_at=header.created_date,
        actioned_at=header.last_action_date if header.actioned else None,
    )


def booked_line(line: wire.RmaLine) -> BookedLine:
    return BookedLine(
        row_id=line.rma_row_id,
        order_line_id=line.order_item_row_id,
        sku=line.return_item_sku,
        quantity=line.return_quantity or 0,
        scrap_quantity=line.scrap_quantity or 0,
        location_id=line.return_location,
        actioned=bool(line.actioned),
        actioned_at=line.actioned_date,
        deleted=bool(line.deleted),
        error=line_error(line),
    )


def line_error(line: wire.RmaLine | wire.RefundLine) -> str | None:
    """What Linnworks holds against one line and nobody has acknowledged; None when nothing."""
    still_open = (error.error_message for error in line.errors if not error.acknowledged)
    said = [text for text in (line.validation_error, line.error, *still_open) if text]
    return "; ".join(dict.fromkeys(said)) or None


def return_options(said: wire.ReturnOptionsSaid, order_id: str) -> ReturnOptions:
    can = bool(said.can_return or said.can_return_internally)
    reason = "" if can else said.cannot_return_reason.removeprefix("None")
    return ReturnOptions(
        can_return=can,
        reason=reason or ("" if can else "; ".join(said.errors)),
        bookings=_bookings_of_lines(said.all_existing_rmas, order_id),
    )


def _bookings_of_lines(lines: Iterable[wire.RmaLine], order_id: str) -> tuple[Booking, ...]:
    """Lines of several bookings, put together by header; what only headers know is derived from the lines."""
    by_header: dict[str, list[wire.RmaLine]] = defaultdict(list)
    for line in lines:
        by_header[line.rma_header_id or ""].append(line)
    return tuple(_booking_of(header_id, of_one, order_id) for header_id, of_one in by_header.items())


def _booking_of(header_id: str, lines: Sequence[wire.RmaLine], order_id: str) -> Booking:
    live = [line for line in lines if not line.deleted]
    return Booking(
        booking_id=header_id,
        order_id=order_id,
        order_number=None,
        reference=_shared(line.external_reference for line in live),
        status=_shared(_state(line.status) for line in live),
        actioned=bool(live) and all(bool(line.actioned) for line in live),
        lines=tuple(booked_line(line) for line in lines),
        created_at=min((line.created_date for line in lines if line.created_date), default=None),
        actioned_at=max((line.actioned_date for line in lines if line.actioned_date), default=None),
    )


def new_booking(order_id: str, reference: str, lines: Iterable[RestockLine]) -> wire.CreateRmaBooking:
    """Begun in Linnworks, not on the channel, and without money: refunds have their own path."""
    return wire.CreateRmaBooking(
        order_id=order_id,
        channel_initiated=False,
        reference=reference,
        return_items=[_return_item(line) for line in lines],
        exchange_items=[],
        resend_items=[],
    )


def _return_item(line: RestockLine) -> wire.ReturnItem:
    return wire.ReturnItem(
        order_item_row_id=line.order_line_id,
        return_location=line.location_id,
        return_quantity=line.quantity,
        scrap_quantity=line.scrap_quantity,
        refund_amount=Decimal(0),
        reason_category=line.category or None,
        reason=line.reason or None,
    )


# --- Refunds ----------------------------------------------------------------------------------------------------------


def refund(header: wire.RefundHeader, order_id: str) -> Refund:
    """A refund header. Its reference is the one that its lines share, since that is where we write ours;
    that the header repeats it is only assumed, so the header's own comes second."""
    lines = tuple(refunded_line(line, header.currency) for line in header.refund_lines)
    return Refund(
        refund_id=header.refund_header_id,
        order_id=header.order_id or order_id,
        order_number=header.num_order_id,
        reference=_shared(line.reference for line in lines if not line.deleted) or header.external_reference,
        amount=money(header.amount, header.currency),
        status=_state(header.status),
        channel_initiated=bool(header.channel_initiated),
        actioned=bool(header.actioned),
        lines=lines,
        created_at=header.created_date,
        actioned_at=header.last_action_date if header.actioned else None,
        source=header.order_source,
        sub_source=header.order_sub_source,
    )


def refunded_line(line: wire.RefundLine, currency: str) -> RefundedLine:
    return RefundedLine(
        row_id=line.refund_row_id,
        unit=line.refunded_unit,
        order_line_id=line.refunded_item.order_item_row_id if line.refunded_item else None,
        amount=money(line.amount, currency),
        reference=line.external_reference,
        actioned=bool(line.actioned),
        deleted=bool(line.deleted),
        error=line_error(line),
        sku=line.refunded_item.item_sku if line.refunded_item else "",
    )


def refund_options(said: wire.RefundOptionsSaid) -> RefundOptions:
    reason = said.cannot_refund_reason.removeprefix("None") or "; ".join(said.errors)
    return RefundOptions(said.can_refund, said.can_refund_internally, reason)


def refund_total(said: wire.RefundTotals, currency: str) -> RefundTotal:
    return RefundTotal(
        refunded=money(said.amount, currency),
        charged=_optional_money(said.total_charge, currency),
        refundable=_optional_money(said.refundable, currency),
    )


def new_credit(order_id: str, reference: str, lines: Iterable[CreditLine]) -> wire.CreateRefund:
    """Recorded as begun on the channel: the shopper was paid there already."""
    return wire.CreateRefund(
        order_id=order_id,
        channel_initiated=True,
        refund_lines=[_refund_line(line, reference) for line in lines],
    )


def _refund_line(line: CreditLine, reference: str) -> wire.NewRefundLine:
    return wire.NewRefundLine(
        refunded_unit=line.unit.value,
        order_item_row_id=line.order_line_id,
        amount=line.amount.decimal,
        external_reference=reference,
        free_text_or_note=f"{reference} {line.note}".strip(),
    )


# --- The search over all orders ---------------------------------------------------------------------------------------


def posted_return(row: wire.HistoryRow) -> PostedReturn:
    return PostedReturn(
        order_id=row.order_id,
        order_number=row.order_number,
        order_reference=row.reference_num,
        row_type=row.row_type,
        return_reference=row.return_reference,
        sku=row.item_number,
        quantity=row.return_qty or 0,
        scrap_quantity=row.scrap_qty or 0,
        location_id=row.return_location_id,
        location_name=row.location,
        booked_at=row.create_date or row.return_date,
        actioned_at=row.action_date,
    )


def posted_refund(row: wire.HistoryRow) -> PostedRefund:
    return PostedRefund(
        order_id=row.order_id,
        order_number=row.order_number,
        order_reference=row.reference_num,
        refund_row_id=row.refund_row_id or "",
        refund_reference=row.refund_reference,
        amount=_optional_money(row.amount, row.currency),
        status=row.refund_status,
        created_at=row.create_date,
        actioned_at=row.action_date,
        source=row.source,
        sub_source=row.sub_source,
        sku=row.item_number,
    )


def wire_time(moment: datetime) -> str:
    """An aware UTC time as Linnworks' query strings take it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _state(status: wire.PostSaleStatus | None) -> str:
    return status.status_header if status else ""


def _shared(values: Iterable[str]) -> str:
    """The value that all have; "" when they differ or there are none."""
    different = set(values)
    return different.pop() if len(different) == 1 else ""
