"""Silence is an alarm: nothing changes for longer than this shop is used to, or a feed stopped.

A shop's habit is the longest silence between two changes that it had lately: nights and weekends are in it. A
silence is an alarm when it is `factor` times as long, and never before `least_hours`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from returnworks.rules.findings import finding
from returnworks.rules.model import Finding
from returnworks.rules.problems import Problem

ENOUGH = 20
"""Fewer changes than this show no habit yet."""
CONSECUTIVE = 95
"""Percent of the steps from one id to the next that are 1, in a shop whose ids follow one another."""
NAMED = 20
"""Ids that a finding names at most."""


@dataclass(frozen=True)
class SilencePolicy:
    """The policy's `[silence]`."""

    factor: float = 1.5
    """How many times the longest usual silence is one too many."""
    least_hours: int = 24
    """No silence of changes or webhooks is an alarm before that."""
    unknown_hours: int = 72
    """The limit while no habit is known."""
    poll_hours: int = 3
    """A poll that has not gone through for so long stopped."""

    def problems(self) -> tuple[Problem, ...]:
        if self.factor < 1:
            return (Problem(("factor",), f"is {self.factor}", "It is at least 1, the shop's usual silence."),)
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What was heard lately. Times in any order."""

    now: datetime
    changes: Sequence[datetime] = ()
    """When we learned of changes of returns, the last of them."""
    webhooks: Sequence[datetime] = ()
    """When webhooks came; none where the shop has none."""
    polled: datetime | None = None
    """When ReturnGO was last polled to the end."""
    ids: Sequence[int] = ()
    """Ids of the returns that were made last."""


def listen(signals: Signals, policy: SilencePolicy) -> list[Finding]:
    """The alarms. A stopped poll explains that nothing changes, so then only the poll is told."""
    stopped = _poll(signals, policy)
    found = stopped or _quiet("silence_changes", "changes of returns", signals.changes, signals.now, policy)
    if not stopped:
        found += _quiet("silence_webhooks", "webhooks", signals.webhooks, signals.now, policy)
    return found + _gaps(signals.ids)


def habit(moments: Iterable[datetime]) -> timedelta | None:
    """The longest silence between two of them; None while there are too few to tell."""
    ordered = sorted(moments)
    if len(ordered) < ENOUGH:
        return None
    return max(later - earlier for earlier, later in pairwise(ordered))


def limit(moments: Iterable[datetime], policy: SilencePolicy) -> timedelta:
    """How long a silence may be."""
    usual = habit(moments)
    if usual is None:
        return timedelta(hours=policy.unknown_hours)
    return max(usual * policy.factor, timedelta(hours=policy.least_hours))


def _quiet(code: str, what: str, moments: Sequence[datetime], now: datetime, policy: SilencePolicy) -> list[Finding]:
    if not moments:
        return []
    last, allowed = max(moments), limit(moments, policy)
    if now - last <= allowed:
        return []
    usual = habit(moments)
    used_to = f"the longest usual silence is {_hours(usual)}" if usual else "no habit is known yet"
    text = f"No {what} for {_hours(now - last)}; {used_to}, and {_hours(allowed)} are allowed."
    return [finding(code, what, text, since=last)]


def _poll(signals: Signals, policy: SilencePolicy) -> list[Finding]:
    if signals.polled is None or signals.now - signals.polled <= timedelta(hours=policy.poll_hours):
        return []
    text = (
        f"ReturnGO was last polled {_hours(signals.now - signals.polled)} ago; {policy.poll_hours} hours are allowed."
    )
    return [finding("silence_poll", "poll of ReturnGO", text, since=signals.polled)]


def _gaps(ids: Sequence[int]) -> list[Finding]:
    """Ids that were left out, in a shop whose ids follow one another; in others a gap says nothing."""
    ordered = sorted(set(ids))
    steps = Counter(later - earlier for earlier, later in pairwise(ordered))
    if len(ordered) < ENOUGH or steps[1] * 100 < CONSECUTIVE * steps.total():
        return []
    missing = [lost for earlier, later in pairwise(ordered) for lost in range(earlier + 1, later)][: NAMED + 1]
    if not missing:
        return []
    named = ", ".join(map(str, missing[:NAMED])) + (" and more" if len(missing) > NAMED else "")
    text = f"The ids of returns follow one another, and these were never read: {named}."
    return [finding("ids_missing", "ids of returns", text, units=0)]


def _hours(length: timedelta) -> str:
    hours = int(length.total_seconds() // 3600)
    return f"{hours // 24} days {hours % 24} hours" if hours >= 48 else f"{hours} hours"
