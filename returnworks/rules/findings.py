"""Making a finding: its owner and severity always come from the table of codes."""

from __future__ import annotations

from datetime import datetime

from returnworks.rules.codes import CODES
from returnworks.rules.model import Finding
from returnworks.rules.money import Money


def finding(
    code: str,
    subject: str,
    message: str,
    *,
    return_id: str | None = None,
    covers: tuple[str, ...] = (),
    units: int = 0,
    value: Money | None = None,
    since: datetime | None = None,
) -> Finding:
    """A finding of a known code (KeyError for others); `since` is when the fact happened that waits."""
    row = CODES[code]
    return Finding(
        code=code,
        subject=subject,
        message=message,
        owner=row.owner,
        severity=row.severity,
        return_id=return_id,
        covers=covers,
        units=units,
        value=value,
        since=since,
    )
