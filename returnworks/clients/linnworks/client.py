"""Linnworks: what we read there and the few things that we write.

Every read raises VendorUnavailable, NotAuthorised, Refused (NotFound) or BadAnswer; every write VendorUnavailable
(nothing was sent), NotAuthorised, Refused, or OutcomeUnknown: look it up by its reference before sending it again. A
write that is cancelled from outside is unknown too.
Ids are Linnworks' own, as text; times are aware and UTC; amounts are `Money` in the order's currency, tax included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from itertools import pairwise
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from returnworks.clients.calling import Patience
from returnworks.clients.http import Http
from returnworks.clients.limits import Limits
from returnworks.clients.linnworks import translate, wire
from returnworks.clients.linnworks.rules_engine import RulesEngine
from returnworks.clients.linnworks.session import LinnworksCredentials, Session
from returnworks.clients.linnworks.translate import RefundOptions, RefundTotal, ReturnOptions
from returnworks.errors import NotFound
from returnworks.rules.model import (
    Booking,
    Component,
    CreditLine,
    Location,
    Order,
    PostedRefund,
    PostedReturn,
    Refund,
    RestockLine,
    StockItem,
    StockLevel,
    StockMove,
)

__all__ = ["Linnworks", "LinnworksCredentials", "RefundOptions", "RefundTotal", "ReturnOptions"]

T = TypeVar("T")

ITEMS_AT_ONCE = 100
"""Observed as the most for compositions; assumed for the other calls that name no limit."""

ORDERS_AT_ONCE = 50
"""No limit is documented; public clients send 25 to 200."""

ROWS_A_PAGE = 200
"""The most (documented for the search, observed for the stock history)."""

SEARCH_WINDOW = timedelta(days=89)
"""The search takes three months at most (documented); 89 days never are more."""


class Linnworks:
    """One account. An async context manager; makes no call before it is asked to."""

    def __init__(
        self,
        credentials: LinnworksCredentials,
        *,
        calls_per_minute_scale: float = 1.0,
        timeout: float = 30,
        transport: httpx.AsyncBaseTransport | None = None,
        patience: Patience | None = None,
    ) -> None:
        """`calls_per_minute_scale` multiplies the documented allowances; `timeout` is in seconds."""
        patience = patience or Patience()
        self._http = Http(timeout=timeout, transport=transport)
        self._session = Session(
            credentials, self._http, Limits(calls_per_minute_scale, patience.clock, patience.sleep), patience
        )

        self.rules_engine = RulesEngine(self._session)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    @property
    def calls(self) -> Counter[str]:
        """Requests sent so far, repeated ones included, by method."""
        return self._session.calls

    @property
    def clock_ahead(self) -> timedelta | None:
        """By how much Linnworks' clock is ahead of ours, to a second; None before the first answer."""
        return self._http.clock_ahead

    @property
    def last_request_id(self) -> str | None:
        """Linnworks' id of the last request that the present task sent, where it gave one."""
        return self._session.last_request_id

    async def authorise(self) -> str:
        """Open a session, if none is open; the address that calls go to."""
        return await self._session.server()

    # --- Stock --------------------------------------------------------------------------------------------------------

    async def locations(self) -> tuple[Location, ...]:
        rows = await self._session.ask(wire.LOCATIONS)
        return tuple(translate.location(row) for row in rows)

    async def stock_items(self, skus: Sequence[str]) -> dict[str, StockItem]:
        """By SKU as asked; unknown ones are absent.

        An account that does not have the method that tells types (404) gives ids only: then nothing is known to be
        batched or archived, and Linnworks itself refuses what cannot be booked.
        """
        try:
            return await self._stock_items(skus, wire.ITEM_TYPES, lambda some: wire.AskItemTypes(skus=some).body())
        except NotFound:
            return await self.stock_item_ids(skus)

    async def stock_item_ids(self, skus: Sequence[str]) -> dict[str, StockItem]:
        """By SKU as asked, knowing nothing of them but their ids; unknown ones are absent."""
        return await self._stock_items(skus, wire.ITEM_IDS, lambda some: wire.wrapped(wire.AskItemIds(skus=some)))

    async def _stock_items(
        self, skus: Sequence[str], method: wire.Method[wire.StockItems], body: Callable[[list[str]], Any]
    ) -> dict[str, StockItem]:
        found: dict[str, StockItem] = {}
        for some in _chunks(skus, ITEMS_AT_ONCE):
            said = await self._session.ask(method, body=body(some))
            found |= translate.stock_items(some, said.items)
        return found

    async def stock_levels(self, stock_item_ids: Sequence[str]) -> tuple[StockLevel, ...]:
        """One for each item and location that Linnworks keeps a level for."""
        levels: list[StockLevel] = []
        for some in _chunks(stock_item_ids, ITEMS_AT_ONCE):
            question = wire.wrapped(wire.AskStockLevels(stock_item_ids=some))
            items = await self._session.ask(wire.STOCK_LEVELS, body=question)
            levels += (level for item in items for level in translate.stock_levels(item))
        return tuple(levels)

    async def compositions(self, stock_item_ids: Sequence[str]) -> dict[str, tuple[Component, ...]]:
        """Components by the set's stock item id as asked; items that are no sets are absent."""
        found: dict[str, tuple[Component, ...]] = {}
        for some in _chunks(stock_item_ids, ITEMS_AT_ONCE):
            question = wire.wrapped(wire.AskCompositions(inventory_item_ids=some))
            said = await self._session.ask(wire.COMPOSITIONS, body=question)
            by_parent = {parent.lower(): rows for parent, rows in said.by_parent.items()}
            rows_of = {item: by_parent.get(item.lower(), ()) for item in some}
            found |= {item: translate.components(rows) for item, rows in rows_of.items() if rows}
        return found

    async def stock_moves(
        self, stock_item_id: str, location_id: str, since: datetime | None = None
    ) -> tuple[StockMove, ...]:
        """An item's history at one location, newest first, back to `since` (included); all of it when None."""
        moves: list[StockMove] = []
        async with aclosing(self._changes(stock_item_id, location_id)) as rows:
            async for row in rows:
                move = translate.stock_move(stock_item_id, location_id, row)
                if move is not None and since is not None and move.at < since:
                    break
                moves += [move] if move is not None else []
        return tuple(moves)

    async def _changes(self, stock_item_id: str, location_id: str) -> AsyncGenerator[wire.ItemChange, None]:
        """Rows newest first. New ones that push old ones to the next page while we read are not given twice."""
        page, before = 1, None
        while True:
            query = {
                "stockItemId": stock_item_id,
                "locationId": location_id,
                "entriesPerPage": str(ROWS_A_PAGE),
                "pageNumber": str(page),
            }
            said = await self._session.ask(wire.ITEM_CHANGES, query=query)
            pushed = 0 if before is None else max(0, said.total_entries - before)
            for row in said.data[pushed:]:
                yield row
            if _is_last(page, said.total_pages, len(said.data)):
                return
            page, before = page + 1, said.total_entries

    async def change_stock(self, sku: str, location_id: str, delta: int, note: str) -> None:
        """Add `delta` (which may be negative) to one item's level. `note` is its reference in the stock history."""
        change = translate.level_change(sku, location_id, delta, note)
        rows = await self._session.ask(wire.CHANGE_LEVELS, body=change.body(), reference=note)
        if not any(row.sku.casefold() == sku.casefold() for row in rows):
            raise self._session.unknown(wire.CHANGE_LEVELS, f"its answer does not mention {sku}", note)

    # --- Orders -------------------------------------------------------------------------------------------------------

    async def orders_by_reference(self, reference: str) -> tuple[Order, ...]:
        """Open and processed orders with this reference or secondary reference; Linnworks gives fifty at most."""
        rows = await self._session.ask(wire.ORDERS_BY_REFERENCE, query={"ReferenceId": reference})
        return tuple(translate.order(row) for row in rows)

    async def orders_by_ids(self, order_ids: Sequence[str]) -> tuple[Order, ...]:
        """Unknown ones are absent."""
        orders: list[Order] = []
        for some in _chunks(order_ids, ORDERS_AT_ONCE):
            rows = await self._session.ask(wire.ORDERS_BY_ID, body=wire.AskOrders(order_ids=some).body())
            self._must_be_about(wire.ORDERS_BY_ID, some, (row.order_id for row in rows))
            orders += (translate.order(row) for row in rows)
        return tuple(orders)

    async def identifiers(self) -> tuple[str, ...]:
        """Tags of the identifiers that the account has."""
        return tuple(row.tag for row in await self._session.ask(wire.IDENTIFIERS))

    async def identifiers_of(self, order_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Tags by order id, for every order asked for."""
        found: dict[str, tuple[str, ...]] = {}
        for some in _chunks(order_ids, ORDERS_AT_ONCE):
            rows = await self._session.ask(wire.IDENTIFIERS_OF, body=wire.AskIdentifiers(order_ids=some).body())
            found |= translate.tags_by_order(some, rows)
        return found

    async def folders(self) -> tuple[str, ...]:
        """Names of the folders that orders can be put into."""
        return tuple(row.folder_name for row in await self._session.ask(wire.FOLDERS))

    async def return_categories(self) -> tuple[str, ...]:
        """Names of the account's categories for the reason of a return (documented)."""
        return tuple(row.category_name for row in await self._session.ask(wire.RETURN_CATEGORIES))

    async def extended_properties(self, order_id: str) -> tuple[tuple[str, str], ...]:
        """(name, value) pairs of one order."""
        rows = await self._session.ask(wire.ORDER_PROPERTIES, query={"orderId": order_id})
        return translate.properties(rows)

    async def order_notes(self, order_id: str) -> tuple[str, ...]:
        """Texts of the notes on one order. People write there too: do not log them."""
        rows = await self._session.ask(wire.ORDER_NOTES, query={"orderId": order_id})
        return tuple(row.note for row in rows)

    async def notes_of(self, order_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """`order_notes` for many orders; every order asked for is there.

        An order that the answer leaves out is asked about alone: silence about it is no proof that it has none.
        """
        found: dict[str, tuple[str, ...]] = {}
        for some in _chunks(order_ids, ORDERS_AT_ONCE):
            said = await self._session.ask(wire.NOTES_OF, body=wire.AskNotes(order_ids=some).body())
            self._must_be_about(wire.NOTES_OF, some, said)
            for order_id in some:
                rows = said.get(order_id.lower())
                texts = tuple(row.note for row in rows) if rows is not None else await self.order_notes(order_id)
                found[order_id] = texts
        return found

    async def save_identifier(self, tag: str, name: str) -> None:
        """Make an identifier. Look at `identifiers` first: what a second one of the same tag does is not known."""
        request = wire.SaveIdentifier(identifier=wire.NewIdentifier(tag=tag, name=name))
        await self._session.do(wire.SAVE_IDENTIFIER, request.body(), tag)

    async def add_folder(self, name: str) -> None:
        """Make a folder, if it is not there. Linnworks takes the whole list only: a folder that somebody makes in the
        same instant may be lost."""
        present = await self._session.ask(wire.FOLDERS)
        if name not in (row.folder_name for row in present):
            await self._session.do(wire.SET_FOLDERS, translate.folders_with(present, name).body(), name)

    async def assign_identifier(self, order_ids: Sequence[str], tag: str) -> tuple[str, ...]:
        """Put a tag on orders; those of `order_ids` that carry it now. Harmless to repeat."""
        request = wire.AssignIdentifier(order_ids=list(order_ids), tag=tag)
        said = await self._session.ask(wire.ASSIGN_IDENTIFIER, body=request.body(), reference=tag)
        carrying = set(said.changed)
        doubtful = [order_id for order_id in order_ids if order_id.lower() not in carrying]
        tags = await self.identifiers_of(doubtful)
        return tuple(o for o in order_ids if o.lower() in carrying or tag in tags.get(o, ()))

    async def assign_folder(self, order_ids: Sequence[str], folder: str) -> tuple[str, ...]:
        """Put orders into a folder; those that Linnworks says it put there. Not locked, parked or processed ones."""
        request = wire.AssignFolder(order_ids=list(order_ids), folder=folder)
        put = await self._session.ask(wire.ASSIGN_FOLDER, body=request.body(), reference=folder)
        return tuple(put)

    async def set_paid(self, order_ids: Sequence[str]) -> tuple[str, ...]:
        """Set orders to paid in Linnworks, which moves no money; those that it says it changed. Harmless to repeat."""
        request = wire.ChangeStatus(order_ids=list(order_ids), status=translate.PAID)
        changed = await self._session.ask(wire.CHANGE_STATUS, body=request.body(), reference="paid")
        return tuple(changed)

    async def add_extended_properties(self, order_id: str, properties: Mapping[str, str]) -> None:
        """Add what is not there yet. Harmless to repeat with the same names and values (documented)."""
        request = wire.wrapped(translate.new_properties(order_id, properties))
        said = await self._session.ask(wire.ADD_PROPERTIES, body=request, reference=order_id)
        if said.errors:
            raise self._session.refused(wire.ADD_PROPERTIES, "; ".join(said.errors))

    async def add_order_note(self, order_ids: Sequence[str], text: str) -> None:
        """Add an internal note, which no invoice prints. Not repeatable: look for it with `notes_of` first."""
        request = wire.AddNote(order_ids=list(order_ids), note_text=text, is_internal=True, is_processing_note=False)
        await self._session.do(wire.ADD_NOTE, request.body(), ", ".join(order_ids))

    # --- Returns ------------------------------------------------------------------------------------------------------

    async def return_options(self, order_id: str) -> ReturnOptions:
        """Whether a return of this order would be taken, and the bookings that it has."""
        said = await self._session.ask(wire.RETURN_OPTIONS, body=_about_order(order_id))
        return translate.return_options(said.return_options, order_id)

    async def bookings(self, order_id: str) -> tuple[Booking, ...]:
        """Every return booking on one order, whoever made it."""
        said = await self._session.ask(wire.RMA_HEADERS, body=_about_order(order_id))
        self._must_be_about(wire.RMA_HEADERS, [order_id], (header.order_id for header in said.rma_headers))
        return tuple(translate.booking(header, order_id) for header in said.rma_headers)

    async def create_booking(self, order_id: str, reference: str, lines: Sequence[RestockLine]) -> str:
        """Book goods back onto a processed order; the booking's id. Moves no stock and no money."""
        request = wire.wrapped(translate.new_booking(order_id, reference, lines))
        said = await self._session.ask(wire.CREATE_BOOKING, body=request, reference=reference)
        problems = [*said.errors, *_line_errors(said.items)]
        return self._made(wire.CREATE_BOOKING, said.rma_header_id, problems, reference)

    async def action_booking(self, order_id: str, booking_id: str, reference: str) -> None:
        """Take the booked goods into stock. What a second call does is not documented: look at the booking first."""
        request = wire.wrapped(wire.ActionRmaBooking(rma_header_id=int(booking_id), order_id=order_id))
        said = await self._session.ask(wire.ACTION_BOOKING, body=request, reference=reference)
        problems = "; ".join([*said.errors, *_line_errors(said.items)])
        if not said.successfully_actioned:
            raise self._session.refused(wire.ACTION_BOOKING, problems)
        if problems:
            raise self._session.unknown(wire.ACTION_BOOKING, f"it says both done and {problems}", reference)

    # --- Refunds ------------------------------------------------------------------------------------------------------

    async def refunds(self, order_id: str) -> tuple[Refund, ...]:
        """Every refund header on one order, whoever made it, booked or actioned."""
        said = await self._session.ask(wire.REFUND_HEADERS, body=_about_order(order_id))
        self._must_be_about(wire.REFUND_HEADERS, [order_id], (header.order_id for header in said.refund_headers))
        return tuple(translate.refund(header, order_id) for header in said.refund_headers)

    async def booked_refunds(self, at_most: int) -> tuple[Refund, ...] | None:
        """Every refund header that is booked and not actioned, on all orders, whoever made it, each once.

        None where that takes more than `at_most` calls, as the first of them tells. The list knows no dates and a
        page has few headers (the answer says how many); one that is made or actioned meanwhile may be missing.
        """
        found: dict[str, Refund] = {}
        page, pages = 1, 1
        while page <= pages:
            said = await self._session.ask(wire.BOOKED_REFUNDS, body=wire.wrapped(wire.AskBookedRefunds(page=page)))
            pages = _pages(said)
            if pages > at_most:
                return None
            found |= {row.refund_header_id: translate.refund(row, row.order_id or "") for row in said.refund_headers}
            page += 1
        return tuple(found.values())

    async def refund_options(self, order_id: str) -> RefundOptions:
        """Where a refund of this order would go if somebody actioned it. Asks only; nothing here actions one."""
        body = _about_order(order_id)
        return translate.refund_options((await self._session.ask(wire.REFUND_OPTIONS, body=body)).refund_options)

    async def refunded_total(self, order_id: str, currency: str) -> RefundTotal:
        """What Linnworks counts as refunded, booked refunds included. `currency` is the order's: it is not said."""
        query = {"pkOrderId": order_id, "includeBookings": "true"}
        return translate.refund_total(await self._session.ask(wire.REFUND_TOTALS, query=query), currency)

    async def create_credit(self, order_id: str, reference: str, lines: Sequence[CreditLine]) -> str:
        """Record a refund that was paid on the channel; the refund header's id. Pays nobody."""
        request = wire.wrapped(translate.new_credit(order_id, reference, lines))
        said = await self._session.ask(wire.CREATE_REFUND, body=request, reference=reference)
        problems = [*said.errors, *_line_errors(said.refund_lines)]
        if said.cannot_refund_reason not in ("", "None"):
            problems.insert(0, said.cannot_refund_reason)
        return self._made(wire.CREATE_REFUND, said.refund_header_id, problems, reference)

    # --- The search over all orders -----------------------------------------------------------------------------------

    async def posted_returns(self, start: datetime, end: datetime) -> tuple[PostedReturn, ...]:
        """Returned lines on all orders that were booked or actioned from `start` up to `end`, each once."""
        rows = await self._history("RETURNS", start, end)
        return tuple(translate.posted_return(row) for row in rows)

    async def posted_refunds(self, start: datetime, end: datetime) -> tuple[PostedRefund, ...]:
        """Refunded lines on all orders that were booked or actioned from `start` up to `end`, each once.

        Refunds that were only booked may be missing (documented for the reports): `refunds` has them.
        """
        rows = await self._history("REFUNDS", start, end)
        return tuple(translate.posted_refund(row) for row in rows)

    async def _history(self, kind: str, start: datetime, end: datetime) -> Iterable[wire.HistoryRow]:
        """Rows by what they are about, so that each is there once; of two readings of one row the later counts."""
        rows: dict[object, wire.HistoryRow] = {}
        for since, until in _windows(start, end):
            for date_type in ("BOOKED", "ACTIONED"):
                async for row in self._search(kind, date_type, since, until):
                    rows[_same_row(kind, row)] = row
        return rows.values()

    async def _search(
        self, kind: str, date_type: str, since: datetime, until: datetime
    ) -> AsyncIterator[wire.HistoryRow]:
        page = 1
        while True:
            query = {
                "from": translate.wire_time(since),
                "to": translate.wire_time(until),
                "dateType": date_type,
                "searchField": "",
                "exactMatch": "false",
                "searchTerm": "",
                "pageNum": str(page),
                "numEntriesPerPage": str(ROWS_A_PAGE),
                "historyType": kind,
            }
            said = await self._session.ask(wire.HISTORY, query=query)
            for row in said.data:
                yield row
            if _is_last(page, said.total_pages, len(said.data)):
                return
            page += 1

    # --- What answers must be -----------------------------------------------------------------------------------------

    def _made(self, method: wire.Method[Any], made: str | None, problems: Sequence[str], reference: str) -> str:
        """The id of what was made. An id with problems, or neither, is unknown: it may stand or not."""
        exists = made is not None and made != "0"
        if made is not None and exists and not problems:
            return made
        if problems and not exists:
            raise self._session.refused(method, "; ".join(problems))
        both = f"it says both number {made} and {'; '.join(problems)}"
        raise self._session.unknown(method, both if exists else "it says neither yes nor no", reference)

    def _must_be_about(self, method: wire.Method[Any], asked: Sequence[str], answered: Iterable[str | None]) -> None:
        """Filters can fall away silently (observed): an answer about other orders is no answer."""
        known = {order_id.lower() for order_id in asked}
        if any(order_id is not None and order_id not in known for order_id in answered):
            raise self._session.bad_answer(method, "it is about other orders")


def _about_order(order_id: str) -> dict[str, Any]:
    return wire.wrapped(wire.AskOfOrder(order_id=order_id))


def _line_errors(lines: Iterable[wire.RmaLine | wire.RefundLine]) -> list[str]:
    return [error for line in lines if (error := translate.line_error(line))]


def _chunks(values: Sequence[T], size: int) -> Iterator[list[T]]:
    """Each value once, in order, `size` at a time."""
    different = list(dict.fromkeys(values))
    return (different[start : start + size] for start in range(0, len(different), size))


def _windows(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """`start` to `end` in pieces that the search takes; neighbours share a moment, so none is between them."""
    edges = [start]
    while edges[-1] + SEARCH_WINDOW < end:
        edges.append(edges[-1] + SEARCH_WINDOW)
    return pairwise([*edges, end])


def _is_last(page: int, total_pages: int | None, rows: int) -> bool:
    """An empty page ends a list; so does the last that was announced, or a short one where none was announced."""
    if rows == 0:
        return True
    return page >= total_pages if total_pages is not None else rows < ROWS_A_PAGE


def _pages(said: wire.RefundHeaderPage) -> int:
    """How many pages of headers there are; an empty page ends the list, whatever was announced."""
    size = said.headers_per_page or len(said.refund_headers)
    return -(-said.total_headers // size) if said.refund_headers else 1


def _same_row(kind: str, row: wire.HistoryRow) -> object:
    """What two readings of one row share: Linnworks' id of the line, else everything that it says."""
    line_id = row.return_id if kind == "RETURNS" else row.refund_row_id
    return (row.order_id, line_id) if line_id else row
