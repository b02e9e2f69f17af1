"""No way leads from Returnworks to a payout: not in the source, not in the client, not on the wire, not in the books.

Documented: `ActionRefund` and the refund methods beside it send a refund to the sales channel, which pays it again.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from flows.way import carry_through
from returnworks.clients.linnworks import wire
from returnworks.clients.linnworks.client import Linnworks
from returnworks.rules.model import Kind
from returnworks.rules.references import owner_of
from returnworks.rules.states import State
from returnworks.work.bridge import utc_now
from returnworks.work.posting import SETTLE_DELAY
from tests.way.test_exactly_once import RUG

ROOT = Path(__file__).parents[2]
PRODUCT = ("returnworks", "flows", "tasks", "blocks", "deployments", "data_checks")

PAYS = (
    "ActionRefund",
    "RefundOrder",
    "RefundFreeText",
    "RefundShipping",
    "RefundServices",
    "MarkManualRefundsAsActioned",
    "ActionBookedOrder",
)
"""Linnworks' methods that pay a customer, or say that one was paid (documented, or to be feared from their names)."""

READS = {
    "Auth/AuthorizeByApplication",
    "Inventory/GetInventoryItemsCompositionByIds",
    "Inventory/GetStockItemIdsBySKU",
    "Inventory/GetStockLocations",
    "OpenOrders/GetIdentifiers",
    "OpenOrders/GetIdentifiersByOrderIds",
    "Orders/GetAvailableFolders",
    "Orders/GetExtendedProperties",
    "Orders/GetOrderDetailsByReferenceId",
    "Orders/GetOrderNotes",
    "Orders/GetOrdersById",
    "Orders/GetOrdersNotes",
    "ProcessedOrders/GetReturnCategories",
    "ProcessedOrders/GetTotalRefunds",
    "ReturnsRefunds/GetActionableRefundHeaders",
    "ReturnsRefunds/GetRMAHeadersByOrderId",
    "ReturnsRefunds/GetRefundHeadersByOrderId",
    "ReturnsRefunds/GetRefundOptions",
    "ReturnsRefunds/GetReturnOptions",
    "ReturnsRefunds/SearchReturnsRefundsPaged",
    "RulesEngine/GetActionTypes",
    "RulesEngine/GetEvaluationFields",
    "RulesEngine/GetRuleConditionNodes",
    "RulesEngine/GetRulesByType",
    "Stock/GetItemChangesHistory",
    "Stock/GetStockItemTypeInfo",
    "Stock/GetStockLevel_Batch",
}
WRITES = {
    "OpenOrders/AssignOrderIdentifier",
    "OpenOrders/SaveIdentifier",
    "Orders/AddExtendedProperties",
    "Orders/AddOrdersNote",
    "Orders/AssignToFolder",
    "Orders/ChangeStatus",
    "Orders/SetAvailableFolders",
    "ReturnsRefunds/ActionRMABooking",
    "ReturnsRefunds/CreateRMABooking",
    "ReturnsRefunds/CreateRefund",
    "RulesEngine/AddAction",
    "RulesEngine/CreateNewCondition",
    "RulesEngine/CreateNewDraft",
    "Stock/UpdateStockLevelsBySKU",
}
"""Everything that Returnworks may ever do in Linnworks. Whoever adds to this list answers: can it pay anybody?"""


def sources() -> list[Path]:
    files = [file for folder in PRODUCT for file in sorted((ROOT / folder).rglob("*.py"))]
    return [file for file in files if "sandbox" not in file.relative_to(ROOT).parts]


def _docstrings(tree: ast.AST) -> set[ast.AST]:
    """Texts that stand for themselves and do nothing: they may say what is never called."""
    return {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _words(file: Path) -> Iterator[str]:
    """Every text and name that the code of a file works with; no comment and no docstring."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    idle = _docstrings(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if node not in idle:
                yield text
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.FunctionDef(name=name):
                yield name
            case ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name


@cache
def _all_words() -> list[tuple[Path, str]]:
    return [(file, word) for file in sources() for word in _words(file)]


@pytest.mark.parametrize("method", PAYS)
def test_no_source_names_a_method_that_pays(method):
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", method).lower()
    pattern = re.compile(rf"{method}|^{snake}$")
    assert [f"{file}: {word}" for file, word in _all_words() if pattern.search(word)] == []


def test_the_search_sees_what_it_must(tmp_path):
    file = tmp_path / "guilty.py"
    file.write_text(
        '"""ActionRefund is named here, idly."""\nPAY = "ReturnsRefunds/" + "ActionRefund"\nx.action_refund()'
    )
    assert [word for word in _words(file) if "action" in word.lower()] == ["ActionRefund", "action_refund"]
    assert len(sources()) > 80


def test_the_client_knows_exactly_the_methods_that_are_allowed():
    methods = [value for value in vars(wire).values() if isinstance(value, wire.Method)]
    deeds = {value.name for value in vars(wire).values() if isinstance(value, wire.Deed)}
    assert {method.name for method in methods if not method.writes} == READS
    assert {method.name for method in methods if method.writes} | deeds == WRITES
    assert not any(pays in name for name in READS | WRITES for pays in PAYS)


def test_the_client_offers_no_way_to_action_a_refund():
    offered = [name for name in dir(Linnworks) if not name.startswith("__")]
    assert [
        name for name in offered if re.search(r"pay|payout|action.*(refund|credit)|(refund|credit).*action", name)
    ] == []


@pytest.mark.parametrize("fault", ["", "drop_after", "error_after", "error_before", "act_twice", "delay"])
async def test_whatever_happens_only_allowed_methods_are_called_and_nobody_is_paid(sandbox, returnworks, fault):
    """The channel's refunds are on: one actioned refund would pay."""
    sandbox.settings(channel_refunds=True)
    told = sandbox.play("a-day-in-the-shop")
    async with returnworks.bridge() as bridge:
        while told["number"] < told["of"]:
            if fault:
                sandbox.fault(fault, "*Create*", vendor="linnworks", count=3)
                sandbox.fault(fault, "*Action*", vendor="linnworks", count=3)
            await carry_through(bridge)
            told = sandbox.step()
        sandbox.clear_faults()
        bridge.now = lambda: utc_now() + 2 * SETTLE_DELAY
        for _ in range(3):
            await carry_through(bridge)
    books = sandbox.books()
    assert set(books["calls"]["linnworks"]) <= READS | WRITES
    assert set(books["writes"]) <= WRITES
    assert books["writes"]["ReturnsRefunds/CreateRefund"], "a day without a credit proves nothing"
    assert books["payouts"] == []
    ours = [refund for refund in books["refunds"] if owner_of(refund["reference"])]
    assert ours
    assert all(refund["channel_initiated"] and not refund["actioned"] for refund in ours)


async def _settled(returnworks) -> list[State]:
    async with returnworks.bridge() as bridge:
        for _ in range(2):
            await carry_through(bridge)
        return [record.state for record in bridge.ledger.postings(kinds=(Kind.CREDIT,))]


def _created(sandbox) -> int:
    return int(sandbox.books()["writes"].get("ReturnsRefunds/CreateRefund", 0))


async def test_a_refund_that_the_channel_brought_is_linked_and_not_posted_again(sandbox, returnworks):
    sandbox.seed(RUG)
    sandbox.act("refund_by_hand", order="MM9001", amount="96.00", reference="gid-77", channel_initiated=True)
    assert await _settled(returnworks) == [State.CONFIRMED]
    books = sandbox.books()
    assert [(refund["reference"], refund["amount"]) for refund in books["refunds"]] == [("gid-77", "96.00")]
    assert _created(sandbox) == 0
    assert books["payouts"] == []
    async with returnworks.bridge() as bridge:
        (credit,) = bridge.ledger.postings(kinds=(Kind.CREDIT,))
        assert (credit.linked, credit.vendor_id) == (True, str(books["refunds"][0]["refund_id"]))
        assert [attempt.outcome for attempt in bridge.ledger.attempts(credit.reference)] == ["linked"]


async def test_of_two_equal_refunds_of_which_the_channel_brought_one_the_other_is_posted(sandbox, returnworks):
    paid = {"type": "RefundToPaymentMethod", "status": "Success", "amount": "48.00", "lines": [0]}
    sandbox.seed(RUG | {"rmas": [{**RUG["rmas"][0], "transactions": [paid, paid]}]})
    sandbox.act("refund_by_hand", order="MM9001", amount="48.00", channel_initiated=True)
    assert await _settled(returnworks) == [State.CONFIRMED, State.CONFIRMED]
    assert [refund["amount"] for refund in sandbox.books()["refunds"]] == ["48.00", "48.00"]
    assert _created(sandbox) == 1


@pytest.mark.parametrize(
    ("amount", "by_channel"), [("95.99", True), ("96.01", True), ("96.00", False)], ids=["less", "more", "by a clerk"]
)
async def test_a_refund_of_another_amount_or_origin_is_never_taken_for_ours(sandbox, returnworks, amount, by_channel):
    sandbox.seed(RUG)
    sandbox.act("refund_by_hand", order="MM9001", amount=amount, channel_initiated=by_channel)
    await _settled(returnworks)
    async with returnworks.bridge() as bridge:
        assert not any(record.linked for record in bridge.ledger.postings(kinds=(Kind.CREDIT,)))
    assert sandbox.books()["payouts"] == []
