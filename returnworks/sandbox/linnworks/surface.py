"""What a method of the played Linnworks is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from returnworks.sandbox.arguments import Args, Fields
from returnworks.sandbox.world import World

Handler = Callable[[World, Args], Any]

NO_CONTENT = object()
"""What a handler gives back for HTTP 204."""


class Shape(Enum):
    """How arguments travel. Which method has which shape follows its .NET signature, not any pattern."""

    QUERY = "in the query string of a GET"
    WRAPPED = 'in a JSON body {"request": {...}}'
    BARE = "the JSON body is the request object"
    FLAT = "one property of the JSON body per argument"


@dataclass(frozen=True, slots=True)
class Method:
    """`rate` is calls a minute, as printed by the vendor."""

    name: str
    play: Handler
    shape: Shape = Shape.QUERY
    takes: Fields = field(default_factory=dict)
    rate: int = 150
    writes: bool = False

    @property
    def verb(self) -> str:
        return "GET" if self.shape is Shape.QUERY else "POST"


def without_nones(row: dict[str, Any]) -> dict[str, Any]:
    """The contract knows no nulls: what is not there is left out."""
    return {name: value for name, value in row.items() if value is not None}


def pages(rows: list[Any], number: int, size: int) -> dict[str, Any]:
    """Linnworks' paged envelope; pages count from 1 and a page past the end is empty."""
    return {
        "PageNumber": number,
        "EntriesPerPage": size,
        "TotalEntries": len(rows),
        "TotalPages": -(-len(rows) // size),
        "Data": rows[(number - 1) * size : number * size],
    }
