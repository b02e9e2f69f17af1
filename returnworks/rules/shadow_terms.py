"""What must be so before an installation that only looked goes live."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShadowTerms:
    """The policy's `[shadow]`: what must be so before going live."""

    nights: int = 7
    agreement_percent: int = 98
    decisions: int = 20
    """At least so many, or the nights prove nothing."""

    def problems(self) -> tuple[str, ...]:
        if not 0 <= self.agreement_percent <= 100:
            return (f"shadow.agreement_percent is {self.agreement_percent}; write a number from 0 to 100.",)
        return ()
