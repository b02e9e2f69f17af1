"""The facts of a night as the engine's columns: texts folded, places as tokens, money as minor units."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import polars as pl

from returnworks.reconcile.attribution import Places
from returnworks.reconcile.engine.frames import (
    GOODS_DONE,
    GOODS_DUE,
    GOODS_THERE,
    MONEY_DONE,
    MONEY_DUE,
    MONEY_THERE,
    Goods,
    Measure,
    Payments,
)
from returnworks.reconcile.engine.keys import SEEDS, Clash
from returnworks.reconcile.facts import (
    ActualGoods,
    ActualRefund,
    ExpectedCredit,
    ExpectedGoods,
    LedgerCredit,
    LedgerGoods,
)
from returnworks.reconcile.refund_matching import lacks_action, reference_of
from returnworks.reconcile.results import Family
from returnworks.reconcile.terms import Terms
from returnworks.rules.lifecycle import same
from returnworks.rules.model import Disposition, Kind
from returnworks.rules.references import owner_of
from returnworks.rules.states import State

R = TypeVar("R")


def measure_of(terms: Terms) -> Measure:
    return Measure(terms.moment, terms.grace(Family.GOODS), terms.grace(Family.MONEY))


def without_clash(compare: Callable[[int], R]) -> R:
    """What `compare` says under the first seed under which no two keys share a number; `Clash` when none is left."""
    for seed in SEEDS[:-1]:
        try:
            return compare(seed)
        except Clash:
            continue
    return compare(SEEDS[-1])


# --- Goods ----------------------------------------------------------------------------------------------


def goods_of(
    due: Sequence[ExpectedGoods],
    done: Sequence[LedgerGoods],
    there: Sequence[ActualGoods],
    terms: Terms,
    places: Places,
    held_by: Mapping[str, str],
) -> Goods:
    """`held_by` has the returns of which some units wait."""
    return Goods(
        due=_goods_due(due, terms, places),
        done=_goods_done(done, terms, held_by),
        there=_goods_there(there, terms, places),
    )


def _goods_due(rows: Sequence[ExpectedGoods], terms: Terms, places: Places) -> pl.LazyFrame:
    columns = {
        "return_id": [row.return_id for row in rows],
        "order_id": [same(row.order_id) for row in rows],
        "sku": [same(row.sku) for row in rows],
        "place": [places.token(row) for row in rows],
        "quantity": [row.quantity for row in rows],
        "scrap": [row.scrap_quantity for row in rows],
        "for_sale": [row.disposition == Disposition.SELLABLE for row in rows],
        "held": [bool(row.held) for row in rows],
        "due_at": [row.due_at for row in rows],
        "watched": [terms.watches(row.return_id) for row in rows],
    }
    return pl.LazyFrame(columns, schema=dict(GOODS_DUE))


def _goods_done(rows: Sequence[LedgerGoods], terms: Terms, held_by: Mapping[str, str]) -> pl.LazyFrame:
    columns = {
        "reference": [row.reference for row in rows],
        "return_id": [row.return_id for row in rows],
        "order_id": [same(row.order_id) for row in rows],
        "sku": [same(row.sku) for row in rows],
        "held": [row.state == State.HELD for row in rows],
        "withheld": [row.return_id in held_by for row in rows],
    }
    return pl.LazyFrame(columns, schema=dict(GOODS_DONE))


def _goods_there(rows: Sequence[ActualGoods], terms: Terms, places: Places) -> pl.LazyFrame:
    tokens = [places.token(row) for row in rows]
    sells = {token: terms.policy.is_sellable_place(places.name(token)) for token in set(tokens)}
    columns = {
        "reference": [row.reference for row in rows],
        "ours": [owner_of(row.reference) is not None for row in rows],
        "order_id": [same(row.order_id) for row in rows],
        "sku": [same(row.sku) for row in rows],
        "place": tokens,
        "sells": [sells[token] for token in tokens],
        "quantity": [row.quantity for row in rows],
        "scrap": [row.scrap_quantity for row in rows],
        "actioned": [row.actioned_at is not None for row in rows],
        "booked_at": [row.booked_at for row in rows],
    }
    return pl.LazyFrame(columns, schema=dict(GOODS_THERE))


# --- Money ----------------------------------------------------------------------------------------------


def payments_of(
    due: Sequence[ExpectedCredit], done: Sequence[LedgerCredit], there: Sequence[ActualRefund], terms: Terms
) -> Payments:
    return Payments(due=_money_due(due, terms), done=_money_done(done, terms), there=_money_there(there, terms))


def _money_due(rows: Sequence[ExpectedCredit], terms: Terms) -> pl.LazyFrame:
    columns = {
        "return_id": [row.return_id for row in rows],
        "transaction_id": [row.transaction_id for row in rows],
        "reference": [reference_of(row) for row in rows],
        "order_id": [same(row.order_id) for row in rows],
        "minor": [row.amount.minor for row in rows],
        "currency": [row.amount.currency for row in rows],
        "tolerance": [terms.policy.tolerance(row.amount.currency) for row in rows],
        "record_only": [row.record_only for row in rows],
        "held": [bool(row.held) for row in rows],
        "refunded_at": [row.refunded_at for row in rows],
    }
    return pl.LazyFrame(columns, schema=dict(MONEY_DUE))


def _money_done(rows: Sequence[LedgerCredit], terms: Terms) -> pl.LazyFrame:
    columns = {
        "return_id": [row.return_id for row in rows],
        "transaction_id": [row.transaction_id for row in rows],
        "reference": [row.reference for row in rows],
        "refund_id": [row.refund_id for row in rows],
        "held": [row.state == State.HELD for row in rows],
        "watched": [terms.watches(row.return_id) for row in rows],
    }
    return pl.LazyFrame(columns, schema=dict(MONEY_DONE))


def _money_there(rows: Sequence[ActualRefund], terms: Terms) -> pl.LazyFrame:
    owners = [owner_of(row.reference) for row in rows]
    columns = {
        "refund_id": [row.refund_id for row in rows],
        "reference": [row.reference for row in rows],
        "shaped": [owner is not None for owner in owners],
        "ours": [owner is not None and owner.kind == Kind.CREDIT for owner in owners],
        "looked_at": [owner is not None and terms.looked_at(owner.subject) for owner in owners],
        "order_id": [same(row.order_id) for row in rows],
        "minor": [row.amount.minor for row in rows],
        "currency": [row.amount.currency for row in rows],
        "effective": [not lacks_action(row, terms) for row in rows],
        "created_at": [row.created_at for row in rows],
    }
    return pl.LazyFrame(columns, schema=dict(MONEY_THERE))
