"""Shell patterns as languages: whether every SKU that fits one pattern fits one of some others, decided exactly.

Patterns are compared as `routing.fits` does: trimmed, without regard to case, and no SKU is empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from returnworks.rules.lifecycle import same

MOST_STEPS = 50_000
"""Beyond so many steps nothing is claimed: patterns that are this tangled count as not covered."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One step of a pattern: one character of `ranges` (of all others, when `negated`), or any number of any."""

    ranges: tuple[tuple[str, str], ...] = ()
    negated: bool = False
    star: bool = False

    def takes(self, character: str) -> bool:
        return any(low <= character <= high for low, high in self.ranges) != self.negated


Machine = tuple[Piece, ...]
"""A pattern, step by step. Its places are counted from 0, before the first step, to its length, where it is met."""

ANY_ONE = Piece(negated=True)
ANY_NUMBER = Piece(negated=True, star=True)


def is_covered(pattern: str, others: Sequence[str]) -> bool:
    """Whether every SKU that fits `pattern` fits one of `others`; False where that cannot be proven."""
    return _is_covered(same(pattern), tuple(sorted({same(other) for other in others})))


@lru_cache(maxsize=4096)
def _is_covered(pattern: str, others: tuple[str, ...]) -> bool:
    if pattern in others or "*" in others:
        return True
    machines = [tuple(_pieces(text)) for text in (pattern, *others)]
    alphabet = _alphabet(machines)
    if any(_escapes(sku, machines) for sku in _plainest(machines[0], alphabet)):
        return False
    return not _is_escape_within_reach(machines, alphabet)


def _plainest(machine: Machine, alphabet: Sequence[str]) -> Iterator[str]:
    """A few SKUs that fit a pattern, and mostly no other: every star stands for nothing, or for something odd."""
    for filler in ("", alphabet[0], alphabet[0] * 2):
        yield "".join(filler if piece.star else next(filter(piece.takes, alphabet), "") for piece in machine)


def _escapes(sku: str, machines: Sequence[Machine]) -> bool:
    """Whether the SKU fits the first pattern and no other."""
    here = [_reach(machine, {0}) for machine in machines]
    for character in sku:
        here = [_step(machine, at, character) for machine, at in zip(machines, here, strict=True)]
    return bool(sku) and _fits_only_the_first(machines, here)


def _is_escape_within_reach(machines: Sequence[Machine], alphabet: Sequence[str]) -> bool:
    """The same for all SKUs at once: every combination of places where the patterns can stand together."""
    waiting = [tuple(_reach(machine, {0}) for machine in machines)]
    seen: set[tuple[frozenset[int], ...]] = set()
    while waiting:
        here = waiting.pop()
        for character in alphabet:
            there = tuple(_step(machine, at, character) for machine, at in zip(machines, here, strict=True))
            if not there[0] or there in seen:
                continue
            seen.add(there)
            if _fits_only_the_first(machines, there) or len(seen) * len(machines) * len(alphabet) > MOST_STEPS:
                return True
            waiting.append(there)
    return False


def _fits_only_the_first(machines: Sequence[Machine], here: Sequence[frozenset[int]]) -> bool:
    fits = [len(machine) in at for machine, at in zip(machines, here, strict=True)]
    return fits[0] and not any(fits[1:])


def _step(machine: Machine, at: frozenset[int], character: str) -> frozenset[int]:
    """Where the pattern can stand after one more character."""
    moved = {n if machine[n].star else n + 1 for n in at if n < len(machine) and machine[n].takes(character)}
    return _reach(machine, moved)


def _reach(machine: Machine, at: set[int]) -> frozenset[int]:
    """The same, and past every star that may stand for nothing."""
    found = set(at)
    for n in sorted(at):
        while n < len(machine) and machine[n].star:
            n += 1
            found.add(n)
    return frozenset(found)


def _alphabet(machines: Sequence[Machine]) -> list[str]:
    """One character of each kind that the patterns tell apart."""
    edges = {"\0"}
    for machine in machines:
        for piece in machine:
            for low, high in piece.ranges:
                edges |= {low, chr(min(ord(high) + 1, 0x10FFFF))}
    return sorted(edges)


def _pieces(pattern: str) -> Iterator[Piece]:
    """The pattern's steps, read as `fnmatch` reads them: a "[" that is never closed is itself."""
    at = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character == "*":
            yield ANY_NUMBER
        elif character == "?":
            yield ANY_ONE
        elif character == "[" and (end := _closing(pattern, at)) is not None:
            yield _class(pattern[at:end])
            at = end + 1
        else:
            yield Piece(((character, character),))


def _closing(pattern: str, at: int) -> int | None:
    """Where the class that begins at `at` ends; a "]" in its first place belongs to it."""
    start = at + 1 if pattern[at : at + 1] == "!" else at
    end = pattern.find("]", start + 1)
    return None if end < 0 else end


def _class(inside: str) -> Piece:
    negated = inside.startswith("!")
    rest = inside.removeprefix("!")
    ranges: list[tuple[str, str]] = []
    at = 0
    while at < len(rest):
        if rest[at + 1 : at + 2] == "-" and at + 2 < len(rest):
            ranges.append((rest[at], rest[at + 2]))
            at += 3
        else:
            ranges.append((rest[at], rest[at]))
            at += 1
    return Piece(tuple(ranges), negated)
