"""What a story is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from returnworks.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Step:
    """`play` does it, at the moment it is called, and gives back remarks about what it met."""

    name: str
    narration: str
    play: Callable[[World], list[str]]
    commands: tuple[str, ...] = ()
    """What is typed after it, in this order, by whoever plays the story against Returnworks."""


@dataclass(frozen=True, slots=True)
class Due:
    """One exception that must be on the desk when the story is over, open or closed."""

    code: str
    owner: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """What the sandbox's own books and the desk must say in the end: all of it, and nothing else."""

    moved: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Units that came or went since the first step, by (SKU, location name), without despatches."""
    credits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Amounts of the refunds that stand in Linnworks, by order name, smallest first."""
    marked: tuple[str, ...] = ()
    """Names of the orders that carry the exchange identifier and lie in the exchange folder."""
    writes: Mapping[str, int] = field(default_factory=dict)
    """Calls that changed something in Linnworks, by method, where their number is the point of the story."""
    desk: tuple[Due, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    name: str
    summary: str
    steps: tuple[Step, ...]
    question: str = ""
    """The merchant's own words for it."""
    answer: str = ""
    """What Returnworks does about it."""
    policy: str = ""
    """The `returnworks.toml` that the shop has; "" is the built-in policy."""
    expected: Expected | None = None
    """None: the story is judged by whoever plays it."""
