"""What the payout leg says about one refund, or about rows that no refund explains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from returnworks.reconcile.payouts.facts import PaidRefund
from returnworks.rules.findings import finding
from returnworks.rules.model import Finding
from returnworks.rules.money import Money
from returnworks.rules.payouts import PayoutRow


class PayoutClass(StrEnum):
    """The words of the payout leg, defined here once."""

    MATCHED = "matched"
    """The customer got exactly what ReturnGO reports, however many rows it took."""
    TIMING = "timing"
    """It is in no payout yet, and may be until `clear_by`; or its row waits for its payout."""
    CANNOT_TELL = "cannot_tell"
    """It was paid outside what the exports cover."""
    MISSING = "missing"
    """ReturnGO says that it was paid, and the payouts that should hold it do not."""
    AMOUNT = "amount"
    """The customer got another amount."""
    CURRENCY = "currency"
    """The customer was paid in another currency than the refund is in."""
    DUPLICATE = "duplicate"
    """The gateway paid the same refund more than once."""
    REVERSED = "reversed"
    """The gateway paid it and the money came back: the customer has nothing."""
    AMBIGUOUS = "ambiguous"
    """Several rows could be it, or it could be several refunds', and nothing decides."""
    UNEXPLAINED = "unexplained"
    """Money went to a customer that no refund in ReturnGO explains."""


CALM = frozenset({PayoutClass.MATCHED, PayoutClass.TIMING, PayoutClass.CANNOT_TELL})
"""Every other class is a break."""

CODE_OF = {cls: f"payout_{cls.value}" for cls in PayoutClass if cls not in CALM}


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutResult:
    """One refund with its rows; without a refund where nothing explains the rows."""

    cls: PayoutClass
    refund: PaidRefund | None = None
    rows: tuple[PayoutRow, ...] = ()
    causes: tuple[str, ...] = ()
    """What explains how the sides look, in words: fee kept, currencies exchanged, split, late."""
    clear_by: datetime | None = None
    taken: int | None = None
    """What the rows took from the balance in the refund's currency, in minor units, where the customer's own amount
    is in another one; None where it is not."""
    alike: int = 0
    """How many rows could be it, where it is ambiguous."""

    @property
    def is_break(self) -> bool:
        return self.cls not in CALM

    @property
    def order(self) -> str:
        return self.refund.order if self.refund else next((row.order for row in self.rows), "")

    @property
    def currency(self) -> str:
        """The currency in which it is counted: the refund's, else what the customer got."""
        return self.refund.amount.currency if self.refund else self.rows[0].paid.currency

    @property
    def refunded(self) -> int:
        """What ReturnGO reports, in minor units of `currency`."""
        return self.refund.amount.minor if self.refund else 0

    @property
    def paid(self) -> int:
        """What the customer got, in minor units of `currency`; rows in other currencies count nothing here."""
        if self.taken is not None:
            return self.taken
        return sum(
            -row.paid.minor if row.reversal else row.paid.minor
            for row in self.rows
            if row.paid.currency == self.currency
        )

    @property
    def payouts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.payout for row in self.rows if row.payout))

    @property
    def place(self) -> str:
        """What tells it from the others of one order and moment."""
        return self.refund.transaction_id if self.refund else self.rows[0].row_id

    @property
    def since(self) -> datetime:
        return self.refund.paid_at if self.refund else min(row.happened_at for row in self.rows)


def finding_of(result: PayoutResult) -> Finding:
    """The exception that a break asks for."""
    return finding(
        CODE_OF[result.cls],
        subject(result),
        _message(result),
        return_id=result.refund.return_id if result.refund else None,
        covers=(result.refund.transaction_id,) if result.refund else (),
        value=_at_risk(result),
        since=result.since,
    )


def subject(result: PayoutResult) -> str:
    """What the exception is about."""
    if result.refund:
        return f"RMA {result.refund.return_id} / refund {result.refund.transaction_id}"
    return row_subject(result.rows[0])


def row_subject(row: PayoutRow) -> str:
    return f"order {row.order or '(not named)'} / {row.gateway} row {row.row_id}"


def _message(result: PayoutResult) -> str:
    got = ", ".join(f"{'-' if row.reversal else ''}{row.paid}" for row in result.rows) or "nothing"
    reported = f"{result.refund.amount} for order {result.order}" if result.refund else "nothing"
    where = f" (payout {', '.join(result.payouts)})" if result.payouts else ""
    causes = f" {'; '.join(result.causes)}." if result.causes else ""
    credit = f" Its credit in Linnworks: {result.refund.credit}." if result.refund and result.refund.credit else ""
    return f"ReturnGO reports {reported}; the gateway paid {got}{where}.{causes}{credit}"


def _at_risk(result: PayoutResult) -> Money:
    if result.cls == PayoutClass.REVERSED or not result.rows or result.cls == PayoutClass.CURRENCY:
        return Money(result.refunded, result.currency)
    return Money(abs(result.paid - result.refunded) or result.paid, result.currency)
