"""`[payouts]`: the payment gateway's exports, see docs/payouts.md."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from returnworks.rules.payouts import Columns, PayoutPolicy, Says
from returnworks.settings.policy.table import Days, Table, Text, Texts

Header = Texts
"""Names of a column, the first that an export has counts."""


class LayoutTable(Table):
    """`[payouts.layouts.NAME]`: which column of a gateway's export says what."""

    kind: Header
    amount: Header
    currency: Header
    happened_at: Header
    order: Header
    refund: Header | None = None
    fee: Header | None = None
    net: Header | None = None
    paid_amount: Header | None = None
    paid_currency: Header | None = None
    payout: Header | None = None
    paid_on: Header | None = None
    row: Header | None = None
    refund_kinds: Header = ("refund",)
    reversal_kinds: tuple[Text, ...] = ()

    def columns(self, gateway: str) -> Columns:
        given = {says: getattr(self, says.value) for says in Says}
        names = {says: headers for says, headers in given.items() if headers}
        return Columns(gateway, names, self.refund_kinds, self.reversal_kinds)


class PayoutsTable(Table):
    """`[payouts]`: how long a payout may take, whose refunds they hold, and layouts of the shop's own."""

    expected_days: Days = PayoutPolicy.expected_days
    processors: tuple[Text, ...] = ()
    layouts: dict[Text, LayoutTable] = Field(default_factory=dict)

    def settings(self) -> dict[str, Any]:
        layouts = {name: layout.columns(name) for name, layout in self.layouts.items()}
        return {"payouts": PayoutPolicy(self.expected_days, self.processors, layouts)}
