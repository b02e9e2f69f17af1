"""How a payment gateway's export is read: which column says what, and how long a payout may take.

The columns of the built-in gateways are observed in public exports; merchants can rename or reorder columns, so
another layout is a table of the policy and nobody's code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from returnworks.rules.money import Money
from returnworks.rules.problems import Problem


class Says(StrEnum):
    """What a column of an export can say. The first five must be there; the rest is used where it is."""

    KIND = "kind"
    """What the row is: a charge, a refund, a fee, ..."""
    AMOUNT = "amount"
    """What the row moves on the merchant's balance, in `CURRENCY`; refunds are negative."""
    CURRENCY = "currency"
    HAPPENED_AT = "happened_at"
    ORDER = "order"
    """The order's name, as the shopper sees it ("#1001")."""
    REFUND = "refund"
    """The sales channel's or the gateway's id of the refund."""
    FEE = "fee"
    NET = "net"
    PAID_AMOUNT = "paid_amount"
    """What the customer got, in `PAID_CURRENCY`: differs from `AMOUNT` where currencies were exchanged."""
    PAID_CURRENCY = "paid_currency"
    PAYOUT = "payout"
    """The id of the payout; empty while the row waits for one."""
    PAID_ON = "paid_on"
    """The day on which the payout reaches the bank."""
    ROW = "row"
    """The gateway's own id of the row."""


NEEDED = (Says.KIND, Says.AMOUNT, Says.CURRENCY, Says.HAPPENED_AT, Says.ORDER)


@dataclass(frozen=True, slots=True)
class Columns:
    """One gateway's layout. `names` gives for each thing the header, or several of which the first found counts."""

    gateway: str
    names: Mapping[Says, tuple[str, ...]]
    refund_kinds: tuple[str, ...] = ("refund",)
    """Values of the kind column that mean money back to a customer. Compared without regard to case."""
    reversal_kinds: tuple[str, ...] = ()
    """Values that mean that a refund came back (it failed): they take a refund away again."""

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits of what this layout means: a layout that was looked at once needs no second look."""
        shown = {said.value: names for said, names in self.names.items()}
        text = json.dumps([self.gateway, shown, self.refund_kinds, self.reversal_kinds], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def problems(self) -> tuple[Problem, ...]:
        """What this layout lacks."""
        lacking = [said.value for said in NEEDED if not self.names.get(said)]
        found = [Problem((key,), "is not given", "Name the column.") for key in lacking]
        if not self.refund_kinds:
            found.append(Problem(("refund_kinds",), "is empty", "Name what a refund is called there."))
        return tuple(found)


SHOPIFY = Columns(
    gateway="shopify",
    names={
        Says.KIND: ("Type",),
        Says.AMOUNT: ("Amount",),
        Says.CURRENCY: ("Currency",),
        Says.HAPPENED_AT: ("Transaction Date",),
        Says.ORDER: ("Order",),
        Says.FEE: ("Fee",),
        Says.NET: ("Net",),
        Says.PAID_AMOUNT: ("Presentment Amount",),
        Says.PAID_CURRENCY: ("Presentment Currency",),
        Says.PAYOUT: ("Payout ID",),
        Says.PAID_ON: ("Payout Date",),
    },
    reversal_kinds=("refund_failure",),
)
"""Shopify Payments' export of payout transactions (columns observed; the name of the reversal assumed). It has
no refund id, so its refunds are found by order and amount."""

STRIPE = Columns(
    gateway="stripe",
    names={
        Says.KIND: ("reporting_category",),
        Says.AMOUNT: ("gross",),
        Says.CURRENCY: ("currency",),
        Says.HAPPENED_AT: ("created_utc", "created"),
        Says.ORDER: ("payment_metadata[order_id]", "payment_metadata[order_name]", "description"),
        Says.REFUND: ("refund_metadata[refund_id]", "source_id"),
        Says.FEE: ("fee",),
        Says.NET: ("net",),
        Says.PAID_AMOUNT: ("customer_facing_amount",),
        Says.PAID_CURRENCY: ("customer_facing_currency",),
        Says.PAYOUT: ("automatic_payout_id",),
        Says.PAID_ON: ("automatic_payout_effective_at_utc", "automatic_payout_effective_at"),
        Says.ROW: ("balance_transaction_id",),
    },
    refund_kinds=("refund", "partial_capture_reversal"),
    reversal_kinds=("refund_failure",),
)
"""Stripe's itemised payout reconciliation report (columns and categories documented by Stripe). The order's name is
in metadata that the shop chose; where it is elsewhere, say so in the policy."""

BUILT_IN = {columns.gateway: columns for columns in (SHOPIFY, STRIPE)}


@dataclass(frozen=True)
class PayoutPolicy:
    """The policy's `[payouts]`."""

    expected_days: int = 7
    """A refund that shows in no payout is a timing difference for so many days, and missing after them."""
    processors: tuple[str, ...] = ()
    """ReturnGO processors whose refunds these payouts hold (its `processor`); none named: all of them."""
    layouts: Mapping[str, Columns] = field(default_factory=dict)
    """The shop's own layouts, by gateway; one of a built-in name replaces it."""

    def columns(self, gateway: str) -> Columns | None:
        return self.layouts.get(gateway) or BUILT_IN.get(gateway)

    @property
    def gateways(self) -> tuple[str, ...]:
        return tuple(sorted({*self.layouts, *BUILT_IN}))

    def problems(self) -> tuple[Problem, ...]:
        found = [p.inside("layouts", name) for name, columns in self.layouts.items() for p in columns.problems()]
        if self.expected_days < 0:
            found.append(Problem(("expected_days",), f"is {self.expected_days}", "It cannot be less than 0."))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """Money back to a customer in a gateway's export. Amounts are above zero, also of a reversal."""

    row_id: str
    """The same row has the same id in every export that holds it."""
    gateway: str
    order: str
    paid: Money
    """What the customer got."""
    settled: Money
    """What it took from the merchant's balance; in another currency where currencies were exchanged."""
    happened_at: datetime
    reversal: bool = False
    """A refund that came back: it takes an earlier one away."""
    refund: str = ""
    fee: Money | None = None
    payout: str = ""
    """Id of the payout; empty while the row waits for one."""
    paid_on: date | None = None
