"""What a suite of checks found: whether it ran at all, whether all is well, and every row that violates it."""

from __future__ import annotations

from dataclasses import dataclass

from returnworks.rules.model import Severity


@dataclass(frozen=True, slots=True)
class Violation:
    """One row that breaks one rule; `expected` and `actual` are the values as text, "nothing" for a null."""

    return_id: str
    reference: str
    column: str
    expected: str
    actual: str
    cls: str
    subject: str = ""
    severity: Severity = Severity.CRITICAL
    """A warning is shown and fails nothing."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A check that did not run has not succeeded: `ran` and `success` are both False, and `reason` says why.

    It has succeeded when no violation is critical; `violations` holds the warnings too.
    """

    suite: str
    success: bool
    ran: bool
    reason: str
    checked: int
    """Rows that were looked at."""
    violations: tuple[Violation, ...] = ()
    severity: Severity = Severity.CRITICAL

    @classmethod
    def not_run(cls, suite: str, reason: str, severity: Severity = Severity.CRITICAL) -> CheckResult:
        return cls(suite, success=False, ran=False, reason=reason, checked=0, severity=severity)
