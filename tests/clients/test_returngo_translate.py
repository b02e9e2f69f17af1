"""ReturnGO's examples and untidy truths in our words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from returnworks.clients.returngo import translate, wire
from returnworks.errors import BadAnswer
from returnworks.rules.model import ExchangeOrder, Inspection, Parcel, Return, ReturnLine, Transaction
from returnworks.rules.money import Money
from tests.clients.faces import SHOP
from tests.contracts import contracts_dir

RMAS = [
    "rma-approved-awaiting-receipt",
    "rma-bundle-component",
    "rma-damaged-item",
    "rma-exchange",
    "rma-partial-quantity-refund",
    "rma-partial-receipt",
    "rma-simple-refund",
    "rma-store-credit",
]


def example(name: str) -> Any:
    path = contracts_dir() / "returngo" / "examples" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def read(name: str) -> Return:
    return translate.the_return(wire.RMA.validate_python(example(name)), SHOP)


def a_return(item: dict[str, Any] | None = None, **changes: Any) -> Return:
    head = {"rmaId": 1, "status": "Done"}
    items = [] if item is None else [{"returnedItemId": 96000006, **item}]
    return translate.the_return(wire.RMA.validate_python({"rmaSummary": head, "items": items, **changes}), SHOP)


def the_line(**item: Any) -> ReturnLine:
    return a_return(item).lines[0]


# --- The vendor's examples --------------------------------------------------------------------------------------------


def test_every_example_of_a_return_is_tried_here():
    folder = contracts_dir() / "returngo" / "examples"
    assert sorted(path.stem for path in folder.glob("rma-*.json")) == RMAS


@pytest.mark.parametrize("name", RMAS)
def test_every_example_is_read_whole(name):
    said, ret = example(name), read(name)
    assert ret.return_id == str(said["rmaSummary"]["rmaId"])
    assert [line.line_id for line in ret.lines] == [str(item["returnedItemId"]) for item in said["items"]]
    assert [t.transaction_id for t in ret.transactions] == [str(t["id"]) for t in said["transactions"]]
    looked_at = [item["itemValidationStatusResponse"]["lastValidationDate"] is not None for item in said["items"]]
    assert [line.inspection is not None for line in ret.lines] == looked_at


@pytest.mark.parametrize("name", RMAS)
def test_nothing_personal_passes_the_boundary(name):
    shown = repr(read(name)) + repr(wire.RMA.validate_python(example(name)))
    for private in ["Test Customer", "Example Street", "@example.com", "+4416", "Warehouse Tester", "htmlText", "iban"]:
        assert private not in shown


def test_bank_details_do_not_pass_the_boundary():
    row = {"id": 1, "type": "Refund", "status": "Success", "bankAccountDetails": {"iban": "GB33BUKB20201555555555"}}
    page = wire.TRANSACTION_PAGE.validate_python({"transactions": [row]})
    assert "GB33" not in repr(page) + repr([translate.transaction(row) for row in page.transactions])


@pytest.mark.parametrize(
    ("schema", "part", "shape", "fields"),
    [
        ("returngo-rma", "", wire.Rma, ["comments", "exchangeItems", "cancellationFee", "isOutOfPolicy"]),
        ("returngo-rma", "rmaSummary", wire.Summary, []),
        ("returngo-rma", "money", wire.Amount, []),
        ("returngo-rma", "exchangeOrder", wire.ExchangeOrder, []),
        ("returngo-transaction", "", wire.Transaction, ["bankAccountDetails"]),
        ("returngo-rma", "rmaListPage", wire.RmaPage, []),
        ("returngo-transaction", "transactionsPage", wire.TransactionPage, []),
    ],
)
def test_our_words_are_the_documented_ones_less_what_we_leave_unread(schema, part, shape, fields):
    document = json.loads((contracts_dir() / "returngo" / f"{schema}.schema.json").read_text(encoding="utf-8"))
    documented = document["$defs"][part] if part else document
    assert {f.alias or n for n, f in shape.model_fields.items()} == set(documented["properties"]) - set(fields)


@pytest.mark.parametrize("part", ["item", "shipment", "itemValidation", "event"])
def test_of_the_larger_parts_we_read_nothing_that_is_not_documented(part):
    document = json.loads((contracts_dir() / "returngo" / "returngo-rma.schema.json").read_text(encoding="utf-8"))
    shape = {"item": wire.Item, "shipment": wire.Shipment, "itemValidation": wire.Validation, "event": wire.Event}[part]
    assert {f.alias for f in shape.model_fields.values()} <= set(document["$defs"][part]["properties"])


@pytest.mark.parametrize(
    "item", [{}, {"quantity": None}, {"sku": None, "paidPrice": None, "returnMethod": None}], ids=str
)
def test_the_smallest_return_that_the_schema_allows_is_read(item):
    folder = contracts_dir() / "returngo"
    schemas = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.schema.json")]
    registry = Registry().with_resources((s["$id"], Resource.from_contents(s)) for s in schemas)
    least = {"rmaSummary": {"rmaId": 1, "status": "Done"}, "items": [{"returnedItemId": 2, **item}]}
    document = next(s for s in schemas if s["$id"].endswith("returngo-rma.schema.json"))
    jsonschema.Draft202012Validator(document, registry=registry).validate(least)
    assert translate.the_return(wire.RMA.validate_python(least), SHOP).lines == (ReturnLine("2", None, None),)


def test_lists():
    page = wire.RMA_PAGE.validate_python(example("rmas-list-page"))
    assert translate.listed(page.rmas[0]) == translate.Listed("90000001", "Done", "EX1001")
    money = wire.TRANSACTION_PAGE.validate_python(example("transactions-page"))
    assert [translate.transaction(row).transaction_id for row in money.transactions] == ["97000001", "97000005"]


def test_a_return_in_our_words():
    assert read("rma-simple-refund") == Return(
        return_id="90000001",
        shop=SHOP,
        status="Done",
        order_id="700000000001",
        order_name="EX1001",
        lines=(
            ReturnLine(
                line_id="96000001",
                order_line_key="800000000001",
                sku="TEST-TEE-RED-M",
                reason="Does not fit",
                extended_reason="Too small",
                resolution="RefundToPaymentMethod",
                return_method="Ship with pre-paid label",
                paid=Money(2400, "GBP"),
                inspection=Inspection(datetime(2026, 11, 18, 9, 30, tzinfo=UTC), returned=True, restockable=True),
            ),
        ),
        transactions=(
            Transaction(
                transaction_id="97000001",
                kind="RefundToPaymentMethod",
                status="Success",
                amount=Money(2050, "GBP"),
                shop_amount=Money(2050, "GBP"),
                line_ids=("96000001",),
                external_reference="710000000001",
                external_reference_type="PlatformRefundId",
                processor="Shopify",
                created_at=datetime(2026, 11, 19, 11, 0, tzinfo=UTC),
                updated_at=datetime(2026, 11, 19, 11, 0, 5, tzinfo=UTC),
            ),
        ),
        parcels=(Parcel("95000001", "Validated", False, "TEST00000001"),),
        created_at=datetime(2026, 11, 10, 10, 0, tzinfo=UTC),
        updated_at=datetime(2026, 11, 19, 11, 0, 6, tzinfo=UTC),
        approved_at=datetime(2026, 11, 10, 10, 5, tzinfo=UTC),
    )


def test_an_exchange_in_our_words():
    assert read("rma-exchange").exchange_orders == (
        ExchangeOrder("730000000005", "700000000105", "EX1105", "Exchange"),
    )


# --- Untidy truths ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("date", [None, "", " "])
def test_flags_say_nothing_without_a_date(date):
    said = {"isReturned": True, "isRestockable": True, "lastValidationDate": date}
    assert the_line(itemValidationStatusResponse=said).inspection is None


@pytest.mark.parametrize(
    ("returned", "restockable", "verdict"),
    [
        (True, True, (True, True)),
        (1, 1, (True, True)),
        ("true", "1", (True, True)),
        (1, 0, (True, False)),
        (True, None, (True, False)),
        (0, 0, (False, False)),
        (False, True, (False, False)),
    ],
)
def test_truth_comes_in_many_forms_and_doubt_is_never_sellable(returned, restockable, verdict):
    said = {"isReturned": returned, "isRestockable": restockable, "lastValidationDate": "2026-11-18T09:30:00+00:00"}
    inspection = the_line(itemValidationStatusResponse=said).inspection
    assert inspection is not None
    assert (inspection.returned, inspection.restockable) == verdict


def test_validated_without_saying_whether_it_came_back_is_not_believed():
    with pytest.raises(BadAnswer, match="RMA 1 / line 96000006 was validated, but not whether it came back"):
        the_line(itemValidationStatusResponse={"isReturned": None, "lastValidationDate": "2026-11-18T09:30:00Z"})


@pytest.mark.parametrize(("returned", "reason"), [(True, "torn"), (False, "not in the parcel")])
def test_the_reason_is_the_one_of_the_verdict(returned, reason):
    said = {
        "isReturned": returned,
        "isRestockable": False,
        "lastValidationDate": "2026-11-18T09:30:00Z",
        "nonRestockableReason": "torn",
        "nonReturnedReason": "not in the parcel",
    }
    inspection = the_line(itemValidationStatusResponse=said).inspection
    assert inspection is not None
    assert inspection.reason == reason


@pytest.mark.parametrize(
    ("sent", "kept"), [({}, None), ({"quantity": None}, None), ({"quantity": 2}, 2), ({"quantity": 1}, 1)]
)
def test_a_quantity_that_should_not_be_there_is_kept(sent, kept):
    assert the_line(**sent).quantity == kept


@pytest.mark.parametrize("status", ["Done", "Quarantined by robot", "done"])
def test_a_status_arrives_as_it_came(status):
    assert a_return(rmaSummary={"rmaId": 1, "status": status}).status == status


@pytest.mark.parametrize(("text", "reason"), [(" > Too small", "Too small"), ("Too small", "Too small"), (None, "")])
def test_the_arrow_before_an_extended_reason_is_not_part_of_it(text, reason):
    assert the_line(extendedReason=text).extended_reason == reason


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("20.5", "GBP", 2050),
        ("0.30000000000000004", "GBP", 30),
        ("19.989999999999998", "GBP", 1999),
        ("1500", "JPY", 1500),
    ],
)
def test_amounts_are_exact(amount, currency, minor):
    paid = the_line(paidPrice={"amount": Decimal(amount), "currency": currency}).paid
    assert paid == Money(minor, currency)


@pytest.mark.parametrize(("amount", "currency"), [("20.505", "GBP"), ("20.5001", "GBP"), ("0.5", "JPY")])
def test_an_amount_finer_than_its_currency_is_not_believed(amount, currency):
    with pytest.raises(BadAnswer, match="RMA 1 / line 96000006, which is finer than the currency"):
        the_line(paidPrice={"amount": Decimal(amount), "currency": currency})


@pytest.mark.parametrize(
    ("amount", "currency", "kept", "said"),
    [
        ("1.234", "KWD", Money(1234, "KWD"), ""),
        ("20.00000000000001", "GBP", Money(2000, "GBP"), ""),
        ("20.005", "GBP", None, "20.005 GBP"),
        ("0.5", "JPY", None, "0.5 JPY"),
        ("1.2345", "KWD", None, "1.2345 KWD"),
        ("5", "", None, ""),
    ],
)
def test_a_refund_finer_than_its_currency_is_kept_as_it_was_said_and_never_rounded(amount, currency, kept, said):
    row = {"id": 1, "type": "Refund", "status": "Success", "amount": {"amount": Decimal(amount), "currency": currency}}
    (found,) = a_return(transactions=[row]).transactions
    assert (found.amount, found.amount_said) == (kept, said)


@pytest.mark.parametrize(
    "money", [None, {}, {"amount": None, "currency": "GBP"}, {"amount": 5, "currency": None}], ids=str
)
def test_an_amount_without_a_number_or_a_currency_is_none(money):
    assert the_line(paidPrice=money).paid is None


def test_approved_at_is_the_first_approval():
    events = [
        {"eventName": "RMA_APPROVED", "eventDate": "2026-11-12T10:00:00+00:00"},
        {"eventName": "RMA_CREATED", "eventDate": "2026-11-10T10:00:00+00:00"},
        {"eventName": "RMA_APPROVED", "eventDate": "2026-11-11T12:00:00+02:00"},
        {"eventName": "RMA_APPROVED", "eventDate": None},
    ]
    head = {"rmaId": 1, "status": "Approved", "events": events}
    assert a_return(rmaSummary=head).approved_at == datetime(2026, 11, 11, 10, 0, tzinfo=UTC)
    assert a_return().approved_at is None


def test_the_order_name_of_the_list_row_serves_where_the_order_has_none():
    head = {"rmaId": 1, "status": "Done", "order_name": "EX1001"}
    assert a_return(rmaSummary=head, orderDetails=None).order_name == "EX1001"
