"""What the shop does with its returns, where that does not fit what the policy waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from returnworks.rules.model import Return
from returnworks.rules.policy import Policy, StockTrigger
from returnworks.rules.sentinel.check import Check, State, cannot_tell, good

ENOUGH = 10
"""Fewer returns than this are no habit."""
MANY_PERCENT = 10
"""Percent of returns whose order stood unprocessed, from which on it is a habit."""
NAMED = 5
ARRIVED = frozenset({"received", "validated", "done"})
"""ReturnGO's statuses of returns whose goods are said to be here (documented)."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Reasons by how shoppers gave them: each is the texts of one line, of which one is enough for a route."""

    lines: Sequence[tuple[str, ...]]


def reasons(policy: Policy, given: Reasons) -> list[Check]:
    """Where routes go by reason: every reason that was given is named, and every named one was given."""
    name = "reasons and routes"
    named = {_same(reason): reason for route in policy.routing_table for reason in route.reasons}
    if not named:
        return [good(name, "No route goes by the shopper's reason.", "the policy's routes")]
    if not given.lines:
        return [cannot_tell(name, "No return is known yet.")]
    measured = f"the reasons of {len(given.lines)} returned lines, and the policy's routes"
    caught = any(not route.reasons for route in policy.routing_table)
    found = [
        check for check in (_unnamed(named, given, caught, measured), _never_given(named, given, measured)) if check
    ]
    return found or [good(name, "Every reason that shoppers gave is named by a route.", measured)]


def _unnamed(named: dict[str, str], given: Reasons, caught: bool, measured: str) -> Check | None:
    """`caught`: the policy has routes that ask for no reason, so it may be meant."""
    left = [texts for texts in given.lines if not any(_same(text) in named for text in texts)]
    if not left:
        return None
    texts = _few(sorted({next((text for text in texts if text.strip()), "(none)") for texts in left}))
    return Check(
        name="reasons that no route names",
        state=State.NOTICE if caught else State.WARNING,
        cause=f"{len(left)} of {len(given.lines)} lines have a reason that no route names: {texts}.",
        consequence="They go where routes without a reason send them, else to quarantine or inspection.",
        remedy="Name them in a route, or leave it so; `returnworks policy explain RETURN_ID` shows what decided.",
        measured=measured,
    )


def _never_given(named: dict[str, str], given: Reasons, measured: str) -> Check | None:
    came = {_same(text) for texts in given.lines for text in texts}
    never = sorted(reason for key, reason in named.items() if key not in came)
    if not never or len(given.lines) < ENOUGH:
        return None
    return Check(
        name="reasons that nobody gives",
        state=State.NOTICE,
        cause=f"Routes name reasons that no shopper gave: {_few(never)}.",
        consequence="If the reason was renamed in ReturnGO, its route decides nothing any more.",
        remedy="Compare them with the reasons in ReturnGO's settings, letter by letter.",
        measured=measured,
    )


def validation(policy: Policy, returns: Sequence[Return]) -> Check:
    """Goods wait for a verdict: somebody must give verdicts. `returns`: those that were read last."""
    name = "item validation in ReturnGO"
    if policy.stock_trigger != StockTrigger.ITEM_INSPECTED:
        return good(name, f"Goods count as back by {policy.stock_trigger}; no verdict is waited for.", "the policy")
    here = [one for one in returns if _same(one.status) in ARRIVED and one.lines]
    inspected = sum(1 for one in here if any(line.inspection for line in one.lines))
    measured = f"the last {len(here)} returns whose goods are here"
    if inspected:
        return good(name, f"{inspected} of {len(here)} returns have a verdict.", measured)
    if len(here) < ENOUGH:
        return cannot_tell(name, f"Only {len(here)} returns have arrived; a habit needs {ENOUGH}.", measured=measured)
    return Check(
        name=name,
        state=State.BROKEN,
        cause=f"Not one of {len(here)} returns that arrived has a verdict.",
        consequence="No returned unit will ever be put into stock.",
        remedy="Switch item validation on in ReturnGO, or set [stock] trigger to rma_received or rma_done.",
        measured=measured,
    )


def unprocessed(returns: int, waited: int) -> Check:
    """`waited`: how many of the last `returns` came back while their order was still open in Linnworks."""
    name = "orders are processed before they come back"
    measured = f"the orders of the last {returns} returns"
    if returns < ENOUGH:
        return cannot_tell(name, f"Only {returns} returns are known; a habit needs {ENOUGH}.", measured=measured)
    if waited * 100 < returns * MANY_PERCENT:
        return good(name, f"{waited} of {returns} were not.", measured)
    return Check(
        name=name,
        state=State.WARNING,
        cause=f"{waited} of {returns} returns came back while their order stood open in Linnworks.",
        consequence="Linnworks takes no return of an open order: their goods and credits wait, and become exceptions.",
        remedy="Process orders in Linnworks when they ship.",
        measured=measured,
    )


def _few(texts: Sequence[str]) -> str:
    return ", ".join(texts[:NAMED]) + (f" and {len(texts) - NAMED} more" if len(texts) > NAMED else "")


def _same(text: str) -> str:
    return text.strip().casefold()
