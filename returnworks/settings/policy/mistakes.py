"""What is wrong with a policy file: on which line, under which key, and what to do about it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from returnworks.errors import ConfigError
from returnworks.settings.policy.lines import Path, nearest_line
from returnworks.settings.policy.table import CURRENCY, TAG
from returnworks.settings.policy.tables import File


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend. `str()` is its line for the terminal, in the form that editors jump to."""

    file: str
    line: int | None
    key: str
    """As the file writes it, tables of a list counted from 1: "route.2.location"; "" for the file as a whole."""
    text: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key} {self.text}. {self.remedy}" if self.key else f"{place}: {self.text}. {self.remedy}"


class PolicyMistakes(ConfigError):
    """The file can be read, and says what cannot be meant."""

    def __init__(self, file: str, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.line or 0))
        super().__init__("\n".join([f"{file} cannot be used:", *(f"  {mistake}" for mistake in self.mistakes)]))


def dotted(path: Path) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


def not_toml(file: str, problem: Exception) -> Mistake:
    """The parser's complaint; it names the line in words."""
    found = re.search(r"at line (\d+)", str(problem))
    text = str(problem)[:1].lower() + str(problem)[1:]
    return Mistake(file, int(found.group(1)) if found else None, "", f"is not TOML: {text}", "Correct it there.")


def mistakes_of(file: str, lines: Mapping[Path, int], wrong: ValidationError) -> list[Mistake]:
    """Every complaint of the tables, with its place in the file."""
    found = []
    for error in wrong.errors(include_url=False):
        path = tuple(part for part in error["loc"] if part != "[key]")
        text, remedy = _said(path, error)
        found.append(Mistake(file, nearest_line(lines, path), dotted(path), text, remedy))
    return found


def _said(path: Path, error: Any) -> tuple[str, str]:
    """What is so, and what to do."""
    kind, given, limits = error["type"], error.get("input"), error.get("ctx", {})
    if kind == "extra_forbidden":
        return "is not known", _nearest(str(path[-1]), _known_keys(path[:-1]), "Known here")
    if kind == "missing":
        return "is missing", f"Add {path[-1]} = ... to this table."
    if kind in ("enum", "literal_error"):
        words = re.findall(r"'([^']*)'", str(limits["expected"]))
        return f"is {_shown(given)}", _nearest(str(given), words, "It is one of")
    if kind == "value_error":
        return _as_raised(str(limits["error"]), given)
    if kind in LIMITS:
        return f"is {_shown(given)}", LIMITS[kind](limits)
    if kind.startswith("tuple") and isinstance(given, dict):
        return "is one table", f"Write its header in two pairs of brackets: [[{dotted(path)}]]."
    wanted = next((words for prefix, words in WANTED.items() if kind.startswith(prefix)), None)
    if wanted is not None:
        return f"is {_shown(given)}", f"Write {wanted}."
    return f"is not accepted{_given(given)}", f"{error['msg']}."


def _as_raised(message: str, given: object) -> tuple[str, str]:
    """The tables' own validators say what is so, then after a semicolon what to do."""
    text, _, remedy = message.partition("; ")
    remedy = f"{remedy[:1].upper()}{remedy[1:]}" or "Correct it there"
    return f"{text}{_given(given)}", remedy if remedy.endswith("?") else f"{remedy}."


WANTED = {
    "int": "a whole number, without quotes",
    "float": "a number, without quotes",
    "bool": "true or false, without quotes",
    "string_type": 'text in quotes, like "Quarantine"',
    "string_too_short": "something into the quotes, or leave the key out",
    "tuple": 'a list, like ["one", "two"]',
    "model": "a table of its own, under a header in brackets",
    "dict": 'a table, like { "A" = 1 }',
    "time": 'a time of day, like "14:00"',
}
"""What to write instead, by the beginning of the complaint's name."""

SHAPES = {
    CURRENCY: "the three capitals of a currency, like GBP",
    TAG: "capitals, digits and underscores only, at most 50",
}
"""What a text must look like, in words, by its pattern."""

LIMITS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": lambda limits: f"It must be at least {limits['ge']}.",
    "greater_than": lambda limits: f"It must be more than {limits['gt']}.",
    "less_than_equal": lambda limits: f"It must be at most {limits['le']}.",
    "string_pattern_mismatch": lambda limits: f"Write {SHAPES[limits['pattern']]}.",
}


def _shown(given: object) -> str:
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, dict):
        return "a table"
    return "a list" if isinstance(given, list) else repr(given)


def _given(given: object) -> str:
    return f" (given: {_shown(given)})" if isinstance(given, str | int | float) else ""


def _nearest(given: str, known: Sequence[str], otherwise: str) -> str:
    near = difflib.get_close_matches(given, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"{otherwise}: {', '.join(known)}."


def _known_keys(path: Path) -> list[str]:
    """The keys of the table at `path`, as the file would write them."""
    table: type[BaseModel] = File
    for part in path:
        if isinstance(part, int) or part not in table.model_fields:
            continue
        inner = table.model_fields[part].annotation
        arguments = [each for each in getattr(inner, "__args__", ()) if _is_table(each)]
        table = arguments[0] if arguments else inner  # type: ignore[assignment]
    return sorted(table.model_fields)


def _is_table(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
