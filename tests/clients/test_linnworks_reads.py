"""What Linnworks holds, in our words: pages, pieces, ids, money and times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from returnworks.clients.linnworks import translate, wire
from returnworks.errors import BadAnswer
from returnworks.rules.model import (
    BookedLine,
    Booking,
    Component,
    Location,
    Order,
    OrderLine,
    PostedRefund,
    PostedReturn,
    Refund,
    RefundedLine,
    StockItem,
    StockLevel,
    StockMove,
)
from returnworks.rules.money import Money
from tests.clients import faces
from tests.clients.openapi import linnworks_contract
from tests.clients.vendor import Reply

ITEM_TYPES = "/api/Stock/GetStockItemTypeInfo"
LEVELS = "/api/Stock/GetStockLevel_Batch"
COMPOSITIONS = "/api/Inventory/GetInventoryItemsCompositionByIds"
CHANGES = "/api/Stock/GetItemChangesHistory"
ORDERS = "/api/Orders/GetOrdersById"
SEARCH = "/api/ReturnsRefunds/SearchReturnsRefundsPaged"
RMA_HEADERS = "/api/ReturnsRefunds/GetRMAHeadersByOrderId"
REFUND_HEADERS = "/api/ReturnsRefunds/GetRefundHeadersByOrderId"
ASSIGN = "/api/OpenOrders/AssignOrderIdentifier"
TAGS = "/api/OpenOrders/GetIdentifiersByOrderIds"


def gbp(minor: int) -> Money:
    return Money(minor, "GBP")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- Stock ------------------------------------------------------------------------------------------------------------


async def test_locations(vendor, linnworks):
    vendor.tell(
        "/api/Inventory/GetStockLocations",
        [
            {"StockLocationId": faces.DEFAULT, "LocationName": "Default", "Address1": "1 Example Street"},
            {"StockLocationId": faces.QUARANTINE.upper(), "LocationName": "FBA", "IsFulfillmentCenter": True},
        ],
    )
    assert await linnworks.locations() == (
        Location(faces.DEFAULT, "Default"),
        Location(faces.QUARANTINE, "FBA", fulfilment_centre=True),
    )


async def test_an_account_without_item_types_gives_ids_only(vendor, linnworks):
    vendor.tell("/api/Inventory/GetStockItemIdsBySKU", {"Items": [{"SKU": "GARISH-RUG", "StockItemId": faces.RUG}]})
    found = await linnworks.stock_items(["GARISH-RUG", "NO-SUCH"])
    assert {sku: (item.stock_item_id, item.tracking) for sku, item in found.items()} == {
        "GARISH-RUG": (faces.RUG, "None")
    }
    assert vendor.seen[-1].body == {"request": {"SKUS": ["GARISH-RUG", "NO-SUCH"]}}


async def test_stock_items_by_sku_as_asked_and_unknown_ones_absent(vendor, linnworks):
    rug = {"SKU": "GARISH-RUG", "StockItemId": faces.RUG, "InventoryTrackingType": 0}
    mugs = {"SKU": "Mug-Set", "StockItemId": faces.MUG_SET, "IsCompositeParent": True, "InventoryTrackingType": 2}
    vendor.tell(ITEM_TYPES, {"StockItemInfo": [rug, mugs]})
    assert await linnworks.stock_items(["GARISH-RUG", "MUG-SET", "NO-SUCH"]) == {
        "GARISH-RUG": StockItem(faces.RUG, "GARISH-RUG"),
        "MUG-SET": StockItem(faces.MUG_SET, "Mug-Set", composite=True, tracking="OrderedByPrioritySequence"),
    }


def test_case_decides_between_two_items_that_differ_in_nothing_else():
    rows = [wire.StockItemType(SKU=sku, StockItemId=item) for sku, item in [("rug", faces.RUG), ("RUG", faces.MUG)]]
    found = translate.stock_items(["RUG", "rug"], rows)
    assert {sku: item.stock_item_id for sku, item in found.items()} == {"RUG": faces.MUG, "rug": faces.RUG}


@pytest.mark.parametrize(("asked", "calls"), [(0, 0), (1, 1), (100, 1), (101, 2), (250, 3)])
async def test_many_items_are_asked_for_a_hundred_at_a_time(vendor, linnworks, asked, calls):
    vendor.tell(ITEM_TYPES, {"StockItemInfo": []})
    await linnworks.stock_items([f"SKU-{n}" for n in range(asked)])
    sent = [request.body["SKUS"] for request in vendor.asked(ITEM_TYPES)]
    assert len(sent) == calls
    assert [sku for some in sent for sku in some] == [f"SKU-{n}" for n in range(asked)]


async def test_levels_at_every_location(vendor, linnworks):
    whole = {"Location": {"StockLocationId": faces.DEFAULT}, "SKU": "GARISH-RUG", "StockLevel": 9}
    vendor.tell(
        LEVELS,
        [
            {
                "pkStockItemId": faces.RUG,
                "StockItemLevels": [
                    {**whole, "Available": 7, "InOrders": 2, "MinimumLevel": 1},
                    {**whole, "Location": {"StockLocationId": faces.QUARANTINE}, "InOrders": 4},
                ],
            }
        ],
    )
    assert await linnworks.stock_levels([faces.RUG]) == (
        StockLevel(faces.RUG, "GARISH-RUG", faces.DEFAULT, level=9, available=7, minimum=1),
        StockLevel(faces.RUG, "GARISH-RUG", faces.QUARANTINE, level=9, available=5, minimum=-1),
    )


async def test_compositions_of_sets_only(vendor, linnworks):
    mugs = [{"LinkedStockItemId": faces.MUG, "SKU": "MUG-BLUE", "Quantity": 4, "StockItemId": faces.MUG_SET}]
    vendor.tell(COMPOSITIONS, {"InventoryItemsCompositionByIds": {faces.MUG_SET.upper(): mugs, faces.RUG: []}})
    found = await linnworks.compositions([faces.MUG_SET, faces.RUG])
    assert found == {faces.MUG_SET: (Component(faces.MUG, "MUG-BLUE", 4),)}


def change(day: int, note: str = "", qty: int = 1) -> dict[str, object]:
    return {
        "StockItemId": faces.DEFAULT,
        "Date": f"2026-11-{day:02}T10:00:00Z",
        "Level": day,
        "ChangeQty": qty,
        "Note": note,
    }


async def test_history_goes_back_to_the_moment_asked_for_and_not_further(vendor, linnworks):
    vendor.tell(
        CHANGES,
        {"TotalEntries": 5, "TotalPages": 2, "Data": [change(20, "c"), change(19, "b"), change(18, "a")]},
        {"TotalEntries": 5, "TotalPages": 2, "Data": [change(2), change(1)]},
    )
    moves = await linnworks.stock_moves(faces.RUG, faces.QUARANTINE, at("2026-11-19T10:00:00"))
    assert moves == (
        StockMove(faces.RUG, faces.QUARANTINE, at("2026-11-20T10:00:00"), change=1, level=20, note="c"),
        StockMove(faces.RUG, faces.QUARANTINE, at("2026-11-19T10:00:00"), change=1, level=19, note="b"),
    )
    assert len(vendor.asked(CHANGES)) == 1


async def test_a_move_that_happens_while_we_page_is_not_read_twice(vendor, linnworks):
    """A new row pushes the last of page one to the top of page two."""
    vendor.tell(
        CHANGES,
        {"TotalEntries": 4, "TotalPages": 2, "Data": [change(20), change(19)]},
        {"TotalEntries": 5, "TotalPages": 3, "Data": [change(19), change(18)]},
        {"TotalEntries": 5, "TotalPages": 3, "Data": [change(17)]},
    )
    moves = await linnworks.stock_moves(faces.RUG, faces.QUARANTINE)
    assert [move.level for move in moves] == [20, 19, 18, 17]
    assert [request.query["pageNumber"] for request in vendor.asked(CHANGES)] == ["1", "2", "3"]


# --- Orders -----------------------------------------------------------------------------------------------------------


async def test_an_order_in_our_words(vendor, linnworks):
    vendor.tell(ORDERS, [faces.order()])
    assert await linnworks.orders_by_ids([faces.ORDER.upper()]) == (
        Order(
            order_id=faces.ORDER,
            number=100234,
            reference="700000000004",
            secondary_reference="EX1004",
            external_reference="",
            source="SHOPIFY",
            sub_source="example",
            currency="GBP",
            processed=True,
            cancelled=False,
            paid=True,
            total=gbp(6345),
            shipping=gbp(345),
            lines=(
                OrderLine(
                    row_id=faces.RUG_ROW,
                    stock_item_id=faces.RUG,
                    sku="GARISH-RUG",
                    channel_sku="garish-rug",
                    channel_line_id="800000000004",
                    quantity=2,
                    value=gbp(4000),
                ),
                OrderLine(
                    row_id=faces.SET_ROW,
                    stock_item_id=faces.MUG_SET,
                    sku="MUG-SET",
                    channel_sku="",
                    channel_line_id="800000000005",
                    quantity=1,
                    value=gbp(2000),
                    children=(OrderLine(faces.MUG_ROW, faces.MUG, "MUG-BLUE", "", "", 4, gbp(0)),),
                ),
            ),
            location_id=faces.DEFAULT,
            received_at=at("2026-11-01T09:59:00"),
            processed_at=datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=UTC),
            identifiers=("GIFT",),
            folders=("Reviewed",),
            extended_properties=(("Channel", "web"),),
        ),
    )


def test_the_orders_of_these_tests_are_ones_that_the_contract_documents():
    contract = linnworks_contract()
    contract.check_answer("POST", ORDERS, [faces.order()])
    contract.check_answer("POST", RMA_HEADERS, {"RMAHeaders": [faces.rma_header()]})
    contract.check_answer("POST", REFUND_HEADERS, {"RefundHeaders": [faces.refund_header()]})
    contract.check_answer("GET", SEARCH, {"Data": [faces.history_row()]})


def read_order(**changes):
    return translate.order(wire.OrderDetails.model_validate(faces.order(**changes)))


def info(**changes):
    return faces.order()["GeneralInfo"] | changes


@pytest.mark.parametrize(
    ("processed", "hold", "cancelled"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_only_a_processed_order_on_hold_is_cancelled(processed, hold, cancelled):
    assert read_order(Processed=processed, GeneralInfo=info(HoldOrCancel=hold)).cancelled is cancelled


@pytest.mark.parametrize(
    ("paid_at", "status", "paid"),
    [(None, 0, False), (None, 1, True), ("2026-11-01T10:00:00", 0, True), ("0001-01-01T00:00:00", 0, False)],
)
def test_paid_by_its_date_or_by_its_status(paid_at, status, paid):
    assert read_order(PaidDateTime=paid_at, GeneralInfo=info(Status=status)).paid is paid


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-01T09:59:00Z", at("2026-11-01T09:59:00")),
        ("2026-11-01T09:59:00", at("2026-11-01T09:59:00")),
        ("2026-11-01T11:59:00+02:00", at("2026-11-01T09:59:00")),
        ("2026-11-01T09:59:00.1234567", datetime(2026, 11, 1, 9, 59, 0, 123456, tzinfo=UTC)),
        ("0001-01-01T00:00:00", None),
        ("", None),
        (None, None),
    ],
)
def test_times_are_utc_and_one_without_offset_is_taken_as_such(text, moment):
    assert read_order(GeneralInfo=info(ReceivedDate=text)).received_at == moment


@pytest.mark.parametrize(
    "changes", [{"StockItemId": faces.DEFAULT}, {"StockItemId": None}, {"IsUnlinked": True}], ids=str
)
def test_a_line_that_is_not_linked_has_no_stock_item(changes):
    assert read_order(Items=[faces.rug(**changes)]).lines[0].stock_item_id is None


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"CostIncTax": 36.0, "Cost": 30.0, "Tax": 7.0}, 3600),
        ({"CostIncTax": 0.0, "Cost": 30.0, "Tax": 6.0}, 0),
        ({"CostIncTax": None, "Cost": 30.0, "Tax": 6.0}, 3600),
        ({"CostIncTax": None, "PricePerUnit": 20, "TaxCostInclusive": True, "TaxRate": 20}, 4000),
        ({"CostIncTax": None, "PricePerUnit": 20, "TaxRate": 20}, 4800),
        ({"CostIncTax": None, "PricePerUnit": 20, "Discount": 10, "TaxCostInclusive": True}, 3600),
        ({"CostIncTax": None, "PricePerUnit": None}, 0),
    ],
    ids=str,
)
def test_a_lines_value_is_what_was_paid_for_all_of_it_with_tax(fields, value):
    assert read_order(Items=[faces.rug(**fields)]).lines[0].value == gbp(value)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("13.333333333333334", "GBP", 1333),
        ("0.30000000000000004", "GBP", 30),
        ("1.245", "GBP", 125),
        ("-1.245", "GBP", -125),
        ("1.2449", "GBP", 124),
        ("500", "JPY", 500),
        ("1.2345", "KWD", 1235),
    ],
)
def test_doubles_become_whole_minor_units(amount, currency, minor):
    assert translate.money(Decimal(amount), currency) == Money(minor, currency)


async def test_an_order_without_a_currency_is_not_guessed(vendor, linnworks):
    vendor.tell(ORDERS, [faces.order(TotalsInfo={"TotalCharge": 5})])
    with pytest.raises(BadAnswer, match=r"TotalsInfo\.Currency"):
        await linnworks.orders_by_ids([faces.ORDER])


@pytest.mark.parametrize(("asked", "calls"), [(0, 0), (50, 1), (51, 2)])
async def test_orders_are_asked_for_fifty_at_a_time_and_each_once(vendor, linnworks, asked, calls):
    vendor.tell(ORDERS, [])
    ids = [f"{n:08}-1111-4111-8111-111111111111" for n in range(asked)]
    await linnworks.orders_by_ids(ids + ids)
    assert len(vendor.asked(ORDERS)) == calls


async def test_a_tag_is_carried_where_it_changed_and_where_it_was(vendor, linnworks):
    locked = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
    vendor.tell(ASSIGN, {"Changed": [faces.ORDER.upper()], "NotChanged": [faces.OTHER_ORDER, locked]})
    vendor.tell(
        TAGS, [{"fkOrderId": faces.OTHER_ORDER, "Tag": "RETURNGO_EXCHANGE"}, {"fkOrderId": locked, "Tag": "GIFT"}]
    )
    orders = [faces.ORDER, faces.OTHER_ORDER, locked]
    assert await linnworks.assign_identifier(orders, "RETURNGO_EXCHANGE") == (faces.ORDER, faces.OTHER_ORDER)


async def test_a_tag_that_changed_everywhere_needs_no_second_look(vendor, linnworks):
    vendor.tell(ASSIGN, {"Changed": [faces.ORDER], "NotChanged": None})
    assert await linnworks.assign_identifier([faces.ORDER], "RETURNGO_EXCHANGE") == (faces.ORDER,)
    assert vendor.asked(TAGS) == []


async def test_return_categories_are_told_by_name(vendor, linnworks):
    vendor.tell("/api/ProcessedOrders/GetReturnCategories", [{"pkItemId": 1, "CategoryName": "Faulty"}])
    assert await linnworks.return_categories() == ("Faulty",)


async def test_a_new_folder_leaves_the_others_standing(vendor, linnworks):
    vendor.tell("/api/Orders/GetAvailableFolders", [{"pkFolderId": faces.RUG, "FolderName": "Reviewed"}])
    vendor.tell("/api/Orders/SetAvailableFolders", Reply(b""))
    await linnworks.add_folder("Exchanges")
    await linnworks.add_folder("Reviewed")
    assert [request.body for request in vendor.asked("/api/Orders/SetAvailableFolders")] == [
        {"folders": [{"pkFolderId": faces.RUG, "FolderName": "Reviewed"}, {"FolderName": "Exchanges"}]}
    ]


# --- Returns and refunds ----------------------------------------------------------------------------------------------


async def test_a_booking_in_our_words(vendor, linnworks):
    line = faces.rma_line(Actioned=True, ActionedDate="2026-11-18T10:05:00Z", ScrapQuantity=1)
    header = faces.rma_header(
        Actioned=True, LastActionDate="2026-11-18T10:05:00Z", Status={"StatusHeader": 1}, RMALines=[line]
    )
    vendor.tell(RMA_HEADERS, {"RMAHeaders": [header]})
    assert await linnworks.bookings(faces.ORDER) == (
        Booking(
            booking_id="7",
            order_id=faces.ORDER,
            order_number=100234,
            reference=faces.REFERENCE,
            status="PROCESSED",
            actioned=True,
            lines=(
                BookedLine(
                    row_id="71",
                    order_line_id=faces.RUG_ROW,
                    sku="GARISH-RUG",
                    quantity=1,
                    scrap_quantity=1,
                    location_id=faces.QUARANTINE,
                    actioned=True,
                    actioned_at=at("2026-11-18T10:05:00"),
                ),
            ),
            created_at=at("2026-11-18T10:00:00"),
            actioned_at=at("2026-11-18T10:05:00"),
        ),
    )


async def test_return_options_tell_why_not_and_what_is_booked(vendor, linnworks):
    lines = [faces.rma_line(), faces.rma_line(RMARowId=72, Actioned=True), faces.rma_line(RMAHeaderId=8, Actioned=True)]
    said = {"CanReturn": False, "CanReturnInternally": False, "CannotReturnReason": 4, "AllExistingRMAs": lines}
    vendor.tell("/api/ReturnsRefunds/GetReturnOptions", {"ReturnOptions": said})
    options = await linnworks.return_options(faces.ORDER)
    assert (options.can_return, options.reason) == (False, "OpenOrderInLinnworks")
    assert [(b.booking_id, b.reference, len(b.lines), b.actioned) for b in options.bookings] == [
        ("7", faces.REFERENCE, 2, False),
        ("8", faces.REFERENCE, 1, True),
    ]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"CanRefund": True, "CanRefundInternally": False}, (True, False, "")),
        ({"CanRefund": False, "CanRefundInternally": True, "CannotRefundReason": "None"}, (False, True, "")),
        ({"CanRefund": False, "CannotRefundReason": "Other"}, (False, None, "Other")),
        ({}, (None, None, "")),
    ],
)
async def test_refund_options_tell_where_a_refund_would_go_and_what_is_not_said_is_not_known(
    vendor, linnworks, said, told
):
    vendor.tell("/api/ReturnsRefunds/GetRefundOptions", {"RefundOptions": said})
    options = await linnworks.refund_options(faces.ORDER)
    assert (options.by_channel, options.internally, options.reason) == told


@pytest.mark.parametrize(
    ("channel", "internal", "can"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_a_return_may_be_possible_inside_linnworks_only(channel, internal, can):
    said = wire.ReturnOptionsSaid(CanReturn=channel, CanReturnInternally=internal, CannotReturnReason="None")
    assert translate.return_options(said, faces.ORDER).can_return is can
    assert translate.return_options(said, faces.ORDER).reason == ""


async def test_a_refund_in_our_words(vendor, linnworks):
    vendor.tell(REFUND_HEADERS, {"RefundHeaders": [faces.refund_header()]})
    line = RefundedLine(faces.REFUND_ROW, "Item", faces.RUG_ROW, gbp(2050), faces.REFERENCE)
    assert await linnworks.refunds(faces.ORDER) == (
        Refund(
            refund_id="9",
            order_id=faces.ORDER,
            order_number=100234,
            reference=faces.REFERENCE,
            amount=gbp(2050),
            status="OPEN",
            channel_initiated=True,
            actioned=False,
            lines=(line,),
            created_at=at("2026-11-19T11:00:00"),
        ),
    )


@pytest.mark.parametrize(
    ("lines", "header", "reference"),
    [
        (["RGO:1", "RGO:1"], "auto-made", "RGO:1"),
        (["RGO:1", "RGO:1"], "", "RGO:1"),
        (["RGO:1", "RGO:2"], "auto-made", "auto-made"),
        (["", ""], "auto-made", "auto-made"),
        ([], "", ""),
    ],
)
def test_a_refund_is_known_by_what_its_lines_share_then_by_its_header(lines, header, reference):
    """We write ours on the lines; that the header repeats it is only assumed."""
    rows = [faces.refund_line(ExternalReference=text) for text in lines]
    said = wire.RefundHeader.model_validate(faces.refund_header(RefundLines=rows, ExternalReference=header))
    assert translate.refund(said, faces.ORDER).reference == reference


async def test_the_refunded_total_counts_booked_refunds(vendor, linnworks):
    vendor.tell("/api/ProcessedOrders/GetTotalRefunds", {"Amount": 20.5, "TotalCharge": 63.45, "Refundable": 42.95})
    total = await linnworks.refunded_total(faces.ORDER, "GBP")
    assert (total.refunded, total.charged, total.refundable) == (gbp(2050), gbp(6345), gbp(4295))
    assert vendor.seen[-1].query == {"pkOrderId": faces.ORDER, "includeBookings": "true"}


# --- The search -------------------------------------------------------------------------------------------------------

END = datetime(2026, 11, 24, tzinfo=UTC)


async def test_a_returned_line_is_there_once_though_it_was_booked_and_actioned(vendor, linnworks):
    booked = faces.history_row(RowType="RETURNBOOKING", ActionDate=None)
    vendor.tell(SEARCH, {"TotalPages": 1, "Data": [booked]}, {"TotalPages": 1, "Data": [faces.history_row()]})
    assert await linnworks.posted_returns(END - timedelta(days=7), END) == (
        PostedReturn(
            order_id=faces.ORDER,
            order_number=100234,
            order_reference="700000000004",
            row_type="RETURN",
            return_reference=faces.REFERENCE,
            sku="GARISH-RUG",
            quantity=1,
            scrap_quantity=0,
            location_id=faces.QUARANTINE,
            location_name="Quarantine",
            booked_at=at("2026-11-18T10:00:00"),
            actioned_at=at("2026-11-18T10:05:00"),
        ),
    )
    assert [request.query["dateType"] for request in vendor.asked(SEARCH)] == ["BOOKED", "ACTIONED"]


async def test_refunded_lines(vendor, linnworks):
    row = faces.history_row(
        pkRefundRowId=faces.REFUND_ROW, RefundReference="R-1", Amount=20.5, RefundStatus="OPEN", pkReturnId=None
    )
    vendor.tell(SEARCH, {"TotalPages": 1, "Data": [row]})
    (found,) = await linnworks.posted_refunds(END - timedelta(days=7), END)
    assert found == PostedRefund(
        order_id=faces.ORDER,
        order_number=100234,
        order_reference="700000000004",
        refund_row_id=faces.REFUND_ROW,
        refund_reference="R-1",
        amount=gbp(2050),
        status="OPEN",
        created_at=None,
        actioned_at=at("2026-11-18T10:05:00"),
        sku="GARISH-RUG",
    )
    assert {request.query["historyType"] for request in vendor.asked(SEARCH)} == {"REFUNDS"}


async def test_two_lines_without_ids_that_differ_are_two(vendor, linnworks):
    rows = [faces.history_row(pkReturnId=None), faces.history_row(pkReturnId=None, ReturnQty=2)]
    vendor.tell(SEARCH, {"TotalPages": 1, "Data": rows})
    assert len(await linnworks.posted_returns(END - timedelta(days=7), END)) == 2


async def test_every_page_of_the_search_is_read(vendor, linnworks):
    pages = [{"TotalPages": 3, "Data": [faces.history_row(pkReturnId=n)]} for n in range(3)]
    vendor.tell(SEARCH, *pages, *pages)
    assert len(await linnworks.posted_returns(END - timedelta(days=7), END)) == 3
    assert [request.query["pageNum"] for request in vendor.asked(SEARCH)] == ["1", "2", "3"] * 2


@pytest.mark.parametrize(("days", "windows"), [(0, 1), (1, 1), (89, 1), (90, 2), (178, 2), (179, 3), (365, 5)])
async def test_long_spans_are_searched_in_pieces_of_at_most_three_months(vendor, linnworks, days, windows):
    vendor.tell(SEARCH, {"TotalPages": 0, "Data": []})
    await linnworks.posted_returns(END - timedelta(days=days), END)
    spans = [
        (at(r.query["from"].rstrip("Z")), at(r.query["to"].rstrip("Z")))
        for r in vendor.asked(SEARCH)
        if r.query["dateType"] == "BOOKED"
    ]
    assert len(spans) == windows
    assert spans[0][0] == END - timedelta(days=days)
    assert spans[-1][1] == END
    assert all(until - since <= timedelta(days=89) for since, until in spans)
    assert all(before[1] == after[0] for before, after in pairwise(spans))
