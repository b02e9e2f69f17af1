"""What a policy must not ask for, said so that the line of the file can be found and mended."""

from __future__ import annotations

from dataclasses import dataclass

Where = tuple[str | int, ...]
"""A path into `Policy`: its field, then keys and positions (from 0), e.g. ("routes", 0, "location")."""


@dataclass(frozen=True, slots=True)
class Problem:
    where: Where
    text: str
    """What is so, without the key: "is 'Default', where goods are sold"."""
    remedy: str
    """What to do, as a sentence: "Name another location."."""

    def inside(self, *outer: str | int) -> Problem:
        """The same problem of a group of settings, seen from the whole policy."""
        return Problem((*outer, *self.where), self.text, self.remedy)

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.where))} {self.text}. {self.remedy}"
