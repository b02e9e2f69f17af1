"""What is wrong with a policy file, in sentences that name the key and the remedy."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from returnworks.settings.policy.tables import File


def explain(wrong: ValidationError) -> list[str]:
    return [f"{_dotted(error['loc'])}: {_remedy(error)}" for error in wrong.errors(include_url=False)]


def _dotted(path: Sequence[int | str]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


def _remedy(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        known = _known_keys(error["loc"][:-1])
        near = difflib.get_close_matches(str(error["loc"][-1]), known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}."
        return f"there is no such key; {hint}"
    given = error.get("input")
    shown = f" (given: {given!r})" if isinstance(given, str | int | float | bool) else ""
    return f"{error['msg']}{shown}"


def _known_keys(path: Sequence[int | str]) -> list[str]:
    """The keys of the table at `path`, as the file would write them."""
    table: type[BaseModel] = File
    for part in path:
        if isinstance(part, int):
            continue
        inner = table.model_fields[part].annotation
        arguments = getattr(inner, "__args__", ())
        table = arguments[0] if arguments else inner  # type: ignore[assignment]
    return sorted(table.model_fields)
