"""What a record in Linnworks that nobody explains could belong to: scored, with the reasons in words, never chosen.

The score is a sum of points, at most 100. For and against speak: the order, the amount or the SKU, the words of the
reference, the time between both, the items, and whether the candidate has its partner already. Equal scores stand by
return and transaction id, so the same facts always give the same answer.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from returnworks.reconcile.results import counted
from returnworks.rules.foreign import Likely
from returnworks.rules.lifecycle import same
from returnworks.rules.money import Money

SHOWN = 3
"""Candidates that are named."""
WORTH_SAYING = 30
"""Points below which a candidate is not named."""
CLOSE = 10
"""Two candidates this near to each other are not told apart."""
FAR = timedelta(days=7)
"""How far apart a refund and a payment may be that share nothing but their amount."""

_ORDER, _EXACT, _NEARLY, _TEXT, _ITEMS = 35, 30, 15, 20, 5
_SETTLED, _NOT_PAID = -40, -10
_TIMES = ((timedelta(days=1), 10), (timedelta(days=3), 7), (FAR, 4), (timedelta(days=30), 1))
_WORDS = re.compile(r"[A-Za-z0-9]{3,}")
_NO_TIME = datetime(1, 1, 1, tzinfo=UTC)

Points = tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Something in Linnworks that nobody explains: a refund (with its amount) or a booking (with its units)."""

    order_id: str
    reference: str
    at: datetime | None
    amount: Money | None = None
    units: int = 0
    skus: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A payment or a returned SKU in ReturnGO that a record could be about."""

    return_id: str
    transaction_id: str = ""
    """"" for goods, and for a return that nothing was paid for."""
    order_ids: frozenset[str] = frozenset()
    """The Linnworks orders of its sale, as far as they are known."""
    at: datetime | None = None
    amount: Money | None = None
    units: int = 0
    skus: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    """What a person may write down for it: the RMA's number, the transaction's, the channel's id of the payment."""
    settled: bool = False
    """It has its partner in Linnworks already."""
    paid: bool = True


class Candidates:
    """The candidates by what they can be found by, so that each record meets only those it shares something with."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._all = sorted(candidates, key=lambda each: (each.at or _NO_TIME, each.return_id, each.transaction_id))
        self._by_order: defaultdict[str, list[Candidate]] = defaultdict(list)
        self._by_text: defaultdict[str, list[Candidate]] = defaultdict(list)
        self._by_worth: defaultdict[Money | str, list[Candidate]] = defaultdict(list)
        for each in self._all:
            for order_id in each.order_ids:
                self._by_order[same(order_id)].append(each)
            for text in each.texts:
                self._by_text[same(text)].append(each)
            for worth in _worths(each.amount, each.skus):
                self._by_worth[worth].append(each)

    def near(self, record: Record) -> list[Candidate]:
        """Those on its order, named in its reference, or of its amount or SKU within a week."""
        found = list(self._by_order.get(same(record.order_id), ()))
        for word in _words(record.reference):
            found += self._by_text.get(word, ())
        for worth in _worths(record.amount, record.skus if record.amount is None else ()):
            found += _within(self._by_worth.get(worth, ()), record.at)
        return list(dict.fromkeys(found))


def likely(record: Record, candidates: Candidates) -> tuple[Likely, ...]:
    """The best candidates that are worth saying, best first."""
    scored = [_scored(record, each) for each in candidates.near(record) if _same_currency(record, each)]
    good = [each for each in scored if each.score >= WORTH_SAYING]
    return tuple(sorted(good, key=_place)[:SHOWN])


def _place(each: Likely) -> tuple[int, str, str, tuple[str, ...]]:
    return -each.score, each.return_id, each.transaction_id, each.reasons


def are_close(found: Sequence[Likely]) -> bool:
    """Whether the best two cannot be told apart."""
    return len(found) > 1 and found[0].score - found[1].score < CLOSE


def in_words(found: Sequence[Likely]) -> str:
    """One sentence for the exception; "" where there is no candidate."""
    if not found:
        return ""
    best = " or ".join(_named(each) for each in (found[:2] if are_close(found) else found[:1]))
    lead = "It could as well be" if are_close(found) else "Likeliest is"
    return f"{lead} {best}: {', '.join(found[0].reasons)} (score {found[0].score} of 100)."


def _named(each: Likely) -> str:
    return (
        f"transaction {each.transaction_id} of RMA {each.return_id}" if each.transaction_id else f"RMA {each.return_id}"
    )


def _scored(record: Record, each: Candidate) -> Likely:
    points = sorted(_evidence(record, each), key=lambda point: (-abs(point[0]), point[1]))
    total = sum(worth for worth, _ in points)
    return Likely(each.return_id, each.transaction_id, max(0, min(100, total)), tuple(words for _, words in points))


def _evidence(record: Record, each: Candidate) -> Iterator[Points]:
    if same(record.order_id) in {same(order_id) for order_id in each.order_ids}:
        yield _ORDER, "the same order"
    yield from _size(record, each)
    written = sorted({same(text) for text in each.texts} & _words(record.reference))
    if written:
        yield _TEXT, f"its reference names {written[0]}"
    yield from _time(record.at, each.at)
    yield from _items(record, each)
    if each.settled:
        yield _SETTLED, "which stands in Linnworks already"
    if not each.paid:
        yield _NOT_PAID, "not paid in ReturnGO yet"


def _size(record: Record, each: Candidate) -> Iterator[Points]:
    if record.amount is not None and each.amount is not None:
        gap = abs(record.amount.minor - each.amount.minor)
        if not gap:
            yield _EXACT, "the same amount"
        elif gap * 10 <= each.amount.minor:
            yield _NEARLY, f"{Money(gap, each.amount.currency)} apart"
    if record.amount is None and record.skus & each.skus:
        yield _EXACT if record.units == each.units else _NEARLY, _units_in_words(record.units, each.units)


def _units_in_words(booked: int, returned: int) -> str:
    return (
        "the same SKU and quantity" if booked == returned else f"the same SKU, {booked} booked and {returned} returned"
    )


def _time(one: datetime | None, other: datetime | None) -> Iterator[Points]:
    if one is None or other is None:
        return
    gap = abs(one - other)
    worth = next((points for limit, points in _TIMES if gap <= limit), 0)
    if worth:
        yield worth, "on the same day" if gap <= timedelta(days=1) else f"{counted(gap.days, 'day')} apart"


def _items(record: Record, each: Candidate) -> Iterator[Points]:
    """Of a refund only: the items of a booking are what it is found by."""
    shared = record.skus & each.skus
    if record.amount is not None and shared:
        yield _ITEMS * len(shared) // len(record.skus | each.skus), f"for {', '.join(sorted(shared))}"


def _same_currency(record: Record, each: Candidate) -> bool:
    """A payment in another currency is no candidate."""
    if record.amount is None or each.amount is None:
        return True
    return record.amount.currency == each.amount.currency


def _worths(amount: Money | None, skus: Iterable[str]) -> list[Money | str]:
    return [amount] if amount is not None else [*sorted(skus)]


def _within(found: Sequence[Candidate], at: datetime | None) -> Sequence[Candidate]:
    """Those within a week of `at`; `found` is in the order of time."""
    if at is None:
        return ()
    first = bisect_left(found, at - FAR, key=lambda each: each.at or _NO_TIME)
    last = bisect_right(found, at + FAR, key=lambda each: each.at or _NO_TIME)
    return found[first:last]


def _words(text: str) -> set[str]:
    return {same(word) for word in _WORDS.findall(text)}
