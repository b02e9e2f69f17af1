"""A morning with faces: what a shop's night with a few differences looks like to the report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from returnworks.reconcile.conservation import APPROVED, RECEIVED, unit_balances
from returnworks.reconcile.facts import ReturnUnits
from returnworks.reconcile.night import Night, assess
from returnworks.report import OpenItem, PastNight, ReportInput
from returnworks.rules.codes import CODES
from returnworks.rules.model import Finding, Kind
from tests.reconcile.faces import (
    LONG_AGO,
    NOW,
    booked,
    credited,
    due,
    exchange,
    exchange_order,
    gbp,
    inputs,
    marked,
    paid,
    posted,
    refund,
    rw,
    ships,
    sides,
)

__all__ = [
    "NOW",
    "Check",
    "Violation",
    "broken_night",
    "clean_night",
    "gbp",
    "item",
    "morning",
    "quiet_morning",
    "stale_night",
]


@dataclass(frozen=True)
class Violation:
    return_id: str = "90000004"
    reference: str = "RW-R-90000004-abc"
    column: str = "actual_units"
    expected: str = "1"
    actual: str = "nothing"
    cls: str = "missing"


@dataclass(frozen=True)
class Check:
    suite: str = "stock_parity"
    ran: bool = True
    success: bool = True
    reason: str = ""
    checked: int = 3
    violations: tuple[Violation, ...] = ()


def item(number: int = 1, code: str = "credit_missing", **more: Any) -> OpenItem:
    """An open exception of a known code, three days old and worth a mug."""
    known = CODES[code]
    fields: dict[str, Any] = {
        "title": known.title,
        "owner": known.owner,
        "severity": known.severity,
        "subject": f"RMA 90000004 / thing {number}",
        "return_id": "90000004",
        "message": "The mug is nowhere.",
        "next_step": known.next_for("90000004"),
        "units": 1,
        "value": gbp("20.50"),
        "event_at": LONG_AGO,
    }
    return OpenItem(id=number, code=code, **(fields | more))


def opened(number: int, doubt: Finding) -> OpenItem:
    """A finding as the exceptions desk shows it."""
    known = CODES[doubt.code]
    return OpenItem(
        id=number,
        code=doubt.code,
        title=known.title,
        owner=doubt.owner,
        severity=doubt.severity,
        subject=doubt.subject,
        return_id=doubt.return_id,
        message=doubt.message,
        next_step=known.next_for(doubt.return_id),
        units=doubt.units,
        value=doubt.value,
        event_at=doubt.since or NOW,
    )


def _side_by_side(return_id: str, sku: str, amount: str) -> dict[str, list[Any]]:
    """One return that is in order: its goods and its money on all three sides."""
    name, transaction = f"line-{return_id}", f"t-{return_id}"
    ours = {"return_id": return_id}
    goods = {"reference": rw(Kind.RESTOCK, name, return_id)}
    money = {"reference": rw(Kind.CREDIT, transaction, return_id)}
    return {
        "expected_goods": [due(sku, value=gbp(amount), **ours)],
        "ledger_goods": [posted(sku, **ours, **goods)],
        "actual_goods": [booked(sku, **goods)],
        "expected_credits": [paid(amount, transaction, **ours)],
        "ledger_credits": [credited(amount, transaction, **ours)],
        "actual_refunds": [refund(amount, transaction, **money)],
    }


def _rows(count: int) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {}
    for number in range(count):
        for name, found in _side_by_side(f"9000010{number}", f"MUG-{number}", "20.50").items():
            rows.setdefault(name, []).extend(found)
    return rows


def clean_night(count: int = 3) -> Night:
    rows = _rows(count)
    exchanges = {
        "expected_exchanges": [exchange()],
        "ledger_exchanges": [marked()],
        "actual_exchanges": [ships(exchange_order())],
    }
    return _counted(assess(inputs(**rows, **exchanges)))


def broken_night(**more: Any) -> Night:
    """Of eight returns four are in order; two have breaks, one is within its time, one refund is nobody's."""
    rows = _rows(8)
    rows["actual_refunds"] = [
        *rows["actual_refunds"][1:],
        refund("12.00", None, order_id="order-999", order_number=999),
    ]
    rows["actual_goods"][1] = replace(rows["actual_goods"][1], location_id="loc-quarantine", location_name="Quarantine")
    rows["expected_credits"][2] = replace(rows["expected_credits"][2], refunded_at=NOW - timedelta(hours=2))
    rows["ledger_credits"].pop(2)
    rows["actual_refunds"].pop(1)
    rows["expected_credits"][3] = replace(rows["expected_credits"][3], record_only=True)
    rows["ledger_credits"].pop(2)
    rows["actual_refunds"].pop(1)
    exchanges = {
        "expected_exchanges": [exchange()],
        "ledger_exchanges": [],
        "actual_exchanges": [ships(exchange_order(identifiers=(), processed=True))],
    }
    return _counted(assess(inputs(**(rows | exchanges | more))))


def stale_night() -> Night:
    return broken_night(sides=sides(Linnworks="it did not answer"))


def unbalanced(night: Night) -> Night:
    """The same night, where one return's units do not add up."""
    return _counted(night, ReturnUnits("90000007", approved=3, received=1, travelling=1, sellable=1))


def _counted(night: Night, *more: ReturnUnits) -> Night:
    """The night with each return's one unit counted, and with `more` units."""
    ids = sorted({row.return_id for row in night.results if row.return_id})
    units = [*(ReturnUnits(each, approved=1, received=1, sellable=1) for each in ids), *more]
    rest = [row for row in night.conservation if row.what not in (APPROVED, RECEIVED)]
    return replace(night, units=tuple(units), conservation=(*unit_balances(units), *rest))


def morning(night: Night | None = None, **more: Any) -> ReportInput:
    """The report of a broken night: its findings are on the desk, with two older ones of other owners."""
    seen = night or broken_night()
    items = [opened(number, doubt) for number, doubt in enumerate(seen.findings, 1)]
    items.append(
        item(77, "unknown_location", event_at=NOW - timedelta(days=11), value=None, subject="RMA 90000009 / line 4")
    )
    items.append(item(78, "posting_unknown", event_at=NOW - timedelta(days=45), state="waived until 2026-12-01"))
    bad = Check("refund_parity", success=False, violations=(Violation(column="actual_minor", expected="2050"),))
    fields: dict[str, Any] = {
        "title": "Night 12",
        "night": seen,
        "checks": (
            Check("feed_freshness"),
            Check(),
            bad,
            Check("exchange_isolation", ran=False, success=False, reason="no table"),
        ),
        "open_items": tuple(items),
        "source": "mugs-and-more.myshopify.com",
        "past": tuple(
            PastNight(NOW - timedelta(days=back), {"goods": {"matched": 9, "missing": back % 4}})
            for back in range(1, 14)
        ),
    }
    return ReportInput(**(fields | more))


def quiet_morning(night: Night | None = None, **more: Any) -> ReportInput:
    """The report of a night in order, unless another is given, with clear desks."""
    return morning(night or clean_night(), **({"open_items": (), "checks": (Check("feed_freshness"), Check())} | more))
