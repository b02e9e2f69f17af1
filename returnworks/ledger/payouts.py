"""What payment gateways paid back to customers, as their exports said it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, select
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.statements import chunks, upsert
from returnworks.ledger.tables import PayoutFileRow, PayoutRowRow
from returnworks.rules.money import Money
from returnworks.rules.payouts import PayoutRow


class PayoutFile(NamedTuple):
    """An export: which gateway's, what it covers, and the fingerprint of the layout that read it."""

    sha256: str
    name: str
    gateway: str
    layout: str
    covers_from: datetime
    covers_to: datetime


class Payouts(Book):
    def take_payouts(self, file: PayoutFile, entries: Sequence[PayoutRow], now: datetime) -> int:
        """Keep what an export says; how many of its rows were not known before. Twice the same adds nothing.

        Of a row that is known already only its payout can be news; an export from before it says nothing of one.
        """
        ids = [entry.row_id for entry in entries]
        with self._write("payouts") as session:
            known = {row.row_id: row for part in chunks(ids) for row in session.scalars(_of(part))}
            rows = [_row(_with_payout(entry, known.get(entry.row_id)), file.sha256) for entry in entries]
            upsert(session, PayoutFileRow, [_file(file, len(entries), now)], keep=("name", "taken_at"))
            upsert(session, PayoutRowRow, rows)
        return len(set(ids) - known.keys())

    def payout_layout_is_known(self, layout: str) -> bool:
        """Whether an export was taken in with this layout before."""
        with self._read() as session:
            return bool(session.scalar(select(exists().where(col(PayoutFileRow.layout) == layout))))

    def payout_files(self, since: datetime) -> list[PayoutFile]:
        """The exports that cover something from `since` on, oldest first."""
        with self._read() as session:
            rows = session.scalars(
                select(PayoutFileRow)
                .where(col(PayoutFileRow.covers_to) >= since)
                .order_by(col(PayoutFileRow.covers_from), col(PayoutFileRow.sha256))
            )
            return [
                PayoutFile(row.sha256, row.name, row.gateway, row.layout, row.covers_from, row.covers_to)
                for row in rows
            ]

    def payout_orders(self, since: datetime) -> list[str]:
        """The names of the orders on which anything was paid from `since` on."""
        with self._read() as session:
            named = select(col(PayoutRowRow.order_name)).where(col(PayoutRowRow.happened_at) >= since)
            return list(session.scalars(named.distinct()))

    def payout_entries(self, since: datetime, orders: Iterable[str] = ()) -> list[PayoutRow]:
        """What the gateways paid from `since` on, and whenever it was paid on `orders`; oldest first."""
        wanted = [col(PayoutRowRow.happened_at) >= since]
        wanted += [col(PayoutRowRow.order_name).in_(part) for part in chunks(sorted(set(orders)))]
        with self._read() as session:
            rows = {row.row_id: row for reason in wanted for row in session.scalars(select(PayoutRowRow).where(reason))}
        return sorted(_entries(rows.values()), key=lambda entry: (entry.happened_at, entry.row_id))


def _of(row_ids: Sequence[str]) -> Select[Any]:
    return select(PayoutRowRow).where(col(PayoutRowRow.row_id).in_(row_ids))


def _with_payout(entry: PayoutRow, known: PayoutRowRow | None) -> PayoutRow:
    if entry.payout or known is None:
        return entry
    return replace(entry, payout=known.payout, paid_on=known.paid_on)


def _file(file: PayoutFile, rows: int, now: datetime) -> dict[str, object]:
    return {**file._asdict(), "rows": rows, "taken_at": now}


def _row(entry: PayoutRow, sha256: str) -> dict[str, object]:
    return {
        "row_id": entry.row_id,
        "gateway": entry.gateway,
        "order_name": entry.order,
        "refund": entry.refund,
        "paid_minor": entry.paid.minor,
        "paid_currency": entry.paid.currency,
        "settled_minor": entry.settled.minor,
        "settled_currency": entry.settled.currency,
        "fee_minor": entry.fee.minor if entry.fee else None,
        "reversal": entry.reversal,
        "happened_at": entry.happened_at,
        "payout": entry.payout,
        "paid_on": entry.paid_on,
        "sha256": sha256,
    }


def _entries(rows: Iterable[PayoutRowRow]) -> Iterator[PayoutRow]:
    for row in rows:
        yield PayoutRow(
            row_id=row.row_id,
            gateway=row.gateway,
            order=row.order_name,
            paid=Money(row.paid_minor, row.paid_currency),
            settled=Money(row.settled_minor, row.settled_currency),
            happened_at=row.happened_at,
            reversal=row.reversal,
            refund=row.refund,
            fee=Money(row.fee_minor, row.settled_currency) if row.fee_minor is not None else None,
            payout=row.payout,
            paid_on=row.paid_on,
        )
