"""Leases on orders: whoever holds one may have effects on that order, nobody else may.

A lease is taken only where nobody holds one, so two workers cannot both get it, and given back by its
holder. When the holder dies it ends by its time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.refusals import LeaseLost
from returnworks.ledger.statements import chunks, take_rows
from returnworks.ledger.tables import OrderLeaseRow

LEASES = "leases"
"""Whoever takes or gives back leases does so one at a time."""

SENDING = timedelta(minutes=5)
"""What is left of a lease, at least, when something is sent: longer than any one request may take."""


class Leases(Book):
    def release(self, worker: str, order_ids: Iterable[str]) -> None:
        """Give the orders back that `worker` holds; others stay as they are."""
        with self._write(LEASES) as session:
            give_back(session, order_ids, worker)


def take(session: Session, order_ids: Sequence[str], worker: str, until: datetime, now: datetime) -> set[str]:
    """Lease those of `order_ids` that nobody holds, not even `worker`, until `until`; which they were."""
    rows = [{"order_id": order_id, "owner": worker, "until": until} for order_id in order_ids]
    return take_rows(session, OrderLeaseRow, rows, col(OrderLeaseRow.until) <= now)


def give_back(session: Session, order_ids: Iterable[str], worker: str) -> None:
    """End the leases of `worker` on these orders."""
    for part in chunks(order_ids):
        mine = col(OrderLeaseRow.owner) == worker, col(OrderLeaseRow.order_id).in_(part)
        session.execute(delete(OrderLeaseRow).where(*mine))


def require(session: Session, order_id: str, worker: str, now: datetime) -> None:
    """LeaseLost unless `worker` holds the order at `now`; if so, it holds it for at least `SENDING` more."""
    lease = session.scalars(
        select(OrderLeaseRow).where(col(OrderLeaseRow.order_id) == order_id).with_for_update()
    ).one_or_none()
    if lease is None or lease.owner != worker or lease.until <= now:
        raise LeaseLost(f"Worker {worker} does not hold order {order_id}. Claim it again before sending anything.")
    lease.until = max(lease.until, now + SENDING)
