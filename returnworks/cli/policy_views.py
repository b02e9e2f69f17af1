"""How `policy explain` and `policy what-if` tell people what they found."""

from __future__ import annotations

from collections.abc import Iterator

from returnworks.cli.output import Output, moment
from returnworks.reconcile.results import counted
from returnworks.report.words import moneys
from returnworks.rules.explaining import Decision, Tried
from returnworks.rules.what_if import Change, Fate, How, Move
from returnworks.work.explaining import EarlierPolicy, Explained
from returnworks.work.what_if import WhatIf

MOST_CHANGES = 50
"""Single changes on screen; `--json` has them all."""


def show_explained(out: Output, explained: Explained) -> None:
    out.say(f"RMA {explained.return_id} · {explained.stage} · policy {explained.policy_version}")
    if explained.decided_by and explained.decided_by != explained.policy_version:
        out.say(f"Decided last by policy {explained.decided_by}.")
    out.say(f"Goods that are decided upon now are posted by the schedules at {moment(explained.closes_at)} UTC.")
    for decision in explained.decisions:
        _show_decision(out, decision)
    for earlier in explained.earlier:
        out.say(_told_earlier(earlier))


def _show_decision(out: Output, decision: Decision) -> None:
    out.say(f"\n{decision.what}")
    out.say(f"  when     {decision.trigger}")
    out.say(f"  rule     {decision.rule}")
    out.say(f"  outcome  {decision.outcome}")
    if decision.booked:
        out.say(f"  posted   because {decision.booked.rule} (policy {decision.booked.policy_version})")
    for number, tried in enumerate(decision.tried, 1):
        out.say(f"  {'route':<8} {number} {tried.route!r} {_came_of(tried)}")


def _came_of(tried: Tried) -> str:
    if tried.decides:
        return "decides"
    if tried.comes_after:
        return "matches too, but comes after the one that decides"
    return f"does not match: {'; '.join(f'{m.matcher} asks for {m.wanted}, given {m.given}' for m in tried.misses)}"


def _told_earlier(earlier: EarlierPolicy) -> str:
    what = f"\nPolicy {earlier.version} decided about {', '.join(earlier.references)}"
    if earlier.differs is None:
        return f"{what}; its text was not kept."
    return f"{what}; since then changed: {', '.join(earlier.differs) or 'nothing'}."


def show_what_if(out: Output, found: WhatIf, before: str, after: str) -> None:
    returns = counted(found.returns, "return")
    out.say(f"{returns}, {found.before.version} ({before}) against {found.after.version} ({after}).")
    if found.without_order:
        out.say(f"Of {len(found.without_order)} the order is not remembered here: both policies can only hold them.")
    if not found.changes:
        out.say("Nothing would have been different.")
        return
    out.table("What would have been different", MOVED, [_moved(move) for move in found.moves])
    out.table("Units by route", ("route", "now", "then"), [(use.route, use.before, use.after) for use in found.routes])
    out.table("", CHANGED, [_changed(change) for change in found.changes[:MOST_CHANGES]])
    if len(found.changes) > MOST_CHANGES:
        out.say(f"{len(found.changes) - MOST_CHANGES} more; --json has all.")
    for sentence in _summed(found):
        out.say(sentence)


MOVED = ("kind", "now", "then", "times", "units", "value")
CHANGED = ("RMA", "line or refund", "what", "now", "then")


def _moved(move: Move) -> tuple[object, ...]:
    return move.kind, move.before, move.after, move.facts, move.units or "", moneys(move.value)


def _changed(change: Change) -> tuple[object, ...]:
    return change.return_id, change.fact, change.what, _fate(change.before), _fate(change.after)


def _fate(fate: Fate) -> str:
    return fate.says if fate.how == How.POSTED and fate.says else f"{fate.how} {fate.says}".strip()


def _summed(found: WhatIf) -> Iterator[str]:
    if found.units:
        worth = moneys(found.goods_value) or "an unknown sum"
        yield f"{counted(found.units)} would have fared otherwise, worth {worth}."
    if found.refunds_value:
        yield f"Refunds of {moneys(found.refunds_value)} would have been treated otherwise."
    if found.only_before or found.only_after:
        yield f"Postings that would not exist: {len(found.only_before)}; others that would: {len(found.only_after)}."
