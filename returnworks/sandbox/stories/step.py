"""What a story is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from returnworks.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Step:
    """`play` does it, at the moment it is called, and gives back remarks about what it met."""

    name: str
    narration: str
    play: Callable[[World], list[str]]


@dataclass(frozen=True, slots=True)
class Story:
    name: str
    summary: str
    steps: tuple[Step, ...]
