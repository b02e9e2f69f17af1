"""The name of an effect before it is done: made from what it is, so that a second run makes the same name.

`RW-R-90000004-7F3KQ2A9`: ours, a restock, of return 90000004, and eight characters that stand for the facts it
covers. It is written into Linnworks' records and is the join key of reconciliation, so it stays within 30
ASCII characters (assumed limit; Linnworks documents none for these fields).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from returnworks.rules.model import Kind

MAX_LENGTH = 30
_SUBJECT_LENGTH = 16
_LETTERS = {Kind.RESTOCK: "R", Kind.STOCK: "S", Kind.CREDIT: "C", Kind.EXCHANGE: "X", Kind.NOTE: "N"}
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}
_SHAPE = re.compile(r"RW-([RSCXN])-([A-Za-z0-9]{1,16})-([A-Z2-7]{8})")


@dataclass(frozen=True, slots=True)
class Owned:
    """What a reference of ours says about itself."""

    kind: Kind
    subject: str
    """The return id as the reference shows it; compare it with `short(return_id)`."""


def reference(kind: Kind, subject: str, covers: Iterable[str]) -> str:
    """The reference of one effect: `subject` is the return id, `covers` the facts it settles, in any order."""
    what = json.dumps([kind.value, subject, sorted(set(covers))])
    digest = base64.b32encode(hashlib.sha256(what.encode()).digest()).decode()
    return f"RW-{_LETTERS[kind]}-{short(subject)}-{digest[:8]}"


def short(subject: str) -> str:
    """A subject as references show it: ASCII letters and digits only, the last 16 of them, "0" when none."""
    kept = re.sub(r"[^A-Za-z0-9]", "", subject)
    return kept[-_SUBJECT_LENGTH:] or "0"


def owner_of(text: str) -> Owned | None:
    """What `text` says when it is a reference of ours; None for everybody else's."""
    found = _SHAPE.fullmatch(text.strip())
    return Owned(_KINDS[found[1]], found[2]) if found else None


def is_for(text: str, kind: Kind, return_id: str) -> bool:
    """Whether `text` is a reference of ours of this kind for this return."""
    return owner_of(text) == Owned(kind, short(return_id))
