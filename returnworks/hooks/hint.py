"""What a webhook's body may say, whatever its shape: which return, and which event.

Documented is `eventName` alone. `rmaId`, at the top or one level deeper, is assumed. Nothing else is looked at or
kept, as the body may hold a shopper's name and address.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

RETURN_ID = re.compile(r"[0-9]{1,20}")
EVENT = re.compile(r"[A-Za-z_.]{1,60}")


@dataclass(frozen=True, slots=True)
class Hint:
    """`return_id` is None when the body names no return; `event` is "" when it names none that can be kept."""

    return_id: str | None = None
    event: str = ""


def read_hint(body: bytes) -> Hint:
    """The hint in a body; an empty one when the body is not a JSON object. Never raises."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return Hint()
    if not isinstance(said, dict):
        return Hint()
    return Hint(_return_id(said), _event(said.get("eventName")))


def _return_id(said: dict[str, Any]) -> str | None:
    deeper = (value for value in said.values() if isinstance(value, dict))
    for place in (said, *deeper):
        value = place.get("rmaId")
        text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if RETURN_ID.fullmatch(text):
            return text
    return None


def _event(value: object) -> str:
    return value if isinstance(value, str) and EVENT.fullmatch(value) else ""
