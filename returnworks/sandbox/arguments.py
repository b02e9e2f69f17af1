"""Reading what a client sent, strictly: what is not understood is refused, never ignored.

A reader takes one JSON value (or one query string) and gives the value that the handlers use. The vendor's
contract marks almost nothing as required; the sandbox requires what a call cannot do without, refuses properties that
the contract does not have, and says no more about it than the vendor does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from returnworks.sandbox.refusals import Refusal, invalid

Reader = Callable[[Any], Any]
Args = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    read: Reader
    required: bool


Fields = Mapping[str, Field]


def needed(read: Reader) -> Field:
    return Field(read, required=True)


def optional(read: Reader) -> Field:
    return Field(read, required=False)


def arguments(given: Any, fields: Fields) -> Args:
    """The values by name; names that were not sent, or sent as null, are absent."""
    if not isinstance(given, dict) or given.keys() - fields.keys():
        raise invalid()
    values = {name: fields[name].read(value) for name, value in given.items() if value is not None}
    if any(field.required and name not in values for name, field in fields.items()):
        raise invalid()
    return values


def json_body(body: bytes) -> Any:
    """Amounts stay exact: numbers with a point become Decimal."""
    try:
        return json.loads(body, parse_float=Decimal)
    except ValueError as error:
        raise invalid() from error


# --- readers of JSON values


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise invalid()
    return value


def some_text(value: Any) -> str:
    if not text(value).strip():
        raise invalid()
    return text(value)


def guid(value: Any) -> str:
    try:
        return str(UUID(text(value)))
    except ValueError as error:
        raise invalid() from error


def whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise invalid()
    return value


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise invalid()
    return value


def amount(value: Any) -> Decimal:
    """At most two decimals: binary noise such as 0.30000000000000004 is refused."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise invalid()
    exact = Decimal(value)
    if exact != round(exact, 2):
        raise Refusal(400, "Amounts have at most two decimals.")
    return exact


def moment(value: Any) -> datetime:
    """ISO 8601; without an offset it is UTC (assumed: the vendor says nothing about it)."""
    try:
        read = datetime.fromisoformat(text(value))
    except ValueError as error:
        raise invalid() from error
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def one_of(*words: str) -> Reader:
    """One of the words, or its place in their order: the vendor has used both."""

    def read(value: Any) -> str:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(words):
            return words[value]
        if value not in words:
            raise invalid()
        return str(value)

    return read


def several(read: Reader, most: int | None = None) -> Reader:
    """A list; more than `most` of them is refused in the words seen live."""

    def read_all(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise invalid()
        if most is not None and len(value) > most:
            raise Refusal(400, f"The maximum items count for this call is {most}")
        return [read(row) for row in value]

    return read_all


def shaped(fields: Fields) -> Reader:
    return lambda value: arguments(value, fields)


def anything(value: Any) -> Any:
    """Part of the contract, and of no consequence here."""
    return value


# --- readers of query strings


def whole_in_query(value: str) -> int:
    try:
        return int(value)
    except ValueError as error:
        raise invalid() from error


def flag_in_query(value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise invalid()
    return value.lower() == "true"
