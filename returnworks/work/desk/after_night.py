"""What a night leaves at the desk: waivers that ended, what was mended, the tally that the next night opens with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from returnworks.ledger import ExceptionRecord, HealingRecord, Ledger
from returnworks.report import HealedShown, RolledShown
from returnworks.rules.escalation import severity_now
from returnworks.rules.model import Owner
from returnworks.rules.policy import Policy
from returnworks.work.desk.rolling import at_night, latest_night, roll


@dataclass(frozen=True, slots=True)
class Moved:
    """How the desk moved since the night before, as the report shows it."""

    since: str = ""
    """The night before; "" for the first one."""
    rolled: tuple[RolledShown, ...] = ()
    healed: tuple[HealedShown, ...] = ()

    @property
    def ties_out(self) -> bool:
        return not any(row.line.remainder for row in self.rolled)


def leave_the_desk(ledger: Ledger, night_id: int, healings: Sequence[HealingRecord], now: datetime) -> Moved:
    """Write down what this night found, once its exceptions are opened and closed."""
    ledger.end_waivers(now)
    ledger.write_healings(healings, night_id, now)
    before = latest_night(ledger, now)
    ledger.keep_desk_tally(night_id, now)
    healed = tuple(as_shown(healing) for healing in healings)
    if before is None:
        return Moved(healed=healed)
    lines = roll(ledger, before, at_night(ledger, night_id)).by_owner()
    order = list(Owner)
    ranked = sorted(lines, key=lambda place: (order.index(place[0]), place[1]))
    return Moved(before.name, tuple(RolledShown(*place, lines[place]) for place in ranked), healed)


def as_shown(healing: HealingRecord) -> HealedShown:
    return HealedShown(
        what=healing.what,
        outcome=healing.outcome,
        subject=healing.subject,
        why=healing.why,
        postings=healing.postings,
        units=healing.units,
        money=healing.money,
    )


def raised(items: Sequence[ExceptionRecord], policy: Policy, now: datetime) -> tuple[ExceptionRecord, ...]:
    """The same exceptions, as severe as the policy's escalation calls them by now."""
    return tuple(replace(item, severity=severity_now(item, policy.escalation, now)) for item in items)
