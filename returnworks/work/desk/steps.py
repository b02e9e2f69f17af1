"""What to do next about one exception, with the ids that it is known to be about."""

from __future__ import annotations

import re

from returnworks.ledger import ExceptionRecord
from returnworks.rules.codes import CODES

_ORDER = re.compile(r"\b[Oo]rder (\d+)\b")
_REFERENCE = re.compile(r"\bRW-[A-Z]-\d+-[A-Z0-9]+\b")


def next_step(item: ExceptionRecord) -> str:
    """The code's next step. Order number and reference are those that its subject or message names."""
    said = f"{item.subject} {item.message}"
    order, reference = _ORDER.search(said), _REFERENCE.search(said)
    return CODES[item.code].next_for(item.return_id, order[1] if order else None, reference[0] if reference else None)


def says_what_to_do(item: ExceptionRecord) -> bool:
    """Whether the message already ends with the next step, as the night writes it."""
    return next_step(item) in item.message
