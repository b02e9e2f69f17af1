"""Each refund with its rows: by the refund's id, then by order and amount; what stays open is told, not guessed.

On one order equal amounts are paired in order of time, as nothing tells them apart and nothing depends on it. A
refund may be paid in several rows and one row may pay several refunds; where two different groupings are possible
the answer is `ambiguous`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

from returnworks.reconcile.payouts.facts import PaidRefund, Period, merged
from returnworks.reconcile.payouts.judging import Judge, weighed
from returnworks.reconcile.payouts.results import PayoutClass, PayoutResult
from returnworks.rules.lifecycle import same
from returnworks.rules.money import Money
from returnworks.rules.payouts import PayoutRow

MOST = 10
"""Rows, or refunds, of one order among which groupings are sought; more of them are left to a person."""
EARLY = timedelta(days=1)
"""How much earlier than ReturnGO's own time a gateway may have paid a refund: clocks and time zones differ."""


def match_payouts(
    refunds: Sequence[PaidRefund], rows: Sequence[PayoutRow], covered: Sequence[Period], expected_days: int
) -> list[PayoutResult]:
    """Results that hold every refund and every row once. They do not depend on the order of either.

    `covered` is what the exports cover, at least one period; `expected_days` how long a payout may take.
    """
    judge = Judge(merged(covered), timedelta(days=expected_days), frozenset(row.gateway for row in rows if row.payout))
    results = [judge(result) for order in _by_order(refunds, rows) for result in _one_order(*order)]
    return sorted(results, key=lambda result: (result.since, named(result.order), result.place))


def named(order: str) -> str:
    """An order's name in the form in which two of them are compared: "#1001" and "1001" are one order."""
    return same(order).removeprefix("#")


def _by_order(
    refunds: Iterable[PaidRefund], rows: Iterable[PayoutRow]
) -> Iterator[tuple[list[PaidRefund], list[PayoutRow]]]:
    """Refunds and rows that have to do with one another: of one order, or with the id of its refund."""
    order_of = {refund.reference: named(refund.order) for refund in refunds if refund.reference}
    of_refunds: dict[str, list[PaidRefund]] = defaultdict(list)
    of_rows: dict[str, list[PayoutRow]] = defaultdict(list)
    for refund in sorted(refunds, key=lambda refund: (refund.paid_at, refund.transaction_id)):
        of_refunds[named(refund.order)].append(refund)
    for row in sorted(rows, key=lambda row: (row.happened_at, row.row_id)):
        of_rows[order_of.get(row.refund) or named(row.order)].append(row)
    for order in sorted({*of_refunds, *of_rows}):
        yield of_refunds[order], of_rows[order]


def _one_order(refunds: list[PaidRefund], rows: Sequence[PayoutRow]) -> Iterator[PayoutResult]:
    paid, came_back, stray = _without_reversals(rows)
    settled: list[PayoutResult] = []
    for way, pool in (
        (_by_reference, paid),
        (_one_to_one, paid),
        (_reversed, came_back),
        (_split, paid),
        (_joined, paid),
    ):
        done = list(way(refunds, pool))
        _take_out(done, refunds, pool)
        settled += done
    yield from settled
    yield from _undone(came_back)
    yield from _like(settled, _what_is_left(refunds, [*paid, *stray]))


def _take_out(done: Iterable[PayoutResult], refunds: list[PaidRefund], rows: list[PayoutRow]) -> None:
    ids = {result.refund.transaction_id for result in done if result.refund}
    used = {row.row_id for result in done for row in result.rows}
    refunds[:] = [refund for refund in refunds if refund.transaction_id not in ids]
    rows[:] = [row for row in rows if row.row_id not in used]


def _without_reversals(
    rows: Sequence[PayoutRow],
) -> tuple[list[PayoutRow], list[PayoutRow], list[PayoutRow]]:
    """What stays paid; payments that came back, each with its reversal behind it; reversals of nothing we know."""
    paid = [row for row in rows if not row.reversal]
    came_back: list[PayoutRow] = []
    stray: list[PayoutRow] = []
    for back in (row for row in rows if row.reversal):
        undone = next((row for row in reversed(paid) if _undoes(back, row)), None)
        if undone is None:
            stray.append(back)
        else:
            paid.remove(undone)
            came_back += [undone, back]
    return paid, came_back, stray


def _undoes(back: PayoutRow, row: PayoutRow) -> bool:
    one_refund = not back.refund or not row.refund or back.refund == row.refund
    return row.paid == back.paid and one_refund and row.happened_at <= back.happened_at


# --- The ways, surest first -------------------------------------------------------------------------------


def _by_reference(refunds: Sequence[PaidRefund], rows: Sequence[PayoutRow]) -> Iterator[PayoutResult]:
    """The refund's own id decides: its rows are these, whatever they sum to."""
    for refund in refunds:
        mine = [row for row in rows if refund.reference and row.refund == refund.reference]
        if mine:
            yield weighed(refund, mine)


def _one_to_one(refunds: Sequence[PaidRefund], rows: Sequence[PayoutRow]) -> Iterator[PayoutResult]:
    """Equal amounts, the earliest with the earliest."""
    free = list(rows)
    for refund in refunds:
        row = next((row for row in free if row.paid == refund.amount and _may_pay(row, refund)), None)
        if row is not None:
            free.remove(row)
            yield weighed(refund, [row])


def _reversed(refunds: Sequence[PaidRefund], rows: Sequence[PayoutRow]) -> Iterator[PayoutResult]:
    """Refunds that were paid and came back."""
    pairs = list(zip(rows[::2], rows[1::2], strict=True))
    for refund in refunds:
        pair = next((pair for pair in pairs if pair[0].paid == refund.amount and _may_pay(pair[0], refund)), None)
        if pair is not None:
            pairs.remove(pair)
            yield PayoutResult(cls=PayoutClass.REVERSED, refund=refund, rows=pair)


def _split(refunds: Sequence[PaidRefund], rows: Sequence[PayoutRow]) -> Iterator[PayoutResult]:
    """One refund in several rows: several means of payment, or paid in parts."""
    free = list(rows)
    for refund in refunds:
        able = [row for row in free if _may_pay(row, refund)]
        ways = _groups([row.paid for row in able], refund.amount)
        if len(ways) == 1:
            mine = [able[place] for place in ways[0]]
            free = [row for row in free if row not in mine]
            yield weighed(refund, mine)


def _joined(refunds: Sequence[PaidRefund], rows: Sequence[PayoutRow]) -> Iterator[PayoutResult]:
    """One row that pays several refunds at once: each is shown with its part of the row."""
    free = list(refunds)
    for row in rows:
        able = [refund for refund in free if _may_pay(row, refund)]
        ways = _groups([refund.amount for refund in able], row.paid)
        if len(ways) == 1:
            mine = [able[place] for place in ways[0]]
            free = [refund for refund in free if refund not in mine]
            cause = f"one row of {row.paid} pays {len(mine)} refunds"
            for refund in mine:
                part = replace(row, paid=refund.amount)
                yield PayoutResult(cls=PayoutClass.MATCHED, refund=refund, rows=(part,), causes=(cause,))


def _may_pay(row: PayoutRow, refund: PaidRefund) -> bool:
    """A row with another refund's id, or from before the refund, is not its payment."""
    another = bool(row.refund and refund.reference) and row.refund != refund.reference
    return not another and row.happened_at >= refund.paid_at - EARLY


def _groups(amounts: Sequence[Money], wanted: Money) -> list[tuple[int, ...]]:
    """The groupings of two or more amounts that make `wanted`, as places; those of equal amounts count once."""
    if len(amounts) > MOST:
        return []
    found: dict[tuple[int, ...], tuple[int, ...]] = {}
    places = [place for place, amount in enumerate(amounts) if amount.currency == wanted.currency]
    for size in range(2, len(places) + 1):
        for group in combinations(places, size):
            parts = tuple(sorted(amounts[place].minor for place in group))
            if sum(parts) == wanted.minor:
                found.setdefault(parts, group)
    return list(found.values())


def _undone(rows: Sequence[PayoutRow]) -> Iterator[PayoutResult]:
    """Payments that came back and that no refund misses: it was paid in another way, and nothing is left of them."""
    for pair in zip(rows[::2], rows[1::2], strict=True):
        yield PayoutResult(cls=PayoutClass.MATCHED, rows=pair, causes=("a try that came back",))


def _like(settled: Sequence[PayoutResult], left: Iterable[PayoutResult]) -> Iterator[PayoutResult]:
    """What no refund explains and is as much as one that was paid says so: without an id it may be that one again."""
    for result in left:
        strays = [row for row in result.rows if result.cls == PayoutClass.UNEXPLAINED and not row.reversal]
        paid = {row.paid for row in strays}
        twin = next((one.refund for one in settled if one.refund and one.refund.amount in paid), None)
        cause = f"as much was paid for RMA {twin.return_id} already, so it may be that refund again" if twin else ""
        yield replace(result, causes=(cause,)) if cause else result


def _what_is_left(refunds: Sequence[PaidRefund], rows: Sequence[PayoutRow]) -> Iterator[PayoutResult]:
    """One and one belong together and differ; of several nobody knows which."""
    if len(refunds) == len(rows) == 1 and not rows[0].reversal and _may_pay(rows[0], refunds[0]):
        yield weighed(refunds[0], rows)
        return
    tangled = any(_may_pay(row, refund) for row in rows for refund in refunds)
    for refund in refunds:
        able = [row for row in rows if _may_pay(row, refund)]
        cls = PayoutClass.AMBIGUOUS if able else PayoutClass.MISSING
        yield PayoutResult(cls=cls, refund=refund, alike=len(able))
    for row in rows:
        could = tangled and any(_may_pay(row, refund) for refund in refunds)
        yield PayoutResult(cls=PayoutClass.AMBIGUOUS if could else PayoutClass.UNEXPLAINED, rows=(row,))
