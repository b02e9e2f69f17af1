"""Returns of one sale that arrive one after the other, each booked before the next is decided upon: only values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from returnworks.rules.context import OrderContext
from returnworks.rules.model import Kind, Order, Plan, Posting, Return
from returnworks.rules.planning import plan
from returnworks.rules.policy import Policy
from tests.rules.faces import NOW, around

PER_SET = {"TEA-CUP": 2, "TEA-SAUCER": 2, "TEA-POT": 1}
TRACKED = frozenset({("item-TEA-SET", "loc-default")})


@dataclass
class Books:
    """What was booked so far, by return."""

    sale: Order
    policy: Policy
    tracked: frozenset[tuple[str, str]] = TRACKED
    posted: dict[str, list[Posting]] = field(default_factory=dict)

    def around(self, ret: Return, *, afresh: bool = False) -> OrderContext:
        """Linnworks and the ledger as this return meets them; `afresh`: as if nothing of it were booked."""
        mine = tuple(self.posted.get(ret.return_id, ()))
        others = [made for other, each in self.posted.items() if other != ret.return_id for made in each]
        covered = frozenset(fact for made in mine for fact in made.covers)
        return replace(
            around(self.sale, tracked_parents=self.tracked),
            posted=mine,
            restocked_for_others=tuple(others),
            covered={} if afresh else {Kind.RESTOCK: covered},
        )

    def arrive(self, ret: Return) -> Plan:
        """Decide and book."""
        made = plan(ret, self.around(ret), self.policy, NOW)
        self.posted.setdefault(ret.return_id, []).extend(restocks(made))
        return made

    def everything(self) -> list[Posting]:
        return [made for each in self.posted.values() for made in each]


def restocks(made: Plan) -> list[Posting]:
    return [posting for posting in made.postings if posting.kind == Kind.RESTOCK]


Pile = Counter[tuple[str, str, str]]


def pieces(postings: Iterable[Posting]) -> Pile:
    """Physical pieces by SKU, location and disposition: a whole set counts as its pieces."""
    piles: Pile = Counter()
    for posting in postings:
        for row in posting.restock:
            for sku, each in _inside(row.sku).items():
                piles[sku, row.location_name, row.disposition] += each * row.quantity
    return piles


def rows(postings: Iterable[Posting]) -> Pile:
    """Booked units as they stand in Linnworks, by SKU, location and disposition."""
    piles: Pile = Counter()
    for posting in postings:
        for row in posting.restock:
            piles[row.sku, row.location_name, row.disposition] += row.quantity
    return piles


def _inside(sku: str) -> Mapping[str, int]:
    return PER_SET if sku == "TEA-SET" else {sku: 1}


def pieces_of(ret: Return, line_ids: Iterable[str]) -> Counter[str]:
    """The pieces that these returned lines are, by SKU."""
    wanted = set(line_ids)
    found: Counter[str] = Counter()
    for line in ret.lines:
        if line.line_id in wanted:
            found.update(_inside(line.sku or ""))
    return found
