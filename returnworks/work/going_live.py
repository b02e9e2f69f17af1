"""Shadow mode from the outside: begin it, see how far we agree with people, and go live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from returnworks.errors import Refused
from returnworks.ledger import Ledger
from returnworks.rules.policy import Policy
from returnworks.rules.shadow import Mode, ScoredNight, objections
from returnworks.rules.states import State
from returnworks.work.desk.acting import person, said


@dataclass(frozen=True, slots=True)
class Standing:
    """Where shadow mode stands."""

    mode: Mode
    nights: tuple[ScoredNight, ...]
    objections: tuple[str, ...]
    """What speaks against going live; none when nothing does."""


def standing(ledger: Ledger, policy: Policy) -> Standing:
    mode = ledger.mode()
    nights: Sequence[ScoredNight] = ledger.shadow_nights(mode.shadow_since) if mode.shadow_since else ()
    against = objections(nights, policy.shadow) if mode.is_shadow else []
    return Standing(mode, tuple(nights), tuple(against))


def begin(ledger: Ledger, who: str, now: datetime) -> Mode:
    """From now on nothing is posted. Refused where it is so already, or where something is on its way."""
    if ledger.mode().is_shadow:
        raise Refused("Shadow mode is on already; `returnworks shadow status` says since when.")
    under_way = ledger.postings(states=[State.SENT, State.UNKNOWN])
    if under_way:
        names = ", ".join(record.reference for record in under_way[:5])
        raise Refused(f"{len(under_way)} postings are on their way ({names}); run `returnworks sync` until none is.")
    ledger.go_shadow(now, person(who))
    return ledger.mode()


def go_live(ledger: Ledger, policy: Policy, who: str, anyway: str, now: datetime) -> Mode:
    """From now on what happens is posted. Refused while something speaks against it, unless `anyway` says why."""
    found = standing(ledger, policy)
    if not found.mode.is_shadow:
        raise Refused("Shadow mode is not on, so this installation is live.")
    if found.objections and not anyway:
        raise Refused(f"Not yet: {' '.join(found.objections)} To go live nevertheless: --anyway REASON.")
    why = f"; although {' '.join(found.objections)} Reason: {said(anyway, 'A reason')}" if found.objections else ""
    ledger.go_live(now, f"{person(who)}{why}")
    return ledger.mode()
