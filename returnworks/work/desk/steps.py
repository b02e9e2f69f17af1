"""What to do next about one exception of the ledger."""

from __future__ import annotations

from returnworks.ledger import ExceptionRecord
from returnworks.rules import next_steps


def next_step(item: ExceptionRecord) -> str:
    """The code's next step, with the ids that the exception names."""
    return next_steps.next_step(item.code, item.return_id, item.subject, item.message)


def says_what_to_do(item: ExceptionRecord) -> bool:
    """Whether the message already ends with the next step, as the night writes it."""
    return next_step(item) in item.message
