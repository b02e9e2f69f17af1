"""Reading a JSON document that a tester sent, with a clear word about what is wrong and where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

T = TypeVar("T")


class DocumentError(ValueError):
    """`str()` names the place and what was expected there."""


class Doc:
    """One JSON object at a place such as `orders[3].lines[0]`, read at the moment `now`."""

    def __init__(self, value: Any, place: str, now: datetime) -> None:
        self.value = value if isinstance(value, dict) else {}
        self.place, self.now = place, now
        if not isinstance(value, dict):
            raise self.wrong("", "must be an object")

    def wrong(self, name: str, what: str) -> DocumentError:
        place = ".".join(part for part in (self.place, name) if part) or "the document"
        return DocumentError(f"{place}: {what}")

    def only(self, *names: str) -> None:
        unknown = sorted(self.value.keys() - set(names))
        if unknown:
            raise self.wrong(unknown[0], f"is not known here (known: {', '.join(names)})")

    def has(self, name: str) -> bool:
        return self.value.get(name) is not None

    def _read(self, name: str, default: T | None, kind: type[T], what: str) -> T:
        value = self.value.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(name, f"must be {what}")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        return self._read(name, default, str, "text")

    def whole(self, name: str, default: int | None = None, least: int | None = None) -> int:
        value = self._read(name, default, int, "a whole number")
        if least is not None and value < least:
            raise self.wrong(name, f"must be {least} or more")
        return value

    def flag(self, name: str, default: bool) -> bool:
        return self._read(name, default, bool, "true or false")

    def amount(self, name: str, default: Decimal | None = None) -> Decimal:
        """A number or a text such as "12.50"; never more than two decimals."""
        value = self.value.get(name)
        if value is None and default is not None:
            return default
        try:
            exact = Decimal(str(value))
        except InvalidOperation as error:
            raise self.wrong(name, "must be an amount") from error
        if isinstance(value, bool) or not exact.is_finite() or exact != round(exact, 2):
            raise self.wrong(name, "must be an amount with at most two decimals")
        return exact

    def moment(self, name: str, default: datetime | None = None) -> datetime:
        """ISO 8601 with an offset, or {"hours_ago": 30}."""
        value = self.value.get(name)
        if value is None and default is not None:
            return default
        if isinstance(value, dict):
            return self.now - timedelta(hours=float(Doc(value, self._at(name), self.now).amount("hours_ago")))
        try:
            read = datetime.fromisoformat(str(value))
        except ValueError as error:
            raise self.wrong(name, 'must be an ISO time with an offset, or {"hours_ago": n}') from error
        if read.tzinfo is None:
            raise self.wrong(name, "must have an offset from UTC")
        return read.astimezone(UTC)

    def texts(self, name: str) -> list[str]:
        values = self._read(name, [], list, "a list of texts")
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(name, "must be a list of texts")
        return list(values)

    def docs(self, name: str) -> Iterator[Doc]:
        for number, value in enumerate(self._read(name, [], list, "a list of objects")):
            yield Doc(value, f"{self._at(name)}[{number}]", self.now)

    def doc(self, name: str) -> Doc:
        return Doc(self.value.get(name), self._at(name), self.now)

    def counts(self, name: str) -> dict[str, int]:
        """{text: whole number}"""
        inner = Doc(self._read(name, {}, dict, "an object"), self._at(name), self.now)
        return {key: inner.whole(key) for key in inner.value}

    def choice(self, name: str, words: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in words:
            raise self.wrong(name, f"must be one of {', '.join(words)}")
        return value

    def _at(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name
