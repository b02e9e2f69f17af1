"""What every table of `returnworks.toml` has: keys that are checked, and the settings of the policy that it decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Count = Annotated[int, Field(ge=0)]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
"""At most a day."""
Hours = Annotated[int, Field(ge=0, le=24 * 365)]
Days = Annotated[int, Field(ge=1, le=365)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""An ISO 4217 code, e.g. GBP."""


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
