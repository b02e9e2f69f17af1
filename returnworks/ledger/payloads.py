"""Values of the rules to JSON and back, unchanged; and the fingerprint that tells whether a return changed."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Generic, TypeVar, cast

from pydantic import TypeAdapter

from returnworks.rules.model import Order, Posting, Return

T = TypeVar("T")


class Payload(Generic[T]):
    """How one kind of value is kept: `load(dump(value)) == value`, times as ISO text, money as whole minor units."""

    def __init__(self, kind: type[T]) -> None:
        self._adapter = TypeAdapter(kind)

    def dump(self, value: T) -> dict[str, Any]:
        return cast("dict[str, Any]", self._adapter.dump_python(value, mode="json"))

    def load(self, stored: dict[str, Any]) -> T:
        return self._adapter.validate_python(stored)


RETURN = Payload(Return)
ORDER = Payload(Order)
POSTING = Payload(Posting)


def fingerprint(payload: dict[str, Any]) -> str:
    """Sixty-four hex digits that differ when anything in the payload differs, whatever the order of its keys."""
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
