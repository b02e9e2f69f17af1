"""What every table of `returnworks.toml` has: keys that are checked, and the settings of the policy that it decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from returnworks.rules.problems import Where

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Count = Annotated[int, Field(ge=0)]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
"""At most a day."""
Hours = Annotated[int, Field(ge=0, le=24 * 365)]
Days = Annotated[int, Field(ge=1, le=365)]
CURRENCY, TAG = r"^[A-Z]{3}$", r"^[A-Z0-9_]{1,50}$"
Currency = Annotated[str, StringConstraints(pattern=CURRENCY)]
"""An ISO 4217 code, e.g. GBP."""
Tag = Annotated[str, StringConstraints(pattern=TAG)]
"""The name of a Linnworks identifier."""


def _something(given: tuple[Any, ...]) -> tuple[Any, ...]:
    if not given:
        raise ValueError("is an empty list; write something into the brackets, or leave the key out")
    return given


NotEmpty = AfterValidator(_something)
"""For what a rule asks for: an empty list could be meant as anything or as nothing, so it is refused."""
Texts = Annotated[tuple[Text, ...], NotEmpty]


class Table(BaseModel):
    """One table of the file. Its keys are exactly its fields: anything else is a misspelling and is refused.

    A table reaches the policy in one of two ways. Where its keys are settings of `Policy` itself, `sets` names
    them. Where the table is a group of its own, it overrides `settings`:

        class NotesTable(Table):
            enabled: bool = OrderNotes.enabled

            def settings(self) -> dict[str, Any]:
                return {"notes": OrderNotes(**dict(self))}
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sets: ClassVar[Mapping[str, str]] = {}
    """The field of `Policy`, by the key in this table."""

    def settings(self) -> dict[str, Any]:
        """The fields of `Policy` that this table decides, with their values."""
        return {field: getattr(self, key) for key, field in self.sets.items()}

    def key_of(self, where: Where) -> Where | None:
        """The key of this table that decides the setting at `where` in `Policy`; None when another table does.

        For a group of its own the keys of the table are taken to be those of the group.
        """
        key = next((key for key, field in self.sets.items() if field == where[0]), None)
        if key is not None:
            return (key, *where[1:])
        return where[1:] if where[0] in self.settings() else None
