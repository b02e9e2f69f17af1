"""Linnworks' words, typed: the methods we call, what we say and what comes back.

Field names are ours in the vendor's order of words; the spelling on the wire is `OrderId`, or the alias beside the
field. Sums of money are in major units, tax included unless a field says otherwise. GUIDs are compared in lower case.
A list may be null for "none", but a list that an answer is *about* has to be there: `{}` is not "no bookings".
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AliasChoices, BeforeValidator, Field, TypeAdapter

from returnworks.clients.words import (
    Guid,
    Id,
    Many,
    Moment,
    Number,
    OptionalGuid,
    OptionalId,
    PascalAnswer,
    Text,
    WireRequest,
)

T = TypeVar("T")

ZERO_GUID = "00000000-0000-0000-0000-000000000000"
"""As a stock item: none, the line is not linked. As a location: the default location (observed)."""


Currency = Annotated[str, Field(min_length=3, max_length=3)]
"""ISO 4217."""


# --- Words that may arrive as numbers ---------------------------------------------------------------------------------


def _word(*words: str) -> BeforeValidator:
    """Names as they come; numbers by position, as older documentation shows them; null is ""."""

    def name(value: Any) -> Any:
        if value is None:
            return ""
        if isinstance(value, int) and not isinstance(value, bool):
            return words[value] if 0 <= value < len(words) else str(value)
        return value

    return BeforeValidator(name)


PostSaleState = Annotated[str, _word("OPEN", "PROCESSED", "ERROR", "ERROR_ACKED", "PENDING")]
"""Positions are assumed to follow the order in which they are documented."""

CannotReturnReason = Annotated[
    str,
    _word(
        "None",
        "NotImplemented",
        "DisabledInConfig",
        "MissingOrderInLinnworks",
        "OpenOrderInLinnworks",
        "AlreadyReturnedOnChannel",
        "AlreadyReturnedInLinnworks",
        "NoNewRMAsSpecified",
        "SubStatusTagNotInTheSystem",
        "SubStatusTagIsNotActionable",
        "MultipleSubStatusTags",
        "Other",
    ),
]

CannotRefundReason = Annotated[
    str,
    _word(
        "None",
        "NotImplemented",
        "DisabledInConfig",
        "MissingOrderInLinnworks",
        "OpenOrderInLinnworks",
        "OrderIsFullyRefundedInLinnworks",
        "NoNewRefundsSpecified",
        "NoUpdatedRefundsSpecified",
        "MultipleReferences",
        "SubStatusTagNotInTheSystem",
        "SubStatusTagIsNotActionable",
        "MultipleSubStatusTags",
        "RefundNotInSystem",
        "Other",
    ),
]

RefundedUnit = Annotated[str, _word("Item", "Shipping", "Service", "Additional")]
RmaType = Annotated[str, _word("Return", "Exchange", "Resend")]
SessionState = Annotated[str, _word("AVAILABLE", "LOCKED_BASIC", "LOCKED_FULL", "MAINTENANCE")]
TrackingType = Annotated[str, _word("None", "OrderedBySellByDate", "OrderedByPrioritySequence")]
"""Numbers 0, 1, 2 on the wire; the names are the documentation's. Anything but "None" is batched stock."""


# --- Sessions ---------------------------------------------------------------------------------------------------------


class Authorise(WireRequest):
    application_id: str
    application_secret: str
    token: str
    """The installation's permanent token, not a session's."""


class SessionStatus(PascalAnswer):
    state: SessionState = "AVAILABLE"


class OpenedSession(PascalAnswer):
    """`BaseSession`, without the secrets in it that nobody needs (database passwords, hashes)."""

    token: str = Field(repr=False)
    """Goes raw into the Authorization header of every later call."""
    server: str
    """Scheme and host of every later call."""
    status: SessionStatus | None = None


# --- Stock ------------------------------------------------------------------------------------------------------------


class StockLocation(PascalAnswer):
    stock_location_id: Guid
    location_name: Text = ""
    is_fulfillment_center: bool | None = None
    is_warehouse_managed: bool | None = None
    is_not_trackable: bool | None = None


class AskItemTypes(WireRequest):
    skus: list[str] = Field(alias="SKUS")


class StockItemType(PascalAnswer):
    sku: str
    stock_item_id: Guid
    is_composite_parent: bool | None = None
    is_archived: bool | None = None
    inventory_tracking_type: TrackingType = "None"


class StockItems(PascalAnswer):
    """What `GetStockItemTypeInfo` calls `StockItemInfo`, and `GetStockItemIdsBySKU` `Items`: the latter ids only."""

    items: Many[StockItemType] = Field(validation_alias=AliasChoices("StockItemInfo", "Items"))


class AskItemIds(WireRequest):
    skus: list[str] = Field(alias="SKUS")


class AskStockLevels(WireRequest):
    stock_item_ids: list[str]


class LevelLocation(PascalAnswer):
    stock_location_id: Guid


class StockItemLevel(PascalAnswer):
    location: LevelLocation
    sku: Text = ""
    stock_level: int
    in_orders: int | None = None
    """Units that open orders have taken."""
    available: int | None = None
    """StockLevel - InOrders (documented)."""
    minimum_level: int | None = None
    """-1: not tracked at this location."""


class StockItemLevels(PascalAnswer):
    stock_item_id: Guid = Field(alias="pkStockItemId")
    stock_item_levels: Many[StockItemLevel]


class AskCompositions(WireRequest):
    inventory_item_ids: list[str]


class CompositionRow(PascalAnswer):
    linked_stock_item_id: Guid
    """The component."""
    sku: Text = ""
    """The component's."""
    quantity: int


class Compositions(PascalAnswer):
    by_parent: dict[str, Many[CompositionRow]] = Field(alias="InventoryItemsCompositionByIds")
    """By the set's stock item id; items that are no sets are left out (observed)."""


class ItemChange(PascalAnswer):
    """A row of an item's history at one location. Its StockItemId came back as the zero GUID (observed): not read."""

    date: Moment
    level: int
    """After the change (observed)."""
    change_qty: int
    note: Text = ""


class ItemChanges(PascalAnswer):
    total_entries: int = 0
    total_pages: int | None = None
    data: Many[ItemChange]


class LevelChange(WireRequest):
    sku: str
    location_id: str
    level: int
    """UpdateStockLevelsBySKU adds it; its twin SetStockLevel, which nobody here calls, would make it the level."""


class ChangeLevels(WireRequest):
    stock_levels: list[LevelChange] = Field(alias="stockLevels")
    change_source: str = Field(alias="changeSource")
    """Free text; assumed to become the note in the item's history."""


class ChangedLevel(PascalAnswer):
    sku: Text = ""


# --- Orders -----------------------------------------------------------------------------------------------------------


class Identifier(PascalAnswer):
    tag: Text = ""


class OrderGeneralInfo(PascalAnswer):
    status: int | None = None
    """0 unpaid, 1 paid, 2 return, 3 pending, 4 resend (documented)."""
    identifiers: Many[Identifier] = ()
    reference_num: Text = ""
    secondary_reference: Text = ""
    external_reference_num: Text = ""
    received_date: Moment = None
    source: Text = ""
    sub_source: Text = ""
    marker: int | None = None
    """0 none, 1 to 6 tags, 7 parked (documented)."""
    is_parked: bool | None = None
    hold_or_cancel: bool | None = None
    """On a processed order it means cancelled, on an open one on hold (documented)."""
    location: OptionalGuid = None


class OrderTotals(PascalAnswer):
    postage_cost: Decimal | None = None
    total_charge: Decimal | None = None
    currency: Currency


class OrderItem(PascalAnswer):
    row_id: Guid
    """`OrderItemRowId` of bookings and refunds."""
    stock_item_id: OptionalGuid = None
    sku: Text = ""
    channel_sku: Text = ""
    item_number: Text = ""
    """The sales channel's id of the line."""
    quantity: int
    """Of a component: the whole line's, not per set (observed)."""
    price_per_unit: Decimal | None = None
    discount: Decimal | None = None
    """Percent."""
    tax_rate: Decimal | None = None
    """Percent."""
    tax_cost_inclusive: bool | None = None
    """PricePerUnit has the tax in it."""
    cost: Decimal | None = None
    """Whole line, without tax."""
    tax: Decimal | None = None
    """Whole line's tax."""
    cost_inc_tax: Decimal | None = None
    """Whole line, tax included."""
    is_service: bool | None = None
    is_unlinked: bool | None = None
    composite_sub_items: Many[OrderItem] = ()


class Property(PascalAnswer):
    name: Text = ""
    value: Text = ""


class OrderDetails(PascalAnswer):
    """An order, open or processed. Who bought it is not read."""

    order_id: Guid
    num_order_id: int
    processed: bool = False
    processed_date_time: Moment = None
    paid_date_time: Moment = None
    fulfilment_location_id: OptionalGuid = None
    general_info: OrderGeneralInfo
    totals_info: OrderTotals
    extended_properties: Many[Property] = ()
    folder_name: Many[str] = ()
    items: Many[OrderItem]


class AskOrders(WireRequest):
    order_ids: list[str] = Field(alias="pkOrderIds")


class AskIdentifiers(WireRequest):
    order_ids: list[str]


class OrderIdentifier(PascalAnswer):
    order_id: Guid = Field(alias="fkOrderId")
    tag: Text = ""


class NewIdentifier(WireRequest):
    tag: str
    name: str


class SaveIdentifier(WireRequest):
    identifier: NewIdentifier


class AssignIdentifier(WireRequest):
    order_ids: list[str]
    tag: str


class AssignResult(PascalAnswer):
    changed: Many[Guid]
    not_changed: Many[Guid] = ()
    """Had the tag already, or could not take it: the answer does not say which."""


class Folder(PascalAnswer):
    folder_id: OptionalGuid = Field(None, alias="pkFolderId")
    folder_name: Text = ""


class ReturnCategory(PascalAnswer):
    category_name: Text = ""


class FolderEntry(WireRequest):
    folder_id: str | None = Field(None, alias="pkFolderId")
    """None for a new one (assumed)."""
    folder_name: str


class SetFolders(WireRequest):
    folders: list[FolderEntry] = Field(alias="folders")
    """The whole list: what is not in it is gone."""


class AssignFolder(WireRequest):
    order_ids: list[str] = Field(alias="orderIds")
    folder: str = Field(alias="folder")
    """The folder's name."""


class NewProperty(WireRequest):
    name: str
    value: str
    type: str = "Attribute"


class AddProperties(WireRequest):
    order_id: str
    extended_properties: list[NewProperty]


class AddedProperties(PascalAnswer):
    errors: Many[str] = ()


class AddNote(WireRequest):
    order_ids: list[str]
    note_text: str
    is_internal: bool
    is_processing_note: bool


class OrderNote(PascalAnswer):
    note: Text = ""


class AskNotes(WireRequest):
    order_ids: list[str] = Field(alias="orderIds")


NotesByOrder = dict[Guid, Many[OrderNote]]
"""Of orders without notes it may know nothing (not documented)."""


class ChangeStatus(WireRequest):
    order_ids: list[str] = Field(alias="orderIds")
    status: int = Field(alias="status")


# --- The rules engine -------------------------------------------------------------------------------------------------


class RuleHeader(PascalAnswer):
    rule_id: int | None = Field(None, alias="pkRuleId")
    draft_id: int | None = Field(None, alias="pkRuleId_Draft")
    rule_name: Text = ""
    draft: bool | None = None


class RuleAction(PascalAnswer):
    """Only whether there is one is read."""


class RuleCondition(PascalAnswer):
    condition_id: int = Field(alias="pkConditionId")
    condition_name: Text = ""
    action: RuleAction | None = None


class RuleField(PascalAnswer):
    name: Text = ""
    field_name: Text = ""
    valid_evaluator_groups: Many[str] = ()
    has_key_options: bool | None = None


class RuleActionProperty(PascalAnswer):
    display_name: Text = ""


class RuleActionType(PascalAnswer):
    value: Text = ""
    properties: Many[RuleActionProperty] = ()


class NewRuleDraft(WireRequest):
    rule_name: str = Field(alias="ruleName")
    type: Literal["Orders"] = Field(alias="type")


class NewConditionItem(WireRequest):
    field_name: str
    evaluation: str
    values: list[str]


class NewConditionHeader(WireRequest):
    rule_id: int = Field(alias="fkRuleId")
    condition_name: str
    enabled: bool
    conditions: list[NewConditionItem]


class NewCondition(WireRequest):
    header: NewConditionHeader = Field(alias="header")


class NewActionProperty(WireRequest):
    display_name: str
    value: str


class NewAction(WireRequest):
    condition_id: int = Field(alias="fkConditionId")
    action_name: str
    action_type: str
    properties: list[NewActionProperty]


# --- Returns ----------------------------------------------------------------------------------------------------------


class AskOfOrder(WireRequest):
    """The question of every returns and refunds call about one order."""

    order_id: str


class PostSaleStatus(PascalAnswer):
    status_header: PostSaleState = ""


class PostSaleError(PascalAnswer):
    error_message: Text = ""
    acknowledged: bool | None = None


class RmaLine(PascalAnswer):
    """`VerifiedRMAItem`."""

    rma_row_id: Id
    rma_header_id: OptionalId = None
    type: RmaType = "Return"
    status: PostSaleStatus | None = None
    external_reference: Text = ""
    created_date: Moment = None
    actioned: bool | None = None
    actioned_date: Moment = None
    deleted: bool | None = None
    validation_error: Text = ""
    error: Text = ""
    errors: Many[PostSaleError] = ()
    order_item_row_id: OptionalGuid = None
    return_item_sku: Text = ""
    return_location: OptionalGuid = None
    return_quantity: int | None = None
    """Scrap is part of it (documented for the desktop screen, assumed here)."""
    scrap_quantity: int | None = None


class RmaHeader(PascalAnswer):
    """`OrderRMAHeader`."""

    rma_header_id: Id
    rma_lines: Many[RmaLine]
    order_id: OptionalGuid = None
    num_order_id: int | None = None
    status: PostSaleStatus | None = None
    external_reference: Text = ""
    created_date: Moment = None
    actioned: bool | None = None
    last_action_date: Moment = None


class RmaHeaders(PascalAnswer):
    rma_headers: Many[RmaHeader]


class ReturnOptionsSaid(PascalAnswer):
    can_return: bool | None = None
    """Through the sales channel."""
    can_return_internally: bool | None = None
    """In Linnworks alone, which is what we do."""
    cannot_return_reason: CannotReturnReason = ""
    all_existing_rmas: Many[RmaLine] = Field((), alias="AllExistingRMAs")
    errors: Many[str] = ()


class ReturnOptionsAnswer(PascalAnswer):
    return_options: ReturnOptionsSaid


class RefundOptionsSaid(PascalAnswer):
    can_refund: bool | None = None
    """Through the sales channel, which then pays the customer."""
    can_refund_internally: bool | None = None
    """In Linnworks alone."""
    cannot_refund_reason: CannotRefundReason = ""
    errors: Many[str] = ()


class RefundOptionsAnswer(PascalAnswer):
    refund_options: RefundOptionsSaid


class ReturnItem(WireRequest):
    order_item_row_id: str
    return_location: str
    return_quantity: int
    scrap_quantity: int
    refund_amount: Number
    """Always 0: an amount here would make a refund when the booking is actioned (documented)."""
    reason_category: str | None
    """One of the account's own return categories."""
    reason: str | None


class CreateRmaBooking(WireRequest):
    order_id: str
    channel_initiated: bool
    reference: str
    """Becomes the header's ExternalReference (documented). At most 30 characters: the vendor names no limit."""
    return_items: list[ReturnItem]
    exchange_items: list[ReturnItem]
    resend_items: list[ReturnItem]


class CreatedRmaBooking(PascalAnswer):
    rma_header_id: OptionalId = None
    items: Many[RmaLine] = ()
    errors: Many[str] = ()


class ActionRmaBooking(WireRequest):
    rma_header_id: int
    order_id: str
    """The vendor compares it with the header's."""


class ActionedRmaBooking(PascalAnswer):
    successfully_actioned: bool
    items: Many[RmaLine] = ()
    errors: Many[str] = ()


# --- Refunds ----------------------------------------------------------------------------------------------------------


class RefundedItem(PascalAnswer):
    order_item_row_id: OptionalGuid = None
    item_sku: Text = ""
    """Documented as read-only; a hint for a person, nothing is matched by it."""


class RefundLine(PascalAnswer):
    """`VerifiedRefund`."""

    refund_row_id: Guid
    refunded_unit: RefundedUnit = ""
    refunded_item: RefundedItem | None = None
    validation_error: Text = ""
    error: Text = ""
    errors: Many[PostSaleError] = ()
    actioned: bool | None = None
    deleted: bool | None = None
    external_reference: Text = ""
    amount: Decimal


class RefundHeader(PascalAnswer):
    """`OrderRefundHeader`."""

    refund_header_id: Id
    currency: Currency
    amount: Decimal
    refund_lines: Many[RefundLine]
    order_id: OptionalGuid = None
    num_order_id: int | None = None
    status: PostSaleStatus | None = None
    order_source: Text = ""
    order_sub_source: Text = ""
    external_reference: Text = ""
    channel_initiated: bool | None = None
    created_date: Moment = None
    actioned: bool | None = None
    last_action_date: Moment = None


class RefundHeaders(PascalAnswer):
    refund_headers: Many[RefundHeader]


class AskBookedRefunds(WireRequest):
    """Without a filter: all of them."""

    page: int
    """From 1 (assumed)."""


class RefundHeaderPage(PascalAnswer):
    total_headers: int
    headers_per_page: int | None = None
    refund_headers: Many[RefundHeader]


class NewRefundLine(WireRequest):
    refunded_unit: Literal["Item", "Shipping", "Service", "Additional"]
    order_item_row_id: str | None
    amount: Number
    external_reference: str
    free_text_or_note: str


class CreateRefund(WireRequest):
    order_id: str
    channel_initiated: bool
    refund_lines: list[NewRefundLine]


class CreatedRefund(PascalAnswer):
    refund_header_id: OptionalId = None
    cannot_refund_reason: CannotRefundReason = ""
    errors: Many[str] = ()
    refund_lines: Many[RefundLine] = ()


class RefundTotals(PascalAnswer):
    """`ExistingRefundTotal`; in the order's currency, which it does not name."""

    amount: Decimal
    total_charge: Decimal | None = None
    refundable: Decimal | None = None


# --- The search over all orders ---------------------------------------------------------------------------------------


class HistoryRow(PascalAnswer):
    """`ReturnsRefundsWeb`: one returned or refunded line. The customer's fields are not read."""

    order_id: Guid = Field(alias="pkOrderID")
    order_number: int | None = Field(None, alias="nOrderId")
    currency: Text = Field("", alias="cCurrency")
    source: Text = ""
    sub_source: Text = ""
    reference_num: Text = ""
    row_type: Text = ""
    return_id: OptionalId = Field(None, alias="pkReturnId")
    return_reference: Text = ""
    return_qty: int | None = None
    scrap_qty: int | None = None
    return_location_id: OptionalGuid = Field(None, alias="fkReturnLocationId")
    location: Text = ""
    item_number: Text = ""
    """The returned item's SKU."""
    refund_row_id: OptionalGuid = Field(None, alias="pkRefundRowId")
    refund_reference: Text = ""
    amount: Decimal | None = None
    refund_status: PostSaleState = ""
    create_date: Moment = None
    return_date: Moment = None
    action_date: Moment = None


class HistoryPage(PascalAnswer):
    total_pages: int | None = None
    data: Many[HistoryRow]


# --- The methods ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Method(Generic[T]):
    """One method of the API: `<server>/api/<name>`. `per_minute` is documented for every one of them."""

    name: str
    verb: Literal["GET", "POST"]
    per_minute: int
    answer: TypeAdapter[T]
    writes: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """A method that writes and whose answer nobody needs: it may be empty, as some are (observed)."""

    name: str
    per_minute: int


def _read(name: str, verb: Literal["GET", "POST"], per_minute: int, answer: type[T]) -> Method[T]:
    return Method(name, verb, per_minute, TypeAdapter(answer))


def _write(name: str, per_minute: int, answer: type[T]) -> Method[T]:
    return Method(name, "POST", per_minute, TypeAdapter(answer), writes=True)


AUTHORISE = _read("Auth/AuthorizeByApplication", "POST", 150, OpenedSession)

LOCATIONS = _read("Inventory/GetStockLocations", "GET", 150, list[StockLocation])
ITEM_TYPES = _read("Stock/GetStockItemTypeInfo", "POST", 150, StockItems)
ITEM_IDS = _read("Inventory/GetStockItemIdsBySKU", "POST", 250, StockItems)
STOCK_LEVELS = _read("Stock/GetStockLevel_Batch", "POST", 250, list[StockItemLevels])
COMPOSITIONS = _read("Inventory/GetInventoryItemsCompositionByIds", "POST", 250, Compositions)
ITEM_CHANGES = _read("Stock/GetItemChangesHistory", "GET", 250, ItemChanges)
CHANGE_LEVELS = _write("Stock/UpdateStockLevelsBySKU", 150, list[ChangedLevel])

ORDERS_BY_REFERENCE = _read("Orders/GetOrderDetailsByReferenceId", "GET", 250, list[OrderDetails])
ORDERS_BY_ID = _read("Orders/GetOrdersById", "POST", 250, list[OrderDetails])
ORDER_PROPERTIES = _read("Orders/GetExtendedProperties", "GET", 250, list[Property])
ORDER_NOTES = _read("Orders/GetOrderNotes", "GET", 250, list[OrderNote])
NOTES_OF = _read("Orders/GetOrdersNotes", "POST", 150, NotesByOrder)
RETURN_CATEGORIES = _read("ProcessedOrders/GetReturnCategories", "GET", 150, list[ReturnCategory])
FOLDERS = _read("Orders/GetAvailableFolders", "GET", 150, list[Folder])
IDENTIFIERS = _read("OpenOrders/GetIdentifiers", "GET", 150, list[Identifier])
IDENTIFIERS_OF = _read("OpenOrders/GetIdentifiersByOrderIds", "POST", 150, list[OrderIdentifier])
SAVE_IDENTIFIER = Deed("OpenOrders/SaveIdentifier", 150)
ASSIGN_IDENTIFIER = _write("OpenOrders/AssignOrderIdentifier", 250, AssignResult)
SET_FOLDERS = Deed("Orders/SetAvailableFolders", 150)
ASSIGN_FOLDER = _write("Orders/AssignToFolder", 250, list[Guid])
ADD_PROPERTIES = _write("Orders/AddExtendedProperties", 150, AddedProperties)
ADD_NOTE = Deed("Orders/AddOrdersNote", 150)
CHANGE_STATUS = _write("Orders/ChangeStatus", 150, list[Guid])

RULES = _read("RulesEngine/GetRulesByType", "GET", 150, list[RuleHeader])
RULE_CONDITIONS = _read("RulesEngine/GetRuleConditionNodes", "GET", 150, list[RuleCondition])
RULE_FIELDS = _read("RulesEngine/GetEvaluationFields", "GET", 150, list[RuleField])
RULE_ACTIONS = _read("RulesEngine/GetActionTypes", "GET", 150, list[RuleActionType])
NEW_RULE_DRAFT = _write("RulesEngine/CreateNewDraft", 150, RuleHeader)
NEW_CONDITION = _write("RulesEngine/CreateNewCondition", 150, RuleCondition)
ADD_ACTION = Deed("RulesEngine/AddAction", 150)
"""Its siblings that put a rule live or switch one on are not here on purpose: that is a person's to do."""

RETURN_OPTIONS = _read("ReturnsRefunds/GetReturnOptions", "POST", 150, ReturnOptionsAnswer)
REFUND_OPTIONS = _read("ReturnsRefunds/GetRefundOptions", "POST", 150, RefundOptionsAnswer)
RMA_HEADERS = _read("ReturnsRefunds/GetRMAHeadersByOrderId", "POST", 150, RmaHeaders)
REFUND_HEADERS = _read("ReturnsRefunds/GetRefundHeadersByOrderId", "POST", 150, RefundHeaders)
BOOKED_REFUNDS = _read("ReturnsRefunds/GetActionableRefundHeaders", "POST", 150, RefundHeaderPage)
REFUND_TOTALS = _read("ProcessedOrders/GetTotalRefunds", "GET", 150, RefundTotals)
HISTORY = _read("ReturnsRefunds/SearchReturnsRefundsPaged", "GET", 150, HistoryPage)
CREATE_BOOKING = _write("ReturnsRefunds/CreateRMABooking", 150, CreatedRmaBooking)
ACTION_BOOKING = _write("ReturnsRefunds/ActionRMABooking", 150, ActionedRmaBooking)
CREATE_REFUND = _write("ReturnsRefunds/CreateRefund", 150, CreatedRefund)
"""Its sibling that sends a refund to the sales channel is not here on purpose: it may pay a customer twice."""


def wrapped(request: WireRequest) -> dict[str, Any]:
    """The body of a method whose only argument is called `request`. Without the wrapper filters fall away silently."""
    return {"request": request.body()}
