"""Refunds: how much credit stands where, what waits for finance, and what is only owed.

The goods are still on their way in all of them: money does not wait for goods.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from returnworks.rules.model import (
    CreditLine,
    Kind,
    Order,
    OrderLine,
    Posting,
    RefundUnit,
    Return,
    ReturnLine,
    Transaction,
)
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy, StoreCredit
from returnworks.rules.references import reference
from returnworks.rules.refund_terms import Additional, RefundTerms, SplitSale
from tests.cases.case import Case
from tests.rules.faces import NOW, around, gbp, order, refund, refunded, rma, row, standing, tea_set, unit

SALE = order(row("MUG-BLUE", 2, "20.00"), row("GARISH-RUG", 1, "80.00"))
ONE_MUG = order(row("MUG-BLUE", 1, "10.00"))
GIFT = "RefundToGiftCard"
CREDIT_IT = Policy(store_credit=StoreCredit.CREDIT)
TRAVELS = "line 1: it is not back yet"


def coming(line_id: str, sku: str, **more: Any) -> ReturnLine:
    return unit(line_id, sku, None, **more)


def returned(*lines: ReturnLine, transactions: tuple[Transaction, ...], **more: Any) -> Return:
    return rma(*lines, status="Approved", transactions=transactions, **more)


def mug(*transactions: Transaction) -> Return:
    """One blue mug is coming back, and this was paid for it."""
    return returned(coming("1", "MUG-BLUE"), transactions=transactions)


def paid(transaction_id: str, amount: Money | None, **more: Any) -> Transaction:
    return replace(refund(transaction_id, "0", **more), amount=amount)


def abroad(currency: str, mug_minor: int, rug_minor: int, postage_minor: int) -> Order:
    """The sale of a mug and a rug, in minor units of another currency."""
    lines: tuple[OrderLine, ...] = tuple(
        replace(row(sku), value=Money(minor, currency)) for sku, minor in (("MUG", mug_minor), ("RUG", rug_minor))
    )
    total = Money(mug_minor + rug_minor + postage_minor, currency)
    return replace(order(), lines=lines, currency=currency, total=total, shipping=Money(postage_minor, currency))


def promised_to_another(amount: str) -> Posting:
    """A credit of another return on the mug, which does not show in Linnworks yet."""
    line = CreditLine(RefundUnit.ITEM, gbp(amount), "row-MUG-BLUE")
    name = reference(Kind.CREDIT, "90000005", ["other"])
    return Posting(name, Kind.CREDIT, "90000005", ONE_MUG.order_id, ("other",), credit=(line,), amount=gbp(amount))


MUG_AND_RUG = (coming("1", "MUG-BLUE"), coming("2", "GARISH-RUG"))
ABROAD = (coming("1", "MUG"), coming("2", "RUG"))
BOTH_TRAVEL = (TRAVELS, "line 2: it is not back yet")
SPLIT = (order(row("MUG-BLUE", 1, "10.00"), number=1), order(row("GARISH-RUG", 1, "80.00"), number=2))
SWAPPED = coming("2", "GARISH-RUG", resolution="ProductExchange")

CASES: tuple[Case, ...] = (
    Case(
        "a refund of the returned mug",
        "One credit per paid transaction; it falls on the returned line.",
        mug(refund("t1", "10.00")),
        around(SALE),
        posts=("credit 100123: 10.00 GBP = 10.00 Item MUG-BLUE",),
        leaves=(TRAVELS,),
    ),
    Case(
        "a refund over two lines of unequal value",
        "By the returned lines' remaining value, largest remainder first, to the penny.",
        returned(*MUG_AND_RUG, transactions=(refund("t1", "10.00"),)),
        around(SALE),
        posts=("credit 100123: 10.00 GBP = 1.11 Item MUG-BLUE + 8.89 Item GARISH-RUG",),
        leaves=BOTH_TRAVEL,
    ),
    Case(
        "yen, which have no decimals",
        "A currency without minor units is shared in whole yen; ties go to the first line.",
        returned(*ABROAD, transactions=(paid("t1", Money(1001, "JPY")),)),
        around(abroad("JPY", 1000, 1000, 300)),
        posts=("credit 100123: 1,001 JPY = 501 Item MUG + 500 Item RUG",),
        leaves=BOTH_TRAVEL,
    ),
    Case(
        "dinars, which have three decimals",
        "A currency with three decimals is shared to the fils.",
        returned(*ABROAD, transactions=(paid("t1", Money(10_000, "KWD")),)),
        around(abroad("KWD", 3_333, 10_001, 500)),
        posts=("credit 100123: 10.000 KWD = 2.500 Item MUG + 7.500 Item RUG",),
        leaves=BOTH_TRAVEL,
    ),
    Case(
        "an amount finer than its currency",
        "Nothing is rounded: what cannot be held exactly waits for finance, and its neighbour carries on.",
        mug(paid("t1", None, amount_said="10.005 GBP"), refund("t2", "2.00")),
        around(SALE),
        posts=("credit 100123: 2.00 GBP = 2.00 Item MUG-BLUE",),
        holds=("refund_amount_odd: t1",),
        leaves=(TRAVELS,),
    ),
    Case(
        "postage is paid back with the goods",
        "What the returned lines cannot take falls on the postage, up to what was paid for it.",
        mug(refund("t1", "14.95")),
        around(ONE_MUG),
        posts=("credit 100123: 14.95 GBP = 10.00 Item MUG-BLUE + 4.95 Shipping",),
        leaves=(TRAVELS,),
    ),
    Case(
        "a return fee was deducted",
        "The transaction's amount counts, never a sum of items less fees: 10.00 less a fee of 2.95 is 7.05.",
        mug(refund("t1", "7.05")),
        around(ONE_MUG),
        posts=("credit 100123: 7.05 GBP = 7.05 Item MUG-BLUE",),
        leaves=(TRAVELS,),
    ),
    Case(
        "more was paid than is left, and the policy posts it",
        "Above lines and postage the rest stands on an Additional line that says why.",
        mug(refund("t1", "16.00")),
        around(ONE_MUG),
        posts=("credit 100123: 16.00 GBP = 10.00 Item MUG-BLUE + 4.95 Shipping + 1.05 Additional",),
        leaves=(TRAVELS,),
    ),
    Case(
        "more was paid than is left, and the policy holds it",
        'With `additional = "hold"` nothing of such a refund is posted until finance has looked.',
        mug(refund("t1", "16.00")),
        around(ONE_MUG),
        Policy(refunds=RefundTerms(additional=Additional.HOLD)),
        holds=("refund_above_value: t1",),
        leaves=(TRAVELS,),
    ),
    Case(
        "two partial refunds of one mug",
        "Each refund is its own credit; the later one takes what the earlier one left.",
        mug(refund("t1", "6.00"), refund("t2", "4.00", created_at=NOW)),
        around(ONE_MUG),
        posts=(
            "credit 100123: 6.00 GBP = 6.00 Item MUG-BLUE",
            "credit 100123: 4.00 GBP = 4.00 Item MUG-BLUE",
        ),
        leaves=(TRAVELS,),
    ),
    Case(
        "the first of two refunds is posted already",
        "A second run posts only what is missing, on what the first credit left.",
        mug(refund("t1", "6.00"), refund("t2", "6.00", created_at=NOW)),
        around(ONE_MUG, covered={Kind.CREDIT: frozenset({"t1"})}),
        posts=("credit 100123: 6.00 GBP = 4.00 Item MUG-BLUE + 2.00 Shipping",),
        leaves=(TRAVELS,),
    ),
    Case(
        "store credit is only recorded",
        "By default store credit makes a liability, which is shown, and no credit on the order.",
        mug(refund("t1", "10.00", kind="RefundToStoreCredit")),
        around(ONE_MUG),
        leaves=(TRAVELS, "recorded as a liability"),
        owes=("10.00 GBP RefundToStoreCredit",),
    ),
    Case(
        "a gift card with a bonus, credited",
        "Never above what was paid: the bonus is owed by name and not credited.",
        mug(refund("t1", "11.50", kind=GIFT)),
        around(ONE_MUG),
        CREDIT_IT,
        posts=("credit 100123: 10.00 GBP = 10.00 Item MUG-BLUE",),
        leaves=(TRAVELS, "1.50 GBP of store value is above what the goods cost"),
        owes=("1.50 GBP RefundToGiftCard (bonus)",),
    ),
    Case(
        "a gift card besides a refund",
        "Both take from the same line, oldest first; what is left of the gift card is a bonus.",
        mug(refund("t1", "8.00"), refund("t2", "5.00", kind=GIFT, created_at=NOW)),
        around(ONE_MUG),
        CREDIT_IT,
        posts=(
            "credit 100123: 8.00 GBP = 8.00 Item MUG-BLUE",
            "credit 100123: 2.00 GBP = 2.00 Item MUG-BLUE",
        ),
        leaves=(TRAVELS, "3.00 GBP of store value is above"),
        owes=("3.00 GBP RefundToGiftCard (bonus)",),
    ),
    Case(
        "the price difference of an exchange",
        "A difference is credited from its own transaction, on the line that it names; no price is compared.",
        returned(coming("1", "MUG-BLUE"), SWAPPED, transactions=(refund("t1", "12.00", line_ids=("2",)),)),
        around(SALE),
        posts=("credit 100123: 12.00 GBP = 12.00 Item GARISH-RUG",),
        leaves=BOTH_TRAVEL,
    ),
    Case(
        "a refund beside an exchange",
        "A refund that names no line pays for what is not exchanged.",
        returned(coming("1", "MUG-BLUE"), SWAPPED, transactions=(refund("t1", "10.00"),)),
        around(SALE),
        posts=("credit 100123: 10.00 GBP = 10.00 Item MUG-BLUE",),
        leaves=BOTH_TRAVEL,
    ),
    Case(
        "money towards the shop",
        "What the customer pays for a dearer exchange is no refund.",
        mug(refund("t1", "5.00", kind="InvoicePayment")),
        around(SALE),
        leaves=(TRAVELS, "money towards the shop"),
    ),
    Case(
        "two returns of one order, decided one after the other",
        "What another return was promised is taken, before it shows in Linnworks.",
        mug(refund("t1", "6.00")),
        around(ONE_MUG, promised=(promised_to_another("7.00"),)),
        posts=("credit 100123: 6.00 GBP = 3.00 Item MUG-BLUE + 3.00 Shipping",),
        leaves=(TRAVELS,),
    ),
    Case(
        "a split sale, goods of one order",
        "The credit falls on the order that holds the returned goods.",
        returned(coming("1", "GARISH-RUG"), transactions=(refund("t1", "80.00"),)),
        around(*SPLIT),
        posts=("credit 2: 80.00 GBP = 80.00 Item GARISH-RUG",),
        leaves=(TRAVELS,),
    ),
    Case(
        "a split sale, goods of both orders",
        "One transaction stays one credit: the order with more of the goods carries it whole, and it says so.",
        returned(*MUG_AND_RUG, transactions=(refund("t1", "84.00"),)),
        around(*SPLIT),
        posts=("credit 2: 84.00 GBP = 80.00 Item GARISH-RUG + 4.00 Additional",),
        leaves=(*BOTH_TRAVEL, "pays for goods on order 1 too"),
    ),
    Case(
        "a split sale that no order can carry",
        "Where none of the orders alone has enough left, a person decides where it stands.",
        returned(*MUG_AND_RUG, transactions=(refund("t1", "90.00"),)),
        around(*SPLIT),
        holds=("refund_order_unclear: t1",),
        leaves=BOTH_TRAVEL,
    ),
    Case(
        "a split sale where the policy asks a person",
        'With `split_sale = "hold"` a refund for goods of several orders is never put on one of them.',
        returned(*MUG_AND_RUG, transactions=(refund("t1", "5.00"),)),
        around(*SPLIT),
        Policy(refunds=RefundTerms(split_sale=SplitSale.HOLD)),
        holds=("refund_order_unclear: t1",),
        leaves=BOTH_TRAVEL,
    ),
    Case(
        "a refund in another currency than the order",
        "The order's currency is posted; another one is never converted.",
        mug(paid("t1", Money(1200, "EUR"))),
        around(ONE_MUG),
        holds=("refund_currency: t1",),
        leaves=(TRAVELS,),
    ),
    Case(
        "the channel brought the same refund",
        "It is planned without taking from itself; when it is due it is linked to the channel's and not posted again.",
        mug(refund("t1", "10.00")),
        around(ONE_MUG, refunds=(standing("r-1", "10.00", ONE_MUG, refunded("10.00", "row-MUG-BLUE")),)),
        posts=("credit 100123: 10.00 GBP = 10.00 Item MUG-BLUE",),
        leaves=(TRAVELS,),
    ),
    Case(
        "the channel brought the same amount twice",
        "Two equal refunds and one payment: nobody can say which is its own, so a person does.",
        mug(refund("t1", "4.00")),
        around(ONE_MUG, refunds=(standing("r-1", "4.00", ONE_MUG), standing("r-2", "4.00", ONE_MUG))),
        holds=("refund_match_unclear: t1",),
        leaves=(TRAVELS,),
    ),
    Case(
        "the channel brought it twice, and an id decides",
        "ReturnGO names the channel's own id of the payment, so its refund is known.",
        mug(refund("t1", "4.00", external_reference="gid-2")),
        around(
            ONE_MUG,
            refunds=(
                standing("r-1", "4.00", ONE_MUG, reference="gid-1"),
                standing("r-2", "4.00", ONE_MUG, reference="gid-2"),
            ),
        ),
        posts=("credit 100123: 4.00 GBP = 4.00 Item MUG-BLUE",),
        leaves=(TRAVELS,),
    ),
    Case(
        "a component of a set",
        "Components carry no price, so their money stands on the set's line.",
        returned(
            coming("1", "TEA-CUP", order_line_key="key-TEA-SET", paid=gbp("5.00")),
            transactions=(refund("t1", "5.00"),),
        ),
        around(order(tea_set(2, "80.00"))),
        posts=("credit 100123: 5.00 GBP = 5.00 Item TEA-SET",),
        leaves=(TRAVELS,),
    ),
)
