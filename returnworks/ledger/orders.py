"""Linnworks' orders as of the sale, found again by the references they were looked up with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.payloads import ORDER
from returnworks.ledger.statements import chunks, insert_new, upsert
from returnworks.ledger.tables import OrderReferenceRow, OrderRow
from returnworks.rules.model import Order


class Orders(Book):
    def remember_orders(self, found: Mapping[str, Sequence[Order]], now: datetime) -> None:
        """Keep, for each reference that was looked up, the orders that Linnworks named.

        An order that was processed when it was last kept stays as it was then: its composition, lines and
        values are those of the sale. A new answer for a reference replaces the old one; an empty answer
        takes nothing away.
        """
        with self._write("orders") as session:
            given = {order.order_id: order for orders in found.values() for order in orders}
            settled = _processed(session, given)
            upsert(
                session,
                OrderRow,
                [_row(given[order_id], now) for order_id in given if order_id not in settled],
            )
            _replace_references(session, {text: orders for text, orders in found.items() if orders})

    def orders_for(self, references: Iterable[str]) -> dict[str, tuple[Order, ...]]:
        """The orders that Linnworks named for each reference, by number; never-found references are absent."""
        found: dict[str, list[Order]] = {}
        with self._read() as session:
            for part in chunks(references):
                for reference, payload in session.execute(
                    select(col(OrderReferenceRow.reference), col(OrderRow.payload))
                    .join(OrderRow, col(OrderRow.order_id) == col(OrderReferenceRow.order_id))
                    .where(col(OrderReferenceRow.reference).in_(part))
                    .order_by(col(OrderRow.number), col(OrderRow.order_id))
                ):
                    found.setdefault(reference, []).append(ORDER.load(payload))
        return {reference: tuple(orders) for reference, orders in found.items()}

    def get_orders(self, order_ids: Iterable[str]) -> dict[str, Order]:
        """Orders by Linnworks id; unknown ids are absent."""
        with self._read() as session:
            return {
                order_id: ORDER.load(payload)
                for part in chunks(order_ids)
                for order_id, payload in session.execute(
                    select(col(OrderRow.order_id), col(OrderRow.payload)).where(col(OrderRow.order_id).in_(part))
                )
            }


def _processed(session: Session, order_ids: Iterable[str]) -> set[str]:
    return {
        order_id
        for part in chunks(order_ids)
        for order_id in session.scalars(
            select(col(OrderRow.order_id)).where(col(OrderRow.order_id).in_(part), col(OrderRow.processed))
        )
    }


def _replace_references(session: Session, found: Mapping[str, Sequence[Order]]) -> None:
    for part in chunks(found):
        session.execute(delete(OrderReferenceRow).where(col(OrderReferenceRow.reference).in_(part)))
    pairs = dict.fromkeys((text, order.order_id) for text, orders in found.items() for order in orders)
    insert_new(session, OrderReferenceRow, [{"reference": text, "order_id": order_id} for text, order_id in pairs])


def _row(order: Order, now: datetime) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "number": order.number,
        "reference": order.reference,
        "secondary_reference": order.secondary_reference,
        "external_reference": order.external_reference,
        "processed": order.processed,
        "payload": ORDER.dump(order),
        "fetched_at": now,
    }
