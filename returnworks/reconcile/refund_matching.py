"""Which refund in Linnworks is which refund that was paid: by reference, then by order and amount; never by guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from returnworks.reconcile.facts import ActualRefund, ExpectedCredit, LedgerCredit
from returnworks.reconcile.terms import Terms
from returnworks.rules.lifecycle import same
from returnworks.rules.model import Kind
from returnworks.rules.references import owner_of, reference

BY_REFERENCE = "by reference"
BY_LINK = "by the link in the ledger"
BY_ORDER = "by order and amount"
INTERCHANGEABLE = "by order and amount, interchangeable with its equals"


@dataclass(slots=True)
class Pairing:
    """One paid refund with everything that was found for it."""

    expected: ExpectedCredit
    ledger: tuple[LedgerCredit, ...] = ()
    refunds: list[ActualRefund] = field(default_factory=list)
    how: str = ""
    candidates: tuple[ActualRefund, ...] = ()
    """Refunds that could be this one's and could be another's: nothing decides."""
    taken: str = ""
    """The refund that the ledger links to this one, where it already is another one's."""
    again: list[ActualRefund] = field(default_factory=list)
    """Refunds of the same amount on the same order that nothing else explains: the same refund once more."""


class Pool:
    """The refunds in Linnworks that are nobody's yet. Whoever takes one has it alone."""

    def __init__(self, refunds: Iterable[ActualRefund]) -> None:
        self._free = dict(enumerate(sorted(refunds, key=identity)))
        self._by_order: defaultdict[str, list[int]] = defaultdict(list)
        self._by_text: defaultdict[str, list[int]] = defaultdict(list)
        for place, row in self._free.items():
            self._by_order[same(row.order_id)].append(place)
            for text in {row.reference, row.refund_id} - {""}:
                self._by_text[text].append(place)

    def take_named(self, text: str) -> list[ActualRefund]:
        """Those with this reference or refund id."""
        return [self._free.pop(place) for place in self._by_text.get(text, ()) if place in self._free]

    def take_like(self, row: ExpectedCredit, terms: Terms) -> list[ActualRefund]:
        """Those of the order, currency and amount (within the tolerance) that carry no reference of ours.

        A reference of ours names another effect, so equal amounts prove nothing.
        """
        places = self._by_order.get(same(row.order_id), ())
        found = [place for place in places if place in self._free and _fits(self._free[place], row, terms)]
        return [self._free.pop(place) for place in found]

    def rest(self) -> list[ActualRefund]:
        return list(self._free.values())


def pair(
    expected: Iterable[ExpectedCredit], ledger: Iterable[LedgerCredit], actual: Iterable[ActualRefund], terms: Terms
) -> tuple[list[Pairing], list[ActualRefund]]:
    """Every paid refund with its partners, and the refunds in Linnworks that are nobody's.

    A reference decides alone; then the refund id that the ledger keeps. A refund id that two ledger rows claim
    belongs to the one whose reference the refund carries, else to the one that was not linked, else to the lower
    reference. What is left goes by order, currency and amount where as many refunds as payments agree; where
    the numbers differ, all of them are candidates of each.
    """
    book = _by_transaction(ledger)
    pairs = [Pairing(row, book.get((row.return_id, row.transaction_id), ())) for row in sorted(expected, key=order_of)]
    pool = Pool(actual)
    _by_references(pairs, pool)
    _by_links(pairs, pool)
    _by_amounts(pairs, pool, terms)
    _once_more(pairs, pool, terms)
    return pairs, pool.rest()


def reference_of(row: ExpectedCredit) -> str:
    """The reference that the credit of this refund has, whether or not the ledger remembers it."""
    return reference(Kind.CREDIT, row.return_id, (row.transaction_id,))


def lacks_action(refund: ActualRefund, terms: Terms) -> bool:
    """Only where the policy asks for it; what the channel brought was actioned there."""
    return not (terms.credits_recorded_only or refund.actioned or is_from_channel(refund))


def is_from_channel(refund: ActualRefund) -> bool:
    """Brought by the sales channel; ours are recorded as initiated there too, but carry our reference."""
    return refund.channel_initiated and owner_of(refund.reference) is None


def identity(row: ActualRefund) -> tuple[str, str, str, int]:
    return row.refund_id, row.reference, row.amount.currency, row.amount.minor


def order_of(row: ExpectedCredit) -> tuple[str, str]:
    return row.return_id, row.transaction_id


def _by_transaction(ledger: Iterable[LedgerCredit]) -> Mapping[tuple[str, str], tuple[LedgerCredit, ...]]:
    book: defaultdict[tuple[str, str], list[LedgerCredit]] = defaultdict(list)
    for row in sorted(ledger, key=lambda row: row.reference):
        book[row.return_id, row.transaction_id].append(row)
    return {key: tuple(rows) for key, rows in book.items()}


def _by_references(pairs: Sequence[Pairing], pool: Pool) -> None:
    for one in pairs:
        for text in sorted({reference_of(one.expected), *(row.reference for row in one.ledger)}):
            found = pool.take_named(text)
            one.refunds += found
            one.how = BY_REFERENCE if found else one.how


def _by_links(pairs: Sequence[Pairing], pool: Pool) -> None:
    claims = [(row.linked, row.reference, one, row.refund_id) for one in pairs for row in one.ledger if row.refund_id]
    owners = {refund.refund_id: one for one in pairs for refund in one.refunds}
    for _, _, one, refund_id in sorted(claims, key=lambda claim: claim[:2]):
        found = pool.take_named(refund_id)
        one.refunds += found
        one.how = one.how or (BY_LINK if found else "")
        if owners.setdefault(refund_id, one) is not one:
            one.taken = refund_id


def _by_amounts(pairs: Iterable[Pairing], pool: Pool, terms: Terms) -> None:
    """Equal amounts on one order, as groups; within a group nothing tells one from the other, and nothing needs to."""
    for group in _alike(one for one in pairs if _is_open(one)):
        found = pool.take_like(group[0].expected, terms)
        if len(found) == len(group):
            for one, refund in zip(group, found, strict=True):
                one.refunds.append(refund)
                one.how = BY_ORDER if len(group) == 1 else INTERCHANGEABLE
        elif found:
            for one in group:
                one.candidates = tuple(found)


def _is_open(one: Pairing) -> bool:
    return not one.refunds and not one.taken and not one.expected.record_only and bool(one.expected.order_id)


def _alike(pairs: Iterable[Pairing]) -> list[list[Pairing]]:
    groups: defaultdict[tuple[str, str, int], list[Pairing]] = defaultdict(list)
    for one in pairs:
        amount = one.expected.amount
        groups[same(one.expected.order_id), amount.currency, amount.minor].append(one)
    return list(groups.values())


def _fits(refund: ActualRefund, row: ExpectedCredit, terms: Terms) -> bool:
    if owner_of(refund.reference) is not None or refund.amount.currency != row.amount.currency:
        return False
    return abs(refund.amount.minor - row.amount.minor) <= terms.policy.tolerance(row.amount.currency)


def _once_more(pairs: Iterable[Pairing], pool: Pool, terms: Terms) -> None:
    """A refund of an amount that stands already on the order, and that nothing explains, is the same one again.

    Where several payments of that amount stand there, nobody can say whose it is: it stays unexplained.
    """
    for group in _alike(one for one in pairs if one.refunds):
        if len(group) == 1:
            group[0].again += pool.take_like(group[0].expected, terms)
