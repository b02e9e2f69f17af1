"""On which line of a TOML text each key stands; the standard parser does not say.

The text must be TOML already, as `tomllib` says: here it is only walked through, not checked.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

Path = tuple[str | int, ...]
"""Keys, and positions in lists from 0: ("route", 2, "reasons", 0)."""

BARE = re.compile(r"[A-Za-z0-9_-]+")
BLANK = re.compile(r"[ \t]*")
BETWEEN = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
"""Blanks, line ends and comments."""
STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}(?!")', re.DOTALL),
    re.compile(r"'''.*?'{3,5}(?!')", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)
OTHER = re.compile(r"[^,\]}#\r\n]+")
"""A number, a date or a truth value, to its end."""


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, of every table, key and list element of a TOML text; a table's is that of its header."""
    return _Walk(text.removeprefix("\ufeff")).lines


def nearest_line(lines: Mapping[Path, int], path: Path) -> int | None:
    """The line of `path`, or of the innermost thing around it that has one."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


class _Walk:
    """One pass over the text; `at` is how far it got."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self._lengths: dict[Path, int] = {}
        """How many tables each list of tables has so far."""
        self._counted = (0, 1)
        """An offset and its line, so that lines are counted once."""
        self._document()

    def _document(self) -> None:
        table: Path = ()
        self._skip(BETWEEN)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(BETWEEN)

    def _header(self) -> Path:
        """`[table]` or `[[table]]`: the path that the keys below it stand in."""
        line, is_list = self._line(), self.text.startswith("[[", self.at)
        self.at += 2 if is_list else 1
        *outer, last = self._key()
        path: Path = ()
        for part in outer:
            path = self._newest((*path, part))
            self.lines.setdefault(path, line)
        path = (*path, last)
        if is_list:
            self.lines.setdefault(path, line)
            self._lengths[path] = self._lengths.get(path, 0) + 1
            path = self._newest(path)
        self.lines[path] = line
        self.at += 2 if is_list else 1
        return path

    def _newest(self, path: Path) -> Path:
        """`path` itself, or the last table so far where it is a list of tables."""
        return (*path, self._lengths[path] - 1) if path in self._lengths else path

    def _pair(self, table: Path) -> None:
        line, path = self._line(), table
        for part in self._key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self.at += 1  # the "="
        self._skip(BLANK)
        self._value(path)

    def _key(self) -> list[str]:
        """A key with its dots, up to the "=" or "]" that follows."""
        parts = []
        while True:
            self._skip(BLANK)
            parts.append(self._one_key())
            self._skip(BLANK)
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def _one_key(self) -> str:
        bare = BARE.match(self.text, self.at)
        if bare:
            self.at = bare.end()
            return bare.group()
        start = self.at
        self._string()
        return str(tomllib.loads(f"key = {self.text[start : self.at]}")["key"])

    def _value(self, path: Path) -> None:
        match self.text[self.at]:
            case "[":
                self._list(path)
            case "{":
                self._inline_table(path)
            case '"' | "'":
                self._string()
            case _:
                self._skip(OTHER)

    def _list(self, path: Path) -> None:
        self.at += 1
        position = 0
        while not self._closes("]"):
            self.lines[(*path, position)] = self._line()
            self._value((*path, position))
            position += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while not self._closes("}"):
            self._pair(path)

    def _closes(self, bracket: str) -> bool:
        """Past blanks and a comma; whether the list or table ends here, and then past its end."""
        self._skip(BETWEEN)
        if self.text[self.at] == ",":
            self.at += 1
            self._skip(BETWEEN)
        if self.text[self.at] != bracket:
            return False
        self.at += 1
        return True

    def _string(self) -> None:
        for kind in STRINGS:
            if found := kind.match(self.text, self.at):
                self.at = found.end()
                return
        raise ValueError(f"no string on line {self._line()}")

    def _skip(self, what: re.Pattern[str]) -> None:
        if found := what.match(self.text, self.at):
            self.at = found.end()

    def _line(self) -> int:
        offset, line = self._counted
        line += self.text.count("\n", offset, self.at)
        self._counted = (self.at, line)
        return line
