"""One night as a whole: every result, the balances that must come to nothing, and the exceptions it asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from returnworks.reconcile.conservation import Balance, money_balances, piece_balances, unit_balances
from returnworks.reconcile.exchanges import compare_exchanges
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
    ReturnUnits,
    Side,
)
from returnworks.reconcile.foreign import Explained, Facts, explained
from returnworks.reconcile.goods import compare_goods, remembered_goods
from returnworks.reconcile.liabilities import Owed, owed
from returnworks.reconcile.money import compare_money, remembered_credits
from returnworks.reconcile.results import Class, Family, Result, doubted, finding_of
from returnworks.reconcile.terms import Terms
from returnworks.reconcile.units import count_units
from returnworks.rules.findings import finding
from returnworks.rules.foreign import ForeignRefund, RefundDecision
from returnworks.rules.lifecycle import same
from returnworks.rules.model import Finding, Plan, Return
from returnworks.rules.money import Money
from returnworks.rules.policy import BUILT_IN, Policy

CLEAN = "clean"
DIFFERENCES = "differences"
CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class NightInputs:
    """The three sides, as rows, and what they are judged by."""

    as_of: datetime
    sides: tuple[Side, ...]
    policy: Policy = BUILT_IN
    returns: Sequence[Return] = ()
    plans: Mapping[str, Plan] = field(default_factory=dict)
    """By return id, each made as if nothing had been posted: what should stand all in all."""
    watched: frozenset[str] | None = None
    """The returns whose expectations were worked out; None means those of `plans`, and all when there are none."""
    our_orders: frozenset[str] | None = None
    """Orders that returns are about. A booking on another one is not ours to judge (other channels have returns
    too), unless it carries a reference of the ledger. None means every order. Refunds are judged on all orders."""
    credits_recorded_only: bool = True
    decisions: tuple[RefundDecision, ...] = ()
    """What people decided about refunds, those that were not undone by then; goodwill may have ended."""
    expected_goods: Sequence[ExpectedGoods] = ()
    ledger_goods: Sequence[LedgerGoods] = ()
    actual_goods: Sequence[ActualGoods] = ()
    expected_credits: Sequence[ExpectedCredit] = ()
    ledger_credits: Sequence[LedgerCredit] = ()
    actual_refunds: Sequence[ActualRefund] = ()
    expected_exchanges: Sequence[ExpectedExchange] = ()
    ledger_exchanges: Sequence[LedgerExchange] = ()
    actual_exchanges: Sequence[ActualExchange] = ()

    @property
    def fresh(self) -> bool:
        return all(side.fresh for side in self.sides)

    @property
    def terms(self) -> Terms:
        watched = self.watched if self.watched is not None else frozenset(self.plans) or None
        return Terms(
            policy=self.policy,
            moment=min([self.as_of, *(side.as_of for side in self.sides)]),
            credits_recorded_only=self.credits_recorded_only,
            watched=watched,
        )


@dataclass(frozen=True, slots=True)
class Night:
    as_of: datetime
    sides: tuple[Side, ...]
    results: tuple[Result, ...]
    units: tuple[ReturnUnits, ...]
    conservation: tuple[Balance, ...]
    findings: tuple[Finding, ...]
    """What the exceptions desk must hold after this night, the planning's own findings aside."""
    foreign: tuple[ForeignRefund, ...] = ()
    """The refunds that no transaction explains, accepted or not, with what they could belong to."""

    @property
    def fresh(self) -> bool:
        return all(side.fresh for side in self.sides)

    @property
    def breaks(self) -> tuple[Result, ...]:
        return tuple(row for row in self.results if row.is_break)

    @property
    def liabilities(self) -> tuple[Owed, ...]:
        """Store value that is owed and not credited, by kind and currency."""
        return owed(self.results)

    @property
    def totals(self) -> tuple[Balance, ...]:
        return tuple(balance for balance in self.conservation if balance.return_id is None)

    @property
    def remainders(self) -> tuple[Balance, ...]:
        """The balances that do not come to nothing; a proven night has none."""
        return tuple(balance for balance in self.conservation if balance.remainder)

    @property
    def verdict(self) -> str:
        """cannot_tell when a side is not fresh, else differences when there is a break or a remainder, else clean."""
        if not self.fresh:
            return CANNOT_TELL
        return DIFFERENCES if self.breaks or self.remainders else CLEAN

    def counts(self) -> dict[str, dict[str, int]]:
        """How many results of each class, by family."""
        return {
            family.value: dict(sorted(Counter(row.cls.value for row in self.results if row.family == family).items()))
            for family in Family
        }

    def of(self, family: Family, *classes: Class) -> tuple[Result, ...]:
        """The results of one family, of these classes where any are named."""
        return tuple(row for row in self.results if row.family == family and (not classes or row.cls in classes))


def assess(inputs: NightInputs) -> Night:
    """Compare the three sides and add everything up. Reads nothing, writes nothing."""
    ours = _on_our_orders(_remembering(inputs))
    units = [count_units(ret, ours.plans[ret.return_id], ours.policy) for ret in ours.returns if _planned(ret, ours)]
    compared, foreign = _explained(ours, _compare(ours, units))
    results = compared if ours.fresh else [doubted(result) for result in compared]
    balances = _balance(ours, units, results)
    findings = [*_stale(ours.sides, results), *_opened(results), *_unbalanced(balances)]
    return Night(ours.as_of, ours.sides, tuple(results), tuple(units), tuple(balances), tuple(findings), foreign)


def _planned(ret: Return, inputs: NightInputs) -> bool:
    return ret.return_id in inputs.plans


def _remembering(inputs: NightInputs) -> NightInputs:
    """Of returns that nobody worked out, what the ledger confirmed is what should be."""
    terms = inputs.terms
    goods = remembered_goods(inputs.ledger_goods, inputs.actual_goods, terms)
    paid = remembered_credits(inputs.ledger_credits, inputs.actual_refunds, terms)
    return replace(
        inputs,
        watched=terms.watched,
        expected_goods=[*inputs.expected_goods, *goods],
        expected_credits=[*inputs.expected_credits, *paid],
    )


def _on_our_orders(inputs: NightInputs) -> NightInputs:
    """Without the bookings on orders that are none of ours."""
    if inputs.our_orders is None:
        return inputs
    orders = {same(order_id) for order_id in inputs.our_orders}
    names = {row.reference for row in inputs.ledger_goods}
    goods = [row for row in inputs.actual_goods if same(row.order_id) in orders or row.reference in names]
    return replace(inputs, actual_goods=goods)


def _compare(inputs: NightInputs, units: Sequence[ReturnUnits]) -> list[Result]:
    terms = inputs.terms
    return [
        *compare_goods(inputs.expected_goods, inputs.ledger_goods, inputs.actual_goods, terms, units),
        *compare_money(inputs.expected_credits, inputs.ledger_credits, inputs.actual_refunds, terms),
        *compare_exchanges(inputs.expected_exchanges, inputs.ledger_exchanges, inputs.actual_exchanges, terms),
    ]


def _explained(inputs: NightInputs, results: Sequence[Result]) -> Explained:
    facts = Facts(
        returns=inputs.returns,
        refunds=inputs.actual_refunds,
        credits=inputs.expected_credits,
        goods=inputs.expected_goods,
    )
    return explained(results, facts, inputs.decisions, inputs.as_of)


def _balance(inputs: NightInputs, units: Sequence[ReturnUnits], results: Sequence[Result]) -> list[Balance]:
    return [
        *unit_balances(units),
        *piece_balances(inputs.expected_goods, inputs.actual_goods, results),
        *money_balances(inputs.expected_credits, inputs.actual_refunds, results),
    ]


# --- The exceptions ------------------------------------------------------------------------------------


def _stale(sides: Sequence[Side], results: Sequence[Result]) -> list[Finding]:
    """One finding per side that is not fresh, with everything that cannot be told for its sake."""
    doubtful = [row for row in results if row.cls == Class.CANNOT_TELL]
    return [
        finding(
            "feed_stale",
            f"{side.name} side",
            f"{side.name} is not fresh ({side.why or 'no reason given'}), so {len(doubtful)} rows cannot be told.",
            units=sum(row.units for row in doubtful),
            value=_sum(row.value for row in doubtful),
            since=side.as_of,
        )
        for side in sides
        if not side.fresh
    ]


def _sum(values: Iterable[Money | None]) -> Money | None:
    """The sum, where it is in one currency."""
    known = [value for value in values if value is not None]
    if len({value.currency for value in known}) != 1:
        return None
    return Money(sum(value.minor for value in known), known[0].currency)


def _opened(results: Iterable[Result]) -> list[Finding]:
    """One finding per break; of several about one thing with one code the values are added."""
    found: dict[tuple[str, str], Finding] = {}
    for result in results:
        if not result.is_break:
            continue
        new = finding_of(result)
        old = found.get((new.code, new.subject))
        found[new.code, new.subject] = _joined(old, new) if old else new
    return list(found.values())


def _joined(old: Finding, new: Finding) -> Finding:
    times = [since for since in (old.since, new.since) if since is not None]
    return replace(
        old,
        units=old.units + new.units,
        value=_sum([old.value, new.value]),
        since=min(times, default=None),
    )


def _unbalanced(balances: Iterable[Balance]) -> list[Finding]:
    return [
        finding(
            "conservation_remainder",
            " / ".join(filter(None, [f"RMA {row.return_id}" if row.return_id else "all", row.what, row.currency])),
            f"{row.what}: {_shown(row.whole, row)}, but the parts make {_shown(row.whole - row.remainder, row)}.",
            return_id=row.return_id,
            units=0 if row.currency else abs(row.remainder),
            value=Money(abs(row.remainder), row.currency) if row.currency else None,
        )
        for row in balances
        if row.remainder
    ]


def _shown(number: int, row: Balance) -> str:
    return str(Money(number, row.currency)) if row.currency else str(number)
