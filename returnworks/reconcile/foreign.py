"""What the comparison leaves without an explanation: what it could belong to, and what people decided about it.

A person's link makes a match `linked`, accepted goodwill is calm until it ends, and what was handed to CX stays a
difference that says so. Nothing here changes an amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from returnworks.reconcile.candidates import orders_of, parcels, payments
from returnworks.reconcile.facts import ActualRefund, ExpectedCredit, ExpectedGoods
from returnworks.reconcile.likely import Candidates, Record, in_words, likely
from returnworks.reconcile.results import Class, Family, GoodsFigures, MoneyFigures, Result
from returnworks.rules.foreign import ForeignRefund, Outcome, RefundDecision, decided
from returnworks.rules.lifecycle import is_paid
from returnworks.rules.model import Return

Explained = tuple[list[Result], tuple[ForeignRefund, ...]]
"""The results, and every refund that no transaction explains, accepted or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was compared, as far as explaining needs it."""

    returns: Sequence[Return]
    refunds: Sequence[ActualRefund]
    credits: Sequence[ExpectedCredit]
    goods: Sequence[ExpectedGoods]


def explained(
    results: Sequence[Result], facts: Facts, decisions: Sequence[RefundDecision], moment: datetime
) -> Explained:
    """The same results in the same order. `decisions` are those not undone at `moment`, ended ones among them."""
    counting = decided(decisions, moment)
    links = {(each.return_id, each.transaction_id): each for each in counting.values() if each.outcome == Outcome.LINK}
    settled = [_linked(row, links) for row in results] if links else list(results)
    if not any(_is_loose(row) for row in settled):
        return settled, ()
    desk = _Desk.of(facts, settled, decisions, counting, moment)
    said = [desk.explain(row) if _is_loose(row) else row for row in settled]
    return said, tuple(desk.foreign)


def _is_loose(row: Result) -> bool:
    """A refund of somebody else's, a credit of ours without a refund, or a booking without a return."""
    return row.cls == Class.FOREIGN or (row.cls == Class.ORPHAN and row.family != Family.EXCHANGE)


@dataclass(slots=True)
class _Desk:
    """Everything that is known about records without an explanation, and the refunds among them, as they come by."""

    refunds: Mapping[str, ActualRefund]
    """By the subject that the comparison gives a refund that is nobody's."""
    money: Candidates
    goods: Candidates
    counting: Mapping[str, RefundDecision]
    spoken: Mapping[str, RefundDecision]
    unpriced: frozenset[tuple[str | None, str | None]]
    """Payments whose amount cannot be held: no credit of them is expected, so a link finds nothing to match."""
    moment: datetime
    foreign: list[ForeignRefund] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        facts: Facts,
        results: Sequence[Result],
        decisions: Iterable[RefundDecision],
        counting: Mapping[str, RefundDecision],
        moment: datetime,
    ) -> _Desk:
        orders = orders_of(facts.credits, facts.goods)
        rows = ((ret.return_id, row) for ret in facts.returns for row in ret.transactions)
        return cls(
            refunds={_subject(refund): refund for refund in facts.refunds},
            money=Candidates(payments(facts.returns, orders, results)),
            goods=Candidates(parcels(facts.returns, orders, results)),
            counting=counting,
            spoken=_spoken(decisions, counting),
            unpriced=frozenset((key, row.transaction_id) for key, row in rows if row.amount is None and is_paid(row)),
            moment=moment,
        )

    def explain(self, row: Result) -> Result:
        if row.family == Family.GOODS:
            return replace(row, evidence=in_words(likely(_booking(row), self.goods)))
        refund = self.refunds.get(row.subject)
        if refund is None:
            return row
        if row.cls == Class.ORPHAN:
            return self._unpriced(row, self.counting.get(refund.refund_id))
        self.foreign.append(_foreign(refund, self.money))
        return _judged(row, self.foreign[-1], self.spoken, self.moment)

    def _unpriced(self, row: Result, made: RefundDecision | None) -> Result:
        if made is None or (made.return_id, made.transaction_id) not in self.unpriced:
            return row
        words = f"Linked to transaction {made.transaction_id}, which has no exact amount, by {_who(made)}."
        return _calm(row, Class.LINKED, "by hand", words)


# --- What people decided -----------------------------------------------------------------------------------


def _linked(row: Result, links: Mapping[tuple[str | None, str | None], RefundDecision]) -> Result:
    """A match that a person's link made; one whose amount differs stays a difference, and says who linked it."""
    if not isinstance(row.figures, MoneyFigures) or row.cls not in (Class.MATCHED, Class.AMOUNT):
        return row
    made = links.get((row.return_id, row.figures.transaction_id))
    if made is None:
        return row
    words = f"Refund {made.refund_ids[0]} was linked by {_who(made)}."
    return replace(row, cls=Class.LINKED if row.cls == Class.MATCHED else row.cls, evidence=words)


def _spoken(
    decisions: Iterable[RefundDecision], counting: Mapping[str, RefundDecision]
) -> Mapping[str, RefundDecision]:
    """By every id of a refund, the decision that counts, else the last one, which has ended."""
    ordered = sorted(decisions, key=lambda each: (each.at, each.id))
    return {refund_id: each for each in ordered for refund_id in each.refund_ids} | dict(counting)


def _judged(row: Result, refund: ForeignRefund, spoken: Mapping[str, RefundDecision], moment: datetime) -> Result:
    made = spoken.get(refund.refund_id)
    hint = in_words(refund.likely)
    if made is None or made.outcome == Outcome.LINK:
        return replace(row, evidence=hint)
    if made.outcome == Outcome.CX:
        return replace(row, label="handed to CX", evidence=f"Handed to CX by {_who(made)}. {hint}".rstrip())
    if made.counts(moment):
        return _accepted(row, made)
    return replace(row, evidence=f"Goodwill ended on {made.last_day}; it was accepted by {_who(made)}. {hint}".rstrip())


def _accepted(row: Result, made: RefundDecision) -> Result:
    words = f"Accepted as goodwill up to {made.last_day} by {_who(made)}."
    return _calm(row, Class.GOODWILL, f"accepted up to {made.last_day}", words)


def _calm(row: Result, cls: Class, label: str, words: str) -> Result:
    """Nobody's job, at least for the time being."""
    return replace(row, cls=cls, label=label, evidence=words, code="", owner=None, severity=None, next_step="")


def _who(made: RefundDecision) -> str:
    return f"{made.by} on {made.at:%Y-%m-%d} ({made.reason})"


# --- The records that nobody explains ----------------------------------------------------------------------


def _subject(refund: ActualRefund) -> str:
    """As the comparison calls a refund that is nobody's."""
    return f"order {refund.order_number or refund.order_id} / refund {refund.refund_id}"


def _foreign(refund: ActualRefund, money: Candidates) -> ForeignRefund:
    record = Record(
        order_id=refund.order_id,
        reference=refund.reference,
        at=refund.created_at,
        amount=refund.amount,
        skus=frozenset(refund.skus),
    )
    return ForeignRefund(
        refund_id=refund.refund_id,
        order_id=refund.order_id,
        order_number=refund.order_number,
        reference=refund.reference,
        amount=refund.amount,
        created_at=refund.created_at,
        likely=likely(record, money),
    )


def _booking(row: Result) -> Record:
    figures = row.figures
    assert isinstance(figures, GoodsFigures), "goods have units"
    return Record(
        order_id=row.order_id,
        reference=row.reference,
        at=row.event_at,
        units=figures.actual,
        skus=frozenset({figures.sku}),
    )
