"""Shadow mode: for some nights we only say what we would have posted, and compare it with what people posted.

Going live is a moment: what happened before it was people's and stays people's, what happens after it is ours. So
nothing that was booked by hand is booked again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from returnworks.rules.crediting import paid_at
from returnworks.rules.doubts import changed_at
from returnworks.rules.lifecycle import back_since
from returnworks.rules.model import Kind, Return
from returnworks.rules.policy import Policy
from returnworks.rules.shadow_terms import ShadowTerms


@dataclass(frozen=True, slots=True)
class Mode:
    """Since when this installation only looks, and since when it posts; both None where nobody asked for either."""

    shadow_since: datetime | None = None
    live_since: datetime | None = None

    @property
    def is_shadow(self) -> bool:
        if self.shadow_since is None:
            return False
        return self.live_since is None or self.live_since < self.shadow_since

    @property
    def ours_since(self) -> datetime | None:
        """From when on what happens is ours to post, or, in shadow mode, to compare. None: from the beginning."""
        return self.shadow_since if self.is_shadow else self.live_since


def left_to_people(ret: Return, policy: Policy, since: datetime) -> dict[Kind, frozenset[str]]:
    """The facts of a return that happened before `since`, by the kind of posting that would have settled them."""
    goods = {line.line_id: back_since(line, ret, policy) for line in ret.lines}
    money = {row.transaction_id: paid_at(row) for row in ret.transactions}
    exchanges = {row.order_id: changed_at(ret) for row in ret.exchange_orders if row.order_id}
    every: Mapping[Kind, Mapping[str, datetime | None]] = {
        Kind.RESTOCK: goods,
        Kind.CREDIT: money,
        Kind.EXCHANGE: exchanges,
    }
    return {kind: frozenset(_before(facts, since)) for kind, facts in every.items()}


def ours_of(ret: Return, policy: Policy, since: datetime) -> Return:
    """The return without the refunds and exchanges that are left to people. Its units stay: they are counted whole."""
    left = left_to_people(ret, policy, since)
    return replace(
        ret,
        transactions=tuple(row for row in ret.transactions if row.transaction_id not in left[Kind.CREDIT]),
        exchange_orders=tuple(row for row in ret.exchange_orders if row.order_id not in left[Kind.EXCHANGE]),
    )


def _before(facts: Mapping[str, datetime | None], since: datetime) -> list[str]:
    return [fact for fact, at in facts.items() if at is not None and at < since]


# --- How far we agree ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Score:
    """Decisions of one kind: where we and people agree, and where not."""

    agreed: int = 0
    otherwise: int = 0
    """Both posted something, and not the same: another place, quantity or amount."""
    ours_only: int = 0
    """We would have posted it, people did not."""
    theirs_only: int = 0
    """People posted it, we would not have."""
    unsafe: int = 0
    """Of those that differ: goods that one of us would sell and the other would not."""

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def decisions(self) -> int:
        return self.agreed + self.otherwise + self.ours_only + self.theirs_only

    @property
    def percent(self) -> int:
        """Whole percent of the decisions on which we agree, rounded down; 100 where there were none."""
        return self.agreed * 100 // self.decisions if self.decisions else 100


@dataclass(frozen=True, slots=True)
class ScoredNight:
    """One night in shadow mode: everything since it began, compared once more."""

    as_of: datetime
    fresh: bool
    scores: Mapping[str, Score]
    """By family: goods, money, exchange."""

    @property
    def whole(self) -> Score:
        return sum(self.scores.values(), Score())


def objections(nights: Sequence[ScoredNight], terms: ShadowTerms) -> list[str]:
    """What speaks against going live, in sentences; none when nothing does. `nights` are those since it began."""
    fresh = [night for night in nights if night.fresh]
    found = []
    if len(fresh) < terms.nights:
        found.append(f"{len(fresh)} of {terms.nights} nights were compared with both systems fresh.")
    if not fresh:
        return found
    last = max(fresh, key=lambda night: night.as_of)
    if last.whole.decisions < terms.decisions:
        found.append(f"Only {last.whole.decisions} decisions were compared; {terms.decisions} are asked for.")
    for family, score in last.scores.items():
        if score.percent < terms.agreement_percent:
            found.append(f"Of {family}, {score.percent}% agree; {terms.agreement_percent}% are asked for.")
    if last.whole.unsafe:
        found.append(f"{last.whole.unsafe} units would be sold by one and not by the other; look at each of them.")
    return found
