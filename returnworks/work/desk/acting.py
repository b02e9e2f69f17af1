"""What a person does at the desk, from the command line or the form: checked, cleaned of personal data, written down.

Texts that people type keep no e-mail address, IBAN or telephone number: each becomes "…".
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from returnworks.clients.http import redacted
from returnworks.errors import Refused
from returnworks.ledger import ExceptionRecord, Ledger

LONGEST = 1000
"""Characters of a note or a reason."""
LONGEST_WAIVER = timedelta(days=366)


def assign(ledger: Ledger, exception_id: int, assignee: str, who: str, now: datetime) -> ExceptionRecord:
    """Give it to a person or a team by name; an empty name gives it back to its owner's queue."""
    return ledger.assign(exception_id, person(assignee), now, person(who))


def note(ledger: Ledger, exception_id: int, text: str, who: str, now: datetime) -> None:
    """Write something down about it. Refused when nothing is said."""
    ledger.note(exception_id, said(text, "A note"), now, person(who))


def waive(ledger: Ledger, exception_id: int, reason: str, until: date, who: str, now: datetime) -> ExceptionRecord:
    """Let it rest up to and with the day `until`, UTC. Refused without a reason, for a day that has begun, for ever."""
    end = datetime.combine(until, time(), UTC) + timedelta(days=1)
    if until <= now.astimezone(UTC).date():
        raise Refused(f"A waiver ends on a day to come; {until} is not one.")
    if end - now > LONGEST_WAIVER:
        raise Refused(f"A waiver lasts at most a year; {until} is further away. Waive it again when it ends.")
    return ledger.waive(exception_id, end, said(reason, "A waiver's reason"), now, person(who))


def unwaive(ledger: Ledger, exception_id: int, who: str, now: datetime) -> ExceptionRecord:
    """End its waiver now."""
    return ledger.unwaive(exception_id, now, person(who))


def said(text: str, what: str) -> str:
    """The text as it is written down, without personal data. Refused when it is empty or too long."""
    """The text as it is written down. Refused when it is empty or too long; `what` names it then."""
    kept = redacted(text, limit=LONGEST + 1)
    if not kept:
        raise Refused(f"{what} cannot be empty.")
    if len(kept) > LONGEST:
        raise Refused(f"{what} has at most {LONGEST} characters.")
    return kept


def person(text: str) -> str:
    """The name as it is written down. Refused for what is no name, or holds an address or a number."""
    name = " ".join(text.split())
    if len(name) > 60 or redacted(name) != name:
        raise Refused("Name a person or a team in at most 60 characters, without address or number.")
    return name
