"""A night's readings as bytes and back: JSON, packed, with a hash, in a format that has a number.

The same values always give the same bytes. There is nothing personal in them: the rules' values have no place for it.
"""

from __future__ import annotations

import hashlib
import lzma
from dataclasses import dataclass, field
from functools import cache

from pydantic import TypeAdapter, ValidationError

from returnworks.errors import LedgerError
from returnworks.report import OpenItem, PastNight, PayoutsShown, Waits
from returnworks.rules.ageing import Ageing
from returnworks.work.desk.after_night import Moved
from returnworks.work.night.readings import Readings

FORMAT = 1
"""Grows when older content can no longer be read by naming defaults for what it lacks."""

PRESET = 1
"""Of xz: a twelfth of the size at 10 MB a second, measured on nights of 2,000 to 100,000 lines. Higher ones take longer
than they are worth, zlib leaves half as much again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a night's report shows beside the comparison and the checks, as it was when the night was filed."""

    title: str
    source: str = ""
    open_items: tuple[OpenItem, ...] = ()
    past: tuple[PastNight, ...] = ()
    ageing: Ageing = field(default_factory=Ageing)
    payouts: PayoutsShown | None = None
    """What the payment gateway's exports said of the night's refunds."""
    waits: Waits = field(default_factory=Waits)
    """How long goods took until they could be sold again, over the nights' days."""
    moved: Moved = field(default_factory=Moved)
    """How the exceptions desk moved since the night before, and what was mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    readings: Readings
    shown: Shown


@dataclass(frozen=True, slots=True)
class Packed:
    content: bytes
    sha256: str
    """Of what is packed."""
    size: int


def pack(archived: Archived) -> Packed:
    plain = _adapter().dump_json(archived)
    return Packed(lzma.compress(plain, preset=PRESET), digest(plain), len(plain))


def unpack(content: bytes, sha256: str, written_as: int) -> Archived:
    """What was packed. LedgerError where it is damaged, or was written by a program that knows more."""
    if written_as > FORMAT:
        raise LedgerError(
            f"These readings are of format {written_as}, this program knows {FORMAT}.", "Use the newer program."
        )
    try:
        plain = lzma.decompress(content)
        if digest(plain) == sha256:
            return _adapter().validate_json(plain)
    except (lzma.LZMAError, ValidationError) as problem:
        raise _damaged() from problem
    raise _damaged()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _damaged() -> LedgerError:
    return LedgerError(
        "What this night read is damaged, so it cannot be done again.",
        "Take the row from a backup, see docs/restore.md.",
    )


@cache
def _adapter() -> TypeAdapter[Archived]:
    return TypeAdapter(Archived)
