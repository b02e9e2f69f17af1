"""One thing that was looked at, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    GOOD = "good"
    NOTICE = "notice"
    """Nothing is wrong, and somebody should know it."""
    WARNING = "warning"
    """Lines are held or will be, or a safeguard is missing; the rest carries on."""
    BROKEN = "broken"
    """It does not work as it stands."""
    CANNOT_TELL = "cannot tell"
    """The facts do not allow to say; `cause` is why. Never counted as good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    name: str
    state: State
    cause: str
    """What is so."""
    consequence: str = ""
    """What it leads to; "" where nothing is wrong."""
    remedy: str = ""
    measured: str = ""
    """From what it was seen."""


def good(name: str, cause: str, measured: str = "") -> Check:
    return Check(name=name, state=State.GOOD, cause=cause, measured=measured)


def cannot_tell(name: str, why: str, remedy: str = "", measured: str = "") -> Check:
    return Check(name=name, state=State.CANNOT_TELL, cause=why, remedy=remedy, measured=measured)
