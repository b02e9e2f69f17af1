"""A refund that nobody explains, from the night that finds it to the night that believes the person who decided."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from flows.one_night import one_night
from flows.way import carry_through, queue_changes
from returnworks.errors import Refused
from returnworks.ledger import NotLinkable
from returnworks.reconcile.night import assess
from returnworks.reconcile.results import Class, Family
from returnworks.rules.foreign import Outcome
from returnworks.rules.model import Kind
from returnworks.rules.policy import Policy
from returnworks.rules.refund_terms import Additional, RefundTerms
from returnworks.rules.states import State
from returnworks.work import refunds
from returnworks.work.night.file import file_night
from returnworks.work.night.gather import gather

ORDER = {
    "reference": "5500000001",
    "name": "MM2001",
    "processed_at": {"hours_ago": 200},
    "received_at": {"hours_ago": 220},
    "postage": "0.00",
    "lines": [{"sku": "LAMP-OAK", "quantity": 1, "price": "45.00"}],
}
RMA = "90000201"


INSPECTED = {"at": {"hours_ago": 41}, "returned": True, "restockable": True}


def shop(sandbox, *transactions):
    """One lamp came back; `transactions` were paid for it."""
    rma = {
        "id": RMA,
        "order": "MM2001",
        "status": "Done",
        "created_at": {"hours_ago": 100},
        "updated_at": {"hours_ago": 40},
        "lines": [{"sku": "LAMP-OAK", "inspected": INSPECTED}],
        "transactions": [{"at": {"hours_ago": 40}, **row} for row in transactions],
    }
    lamp = {"sku": "LAMP-OAK", "title": "Oak lamp", "cost": "17.50", "levels": {"Default": 8}}
    sandbox.seed({"items": [lamp], "orders": [ORDER], "rmas": [rma]})


async def foreign(bridge, sandbox, amount="7.00", **more):
    """A clerk records a refund; the night after finds it."""
    await carry_through(bridge)
    sandbox.act("refund_by_hand", order="MM2001", amount=amount, **more)
    filed = await quick_night(bridge)
    (seen,) = bridge.ledger.foreign_refunds()
    return seen, filed


async def quick_night(bridge):
    """A night without the checks of its tables, which take most of its time."""
    await queue_changes(bridge)
    readings = await gather(bridge)
    return file_night(bridge, assess(readings.inputs), (), readings)


def in_a_year(bridge, days=30) -> date:
    return (bridge.now() + timedelta(days=days)).date()


def classes(report):
    return {str(row.cls) for row in report.night.of(Family.MONEY)}


async def test_goodwill_is_calm_in_the_next_night_and_closes_the_exception(sandbox, returnworks):
    shop(sandbox, {"amount": "45.00"})
    async with returnworks.bridge() as bridge:
        seen, before = await foreign(bridge, sandbox)
        assert [item.code for item in before.open_items] == ["foreign_refund"]
        await refunds.accept(bridge, seen.refund_id, "a chipped foot", in_a_year(bridge), "ann")
        after = await one_night(bridge)
    assert classes(after) == {"matched", "goodwill"}
    assert [item.code for item in after.filed.closed] == ["foreign_refund"]
    assert (after.filed.open_items, after.night.remainders) == ((), ())
    assert all(check.ran and check.success for check in after.checks)


async def test_a_goodwill_that_was_taken_back_is_an_exception_again(sandbox, returnworks):
    shop(sandbox, {"amount": "45.00"})
    async with returnworks.bridge() as bridge:
        seen, _ = await foreign(bridge, sandbox)
        await refunds.accept(bridge, seen.refund_id, "a chipped foot", in_a_year(bridge), "ann")
        await quick_night(bridge)
        refunds.undo(bridge.ledger, seen.refund_id, "it was not chipped", "bob", bridge.now())
        after = await quick_night(bridge)
    assert [(item.code, item.reopened) for item in after.reopened] == [("foreign_refund", 1)]


async def test_what_is_handed_to_cx_is_theirs_and_stays_open(sandbox, returnworks):
    shop(sandbox, {"amount": "45.00"})
    async with returnworks.bridge() as bridge:
        seen, _ = await foreign(bridge, sandbox)
        await refunds.hand_to_cx(bridge, seen.refund_id, "no return was made", "ann")
        after = await quick_night(bridge)
    (item,) = after.open_items
    assert (item.code, item.assignee) == ("foreign_refund", "CX")
    assert "Handed to CX by ann" in item.message


HOLD = Policy(refunds=RefundTerms(additional=Additional.HOLD))


async def test_a_refund_that_finance_recorded_by_hand_is_linked_and_counts_once(sandbox, returnworks):
    """The whole way: held by the policy, recorded by a person, foreign, linked; and never credited besides."""
    shop(sandbox, {"amount": "52.00", "id": "5200"})
    returnworks.policy = HOLD
    async with returnworks.bridge() as bridge:
        seen, before = await foreign(bridge, sandbox, "52.00")
        assert {item.code for item in before.open_items} >= {"foreign_refund", "refund_above_value"}
        assert seen.likely[0].transaction_id == "5200"
        made = await refunds.link(bridge, seen.refund_id, "5200", "recorded by hand", "ann")
        await carry_through(bridge)
        after = await one_night(bridge)
        records = bridge.ledger.postings(return_ids=[RMA], kinds=(Kind.CREDIT,))
    assert (made.outcome, made.transaction_id) == (Outcome.LINK, "5200")
    assert [(record.state, record.linked) for record in records] == [(State.CONFIRMED, True)]
    assert [row["amount"] for row in sandbox.books()["refunds"]] == ["52.00"]
    assert [row.cls for row in after.night.of(Family.MONEY)] == [Class.LINKED]
    assert (after.filed.open_items, after.night.remainders) == ((), ())
    assert all(check.ran and check.success for check in after.checks)


async def test_a_link_that_is_taken_back_is_decided_anew(sandbox, returnworks):
    shop(sandbox, {"amount": "52.00", "id": "5200"})
    returnworks.policy = HOLD
    async with returnworks.bridge() as bridge:
        seen, _ = await foreign(bridge, sandbox, "52.00")
        await refunds.link(bridge, seen.refund_id, "5200", "recorded by hand", "ann")
        refunds.undo(bridge.ledger, seen.refund_id, "the wrong one", "bob", bridge.now())
        await carry_through(bridge)
        after = await quick_night(bridge)
    assert {item.code for item in after.open_items} >= {"foreign_refund", "refund_above_value"}


async def test_a_transaction_that_is_credited_already_takes_no_second_refund(sandbox, returnworks):
    shop(sandbox, {"amount": "45.00", "id": "4500"})
    async with returnworks.bridge() as bridge:
        seen, _ = await foreign(bridge, sandbox)
        with pytest.raises(NotLinkable, match="two credits for one transaction"):
            await refunds.link(bridge, seen.refund_id, "4500", "it is this one", "ann")
        assert bridge.ledger.refund_decisions() == []


@pytest.mark.parametrize(
    ("transaction", "return_id", "why"),
    [
        ("7001", None, "no money moved"),
        ("7002", None, "pays nothing back"),
        ("nobody", None, "--return-id"),
        ("nobody", RMA, "--return-id"),
    ],
)
async def test_a_link_to_what_is_no_payment_is_refused_with_the_reason(
    sandbox, returnworks, transaction, return_id, why
):
    shop(
        sandbox,
        {"amount": "45.00", "id": "4500"},
        {"amount": "7.00", "id": "7001", "status": "Requested"},
        {"amount": "7.00", "id": "7002", "type": "InvoicePayment"},
    )
    async with returnworks.bridge() as bridge:
        seen, _ = await foreign(bridge, sandbox)
        with pytest.raises(Refused, match=why):
            await refunds.link(bridge, seen.refund_id, transaction, "it is this one", "ann", return_id)


async def test_a_refund_that_is_gone_or_unknown_is_not_decided_upon(sandbox, returnworks):
    shop(sandbox, {"amount": "45.00"})
    async with returnworks.bridge() as bridge:
        with pytest.raises(Refused, match="refunds list"):
            await refunds.hand_to_cx(bridge, "nobody", "no return", "ann")
        with pytest.raises(Refused, match="nothing to undo"):
            refunds.undo(bridge.ledger, "nobody", "a slip", "ann", bridge.now())


@pytest.mark.parametrize(("days", "why"), [(0, "a day to come"), (400, "at most a year")])
async def test_goodwill_has_an_end_that_is_not_for_ever(sandbox, returnworks, days, why):
    async with returnworks.bridge() as bridge:
        with pytest.raises(Refused, match=why):
            await refunds.accept(bridge, "3001", "chipped", in_a_year(bridge, days), "ann")
