"""The small print that both vendors' wires share: ids, times, tidy booleans, and what a model does with the rest.

Answers ignore what they do not name, so personal data that nobody asked for is gone once an answer is read.
Validation errors never show the value that was wrong.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer
from pydantic.alias_generators import to_camel


class WireAnswer(BaseModel):
    """Something that a vendor said."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class PascalAnswer(WireAnswer):
    """Linnworks' usual spelling: `OrderId`. The other spellings are aliases."""

    model_config = ConfigDict(alias_generator=lambda name: pascal(name))


class CamelAnswer(WireAnswer):
    """ReturnGO's usual spelling: `returnedItemId`. The other spellings are aliases."""

    model_config = ConfigDict(alias_generator=to_camel)


class WireRequest(BaseModel):
    """Something that we say, in the vendor's spelling: nothing unknown, nothing coerced, nothing forgotten."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        hide_input_in_errors=True,
        alias_generator=lambda name: pascal(name),
        validate_by_name=True,
    )

    def body(self) -> dict[str, Any]:
        """As JSON values, without the fields that are None."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


ABBREVIATIONS = {"id": "Id", "ids": "Ids", "rma": "RMA", "sku": "SKU"}


def pascal(name: str) -> str:
    """`rma_header_id` is `RMAHeaderId`, as Linnworks writes it."""
    return "".join(ABBREVIATIONS.get(word, word.capitalize()) for word in name.split("_"))


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _no_blank(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _lower(value: str) -> str:
    return value.lower()


def _utc(value: datetime | None) -> datetime | None:
    """Aware and UTC. A time without offset is taken as UTC (assumed); .NET's year 1 says that there is none."""
    if value is None or value.year <= 1:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _empty_when_null(value: Any) -> Any:
    return [] if value is None else value


def _blank_when_null(value: Any) -> Any:
    return "" if value is None else _text(value)


T = TypeVar("T")

Id = Annotated[str, BeforeValidator(_text)]
"""An opaque id that arrives as text or as a number."""

OptionalId = Annotated[str | None, BeforeValidator(_text), BeforeValidator(_no_blank)]

Guid = Annotated[str, AfterValidator(_lower)]
"""A GUID, in lower case so that two spellings are one id."""

OptionalGuid = Annotated[str | None, AfterValidator(lambda v: v.lower() if v else None), BeforeValidator(_no_blank)]

Text = Annotated[str, BeforeValidator(_blank_when_null)]
"""Text that may be null or a number: null is ""."""

Moment = Annotated[datetime | None, AfterValidator(_utc), BeforeValidator(_no_blank)]
"""A time, aware and UTC; null, blank and .NET's year 1 are None."""

Many = Annotated[tuple[T, ...], BeforeValidator(_empty_when_null)]
"""A list that may be null, which is empty."""

Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
"""An amount in major units. It leaves as a JSON number, since the vendor's type is double; the shortest decimal that a
double stands for is what we meant, for every amount of up to fifteen digits."""
