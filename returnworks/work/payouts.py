"""The payment gateway's side: an export is understood, taken in, matched with refunds, and told to the desk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from returnworks.errors import ConfigError
from returnworks.ledger import ExceptionRecord
from returnworks.ledger.payouts import PayoutFile
from returnworks.reconcile.payouts import (
    BadExport,
    Export,
    PaidRefund,
    PayoutLeg,
    PayoutResult,
    Period,
    compare_payouts,
    fits,
    named,
    read_export,
)
from returnworks.report import PayoutShown, PayoutsShown
from returnworks.rules.codes import PAYOUT_CODES
from returnworks.rules.credits import paid_refunds
from returnworks.rules.lifecycle import one_of
from returnworks.rules.model import Finding, Kind, Return, Transaction
from returnworks.rules.payouts import Columns
from returnworks.rules.policy import Policy
from returnworks.work.bridge import Bridge

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""When a refund was paid of which ReturnGO gives no time: before anything that an export covers."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A file that was read, and the layout that read it."""

    name: str
    sha256: str
    columns: Columns
    export: Export


def understand(name: str, content: bytes, policy: Policy, gateway: str | None = None) -> Understood:
    """Read an export by the layout `gateway`, or by the only one that fits. Writes nothing.

    ConfigError for an unknown layout, BadExport for a file that cannot be read as it is.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as odd:
        raise BadExport(f"{name} is not text in UTF-8. Export it as CSV, not as a spreadsheet.") from odd
    columns = _layout(text, policy, gateway)
    return Understood(name, hashlib.sha256(content).hexdigest(), columns, read_export(text, columns))


def _layout(text: str, policy: Policy, gateway: str | None) -> Columns:
    known = [columns for name in policy.payouts.gateways if (columns := policy.payouts.columns(name))]
    if gateway is not None:
        chosen = policy.payouts.columns(gateway)
        if chosen is None:
            names = ", ".join(policy.payouts.gateways)
            raise ConfigError(f"There is no layout {gateway!r}.", f"Choose one of {names}, or add it to the policy.")
        return chosen
    fitting = [columns for columns in known if fits(text, columns)]
    if len(fitting) == 1:
        return fitting[0]
    found = " and ".join(columns.gateway for columns in fitting) or "none of them"
    raise BadExport(
        f"Which gateway is it from? Of the layouts {', '.join(c.gateway for c in known)}, {found} fit its header. "
        "Name one with --layout, or describe the columns in [payouts.layouts.NAME] of the policy."
    )


def take_in(bridge: Bridge, file: Understood) -> int:
    """Keep what the export says; how many of its rows are new. The same file twice adds nothing."""
    period = file.export.period
    kept = PayoutFile(
        sha256=file.sha256,
        name=file.name,
        gateway=file.columns.gateway,
        layout=file.columns.fingerprint,
        covers_from=period.start,
        covers_to=period.end,
    )
    return bridge.ledger.take_payouts(kept, file.export.rows, bridge.now())


def payout_leg(bridge: Bridge, since: datetime) -> PayoutLeg | None:
    """Compare what was refunded and what was paid from `since` on; None where no export covers any of it."""
    files = bridge.ledger.payout_files(since)
    if not files:
        return None
    returns = _returns(bridge, since, bridge.ledger.payout_orders(since))
    credits = _credits(bridge, returns)
    refunds = [refund for ret in returns for refund in _refunds(ret, bridge.policy, credits)]
    entries = bridge.ledger.payout_entries(since, _spellings(refund.order for refund in refunds))
    covered = [Period(file.covers_from, file.covers_to) for file in files]
    expected = bridge.policy.payouts.expected_days
    return compare_payouts(refunds, entries, covered, expected, since)


def _returns(bridge: Bridge, since: datetime, orders: Sequence[str]) -> list[Return]:
    """Returns of which something was learned since, and all those of the orders that were paid."""
    ids = set(bridge.ledger.returns_changed_since(since))
    for found in bridge.ledger.returns_of_orders(_spellings(orders)).values():
        ids |= set(found)
    return list(bridge.ledger.get_returns(sorted(ids)).values())


def _credits(bridge: Bridge, returns: Sequence[Return]) -> dict[str, str]:
    """How each refund's credit in Linnworks stands, in a word, by transaction id."""
    records = bridge.ledger.postings(return_ids=[ret.return_id for ret in returns], kinds=[Kind.CREDIT])
    return {
        transaction: "linked" if record.linked else record.state.value
        for record in records
        for transaction in record.posting.covers
    }


def _spellings(orders: Iterable[str]) -> list[str]:
    """An order's name as it is written, and as others write it."""
    return sorted({name for order in orders if order for name in (order, named(order), f"#{named(order)}")})


def _refunds(ret: Return, policy: Policy, credits: Mapping[str, str]) -> list[PaidRefund]:
    return [
        PaidRefund(
            transaction_id=row.transaction_id,
            return_id=ret.return_id,
            order=ret.order_name or ret.order_id or "",
            amount=row.amount,
            paid_at=row.created_at or row.updated_at or UNDATED,
            reference=row.external_reference or "",
            credit=credits.get(row.transaction_id, "none"),
        )
        for row in paid_refunds(ret, policy)
        if row.amount is not None and row.amount.minor > 0 and _is_in_these(row, policy)
    ]


def _is_in_these(row: Transaction, policy: Policy) -> bool:
    """Whether its payment runs through the gateways whose exports we get, and through money, not store value."""
    processors = policy.payouts.processors
    return one_of(row.kind, policy.refund_kinds) and (not processors or one_of(row.processor, processors))


def close_settled(bridge: Bridge, leg: PayoutLeg, findings: Sequence[Finding]) -> list[ExceptionRecord]:
    """Close by evidence what agrees by now, of everything that the leg looked at; what was closed."""
    seen = {(doubt.code, doubt.subject) for doubt in findings}
    settled = [
        (item.code, item.subject)
        for item in bridge.ledger.exceptions(open_only=True)
        if item.code in PAYOUT_CODES and item.subject in leg.looked_at and (item.code, item.subject) not in seen
    ]
    return bridge.ledger.close_exceptions(settled, "the gateway's export agrees", bridge.now())


def shown(leg: PayoutLeg) -> PayoutsShown:
    """The leg as a report shows it."""
    return PayoutsShown(
        covered=tuple((period.start, period.end) for period in leg.covered),
        rows=tuple(_shown(result) for result in leg.results),
        sums=leg.balances,
        fees=leg.fees,
    )


def _shown(result: PayoutResult) -> PayoutShown:
    return PayoutShown(
        cls=result.cls.value,
        is_break=result.is_break,
        return_id=result.refund.return_id if result.refund else "",
        transaction_id=result.refund.transaction_id if result.refund else "",
        order=result.order,
        refunded=result.refund.amount if result.refund else None,
        credit=result.refund.credit if result.refund else "",
        paid=tuple(-row.paid if row.reversal else row.paid for row in result.rows),
        payouts=result.payouts,
        causes=result.causes,
        since=result.since,
        clear_by=result.clear_by,
    )
