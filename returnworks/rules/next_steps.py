"""What to do next about an exception, with the ids that its own words name."""

from __future__ import annotations

import re

from returnworks.rules.codes import CODES

_ORDER = re.compile(r"\b[Oo]rder (#?(?=[\w-]*\d)[\w-]+)")
"""Linnworks' number, or the name that the shopper sees; "order line" and "order was deleted" name none."""
_OURS = re.compile(r"\bRW-[A-Z]-\d+-[A-Z0-9]+\b")
_BOOKING = re.compile(r"/ booking (\S+)$")
"""How the subject of a foreign booking ends."""


def next_step(code: str, return_id: str | None, subject: str, message: str) -> str:
    """The code's next step. Order and reference are those that the subject or the message names."""
    said = f"{subject} {message}"
    order, ours, booking = _ORDER.search(said), _OURS.search(said), _BOOKING.search(subject)
    reference = ours[0] if ours else booking[1] if booking else None
    return CODES[code].next_for(return_id, order[1] if order else None, reference)
