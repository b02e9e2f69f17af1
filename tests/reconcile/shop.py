"""A shop's month of returns, made by chance from a seed, in order on all three sides; and the ways to break it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from returnworks.reconcile.facts import (
    ActualExchange,
    ActualGoods,
    ActualRefund,
    ExpectedCredit,
    ExpectedExchange,
    ExpectedGoods,
    LedgerCredit,
    LedgerExchange,
    LedgerGoods,
)
from returnworks.reconcile.night import NightInputs
from returnworks.rules.model import Kind
from returnworks.rules.money import Money
from tests.reconcile.faces import (
    NOW,
    booked,
    credited,
    due,
    exchange,
    exchange_order,
    inputs,
    marked,
    paid,
    posted,
    refund,
    rw,
    ships,
)

SKUS = ("MUG-BLUE", "MUG-RED", "GARISH-RUG", "LAMP", "TEA-POT", "VASE")


@dataclass
class Rma:
    """One return with its three sides. A plant changes them; `planted` says what must be found, by family."""

    number: int
    goods: list[ExpectedGoods] = field(default_factory=list)
    goods_posted: list[LedgerGoods] = field(default_factory=list)
    goods_there: list[ActualGoods] = field(default_factory=list)
    paid: list[ExpectedCredit] = field(default_factory=list)
    credited: list[LedgerCredit] = field(default_factory=list)
    refunds: list[ActualRefund] = field(default_factory=list)
    exchanges: list[ExpectedExchange] = field(default_factory=list)
    marked: list[LedgerExchange] = field(default_factory=list)
    ships: list[ActualExchange] = field(default_factory=list)
    planted: list[tuple[str, str]] = field(default_factory=list)

    @property
    def return_id(self) -> str:
        return str(90_000_000 + self.number)

    @property
    def order_id(self) -> str:
        return f"order-{self.number // 2}"


def make(number: int, chance: Random) -> Rma:
    """A return in order. Two neighbours share an order, so that none may take the other's goods."""
    one = Rma(number)
    shared = {"return_id": one.return_id, "order_id": one.order_id}
    there = {"order_id": one.order_id, "order_number": one.number // 2}
    for n, sku in enumerate(chance.sample(SKUS, chance.randint(1, 3))):
        quantity, place = chance.randint(1, 4), chance.choice(["Default", "Quarantine", "Inspection"])
        name = rw(Kind.RESTOCK, f"line-{n}", one.return_id)
        one.goods.append(due(sku, quantity, place, **shared, value=Money(1000 * quantity, "GBP")))
        one.goods_posted.append(posted(sku, quantity, place, **shared, reference=name))
        one.goods_there.append(booked(sku, quantity, place, **there, reference=name))
    # Amounts differ between returns, so that only planted refunds are alike.
    amount = Money(10_000 + number, chance.choice(["GBP", "EUR"]))
    fact = f"t-{number}"
    name = rw(Kind.CREDIT, fact, one.return_id)
    one.paid.append(paid(amount, fact, **shared))
    one.credited.append(credited(amount, fact, **shared))
    one.refunds.append(refund(amount, fact, **there, reference=name))
    if chance.random() < 0.3:
        channel_id = str(710_000_000_000 + number)
        one.exchanges.append(exchange(channel_id, return_id=one.return_id))
        one.marked.append(marked(channel_id, return_id=one.return_id))
        one.ships.append(ships(exchange_order(500_000 + number), channel_order_id=channel_id))
    return one


# --- The ways to break it: each leaves exactly one row of the class it is named for ----------------------


def goods_missing(one: Rma) -> None:
    one.goods_there.pop()


def goods_timing(one: Rma) -> None:
    one.goods_there.pop()
    one.goods[-1] = replace(one.goods[-1], due_at=NOW - timedelta(hours=1))


def goods_quantity(one: Rma) -> None:
    one.goods_there[0] = replace(one.goods_there[0], quantity=one.goods_there[0].quantity + 1)


def goods_duplicate(one: Rma) -> None:
    one.goods_there.append(replace(one.goods_there[0]))


def goods_location(one: Rma) -> None:
    one.goods[0] = replace(one.goods[0], location_id="loc-attic", location_name="Attic")


def goods_disposition(one: Rma) -> None:
    wrong = {"location_id": "loc-default", "location_name": "Default"}
    apart = due(place="Quarantine")
    one.goods[0] = replace(
        one.goods[0],
        location_id=apart.location_id,
        location_name=apart.location_name,
        disposition=apart.disposition,
    )
    one.goods_there[0] = replace(one.goods_there[0], **wrong)


def goods_booked_not_actioned(one: Rma) -> None:
    one.goods_there[0] = replace(one.goods_there[0], actioned_at=None)


def goods_orphan(one: Rma) -> None:
    one.goods_there.append(replace(one.goods_there[0], reference="by hand", sku="NEVER-RETURNED"))


def money_missing_credit(one: Rma) -> None:
    one.refunds.pop()


def money_timing(one: Rma) -> None:
    one.refunds.pop()
    one.paid[0] = replace(one.paid[0], refunded_at=NOW)


def money_amount(one: Rma) -> None:
    wrong = one.refunds[0].amount
    one.refunds[0] = replace(one.refunds[0], amount=Money(wrong.minor - 1, wrong.currency))


def money_currency(one: Rma) -> None:
    one.refunds[0] = replace(one.refunds[0], amount=Money(one.refunds[0].amount.minor, "USD"))


def money_duplicate(one: Rma) -> None:
    one.refunds.append(replace(one.refunds[0], refund_id=f"again-{one.number}", reference=""))


def money_foreign(one: Rma) -> None:
    foreign = Money(77, one.refunds[0].amount.currency)
    one.refunds.append(replace(one.refunds[0], refund_id=f"foreign-{one.number}", reference="", amount=foreign))


def money_orphan(one: Rma) -> None:
    one.paid.clear()


def exchange_not_found(one: Rma) -> None:
    one.ships = [replace(each, orders=()) for each in one.ships]


def exchange_untagged(one: Rma) -> None:
    _with_order(one, identifiers=())


def exchange_unrouted(one: Rma) -> None:
    _with_order(one, folders=())


def exchange_counted_as_sale(one: Rma) -> None:
    _with_order(one, identifiers=(), processed=True)


def exchange_double_shipment(one: Rma) -> None:
    again = [replace(each.orders[0], order_id=each.orders[0].order_id + "-again") for each in one.ships]
    one.ships = [replace(each, orders=(*each.orders, more)) for each, more in zip(one.ships, again, strict=True)]


def _with_order(one: Rma, **changes: object) -> None:
    one.ships = [replace(each, orders=(replace(each.orders[0], **changes),)) for each in one.ships]  # type: ignore[arg-type]


PLANTS: tuple[Callable[[Rma], None], ...] = (
    goods_missing,
    goods_timing,
    goods_quantity,
    goods_duplicate,
    goods_location,
    goods_disposition,
    goods_booked_not_actioned,
    goods_orphan,
    money_missing_credit,
    money_timing,
    money_amount,
    money_currency,
    money_duplicate,
    money_foreign,
    money_orphan,
    exchange_not_found,
    exchange_untagged,
    exchange_unrouted,
    exchange_counted_as_sale,
    exchange_double_shipment,
)


def plant(one: Rma, way: Callable[[Rma], None]) -> None:
    """Break a return one way; exchanges only where there is one."""
    family, cls = way.__name__.split("_", 1)
    if family == "exchange" and not one.exchanges:
        return
    way(one)
    one.planted.append((family, cls))


def as_inputs(shop: list[Rma], chance: Random) -> NightInputs:
    """All sides of all returns, each shuffled."""

    def gathered(name: str) -> list[object]:
        rows = [row for one in shop for row in getattr(one, name)]
        chance.shuffle(rows)
        return rows

    return inputs(
        expected_goods=gathered("goods"),
        ledger_goods=gathered("goods_posted"),
        actual_goods=gathered("goods_there"),
        expected_credits=gathered("paid"),
        ledger_credits=gathered("credited"),
        actual_refunds=gathered("refunds"),
        expected_exchanges=gathered("exchanges"),
        ledger_exchanges=gathered("marked"),
        actual_exchanges=gathered("ships"),
    )
